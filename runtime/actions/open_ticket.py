"""Opens a ticket: gather, then in one transaction decide and write it whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.decide.run import decide
from engine.decide.verdict import Open, Refusal
from engine.facts import Facts, Viewer
from runtime.actions.attach import attach_files, contents_of, take_files
from runtime.actions.gather import gather_refs
from runtime.actions.outcome import Done, NotFound, Outcome, Refused, Undo
from runtime.actions.write import Deed, write_new
from runtime.site.handles import Site
from runtime.site.standing import ask_of, person_values
from runtime.store import answers, people
from runtime.store.roster import roster
from runtime.store.unit import Unit


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What a door hands in: raw values by field key, file tokens by field key.

    `requester` is the person the ticket is for, the viewer themselves where empty. Two requests
    with one `idempotency_key` and the same content make one ticket. `parent`: the id of the ticket
    that it is a part of; `external_key`: what it is for ever known by, once in the tenant;
    `of_match`: an event pattern makes it over the tickets of a match.
    """

    type: str
    values: Mapping[str, object]
    subject: str = ""
    description: str = ""
    channel: str = "portal"
    requester: str = ""
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    idempotency_key: str = ""
    parent: str = ""
    external_key: str = ""
    of_match: bool = False

    def digest(self, files: Mapping[str, list[str]]) -> str:
        """The content, so that a key used for other content is noticed; `files` by what is in them.

        A form sent twice without scripts uploads its files twice, so their tokens differ.
        """
        whole = [self.type, dict(self.values), self.subject, self.description, self.requester,
                 self.channel, self.parent, files]  # fmt: skip
        text = json.dumps(whole, sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


async def open_ticket(site: Site, tenant: str, viewer: Viewer, new: NewTicket) -> Outcome:
    """Make the ticket, or say everything that is wrong with it at once."""
    live = site.desks.get(tenant)
    if live is None or new.type not in live.desk.types:
        return NotFound()
    try:
        async with site.store.unit(tenant, write=True) as unit:
            return await _open(site, unit, viewer, new)
    except Undo as undo:
        return undo.outcome
    except answers.OtherBody:
        return Refused((Refusal("sent_twice"),))


async def _open(site: Site, unit: Unit, viewer: Viewer, new: NewTicket) -> Outcome:
    live = site.desks.get(unit.tenant_id)
    assert live is not None
    key = f"open:{viewer.person_id}:{new.idempotency_key}"
    if new.idempotency_key:
        content = new.digest(await contents_of(unit, new.files))
        claim = await answers.claim(unit, key, content)
        if not claim.fresh:
            return Done(claim.answer["number"], claim.answer["id"])
    requester = await people.person_by_id(unit, new.requester or viewer.person_id or "")
    theirs = requester is not None and requester.id == viewer.person_id
    if requester is None or not (viewer.is_staff or viewer.is_system or theirs):
        raise Undo(Refused((Refusal("unknown_requester", "requester"),)))
    type_model = live.desk.types[new.type]
    held = await take_files(unit, type_model, new.files, viewer)
    event = Open(
        type=new.type,
        values={**new.values, **held.values},
        subject=new.subject,
        description=new.description,
        channel=new.channel,
        requester=requester.id,
        customer=requester.id if requester.kind == "customer" else "",
        refs=gather_refs(live, type_model, new.values, viewer, requester, unit.now_us()),
        parent=new.parent,
    )
    known = person_values(live.desk, "requester", requester)
    if event.customer:
        known |= person_values(live.desk, "customer", requester)
    team = await roster(unit)
    verdict = decide(live.desk, Facts(known), event, ask_of(live.desk, viewer, unit.now_us()), team)
    refusals = (*held.refusals, *verdict.refusals)
    if refusals:
        raise Undo(Refused(refusals))
    body: dict[str, object] = {"text": verdict.facts.text("description")}
    body |= {"of_match": True} if new.of_match else {}
    deed = Deed("created", viewer, body, new.idempotency_key or None)
    row, event_id = await write_new(unit, live, verdict, deed, team, new.external_key)
    await attach_files(
        unit, held, verdict.facts.with_values({"id": row.id}), event_id, viewer, internal=False
    )
    if new.idempotency_key:
        await answers.answer(unit, key, {"number": row.number, "id": row.id})
    return Done(row.number, row.id, verdict.events)
