"""A person keeps lists for themselves: names, orders, pins and throws them away; and how they see
the others."""

from __future__ import annotations

from typing import Literal

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
    title = _named(title)
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


async def rename_view(site: Site, tenant: str, viewer: Viewer, view_id: str, title: str) -> bool:
    """Give one of one's own lists another name; an empty one changes nothing."""
    title = _named(title)
    async with site.store.unit(tenant, write=True) as unit:
        here = viewer.person_id or ""
        if not title:
            return any(one.id == view_id for one in await personal_views.of_person(unit, here))
        return await personal_views.change(unit, here, view_id, title=title)


async def pin_view(site: Site, tenant: str, viewer: Viewer, view_id: str, *, on: bool) -> bool:
    """Have one of one's own lists stand on top, or among the others."""
    async with site.store.unit(tenant, write=True) as unit:
        return await personal_views.change(unit, viewer.person_id or "", view_id, pinned=int(on))


async def move_view(
    site: Site, tenant: str, viewer: Viewer, view_id: str, way: Literal["up", "down"]
) -> bool:
    """Let one of one's own lists change places with its neighbour."""
    person = viewer.person_id or ""
    async with site.store.unit(tenant, write=True) as unit:
        ids = [one.id for one in await personal_views.of_person(unit, person)]
        if view_id not in ids:
            return False
        at = ids.index(view_id)
        ids.insert(max(0, at - 1) if way == "up" else at + 1, ids.pop(at))
        for place, each in enumerate(ids, start=1):
            await personal_views.change(unit, person, each, place=place)
    return True


async def keep_display(site: Site, tenant: str, viewer: Viewer, view: str, query: str) -> None:
    """Keep how the person wants to see a view; an empty `query` forgets it."""
    if viewer.person_id is None or len(query) > MOST_CHARS:
        return
    async with site.store.unit(tenant, write=True) as unit:
        await personal_views.keep_display(unit, viewer.person_id, view, query)


def _named(title: str) -> str:
    return " ".join(title.split())[:_TITLE]
