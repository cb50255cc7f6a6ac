"""Proposes tickets that may be about the same as a new one; it never joins them by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from engine.model.desk import Desk
from engine.predicate import AnyOf, Op, Path, Predicate, Test
from engine.suggest.pairs import Side, compare, digits
from runtime.clock import SECOND_US
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM, ask_of
from runtime.store import alike, jobs, people, tickets
from runtime.store.jobs import NewJob
from runtime.store.lower import lower
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit

KIND: Final = "alike"
_WINDOW_US: Final = 14 * 86_400 * SECOND_US
_MOST: Final = 3
"""So many are proposed for one ticket, the likeliest."""

Finish = Callable[[Unit], Awaitable[None]]


async def ask_for_alike(unit: Unit, ticket_id: str) -> None:
    """Have a new ticket compared with others, as a part of the unit that makes it."""
    await jobs.enqueue(unit, [NewJob(KIND, ticket_id, unit.now_us(), {"ticket": ticket_id})])


async def propose_alike(site: Site, tenant: str, ticket_id: str, finish: Finish) -> None:
    """Compare a ticket with those of the same person, phone or record of the last fortnight."""
    async with site.store.unit(tenant, write=True) as unit:
        row = await tickets.read(unit, ticket_id)
        live = await site.desks.of(unit, row) if row is not None else None
        if row is not None and live is not None and row.type_key in live.desk.types:
            await _propose(unit, live.desk, row)
        await finish(unit)


async def _propose(unit: Unit, desk: Desk, row: TicketRow) -> None:
    mine = await _side(unit, desk, row)
    wanted = _same_values(desk, row)
    clause = lower(AnyOf(tuple(wanted)), ask_of(desk, SYSTEM, unit.now_us())) if wanted else None
    found = await alike.near(unit, row, row.created_us - _WINDOW_US, clause)
    likely = []
    for other in found:
        pair = compare(mine, await _side(unit, desk, other))
        if pair is not None:
            likely.append((pair, other))
    likely.sort(key=lambda one: (-one[0].score, one[1].id))
    for pair, other in likely[:_MOST]:
        reasons = [{"why": why, "points": points} for why, points in pair.reasons.items()]
        await alike.propose(unit, row.id, other.id, pair.score, reasons)


async def _side(unit: Unit, desk: Desk, row: TicketRow) -> Side:
    person = await people.person_by_id(unit, row.requester_id or "")
    fields = desk.types[row.type_key].fields if row.type_key in desk.types else {}
    phones = {digits(person.phone or "")} if person is not None else set()
    phones |= {
        digits(str(row.values[key]))
        for key, item in fields.items()
        if item.type == "phone" and not item.sensitive and row.values.get(key)
    }
    records = {
        (fields[key].source, str(ref["key"])) for key, ref in row.refs.items() if key in fields
    }
    return Side(
        row.requester_id or "",
        frozenset(phones - {""}),
        frozenset(records),
        row.subject,
        row.description,
    )


def _same_values(desk: Desk, row: TicketRow) -> list[Predicate]:
    """What finds tickets with one of the same phones or records, whoever asked."""
    fields = desk.types[row.type_key].fields
    return [
        Test(Path(key, item.id, item.type), Op.IS, value)
        for key, item in fields.items()
        if item.type in ("phone", "reference") and not item.sensitive
        if (value := row.values.get(key))
    ]
