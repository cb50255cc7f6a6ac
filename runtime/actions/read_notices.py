"""Marks a person's notices read."""

from __future__ import annotations

from engine.facts import Viewer
from runtime.site.handles import Site
from runtime.store import notices


async def read_notices(site: Site, tenant: str, viewer: Viewer, notice_id: str = "") -> None:
    """One notice of the viewer, or all of them."""
    async with site.store.unit(tenant, write=True) as unit:
        await notices.mark_read(unit, viewer.person_id or "", notice_id or None)
