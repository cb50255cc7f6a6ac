"""Opens a ticket out of others: a part, a copy, what was split off, or a batch over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from engine.decide import access
from engine.decide.kin import Beside, Kin, Relate, Split
from engine.decide.verdict import Comment, Refusal
from engine.facts import Viewer
from runtime.actions.change_ticket import Change, change_within
from runtime.actions.gather import gather_for
from runtime.actions.join_tickets import Then, merge_ticket
from runtime.actions.joined import hold, kin_of, named
from runtime.actions.open_ticket import NewTicket, on_record, open_within
from runtime.actions.outcome import Done, Outcome, Refused, Undo
from runtime.site.facts import read_facts
from runtime.site.handles import Site
from runtime.site.standing import ask_of
from runtime.store import answers, files, journal, links
from runtime.store.rows import Event
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit

How = Literal["part", "copy", "split", "batch"]
MOST_MERGED = 100
"""So many tickets are merged at once."""
_TALK = ("commented", "noted")


@dataclass(frozen=True, slots=True)
class Out:
    """What a new ticket is made out of: `numbers` of tickets (one but for a batch), `entries` of
    its journal by their numbers."""

    how: How
    numbers: tuple[str, ...]
    entries: tuple[int, ...] = ()
    then: Then = ""


async def open_beside(site: Site, tenant: str, viewer: Viewer, new: NewTicket, out: Out) -> Outcome:
    """Make the ticket and tell both histories, in one unit; or say what is wrong with it."""
    if out.how == "batch" and len(out.numbers) > MOST_MERGED:
        return Refused((Refusal("too_many_to_merge", args={"most": MOST_MERGED}),))
    requester = new.requester or viewer.person_id or ""
    gathered = await gather_for(site, tenant, new.type, new.values, viewer, requester)
    new = replace(new, gathered=gathered)
    try:
        async with site.store.unit(tenant, write=True) as unit:
            done = await _open(site, unit, viewer, new, out)
    except Undo as undo:
        if new.way and isinstance(undo.outcome, Refused):
            codes = [one.code for one in undo.outcome.refusals]
            await on_record(site, tenant, viewer, new.way, codes)
        return undo.outcome
    except answers.OtherBody:
        return Refused((Refusal("sent_twice"),))
    if out.how == "batch" and isinstance(done, Done):
        await merge_each(site, tenant, viewer, out.numbers, done.number, new.idempotency_key,
                         out.then)  # fmt: skip
    return done


async def merge_each(
    site: Site,
    tenant: str,
    viewer: Viewer,
    numbers: Sequence[str],
    into: str,
    key: str,
    then: Then = "",
) -> dict[str, Outcome]:
    """Merge each of several tickets into one, each in a unit of its own; one that refuses stops no
    other."""
    found: dict[str, Outcome] = {}
    for number in dict.fromkeys(numbers):
        if number != into:
            found[number] = await merge_ticket(
                site, tenant, viewer, number, into, key=key, then=then
            )
    return found


async def _open(site: Site, unit: Unit, viewer: Viewer, new: NewTicket, out: Out) -> Outcome:
    rows = [await _source(site, unit, viewer, number, out) for number in out.numbers]
    first = rows[0]
    parent = first.id if out.how == "part" else ""
    new = replace(new, parent=parent, more={**new.more, "made_how": out.how})
    if out.how != "batch":
        new = replace(new, more={**new.more, "made_from": first.number})
    done = await open_within(site, unit, viewer, new)
    if not isinstance(done, Done):
        raise Undo(done)
    if not done.event_id:
        return done  # the form was sent before
    match out.how:
        case "part":
            await _tell(site, unit, viewer, first, Beside("part_added", done.number))
        case "copy":
            kin = Kin(done.ticket_id, done.number)
            await _tell(site, unit, viewer, first, Beside("related", kin.number, links.RELATED))
            await links.add(unit, done.ticket_id, first.id, links.RELATED, viewer.person_id)
        case "split":
            await _split(site, unit, viewer, first, done, out)
        case "batch":
            pass
    return done


async def _source(site: Site, unit: Unit, viewer: Viewer, number: str, out: Out) -> TicketRow:
    """A ticket that the new one is made out of, held.

    Raises:
        Undo: there is none for this person, or they may not do this with it.
    """
    row = await named(unit, number)
    kin = await kin_of(site, unit, viewer, row)
    if row is None or kin is None:
        raise Undo(Refused((Refusal("unknown_other", args={"number": number[:64]}),)))
    if out.how == "part":
        if not kin.may("link"):
            raise Undo(Refused((Refusal("not_yours_to_link"),)))
        if kin.into:
            raise Undo(Refused((Refusal("merged_away"),)))
    if out.how == "split" and not kin.may("split"):
        raise Undo(Refused((Refusal("not_yours_to_split"),)))
    if out.how != "batch":
        await hold(unit, row.id)
    return row


async def _tell(
    site: Site, unit: Unit, viewer: Viewer, row: TicketRow, event: Beside | Split | Relate
) -> None:
    told = await change_within(site, unit, viewer, row.id, Change(event))
    if not isinstance(told, Done):
        raise Undo(told)


async def _split(
    site: Site, unit: Unit, viewer: Viewer, row: TicketRow, done: Done, out: Out
) -> None:
    """What was chosen goes over: notes as a note, files beside the words they came with."""
    chosen = [one for one in await journal.read(unit, row.id) if one.seq in set(out.entries)]
    said = [one for one in chosen if one.verb in _TALK or (one.body or {}).get("comment")]
    if not said:
        raise Undo(Refused((Refusal("nothing_to_split"),)))
    await _tell(site, unit, viewer, row, Split(done.number, tuple(one.seq for one in said)))
    await links.add(unit, done.ticket_id, row.id, links.SPLIT, viewer.person_id)
    held: dict[str, list[str]] = {}
    for one in await files.of_ticket(unit, row.id):
        if one.event_id and not one.field_key:
            held.setdefault(one.event_id, []).append(one.id)
    notes = [one for one in said if one.verb == "noted"]
    event_id = await _noted(site, unit, viewer, done, notes) if notes else ""
    if event_id:
        ids = [each for one in notes for each in held.get(one.id, ())]
        await files.copy(unit, ids, ticket_id=done.ticket_id, event_id=event_id)
    public = [each for one in said if one.verb != "noted" for each in held.get(one.id, ())]
    await files.copy(unit, public, ticket_id=done.ticket_id, event_id=done.event_id)


async def _noted(site: Site, unit: Unit, viewer: Viewer, done: Done, notes: Sequence[Event]) -> str:
    """The chosen notes as one note of the new ticket; never among its public words."""
    text = "\n\n".join(str((one.body or {}).get("text") or "") for one in notes).strip()
    live = site.desks.get(unit.tenant_id)
    row = await named(unit, done.number)
    if live is not None and row is not None:
        facts = await read_facts(unit, live.desk, row)
        rights = access.rights(live.desk, facts, ask_of(live.desk, viewer, unit.now_us()))
        if not rights.see or not rights.do & {"note", "*"}:
            # It went to a team where this person may not write: the notes stay where they are.
            return ""
    change = Change(Comment(text[:10_000] or "–", internal=True))
    told = await change_within(site, unit, viewer, done.ticket_id, change)
    if not isinstance(told, Done):
        raise Undo(told)
    return told.event_id
