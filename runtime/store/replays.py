"""Tickets of a period with their whole journal, in portions: what a backtest reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, tuple_

from runtime.store.crypto import Sealer
from runtime.store.tables.tickets import event, event_payload, ticket
from runtime.store.unit import Unit

_OF_TICKET = ("id", "number", "type_key", "created_us", "requester_id", "customer_id",
              "refs", "clocks")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """Tickets created from `since_us` up to `until_us`, both in, of these type keys; () is all."""

    since_us: int
    until_us: int
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last ticket that was read."""

    created_us: int
    id: str


@dataclass(frozen=True, slots=True)
class Written:
    """One event as written. `body`: the payload in clear, None where it was erased."""

    ticket_id: str
    seq: int
    at_us: int
    actor_kind: str
    verb: str
    body: bytes | None


def _within(unit: Unit, period: Period) -> list[ColumnElement[bool]]:
    found = [
        ticket.c.tenant_id == unit.tenant_id,
        ticket.c.created_us >= period.since_us,
        ticket.c.created_us <= period.until_us,
    ]
    return [*found, ticket.c.type_key.in_(period.types)] if period.types else found


async def count(unit: Unit, period: Period) -> int:
    """How many tickets the period has."""
    query = select(func.count().label("n")).where(*_within(unit, period))
    (row,) = await unit.rows_long(query)
    return int(row.n)


async def tickets_after(
    unit: Unit, period: Period, after: Cursor | None, limit: int
) -> list[Row[Any]]:
    """The next tickets by creation: id, number, type, times, people, records and clocks."""
    place = tuple_(ticket.c.created_us, ticket.c.id)
    query = select(*(ticket.c[name] for name in _OF_TICKET)).where(*_within(unit, period))
    if after is not None:
        query = query.where(place > (after.created_us, after.id))
    return await unit.rows_long(query.order_by(ticket.c.created_us, ticket.c.id).limit(limit))


async def tickets_named(unit: Unit, ids: Sequence[str]) -> list[Row[Any]]:
    """Tickets by id, by creation."""
    query = select(*(ticket.c[name] for name in _OF_TICKET)).where(
        ticket.c.tenant_id == unit.tenant_id, ticket.c.id.in_(ids)
    )
    return await unit.rows_long(query.order_by(ticket.c.created_us, ticket.c.id))


async def events_of(unit: Unit, ids: Sequence[str]) -> list[Written]:
    """The events of some tickets, by ticket, each in order.

    Asked for by the ids: from a period of creation SQLite would read every event of the tenant.
    """
    query = (
        select(
            event.c.ticket_id,
            event.c.seq,
            event.c.at_us,
            event.c.actor_kind,
            event.c.verb,
            event_payload.c.body,
            event_payload.c.key_id,
            event.c.payload_id,
        )
        .join(
            event_payload,
            (event_payload.c.tenant_id == event.c.tenant_id)
            & (event_payload.c.id == event.c.payload_id),
        )
        .where(event.c.tenant_id == unit.tenant_id, event.c.ticket_id.in_(ids))
        .order_by(event.c.ticket_id, event.c.seq)
    )
    return [
        Written(
            row.ticket_id,
            row.seq,
            row.at_us,
            row.actor_kind,
            row.verb,
            _clear(unit.sealer, row.body, row.key_id, row.payload_id),
        )
        for row in await unit.rows_long(query)
    ]


def _clear(sealer: Sealer, body: bytes | None, key_id: str | None, payload_id: str) -> bytes | None:
    if body is None or key_id is None:
        return body
    return sealer.open_bytes(key_id, bytes(body), payload_id)
