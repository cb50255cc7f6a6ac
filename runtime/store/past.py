"""Finished tickets as what is learned from, and as evidence: few columns, many rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select, tuple_

from runtime.store.tables.tickets import ticket
from runtime.store.unit import Unit

_DONE = ("solved", "closed")
_OF = ("id", "type_key", "subject", "description", "values", "requester_id", "customer_id")


@dataclass(frozen=True, slots=True)
class Finished:
    """A solved or closed ticket as it is learned from; sealed values are sealed still."""

    id: str
    type_key: str
    subject: str
    description: str
    values: Mapping[str, Any]
    requester_id: str | None
    customer_id: str | None
    created_us: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a finished ticket. `team_key` is the team it was for: routed to, or handed."""

    id: str
    number: str
    subject: str
    type_key: str
    priority: str
    team_key: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How many finished tickets there are, and when the last of them changed."""

    count: int
    changed_us: int


async def standing(unit: Unit) -> Standing:
    """What there is to learn from now."""
    query = select(func.count().label("n"), func.max(ticket.c.updated_us).label("changed")).where(
        ticket.c.tenant_id == unit.tenant_id, ticket.c.phase.in_(_DONE)
    )
    (row,) = await unit.rows_long(query)
    return Standing(int(row.n), int(row.changed or 0))


async def finished(unit: Unit, after: Finished | None, limit: int) -> list[Finished]:
    """Finished tickets, the newest first, from the one `after` on."""
    query = select(*(ticket.c[name] for name in _OF), ticket.c.created_us).where(
        ticket.c.tenant_id == unit.tenant_id, ticket.c.phase.in_(_DONE)
    )
    if after is not None:
        place = tuple_(ticket.c.created_us, ticket.c.id)
        query = query.where(place < (after.created_us, after.id))
    order = (ticket.c.created_us.desc(), ticket.c.id.desc())
    rows = await unit.rows_long(query.order_by(*order).limit(limit))
    return [Finished(**row._mapping) for row in rows]


async def outcomes(
    unit: Unit, ids: Sequence[str], where: ColumnElement[bool]
) -> dict[str, Outcome]:
    """Of the finished tickets with these ids those that hold `where`, by id."""
    team = func.coalesce(ticket.c.home_team_key, ticket.c.team_key, "").label("team_key")
    shown = (ticket.c[name] for name in ("id", "number", "subject", "type_key", "priority", "tags"))
    query = select(*shown, team).where(
        ticket.c.tenant_id == unit.tenant_id,
        ticket.c.id.in_(ids),
        ticket.c.phase.in_(_DONE),
        where,
    )
    rows = [{**row._mapping, "tags": tuple(row.tags)} for row in await unit.rows_long(query)]
    return {row["id"]: Outcome(**row) for row in rows}
