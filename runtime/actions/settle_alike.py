"""What a person says to two tickets that may be about one thing: join them, or they are apart."""

from __future__ import annotations

from engine.decide import access
from engine.decide.access import Rights
from engine.decide.verdict import Refusal
from engine.facts import Viewer
from runtime.actions.join_tickets import merge_within
from runtime.actions.outcome import Done, NotFound, Outcome, Refused, Undo
from runtime.site.facts import read_facts
from runtime.site.handles import Site
from runtime.site.standing import ask_of
from runtime.store import alike, tickets
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit


async def settle_alike(
    site: Site, tenant: str, viewer: Viewer, number: str, other: str, *, join: bool
) -> Outcome:
    """Merge the newer of the two into the older, or put the proposal away for good."""
    try:
        async with site.store.unit(tenant, write=True) as unit:
            return await _settle(site, unit, viewer, (number, other), join)
    except Undo as undo:
        return undo.outcome


async def _settle(
    site: Site, unit: Unit, viewer: Viewer, numbers: tuple[str, str], join: bool
) -> Outcome:
    pair = [await _seen(site, unit, viewer, number) for number in numbers]
    seen = [one for one in pair if one is not None]
    if len(seen) != 2 or not viewer.is_staff:
        return NotFound()
    if not any(rights.edit for _, rights in seen):
        return Refused((Refusal("not_yours_to_merge"),))
    older, newer = sorted((row for row, _ in seen), key=lambda row: (row.created_us, row.id))
    state = alike.MERGED if join else alike.APART
    if not await alike.settle(unit, newer.id, older.id, state, viewer.person_id):
        return NotFound()
    if not join:
        return Done(numbers[0], seen[0][0].id)
    done = await merge_within(site, unit, viewer, newer, older.id)
    return Done(older.number, older.id, done.events, done.event_id)


async def _seen(
    site: Site, unit: Unit, viewer: Viewer, number: str
) -> tuple[TicketRow, Rights] | None:
    row = await tickets.by_number(unit, number)
    live = await site.desks.of(unit, row) if row is not None else None
    if row is None or live is None:
        return None
    facts = await read_facts(unit, live.desk, row)
    rights = access.rights(live.desk, facts, ask_of(live.desk, viewer, unit.now_us()))
    return (row, rights) if rights.see else None
