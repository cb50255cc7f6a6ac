"""Understands once more what is in quarantine or was refused, e.g. after a change of the specs."""

from __future__ import annotations

from engine.facts import Viewer
from runtime.actions.intake.record import KIND
from runtime.site.handles import Site
from runtime.store import arrivals, jobs, journal
from runtime.store.jobs import NewJob
from runtime.store.journal import NewEvent


async def replay(site: Site, tenant: str, viewer: Viewer, arrival_id: str) -> bool:
    """Let it wait anew, with a job of its own; False if it waits already, or has ended well."""
    async with site.store.unit(tenant, write=True) as unit:
        found = await arrivals.hold(unit, arrival_id)
        if found is None or not await arrivals.again(unit, arrival_id):
            return False
        key = f"{arrival_id}:{found.attempts}:{unit.now_us()}"
        await jobs.enqueue(unit, [NewJob(KIND, key, unit.now_us(), {"arrival": arrival_id})])
        body = {"arrival": arrival_id, "was": found.state, "reason": found.reason or ""}
        event = NewEvent("intake_replayed", body, "person", viewer.person_id)
        await journal.append_admin(unit, [event])
    return True
