"""The lists that a person has saved for themselves, and how they see the others."""

from __future__ import annotations

from dataclasses import dataclass

from engine.facts import Viewer
from runtime.site.handles import Site
from runtime.store import personal_views


@dataclass(frozen=True, slots=True)
class OwnView:
    """One of them: over which view, and what its address asks for."""

    id: str
    title: str
    view: str
    query: str
    pinned: bool = False


async def views_of(site: Site, tenant: str, viewer: Viewer) -> list[OwnView]:
    """Their lists in their order."""
    if viewer.person_id is None:
        return []
    async with site.store.unit(tenant) as unit:
        found = await personal_views.of_person(unit, viewer.person_id)
    return [OwnView(each.id, each.title, each.view, each.query, each.pinned) for each in found]


async def display_of(site: Site, tenant: str, viewer: Viewer, view: str) -> str:
    """How they want to see a view, as the parameters of an address."""
    if viewer.person_id is None:
        return ""
    async with site.store.unit(tenant) as unit:
        return await personal_views.display_of(unit, viewer.person_id, view)
