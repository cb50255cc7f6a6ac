"""Visits of tickets: rows that an engine event changes together with the ticket's `visit_us`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, bindparam, insert, select, update

from runtime.store.tables.beside import visit
from runtime.store.tables.tickets import ticket
from runtime.store.unit import Unit

PLANNED = "planned"
KEPT: Final = (PLANNED, "done", "missed")
"""What a calendar shows: all but the cancelled."""
_C = visit.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A visit: from when to when, who goes where; `state` planned, done, missed or cancelled."""

    id: str
    ticket_id: str
    starts_us: int
    ends_us: int
    person_id: str | None = None
    place: str = ""
    note: str = ""
    state: str = PLANNED
    by_id: str | None = None


Numbered = tuple[Appointment, str]
"""A visit and the number of its ticket."""
_COLUMNS = [_C[f.name] for f in fields(Appointment)]
_WITH_NUMBERS = select(*_COLUMNS, ticket.c.number).join(
    ticket, (ticket.c.tenant_id == _C.tenant_id) & (ticket.c.id == _C.ticket_id)
)


_OF_TICKET = (
    select(*_COLUMNS)
    .where(_C.tenant_id == bindparam("tenant"), _C.ticket_id == bindparam("id"))
    .order_by(_C.starts_us, _C.id)
)


async def of_ticket(unit: Unit, ticket_id: str) -> list[Appointment]:
    """The visits of a ticket, the earliest first."""
    rows = await unit.rows(_OF_TICKET, {"tenant": unit.tenant_id, "id": ticket_id})
    return [Appointment(**row._mapping) for row in rows]


async def put(unit: Unit, made: Appointment, *, new: bool) -> None:
    """Write a visit as it is from now on."""
    unit.must_write()
    row = {f.name: getattr(made, f.name) for f in fields(Appointment)}
    row["changed_us"] = unit.now_us()
    if new:
        row |= {"tenant_id": unit.tenant_id, "created_us": unit.now_us()}
        await unit.run(insert(visit), row)
        return
    where = (_C.tenant_id == unit.tenant_id, _C.id == made.id)
    await unit.run(update(visit).where(*where).values(row))


async def clashing(unit: Unit, wanted: Appointment) -> list[Numbered]:
    """Planned visits of the same person in the same time."""
    if not wanted.person_id:
        return []
    query = _WITH_NUMBERS.where(
        _C.tenant_id == unit.tenant_id,
        _C.person_id == wanted.person_id,
        _C.state == PLANNED,
        _C.id != wanted.id,
        _C.starts_us < wanted.ends_us,
        _C.ends_us > wanted.starts_us,
    )
    return _numbered(await unit.rows(query.order_by(_C.starts_us).limit(10)))


async def beginning(
    unit: Unit, where: ColumnElement[bool], first_us: int, after_us: int, limit: int
) -> list[Numbered]:
    """Visits that begin in a time, of the tickets that hold `where`; cancelled ones left out."""
    query = _WITH_NUMBERS.where(
        _C.tenant_id == unit.tenant_id,
        _C.starts_us >= first_us,
        _C.starts_us < after_us,
        _C.state.in_(KEPT),
        where,
    )
    return _numbered(await unit.rows_long(query.order_by(_C.starts_us, _C.id).limit(limit)))


def _numbered(rows: Sequence[Row[Any]]) -> list[Numbered]:
    found = []
    for row in rows:
        values = dict(row._mapping)
        number = str(values.pop("number"))
        found.append((Appointment(**values), number))
    return found


def next_of(visits: list[Appointment], changed: Appointment) -> int | None:
    """When the next planned visit of a ticket begins once one of them is as `changed` says."""
    others = [one for one in visits if one.id != changed.id]
    planned = [one.starts_us for one in (*others, changed) if one.state == PLANNED]
    return min(planned, default=None)
