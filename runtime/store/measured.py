"""Tickets as figures count them: when what happened, without a word of what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select

from runtime.store.tables.desks import comparison
from runtime.store.tables.tickets import event, ticket
from runtime.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Measured:
    """One ticket. `handed_over`: somebody gave it to another team."""

    id: str
    created_us: int
    solved_us: int | None
    phase: str
    reopened: int
    rating: int | None
    clocks: Mapping[str, Any]
    memory: Mapping[str, Any]
    handed_over: bool


def _compared(environment: str, revision: int) -> Any:
    """Whether a ticket was compared, as every ticket of a pilot is."""
    return exists().where(
        comparison.c.tenant_id == ticket.c.tenant_id,
        comparison.c.environment == environment,
        comparison.c.revision_n == revision,
        comparison.c.ticket_id == ticket.c.id,
    )


def _piloted(environment: str, revision: int) -> Any:
    """Whether a ticket is, or was, decided by this revision as a pilot."""
    return (ticket.c.environment == environment) | _compared(environment, revision)


def _query(unit: Unit, since_us: int, until_us: int, limit: int) -> Any:
    c = ticket.c
    handed = exists().where(
        event.c.tenant_id == c.tenant_id, event.c.ticket_id == c.id, event.c.verb == "transferred"
    )
    names = [name for name in Measured.__dataclass_fields__ if name != "handed_over"]
    columns = [c[name] for name in names]
    return (
        select(*columns, handed.label("handed_over"))
        .where(c.tenant_id == unit.tenant_id, c.created_us >= since_us, c.created_us < until_us)
        .order_by(c.created_us.desc(), c.id)
        .limit(limit)
    )


async def of_pilot(
    unit: Unit, environment: str, revision: int, since_us: int, until_us: int, limit: int
) -> list[Measured]:
    """The newest tickets of a pilot that were made in a period."""
    query = _query(unit, since_us, until_us, limit)
    rows = await unit.rows_long(query.where(_piloted(environment, revision)))
    return [Measured(**row._mapping) for row in rows]


async def beside(
    unit: Unit, environment: str, revision: int, since_us: int, until_us: int, limit: int
) -> list[Measured]:
    """The newest live tickets of the same period, of the types that the pilot had."""
    types = (
        select(ticket.c.type_key)
        .distinct()
        .where(
            ticket.c.tenant_id == unit.tenant_id,
            ticket.c.created_us >= since_us,
            ticket.c.created_us < until_us,
            _piloted(environment, revision),
        )
    )
    kinds = [row[0] for row in await unit.rows_long(types)]
    query = _query(unit, since_us, until_us, limit).where(
        ~_compared(environment, revision),
        ticket.c.environment.is_(None),
        ticket.c.type_key.in_(kinds),
    )
    return [Measured(**row._mapping) for row in await unit.rows_long(query)]
