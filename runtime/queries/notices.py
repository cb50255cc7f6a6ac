"""A person's own notices."""

from __future__ import annotations

from engine.facts import Viewer
from runtime.site.handles import Site
from runtime.store import notices
from runtime.store.notices import Notice


async def unread_count(site: Site, tenant: str, viewer: Viewer) -> int:
    """How many notices the viewer has not read, at most 100."""
    async with site.store.unit(tenant) as unit:
        return await notices.unread(unit, viewer.person_id or "")


async def read_inbox(site: Site, tenant: str, viewer: Viewer, before: str) -> list[Notice]:
    """The viewer's notices, newest first."""
    async with site.store.unit(tenant) as unit:
        return await notices.inbox(unit, viewer.person_id or "", before=before or None)


async def read_notice(site: Site, tenant: str, viewer: Viewer, notice_id: str) -> Notice | None:
    """One notice of the viewer's own."""
    async with site.store.unit(tenant) as unit:
        return await notices.one(unit, viewer.person_id or "", notice_id)
