"""Marks a person's notices read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from engine.facts import Viewer
from runtime.site.handles import Site
from runtime.store import notices

NoticeState = Literal["read", "unread", "done", "undone"]
MOST: Final = 200


async def read_notices(site: Site, tenant: str, viewer: Viewer, notice_id: str = "") -> None:
    """One notice of the viewer, or all of them."""
    async with site.store.unit(tenant, write=True) as unit:
        await notices.mark_read(unit, viewer.person_id or "", notice_id or None)


async def mark_notices(
    site: Site, tenant: str, viewer: Viewer, ids: Sequence[str], state: NoticeState
) -> None:
    """Some notices of the viewer: read, unread, put away as done, or taken up again."""
    async with site.store.unit(tenant, write=True) as unit:
        await notices.mark(unit, viewer.person_id or "", ids[:MOST], state)
