"""Puts into quarantine what could not be understood though it was tried again and again."""

from __future__ import annotations

from runtime.actions.intake.ending import Finish, end_apart
from runtime.site.handles import Site
from runtime.store.arrivals import QUARANTINED, Became, Learned


async def set_aside(site: Site, tenant: str, arrival_id: str, why: str, finish: Finish) -> None:
    """End its waiting with the reason; `finish` is called within the unit that does so."""
    became = Became(QUARANTINED, "failed", {"why": why[:300]})
    await end_apart(site, tenant, arrival_id, became, Learned(), finish)
