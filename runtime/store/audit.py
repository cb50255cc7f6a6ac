"""What the check of the store reads: heads of chains, contradictions between rows, anchors."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import func, select

from runtime.store.anchors import Anchor
from runtime.store.journal import Head
from runtime.store.tables.tickets import anchor, event, event_payload, ticket, ticket_team
from runtime.store.unit import Unit


async def heads(unit: Unit, after: str, limit: int) -> list[tuple[str, str, Head]]:
    """(ticket id, number, head) by id after `after`."""
    c = ticket.c
    query = (
        select(c.id, c.number, c.version, c.head_hash)
        .where(c.tenant_id == unit.tenant_id, c.id > after)
        .order_by(c.id)
        .limit(limit)
    )
    return [(r.id, r.number, Head(r.version, r.head_hash)) for r in await unit.rows(query)]


async def contradictions(unit: Unit) -> list[str]:
    """Counts that do not agree with each other, as sentences."""
    t = unit.tenant_id
    found = []
    lonely = (
        select(func.count())
        .select_from(
            event.outerjoin(
                event_payload,
                (event_payload.c.tenant_id == event.c.tenant_id)
                & (event_payload.c.id == event.c.payload_id),
            )
        )
        .where(event.c.tenant_id == t, event_payload.c.id.is_(None))
    )
    orphans = (
        select(func.count())
        .select_from(
            event.outerjoin(
                ticket,
                (ticket.c.tenant_id == event.c.tenant_id) & (ticket.c.id == event.c.ticket_id),
            )
        )
        .where(event.c.tenant_id == t, event.c.ticket_id != "admin", ticket.c.id.is_(None))
    )
    teamless = (
        select(func.count())
        .select_from(
            ticket.outerjoin(
                ticket_team,
                (ticket_team.c.tenant_id == ticket.c.tenant_id)
                & (ticket_team.c.ticket_id == ticket.c.id)
                & (ticket_team.c.team_key == ticket.c.team_key),
            )
        )
        .where(
            ticket.c.tenant_id == t,
            ticket.c.team_key.is_not(None),
            ticket_team.c.ticket_id.is_(None),
        )
    )
    said = (
        (lonely, "%s events have no payload row"),
        (orphans, "%s events belong to no ticket"),
        (teamless, "%s tickets are missing from their own team's list"),
    )
    for query, words in said:
        count = await unit.value(query)
        if count:
            found.append(words % count)
    return found


async def all_anchors(unit: Unit) -> list[Anchor]:
    """Every anchor of the tenant, oldest first."""
    columns = [anchor.c[f.name] for f in fields(Anchor)]
    query = select(*columns).where(anchor.c.tenant_id == unit.tenant_id).order_by(anchor.c.day)
    return [Anchor(**row._mapping) for row in await unit.rows(query)]
