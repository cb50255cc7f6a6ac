"""Who looks at a ticket right now: short-lived rows that every process sees."""

from __future__ import annotations

from sqlalchemy import delete, select

from runtime.store.tables.tickets import presence
from runtime.store.unit import Unit
from runtime.store.upsert import put

HOLDS_US = 40_000_000


async def here(unit: Unit, ticket_id: str, person_id: str) -> None:
    """Say that a person looks at a ticket; what has run out there goes."""
    now = unit.now_us()
    unit.stirs()
    await unit.run(
        delete(presence).where(
            presence.c.tenant_id == unit.tenant_id,
            presence.c.ticket_id == ticket_id,
            presence.c.until_us <= now,
        )
    )
    row = {"tenant_id": unit.tenant_id, "ticket_id": ticket_id, "person_id": person_id}
    await put(unit, presence, {**row, "until_us": now + HOLDS_US})


async def left(unit: Unit, ticket_id: str, person_id: str) -> None:
    """Say that they no longer do."""
    unit.stirs()
    await unit.run(
        delete(presence).where(
            presence.c.tenant_id == unit.tenant_id,
            presence.c.ticket_id == ticket_id,
            presence.c.person_id == person_id,
        )
    )


async def who(unit: Unit, ticket_id: str) -> list[str]:
    """The ids of the persons who look at it."""
    rows = await unit.rows(
        select(presence.c.person_id)
        .where(
            presence.c.tenant_id == unit.tenant_id,
            presence.c.ticket_id == ticket_id,
            presence.c.until_us > unit.now_us(),
        )
        .order_by(presence.c.person_id)
    )
    return [row.person_id for row in rows]


async def everywhere(unit: Unit) -> dict[str, tuple[str, ...]]:
    """Who looks at which ticket of the tenant: ids of persons by that of the ticket."""
    c = presence.c
    query = select(c.ticket_id, c.person_id).where(
        c.tenant_id == unit.tenant_id, c.until_us > unit.now_us()
    )
    found: dict[str, list[str]] = {}
    for row in await unit.rows(query.order_by(c.ticket_id, c.person_id)):
        found.setdefault(row.ticket_id, []).append(row.person_id)
    return {ticket: tuple(persons) for ticket, persons in found.items()}
