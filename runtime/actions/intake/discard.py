"""Gives up what is in quarantine, with a person's reason; it is refused then, and stays counted."""

from __future__ import annotations

from engine.facts import Viewer
from runtime.site.handles import Site
from runtime.store import arrivals, journal
from runtime.store.journal import NewEvent


async def discard(site: Site, tenant: str, viewer: Viewer, arrival_id: str, why: str) -> bool:
    """Refuse it; False if it is not in quarantine any more."""
    async with site.store.unit(tenant, write=True) as unit:
        if not await arrivals.discard(unit, arrival_id, why, viewer.person_id):
            return False
        body = {"arrival": arrival_id, "why": why}
        event = NewEvent("intake_discarded", body, "person", viewer.person_id)
        await journal.append_admin(unit, [event])
    return True
