"""Looks through a tenant's rows for what must never be: broken chains, strays, forged anchors."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import exists, select

from runtime.store import anchors, journal
from runtime.store.crypto import SealError
from runtime.store.journal import ADMIN_STREAM, Fault, Head
from runtime.store.tables.tickets import anchor, event, event_payload, file, ticket
from runtime.store.unit import Unit

_AT_ONCE = 500


async def check_tenant(unit: Unit) -> AsyncIterator[Fault]:
    """The faults of a tenant, as they are found; the chains of its tickets come first."""
    async for ticket_id, head in _chains(unit):
        for fault in await journal.verify(unit, ticket_id, head):
            yield fault
    for fault in await journal.verify(unit, ADMIN_STREAM):
        yield fault
    for fault in await _strays(unit):
        yield fault
    for fault in await _anchors(unit):
        yield fault


async def _chains(unit: Unit) -> AsyncIterator[tuple[str, Head]]:
    c = ticket.c
    query = select(c.id, c.version, c.head_hash).where(c.tenant_id == unit.tenant_id)
    after = ""
    while rows := await unit.rows(query.where(c.id > after).order_by(c.id).limit(_AT_ONCE)):
        for row in rows:
            yield row.id, Head(row.version, row.head_hash)
        after = rows[-1].id


async def _strays(unit: Unit) -> list[Fault]:
    """Events without their ticket or payload, and files attached to nothing."""
    e = event.c
    no_ticket = ~exists().where(ticket.c.tenant_id == e.tenant_id, ticket.c.id == e.ticket_id)
    no_payload = ~exists().where(
        event_payload.c.tenant_id == e.tenant_id, event_payload.c.id == e.payload_id
    )
    mine = select(e.ticket_id, e.seq).where(e.tenant_id == unit.tenant_id)
    lost = await unit.rows_long(mine.where(e.ticket_id != ADMIN_STREAM, no_ticket))
    bare = await unit.rows_long(mine.where(no_payload))
    f = file.c
    loose = await unit.rows_long(
        select(f.id).where(
            f.tenant_id == unit.tenant_id, f.state == "attached", f.ticket_id.is_(None)
        )
    )
    return [
        *(Fault(row.ticket_id, row.seq, "the event's ticket is gone") for row in lost),
        *(Fault(row.ticket_id, row.seq, "the event's payload is gone") for row in bare),
        *(Fault("", 0, f"file {row.id} is attached to no ticket") for row in loose),
    ]


async def _anchors(unit: Unit) -> list[Fault]:
    query = select(anchor.c.day).where(anchor.c.tenant_id == unit.tenant_id).order_by(anchor.c.day)
    faults = []
    for row in await unit.rows(query):
        found = await anchors.read(unit, row.day)
        try:
            sound = found is not None and await anchors.holds(unit, found)
        except SealError:
            faults.append(Fault("", 0, f"the key that signed the anchor of {row.day} is missing"))
            continue
        if not sound:
            faults.append(Fault("", 0, f"the anchor of {row.day} is not what was signed"))
    return faults
