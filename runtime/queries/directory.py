"""People and organisations for those who work here: found, read, and who may be the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.facts import Viewer
from engine.predicate import All, Op, Path, Predicate, Test
from runtime.queries.list_tickets import OPEN, Line, Wanted, list_tickets
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.store import doubles, organisations, people
from runtime.store.people import Membership
from runtime.store.rows import Merged, Organisation, Person, Search

PAGE: Final = 50
_SHOWN, _MOST_MEMBERS = 8, 200
_REQUESTER: Final = Path("requester", "requester", "person")
_FACTS: Final = ("email", "phone", "name")


@dataclass(frozen=True, slots=True)
class People:
    """A page of people with their organisations; `after`: the id to go on from, or ""."""

    rows: tuple[Person, ...]
    organisations: Mapping[str, Organisation]
    after: str = ""


async def find(site: Site, tenant: str, search: Search) -> People:
    """People by name."""
    async with site.store.unit(tenant) as unit:
        rows = await people.directory(unit, search, PAGE + 1)
        known = await organisations.by_ids(unit, (row.organisation_id for row in rows))
    after = rows[PAGE - 1].id if len(rows) > PAGE else ""
    return People(tuple(rows[:PAGE]), known, after)


@dataclass(frozen=True, slots=True)
class Card:
    """All that a person's page shows. `tickets`: the newest that the viewer may see."""

    person: Person
    organisation: Organisation | None = None
    roles: tuple[str, ...] = ()
    places: tuple[Membership, ...] = ()
    tickets: tuple[Line, ...] = ()
    count: int = 0
    open: int = 0
    doubles: tuple[Person, ...] = ()
    merges: tuple[Merged, ...] = ()


async def read_card(site: Site, live: Live, viewer: Viewer, person_id: str) -> Card | None:
    """A person, active or not; of one merged away the card of who is kept."""
    async with site.store.unit(live.tenant) as unit:
        person = await people.kept_one(unit, person_id)
        if person is None:
            return None
        standing = await people.standing_of(unit, person)
        places = await people.places_of(unit, person.id)
        belongs = await organisations.by_ids(unit, [person.organisation_id])
        customer = person.kind == "customer" and person.active
        same = await doubles.like(unit, person, identity(live)) if customer else []
        merges = await doubles.merges_into(unit, person) if customer else []
    where = Test(_REQUESTER, Op.IS, person.id)
    found = await list_tickets(site, live.tenant, viewer, Wanted(where, limit=_SHOWN))
    still = await list_tickets(site, live.tenant, viewer, Wanted(All((where, OPEN)), limit=1))
    return Card(
        person, next(iter(belongs.values()), None), standing.roles, tuple(places),
        found.lines, found.count, still.count, tuple(same), tuple(merges),
    )  # fmt: skip


def identity(live: Live) -> tuple[str, ...]:
    """The keys of the People spec's fields by which two records are one person."""
    return tuple(fact for fact in live.desk.identity if fact not in _FACTS)


@dataclass(frozen=True, slots=True)
class Home:
    """An organisation with its people and the open tickets of these that the viewer may see."""

    organisation: Organisation
    members: tuple[Person, ...]
    more: bool
    tickets: tuple[Line, ...] = ()
    count: int = 0


async def read_home(site: Site, live: Live, viewer: Viewer, organisation_id: str) -> Home | None:
    """An organisation's page; its tickets are those of its first 200 people."""
    async with site.store.unit(live.tenant) as unit:
        found = await organisations.by_id(unit, organisation_id)
        if found is None:
            return None
        search = Search(organisation=organisation_id)
        members = await people.directory(unit, search, _MOST_MEMBERS + 1)
    shown, ids = members[:_MOST_MEMBERS], tuple(one.id for one in members[:_MOST_MEMBERS])
    if not ids:
        return Home(found, (), more=False)
    theirs: Predicate = Test(_REQUESTER, Op.ONE_OF, ids)
    listed = await list_tickets(
        site, live.tenant, viewer, Wanted(All((theirs, OPEN)), limit=2 * _SHOWN)
    )
    more = len(members) > _MOST_MEMBERS
    return Home(found, tuple(shown), more, listed.lines, listed.count)


@dataclass(frozen=True, slots=True)
class Houses:
    """A page of organisations with how many active people each has."""

    rows: tuple[Organisation, ...]
    sizes: Mapping[str, int] = field(default_factory=dict)
    after: str = ""


async def find_organisations(site: Site, tenant: str, words: str, after: str) -> Houses:
    """Organisations in the order in which they were made."""
    async with site.store.unit(tenant) as unit:
        rows = await organisations.search(unit, words[:100], after=after, limit=PAGE + 1)
        sizes = await organisations.sizes(unit, (row.id for row in rows))
    return Houses(tuple(rows[:PAGE]), sizes, rows[PAGE - 1].id if len(rows) > PAGE else "")


async def every_organisation(site: Site, tenant: str) -> Sequence[Organisation]:
    """The first few hundred, to choose one."""
    async with site.store.unit(tenant) as unit:
        found = await organisations.search(unit, limit=500)
    return sorted((one for one in found if one.active), key=lambda one: one.name)


async def find_doubles(site: Site, live: Live) -> list[list[Person]]:
    """Groups of customers who may be one person each."""
    async with site.store.unit(live.tenant) as unit:
        return await doubles.groups(unit, identity(live))


async def organisation_of(site: Site, tenant: str, person: Person | None) -> Organisation | None:
    """The organisation that somebody belongs to."""
    if person is None or not person.organisation_id:
        return None
    async with site.store.unit(tenant) as unit:
        return await organisations.by_id(unit, person.organisation_id)
