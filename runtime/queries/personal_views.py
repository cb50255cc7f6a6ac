"""The lists that a person has saved for themselves."""

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


async def views_of(site: Site, tenant: str, viewer: Viewer) -> list[OwnView]:
    """Their lists, in the order in which they were made."""
    if viewer.person_id is None:
        return []
    async with site.store.unit(tenant) as unit:
        found = await personal_views.of_person(unit, viewer.person_id)
    return [OwnView(each.id, each.title, each.view, each.query) for each in found]
