"""Opens a ticket: gather, then in one transaction decide and write it whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from engine.decide import access, form
from engine.decide.run import decide
from engine.decide.verdict import Open, Refusal, Verdict
from engine.facts import Facts, Viewer
from engine.model.roster import Roster
from runtime.actions.attach import Held, attach_files, contents_of, take_files
from runtime.actions.enrich import ask_to_enrich
from runtime.actions.gather import NOTHING, Gathered, Named, gather_for, named
from runtime.actions.named_values import meant
from runtime.actions.outcome import Done, NotFound, Outcome, Refused, Undo
from runtime.actions.piloting.compare import ask_to_compare
from runtime.actions.propose_alike import ask_for_alike
from runtime.actions.write import Deed, write_new
from runtime.site.desks import Desks, Live
from runtime.site.handles import Site
from runtime.site.pilot import PILOT
from runtime.site.standing import SYSTEM, ask_of, person_values
from runtime.store import answers, arrivals, desks, people
from runtime.store.arrivals import Became, Came
from runtime.store.desks import LIVE
from runtime.store.roster import roster
from runtime.store.rows import Person
from runtime.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Through:
    """What a Channel says of a ticket: its own id, team and priority by itself, who watches it, the
    notification it sends; `lenient`: what its message lacks stays empty."""

    channel_id: str
    team: str = ""
    priority: str = ""
    watchers: tuple[str, ...] = ()
    notify: str = ""
    lenient: bool = False


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What a door hands in: raw values by field key, file tokens by field key.

    `requester` is the person the ticket is for, the viewer themselves where empty. Two requests
    with one `idempotency_key` and the same content make one ticket. `parent`: the id of the ticket
    that it is a part of; `external_key`: what it is for ever known by, once in the tenant;
    `of_match`: an event pattern makes it over the tickets of a match. `environment`: that of the
    ticket whose rule makes it.

    `way`: the door whose request it is (portal, desk, api), for the intake ledger; empty where no
    request is answered by it. `by`: what the Channel it came through says of it; its form is then
    the system's, while the journal names the viewer. `more`: what else the journal keeps of it.
    `gathered`: what other systems said of the records it names, asked before the transaction; who
    opens it within a unit of their own gathers first, or its records come later.
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
    environment: str = ""
    way: str = ""
    by: Through | None = None
    more: Mapping[str, object] = field(default_factory=dict)
    gathered: Gathered = NOTHING

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
    requester = new.requester or viewer.person_id or ""
    gathered = await gather_for(site, tenant, new.type, new.values, viewer, requester)
    new = replace(new, gathered=gathered)
    try:
        async with site.store.unit(tenant, write=True) as unit:
            return await open_within(site, unit, viewer, new)
    except Undo as undo:
        outcome = undo.outcome
    except answers.OtherBody:
        outcome = Refused((Refusal("sent_twice"),))
    if new.way and isinstance(outcome, Refused):
        await on_record(site, tenant, viewer, new.way, [one.code for one in outcome.refusals])
    return outcome


async def open_within(site: Site, unit: Unit, viewer: Viewer, new: NewTicket) -> Outcome:
    """Make the ticket as a part of the caller's unit.

    Raises:
        Undo: it was refused; the unit must be left.
        answers.OtherBody: the idempotency key was used for other content.
    """
    live = site.desks.get(unit.tenant_id)
    if live is None:
        return NotFound()
    requester = new.requester or viewer.person_id or ""
    first, why = met(site.desks, live, viewer, requester, new.environment)
    if new.type not in first.desk.types:
        return NotFound()
    return await _open(site, unit, viewer, new, first, why)


async def on_record(
    site: Site, tenant: str, viewer: Viewer, way: str, codes: Sequence[str]
) -> None:
    """A request that was refused is counted, without what it said."""
    said = {"codes": sorted(set(codes))}
    became = Became(arrivals.REFUSED, "form", said, person_id=viewer.person_id)
    async with site.store.unit(tenant, write=True) as unit:
        await arrivals.at_once(unit, Came(way), became)


def met(
    known: Desks, live: Live, viewer: Viewer, requester: str, environment: str = ""
) -> tuple[Live, str]:
    """The desk whose form a new ticket comes through, and why it is the pilot's, "" if it is not.

    What a pilot's rule makes is the pilot's; who works in its teams, and a share of those who ask
    for themselves, meet its forms.
    """
    pilot = known.get(live.tenant, PILOT)
    if pilot is None or viewer.is_guest:
        return live, ""
    if environment == PILOT:
        return pilot, "rule"
    if pilot.pilot.meets_staff(viewer):
        return pilot, "staff"
    for_self = requester == viewer.person_id
    if for_self and not viewer.is_staff and pilot.pilot.meets_requester(requester):
        return pilot, "share"
    return live, ""


@dataclass(frozen=True, slots=True)
class _Posted:
    """A new ticket as it came in, to be decided by one desk or another."""

    site: Site
    new: NewTicket
    viewer: Viewer
    requester: Person
    held: Held
    now_us: int

    def named(self, live: Live) -> Named:
        """The records it names, as a desk's sources have them."""
        new, model = self.new, live.desk.types[self.new.type]
        return named(
            self.site,
            live,
            model,
            new.values,
            self.viewer,
            self.requester,
            new.gathered,
            self.now_us,
        )

    def decided(self, live: Live, team: Roster) -> Verdict:
        """What a desk makes of it."""
        model = live.desk.types.get(self.new.type)
        if model is None:
            return Verdict(Facts({}), (Refusal("unknown_type", args={"type": self.new.type}),))
        new, requester, records = self.new, self.requester, self.named(live)
        event = Open(
            type=new.type,
            values={**new.values, **self.held.values},
            subject=new.subject,
            description=new.description,
            channel=new.channel,
            requester=requester.id,
            customer=requester.id if requester.kind == "customer" else "",
            refs=records.refs,
            unanswered=records.unanswered,
            parent=new.parent,
            **_said_by(new.by),
        )
        known = person_values(live.desk, "requester", requester)
        if event.customer:
            known |= person_values(live.desk, "customer", requester)
        asking = SYSTEM if new.by is not None else self.viewer
        return decide(live.desk, Facts(known), event, ask_of(live.desk, asking, self.now_us), team)


def _missing(live: Live, verdict: Verdict, new: NewTicket, now_us: int) -> dict[str, object]:
    """What a form would have asked for and a lenient channel did not bring, by field key."""
    if new.by is None or not new.by.lenient:
        return {}
    model, ask = live.desk.types[new.type], ask_of(live.desk, SYSTEM, now_us)
    rights = access.rights_to_open(live.desk, SYSTEM, new.type)
    faults = form.faults(model, verdict.facts, rights, ask)
    found = [one.at for one in faults if one.code == "required"]
    return {"missing": found} if found else {}


def _said_by(by: Through | None) -> dict[str, Any]:
    return {f.name: getattr(by, f.name) for f in fields(Through)} if by is not None else {}


async def _open(
    site: Site, unit: Unit, viewer: Viewer, new: NewTicket, live: Live, why: str
) -> Outcome:
    key = f"open:{viewer.person_id}:{new.idempotency_key}"
    if new.idempotency_key:
        content = new.digest(await contents_of(unit, new.files))
        claim = await answers.claim(unit, key, content)
        if not claim.fresh:
            return Done(claim.answer["number"], claim.answer["id"])
    requester = await people.person_by_id(unit, new.requester or viewer.person_id or "")
    if requester is not None and viewer.is_guest:
        # Nobody has proved yet who they are: what is known of that person decides nothing.
        requester = replace(requester, values={})
    theirs = requester is not None and requester.id == viewer.person_id
    if why and not await desks.stands(unit, PILOT, live.generation):
        # It ended since this request began: what was posted is live's to decide.
        live, why = await site.desks.newest(unit, LIVE) or live, ""
        if new.type not in live.desk.types:
            raise Undo(NotFound())
    if requester is None or not (viewer.is_staff or viewer.is_system or theirs):
        raise Undo(Refused((Refusal("unknown_requester", "requester"),)))
    held = await take_files(unit, live.desk.types[new.type], new.files, viewer)
    known = await meant(site, unit, viewer, live.desk, new.type, new.values)
    new = replace(new, values=known.values)
    posted = _Posted(site, new, viewer, requester, held, unit.now_us())
    team = await roster(unit, live.desk)
    verdict = posted.decided(live, team)
    # What a channel brought that says nothing to us is kept as it came, to be seen to by people.
    strange = known.refusals if new.by is None else ()
    refusals = (*held.refusals, *strange, *verdict.refusals)
    if refusals:
        raise Undo(Refused(refusals))
    body: dict[str, object] = {"text": verdict.facts.text("description")}
    body |= {"of_match": True} if new.of_match else {}
    body |= {"pilot": why} if why else {}
    body |= new.more
    body |= _missing(live, verdict, new, unit.now_us())
    if not why:
        live, verdict, said = await _routed(site.desks, unit, live, posted, verdict, team)
        body |= said
    records = posted.named(live)
    body |= {"answers": dict(records.told)} if records.told else {}
    deed = Deed("created", viewer, body, new.idempotency_key or None)
    row, event_id = await write_new(unit, live, verdict, deed, team, new.external_key)
    whose = requester.id if viewer.is_guest else ""
    await ask_to_enrich(unit, row.id, event_id, verdict.facts, records, whose)
    await ask_to_compare(site.desks, unit, live, row.id, event_id, verdict)
    await attach_files(
        unit, held, verdict.facts.with_values({"id": row.id}), event_id, viewer, internal=False
    )
    if new.way or new.by is not None:
        await ask_for_alike(unit, row.id)
    if new.way:
        became = Became(arrivals.TICKETED, "", {}, row.id, event_id, viewer.person_id)
        await arrivals.at_once(unit, Came(new.way, remote_id=new.idempotency_key or None), became)
    if new.idempotency_key:
        await answers.answer(unit, key, {"number": row.number, "id": row.id})
    return Done(row.number, row.id, verdict.events, event_id)


async def _routed(
    known: Desks, unit: Unit, live: Live, posted: _Posted, verdict: Verdict, team: Roster
) -> tuple[Live, Verdict, dict[str, object]]:
    """A ticket that live routing gives to a team of the pilot is decided by the pilot's desk.

    Where that does not take the same values, it stays as it was decided, and its first event says
    what was refused.
    """
    pilot = known.get(live.tenant, PILOT)
    if pilot is None or not pilot.pilot.takes(verdict.facts.text("team")):
        return live, verdict, {}
    if not await desks.stands(unit, PILOT, pilot.generation):
        return live, verdict, {}
    other = posted.decided(pilot, team)
    if other.refusals:
        said = [f"{one.code} {one.at}".strip() for one in other.refusals]
        return live, verdict, {"pilot_refused": said}
    return pilot, other, {"pilot": "routing"}
