"""Work that people booked on tickets, in minutes of a day."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sqlalchemy import bindparam, insert, select, update

from runtime.store.tables.beside import time_spent
from runtime.store.unit import Unit

_C = time_spent.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """One booking; `undone_us` when it was taken back."""

    id: str
    ticket_id: str
    person_id: str
    day: str
    minutes: int
    note: str
    at_us: int
    undone_us: int | None = None


_COLUMNS = [_C[f.name] for f in fields(Spent)]


_OF_TICKET = (
    select(*_COLUMNS)
    .where(_C.tenant_id == bindparam("tenant"), _C.ticket_id == bindparam("id"))
    .where(_C.undone_us.is_(None))
    .order_by(_C.day, _C.at_us, _C.id)
)


async def of_ticket(unit: Unit, ticket_id: str) -> list[Spent]:
    """What was booked on a ticket and holds, by day."""
    rows = await unit.rows(_OF_TICKET, {"tenant": unit.tenant_id, "id": ticket_id})
    return [Spent(**row._mapping) for row in rows]


async def add(unit: Unit, made: Spent) -> None:
    """Book work."""
    unit.must_write()
    row = {f.name: getattr(made, f.name) for f in fields(Spent)}
    await unit.run(insert(time_spent), {"tenant_id": unit.tenant_id, **row})


async def take_back(unit: Unit, entry: str) -> None:
    """Say that a booking no longer holds; it stays on record."""
    unit.must_write()
    where = (_C.tenant_id == unit.tenant_id, _C.id == entry)
    await unit.run(update(time_spent).where(*where).values(undone_us=unit.now_us()))
