"""A person keeps a list for themselves, or throws it away."""

from __future__ import annotations

from engine.facts import Viewer
from runtime.site.handles import Site
from runtime.store import personal_views

MOST = 30
"""So many lists of one person."""
MOST_CHARS = 2_000
_TITLE = 60


async def keep_view(
    site: Site, tenant: str, viewer: Viewer, title: str, view: str, query: str
) -> str | None:
    """Keep a list; gives its id, None where there are too many or it is too long."""
    title = " ".join(title.split())[:_TITLE]
    if not title or len(query) > MOST_CHARS or viewer.person_id is None:
        return None
    async with site.store.unit(tenant, write=True) as unit:
        if len(await personal_views.of_person(unit, viewer.person_id)) >= MOST:
            return None
        return await personal_views.add(unit, viewer.person_id, title, view, query)


async def drop_view(site: Site, tenant: str, viewer: Viewer, view_id: str) -> bool:
    """Throw one of one's own lists away."""
    async with site.store.unit(tenant, write=True) as unit:
        return await personal_views.drop(unit, viewer.person_id or "", view_id)
