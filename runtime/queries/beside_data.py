"""Visits and booked time of a ticket as plain data, as far as the viewer may know of them."""

from __future__ import annotations

from typing import Any

from engine.facts import Viewer
from engine.model.desk import Desk
from runtime.queries.beside import Beside, beside_ticket, planned_visits
from runtime.queries.read_ticket import Seen
from runtime.queries.ticket_data import instant
from runtime.site.handles import Site


async def beside_of(site: Site, tenant: str, viewer: Viewer, seen: Seen) -> Beside:
    """What stands beside a ticket: whoever does not work here knows of the visits to come alone."""
    if viewer.is_staff:
        return await beside_ticket(site, tenant, seen.row.id, viewer, plans=False)
    return await planned_visits(site, tenant, seen.row.id)


def visits_data(desk: Desk, beside: Beside, viewer: Viewer) -> list[dict[str, Any]]:
    """The visits, the earliest first; their notes are for who works here."""
    return [
        {
            "id": one.id,
            "starts_at": instant(desk, one.starts_us),
            "ends_at": instant(desk, one.ends_us),
            "state": one.state,
            "person": _mark(one.person_id, beside) if one.person_id else None,
            "place": one.place,
            **({"note": one.note} if viewer.is_staff else {}),
        }
        for one in beside.visits
    ]


def time_data(desk: Desk, beside: Beside) -> list[dict[str, Any]]:
    """What was booked and holds, by day."""
    return [
        {
            "id": one.id,
            "day": one.day,
            "minutes": one.minutes,
            "note": one.note,
            "person": _mark(one.person_id, beside),
            "booked_at": instant(desk, one.at_us),
        }
        for one in beside.spent
    ]


def _mark(person_id: str, beside: Beside) -> dict[str, Any]:
    return {"id": person_id, "name": beside.names.get(person_id)}
