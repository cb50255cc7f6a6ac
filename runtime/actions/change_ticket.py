"""Changes a ticket: lock, decide, write; so go moves, edits, words, assignments and timers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from engine.decide import access
from engine.decide.access import Rights
from engine.decide.kin import Beside, Echo, Link, Merge, Relate, Settle, Split, Unmerge, Watch
from engine.decide.notes import Account, Appoint, Spend, Unspend
from engine.decide.pending import request_of
from engine.decide.run import decide
from engine.decide.verdict import (
    Approve,
    Assign,
    Bounce,
    Called,
    Comment,
    Edit,
    Event,
    Fall,
    Label,
    Move,
    Rate,
    React,
    Refresh,
    Refusal,
    Refuse,
    Restore,
    SamePerson,
    Shift,
    UseMacro,
    Verdict,
    Withdraw,
)
from engine.facts import Facts, Viewer
from engine.normal import said
from engine.values.registry import normalise
from runtime.actions import joined
from runtime.actions.attach import Held, attach_files, contents_of, take_files
from runtime.actions.enrich import ask_to_enrich
from runtime.actions.gather import NOTHING, Gathered, Named, gather_for, named, references
from runtime.actions.mentions import mentioned_in, with_mentions
from runtime.actions.move_data import reached
from runtime.actions.named_values import event_meant
from runtime.actions.noted import noted
from runtime.actions.outcome import Conflict, Done, NotFound, Outcome, Refused, Stale, Undo
from runtime.actions.piloting.compare import ask_to_compare
from runtime.actions.write import Deed, steps_of, write_change
from runtime.site.desks import Live
from runtime.site.facts import read_facts
from runtime.site.handles import Site
from runtime.site.pilot import PILOT
from runtime.site.standing import ask_of
from runtime.site.stored import records_kept
from runtime.store import answers, files, journal, people, tickets
from runtime.store.roster import roster
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit

_READ: Final = frozenset({"other", "visit", "entry", "was_us", "next_us", "before"})
"""What is read or given here besides what was sent: it may differ at the second sending of a
form."""


@dataclass(frozen=True, slots=True)
class Change:
    """One event for one ticket.

    `version`: what the person had before their eyes; None does not care. `files`: tokens by place
    (`comment`, or a field key). `idempotency_key`: a form posted twice acts once. `suggested`: the
    evidence of the suggestion that the person took, for the journal; it gives no right. `more`:
    what else the journal keeps of it, such as what a mail quoted. `bound`: the only
    version that the change may be made to. `gathered`: what other systems said of the records that
    it names, asked before the transaction.
    """

    event: Event
    version: int | None = None
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    idempotency_key: str = ""
    suggested: Mapping[str, object] = field(default_factory=dict)
    more: Mapping[str, object] = field(default_factory=dict)
    bound: int | None = None
    gathered: Gathered = NOTHING

    @property
    def form(self) -> str:
        """Which form of the ticket's page it came from; all of them carry the same key."""
        event = self.event
        parts = [type(event).__name__]
        parts += [event.transition] if isinstance(event, Move) else []
        parts += sorted(event.values) if isinstance(event, Edit) else []
        parts += [event.macro] if isinstance(event, UseMacro) else []
        if isinstance(event, Label):
            parts += [event.priority, *event.tags, *event.flags, *(f"-{n}" for n in event.off)]
        parts += [event.sort, event.other.id] if isinstance(event, Relate) else []
        if isinstance(event, Appoint):
            parts += [event.became, event.visit if event.became != "planned" else ""]
        parts += [event.entry] if isinstance(event, Unspend) else []
        return ".".join(parts)[:200]

    def digest(self, files: Mapping[str, list[str]]) -> str:
        """The content, so that words sent again with a used key are not lost in silence; `files`
        by what is in them."""
        said = asdict(self.event)
        whole = [{name: said[name] for name in said if name not in _READ}, files]
        text = json.dumps(whole, sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


async def change_ticket(
    site: Site, tenant: str, viewer: Viewer, number: str, change: Change
) -> Outcome:
    """Apply an event to the ticket with this number, or say why not."""
    change = await gathering(site, tenant, viewer, number, change)
    try:
        async with site.store.unit(tenant, write=True) as unit:
            found = await tickets.by_number(unit, number)
            if found is None:
                return NotFound()
            return await change_within(site, unit, viewer, found.id, change)
    except Undo as undo:
        return undo.outcome
    except answers.OtherBody:
        return Refused((Refusal("sent_twice"),))


async def gathering(site: Site, tenant: str, viewer: Viewer, number: str, change: Change) -> Change:
    """The change with what other systems say of the records it names."""
    event = change.event
    if not isinstance(event, (Edit, Move)) or not event.values:
        return change
    lives = (site.desks.get(tenant), site.desks.get(tenant, PILOT))
    if not any(references(live.desk, event.values) for live in lives if live is not None):
        return change
    async with site.store.unit(tenant) as unit:
        row = await tickets.by_number(unit, number)
    if row is None:
        return change
    asker = viewer.person_id or ""
    found = await gather_for(site, tenant, row.type_key, event.values, viewer, asker)
    return replace(change, gathered=found)


async def change_within(
    site: Site, unit: Unit, viewer: Viewer, ticket_id: str, change: Change
) -> Outcome:
    """Apply an event to a ticket as a part of the caller's unit.

    Raises:
        Undo: it was refused; the unit must be left.
        answers.OtherBody: the idempotency key was used for other content.
    """
    row = await tickets.lock(unit, ticket_id)
    live = await site.desks.of(unit, row) if row else None
    row = await reached(unit, live, row) if row and live else None
    if row is None or live is None:
        return NotFound()
    return await _change(site, unit, live, viewer, row, change)


async def _change(
    site: Site, unit: Unit, live: Live, viewer: Viewer, row: TicketRow, change: Change
) -> Outcome:
    facts = await read_facts(unit, live.desk, row)
    ask = ask_of(live.desk, viewer, unit.now_us())
    rights = access.rights(live.desk, facts, ask)
    if not rights.see and not isinstance(change.event, Beside):
        # What was done to another ticket, with its own rights, is told here in any case.
        return NotFound()
    if change.idempotency_key:
        key = f"change:{row.id}:{viewer.person_id}:{change.form}:{change.idempotency_key}"
        content = change.digest(await contents_of(unit, change.files))
        if not (await answers.claim(unit, key, content)).fresh:
            return Done(row.number, row.id)
    if change.bound is not None and change.bound != row.version:
        raise Undo(Stale(row.version))
    await _same_version(unit, live, row, facts, change, rights)
    model = live.desk.types[row.type_key]
    held = await take_files(unit, model, change.files, viewer)
    event, records = await _with_gathered(site, unit, live, viewer, row, change, held)
    event, typed = joined.addressed(event, facts)
    event, strange = await event_meant(site, unit, viewer, live.desk, event, facts)
    team = await roster(unit, live.desk)
    spoken = await mentioned_in(unit, live.desk, facts, ask, event)
    event = with_mentions(event, spoken)
    verdict = decide(live.desk, facts, event, ask, team)
    refusals = (*held.refusals, *strange, *spoken.refusals, *verdict.refusals)
    if refusals:
        raise Undo(Refused(refusals))
    deed = _deed(facts, event, viewer, verdict, held, change.idempotency_key)
    if isinstance(event, Echo):
        deed = replace(deed, viewer=Viewer(event.by or None), subject=event.about)
    if typed:
        deed = replace(deed, body={**deed.body, "typed": typed})
    if change.suggested:
        deed = replace(deed, body={**deed.body, "suggested": dict(change.suggested)})
    if change.more:
        deed = replace(deed, body={**deed.body, **change.more})
    if records.told:
        deed = replace(deed, body={**deed.body, "answers": dict(records.told)})
    event_id = await write_change(unit, live, row, verdict, deed, team)
    await ask_to_enrich(unit, row.id, event_id, verdict.facts, records)
    await ask_to_compare(site.desks, unit, live, row.id, event_id, verdict)
    if isinstance(event, Echo) and event.files:
        seen = "internal" if event.internal else "public"
        await files.copy(unit, event.files, ticket_id=row.id, event_id=event_id, visibility=seen)
    internal = _is_internal(event)
    await attach_files(unit, held, verdict.facts, event_id, viewer, internal=internal)
    return Done(row.number, row.id, verdict.events, event_id)


def _is_internal(event: Event) -> bool:
    """Whether what is said is for those who work here alone; a step without words says nothing."""
    if isinstance(event, Move):
        return bool(event.note) and not event.comment
    return isinstance(event, Comment) and event.internal


async def _with_gathered(
    site: Site,
    unit: Unit,
    live: Live,
    viewer: Viewer,
    row: TicketRow,
    change: Change,
    held: Held,
) -> tuple[Event, Named]:
    """The event with clean words, what sources say of its records, and its files' ids."""
    event = change.event
    if isinstance(event, Rate):
        return replace(event, words=said(event.words)), Named()
    if isinstance(event, Comment):
        return replace(event, text=said(event.text), files=held.talk), Named()
    if not isinstance(event, (Edit, Move)):
        return event, Named()
    if isinstance(event, Move):
        event = replace(
            event,
            comment=said(event.comment),
            note=said(event.note),
            reason=said(event.reason),
        )
    type_model = live.desk.types[row.type_key]
    person = await people.person_by_id(unit, viewer.person_id or "")
    found = named(
        site, live, type_model, event.values, viewer, person, change.gathered, unit.now_us()
    )
    values = {**event.values, **held.values}
    return replace(event, refs=found.refs, unanswered=found.unanswered, values=values), found


async def _same_version(
    unit: Unit, live: Live, row: TicketRow, facts: Facts, change: Change, rights: Rights
) -> None:
    """A stale edit of a field that somebody else changed meanwhile is a conflict, both sides shown.

    Other changes since then do no harm: the decision itself looks at the ticket as it is now. Of a
    field that is not theirs to write the other side is not shown; the decision refuses it.
    """
    event = change.event
    if change.version is None or change.version >= row.version or not isinstance(event, Edit):
        return
    fields = live.desk.types[row.type_key].fields
    zone = live.desk.tenant.zone

    def agrees(key: str) -> bool:
        """Whether both mean the same value, however it was typed."""
        item = fields.get(key)
        return item is not None and normalise(item, event.values[key], zone) == facts.get(key)

    for later in reversed(await journal.read(unit, row.id, after_seq=change.version)):
        touched = steps_of((later.body or {}).get("changes", ())).keys() & event.values.keys()
        touched = {key for key in touched if rights.writes(key) and not agrees(key)}
        if touched:
            theirs = {key: facts.get(key) for key in touched}
            mine = {key: event.values[key] for key in touched}
            who = later.actor_id or ""
            raise Undo(Conflict(theirs, mine, who, later.at_us, row.version))


def _deed(
    before: Facts, event: Event, viewer: Viewer, verdict: Verdict, held: Held, key: str
) -> Deed:
    body: dict[str, Any] = {}
    match event:
        case Move() if "asked" in verdict.events:
            verb = "asked"
            # The words to the customer are said when the move is made, not before.
            why = event.reason or event.note
            body = {"transition": event.transition} | ({"why": why} if why else {})
        case Approve() | Refuse() | Withdraw():
            verb, body = _answered(before, event, verdict)
        case Move():
            verb = "moved"
            body = {"transition": event.transition}
            body |= {
                n: getattr(event, n) for n in ("comment", "note", "reason") if getattr(event, n)
            }
        case Comment():
            verb = "noted" if event.internal else "commented"
            body = {"text": event.text, "files": list(held.talk)}
        case Assign():
            verb = "transferred" if event.team else "assigned"
            body = {"note": event.reason} if event.reason else {}
        case Shift():
            verb = "covered" if event.cause == "absence" else "rebalanced"
            body = {"cause": event.cause, "from": event.was}
        case Fall():
            verb = "fell_due"
            body = {"clock": event.clock, "what": event.what}
        case Rate():
            verb = "rated"
            body = {"rating": event.mark} | ({"comment": event.words} if event.words else {})
        case UseMacro():
            verb = "macro_used"
            body = {"macro": event.macro}
        case Restore():
            verb = "restored"
        case Link() | Merge() | Unmerge() | Relate() | Beside() | Split() | Watch():
            verb, body = joined.told(event)
        case Echo() | Settle():
            verb, body = joined.told(event)
        case Appoint() | Spend() | Unspend() | Account():
            verb, body = noted(event)
        case SamePerson():
            verb = "told_apart" if event.before else "known_again"
            body = {"was": event.was, "now": event.now}
        case Refresh():
            verb = "refreshed"
            body = {"records": records_kept(event.refs)} | ({"late": True} if event.late else {})
        case Called():
            verb = "called"
            body = {"source": event.source, "call": event.call}
            body |= {"went_well": event.went_well, "said": event.said}
        case Bounce():
            verb, body = "mail_bounced", {"address": event.address, "said": event.why}
        case React():
            verb = "reacted"
            body = {"automation": event.automation}
            body |= {"of_match": True} if event.matches else {}
        case _:
            verb = "edited"
    if isinstance(event, (Comment, Move)) and event.mentions:
        body = {**body, "mentions": list(event.mentions)}
    return Deed(verb, viewer, body, key or None)


def _answered(
    before: Facts, event: Approve | Refuse | Withdraw, verdict: Verdict
) -> tuple[str, dict[str, Any]]:
    """The verb of an answer with what belongs to it: the transition, the words, who asked."""
    request = request_of(before)
    assert request is not None  # the decision refused it else
    body: dict[str, Any] = {"transition": request.transition, "asked_by": request.asker}
    if isinstance(event, Approve):
        body["granted"] = "approved" in verdict.events
        return "approved", body | (dict(request.words) if body["granted"] else {})
    if event.reason:
        body["why"] = said(event.reason)
    verb = "refused" if isinstance(event, Refuse) else "withdrawn"
    return verb, body | {"decided": bool({"refused", "withdrawn:asker"} & {*verdict.events})}
