"""People as plain data for programs: who works here finds them, who manages them sees places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.facts import Viewer
from engine.values.registry import is_empty
from runtime.queries.ticket_data import instant, value_data
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.site.stored import frozen
from runtime.store import organisations, people
from runtime.store.people import Membership
from runtime.store.rows import Organisation, Person

MANAGE: Final = "manage_people"


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of people as data, and the id after which the next one begins ("" on the last)."""

    items: Sequence[dict[str, Any]]
    after: str


async def page_of_people(
    site: Site, live: Live, viewer: Viewer, words: str, kind: str, after: str, limit: int
) -> PeoplePage:
    """People whose name, e-mail or phone holds the words; an outsider finds nobody."""
    if not viewer.is_staff:
        return PeoplePage((), "")
    async with site.store.unit(live.tenant) as unit:
        found = await people.search_persons(
            unit, words[:100], kind=kind or None, after=after, limit=limit + 1
        )
    items = [person_data(live, viewer, one) for one in found[:limit]]
    return PeoplePage(items, found[limit - 1].id if len(found) > limit else "")


async def one_person(
    site: Site, live: Live, viewer: Viewer, person_id: str
) -> dict[str, Any] | None:
    """A person for who works here, or oneself; with roles and places for who manages people."""
    if not (viewer.is_staff or person_id == viewer.person_id):
        return None
    async with site.store.unit(live.tenant) as unit:
        found = await people.person_by_id(unit, person_id)
        if found is None:
            return None
        told = person_data(live, viewer, found)
        if MANAGE in viewer.functions or found.id == viewer.person_id:
            standing = await people.standing_of(unit, found)
            told["roles"] = list(standing.roles)
            told["teams"] = [_place(live, p) for p in await people.places_of(unit, found.id)]
    return told


def person_data(live: Live, viewer: Viewer, person: Person) -> dict[str, Any]:
    """One person; sealed fields are nobody's to read here."""
    desk = live.desk
    fields = desk.people.get("staff" if person.kind == "staff" else "customer", {})
    return {
        "id": person.id,
        "kind": person.kind,
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "locale": person.locale,
        "active": person.active,
        "organisation": person.organisation_id,
        "tags": list(person.tags or ()),
        "merged_into": person.merged_into_id,
        "absent_from": instant(desk, person.absent_from_us),
        "absent_until": instant(desk, person.absent_to_us),
        "fields": {
            item.id: value_data(live, item, frozen(person.values.get(key)))
            for key, item in fields.items()
            if not item.sensitive and (viewer.is_staff or not is_empty(person.values.get(key)))
        },
        "created_at": instant(desk, person.created_us),
        "updated_at": instant(desk, person.changed_us),
    }


async def page_of_organisations(
    site: Site, live: Live, viewer: Viewer, words: str, after: str, limit: int
) -> PeoplePage:
    """Organisations whose name or a domain holds the words; an outsider finds none."""
    if not viewer.is_staff:
        return PeoplePage((), "")
    async with site.store.unit(live.tenant) as unit:
        found = await organisations.search(unit, words[:100], after=after, limit=limit + 1)
        sizes = await organisations.sizes(unit, [one.id for one in found])
    items = [organisation_data(live, one, sizes.get(one.id, 0)) for one in found[:limit]]
    return PeoplePage(items, found[limit - 1].id if len(found) > limit else "")


async def one_organisation(
    site: Site, live: Live, viewer: Viewer, organisation_id: str
) -> dict[str, Any] | None:
    """An organisation, for who works here."""
    if not viewer.is_staff:
        return None
    async with site.store.unit(live.tenant) as unit:
        found = await organisations.by_id(unit, organisation_id)
        sizes = await organisations.sizes(unit, [organisation_id])
    return organisation_data(live, found, sizes.get(organisation_id, 0)) if found else None


def organisation_data(live: Live, one: Organisation, people_count: int) -> dict[str, Any]:
    """One organisation."""
    return {
        "id": one.id,
        "name": one.name,
        "level": one.level,
        "tags": list(one.tags),
        "domains": list(one.domains),
        "note": one.note,
        "active": one.active,
        "people": people_count,
        "created_at": instant(live.desk, one.created_us),
        "updated_at": instant(live.desk, one.changed_us),
    }


def _place(live: Live, place: Membership) -> dict[str, Any]:
    team = live.desk.teams.get(place.team_key)
    return {
        "team": team.id if team else place.team_key,
        "lead": place.lead,
        "skills": list(place.skills),
        "capacity": place.capacity,
        "seniority": place.seniority,
    }
