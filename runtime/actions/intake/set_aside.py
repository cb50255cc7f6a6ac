"""Puts into quarantine what could not be understood though it was tried again and again."""

from __future__ import annotations

from runtime.actions.intake.understand import Finish
from runtime.site.handles import Site
from runtime.store import arrivals
from runtime.store.arrivals import QUARANTINED, Became


async def set_aside(site: Site, tenant: str, arrival_id: str, why: str, finish: Finish) -> None:
    """End its waiting with the reason; `finish` is called within the unit that does so."""
    async with site.store.unit(tenant, write=True) as unit:
        became = Became(QUARANTINED, "failed", {"why": why[:300]})
        await arrivals.end(unit, arrival_id, became)
        await finish(unit)
