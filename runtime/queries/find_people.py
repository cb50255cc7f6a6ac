"""People of a tenant for those who work there: found by name, e-mail or phone, named by id."""

from __future__ import annotations

from collections.abc import Iterable

from engine.facts import Viewer
from runtime.site.handles import Site
from runtime.store import people
from runtime.store.rows import Person

MOST = 8


async def find_people(site: Site, tenant: str, viewer: Viewer, words: str) -> list[Person]:
    """Active people whose name, e-mail or phone holds the words; nothing for who is no staff."""
    if not viewer.is_staff or not words.strip():
        return []
    async with site.store.unit(tenant) as unit:
        found = await people.search_persons(unit, words.strip()[:100], limit=MOST * 2)
    return [person for person in found if person.active][:MOST]


async def read_person(site: Site, tenant: str, viewer: Viewer, person_id: str) -> Person | None:
    """An active person of the tenant by id, for staff."""
    if not viewer.is_staff or not person_id:
        return None
    async with site.store.unit(tenant) as unit:
        found = await people.person_by_id(unit, person_id)
    return found if found is not None and found.active else None


async def person_named(site: Site, tenant: str, viewer: Viewer, name: str) -> Person | None:
    """An active person by id or e-mail, as programs name them; an outsider finds themselves
    alone."""
    async with site.store.unit(tenant) as unit:
        by_email = people.find_person(unit, email=name) if "@" in name else None
        found = await (by_email or people.person_by_id(unit, name))
    theirs = found is not None and (viewer.is_staff or found.id == viewer.person_id)
    return found if found is not None and found.active and theirs else None


async def person_with_email(site: Site, tenant: str, email: str) -> Person | None:
    """The person with an address, for the operator; None too where there is no such tenant."""
    if site.desks.get(tenant) is None:
        return None
    async with site.store.unit(tenant) as unit:
        return await people.find_person(unit, email=email)


async def names_of(site: Site, tenant: str, ids: Iterable[str]) -> dict[str, str]:
    """Names by id; unknown ids are left out."""
    wanted = set(ids)
    if not wanted:
        return {}
    async with site.store.unit(tenant) as unit:
        found = await people.persons_by_id(unit, wanted)
    return {person.id: person.name for person in found.values()}
