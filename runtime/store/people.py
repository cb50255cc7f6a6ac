"""Persons of a tenant, their roles and their places in teams."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    delete,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
    update,
)

from runtime.store import organisations
from runtime.store.accounts import same_address
from runtime.store.decoded import Decoded
from runtime.store.person_columns import NAMES, PERSON
from runtime.store.rows import Person, Search
from runtime.store.tables.people import membership, person, person_role
from runtime.store.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A person's place in a team; `capacity` None means the team's own, 0 takes none.

    `seniority`: junior, regular or senior in this team.
    """

    person_id: str
    team_key: str
    lead: bool = False
    skills: Sequence[str] = ()
    capacity: int | None = None
    seniority: str = "regular"


@dataclass(frozen=True, slots=True)
class Standing:
    """A person with all that a Viewer is made of."""

    person: Person
    roles: tuple[str, ...]
    teams: tuple[str, ...]
    leads: tuple[str, ...]
    colleagues: tuple[str, ...] = ()
    """The active people of a customer's organisation, themselves among them; 2,000 at most."""


PERSONS = select(*PERSON).where(person.c.tenant_id == bindparam("tenant"))
"""Everybody of a tenant, to be narrowed."""
_ONE = PERSONS.where(person.c.id == bindparam("id"))
_LISTED = Decoded(PERSON, lambda row: Person(**dict(zip(NAMES, row, strict=True))), 1_000)
_NAMED = select(*_LISTED.columns).where(
    person.c.tenant_id == bindparam("tenant"), person.c.id.in_(bindparam("ids", expanding=True))
)


async def persons_of_account(system: Unit, account_id: str) -> list[tuple[str, Person]]:
    """Each tenant in which an account is a person, with that person (a `store.system()` unit)."""
    query = select(person.c.tenant_id, *PERSON).where(
        person.c.account_id == account_id, person.c.active
    )
    rows = await system.rows(query.order_by(person.c.tenant_id, person.c.id))
    return [(row.tenant_id, as_person(row)) for row in rows]


async def add_person(unit: Unit, name: str, **more: Any) -> str:
    """Make a person and give their id; `more` are further columns (`kind`, `email`, …)."""
    unit.standing_changes()
    now = unit.now_us()
    row: dict[str, Any] = {
        "tenant_id": unit.tenant_id,
        "id": unit.new_id(),
        "kind": "customer",
        "name": name,
        "values": {},
        "active": True,
        "created_us": now,
        "changed_us": now,
        **more,
    }
    if row.get("email"):
        row["email"] = same_address(row["email"])
        if row["kind"] == "customer" and row.get("organisation_id") is None:
            row["organisation_id"] = await organisations.of_address(unit, row["email"])
    await unit.run(insert(person), row)
    return str(row["id"])


async def kept_one(unit: Unit, person_id: str) -> Person | None:
    """A person by id, or the record that stands for them after a merge."""
    found = await person_by_id(unit, person_id)
    seen = {person_id}
    while found is not None and found.merged_into_id and found.merged_into_id not in seen:
        seen.add(found.merged_into_id)
        found = await person_by_id(unit, found.merged_into_id)
    return found


async def change_person(unit: Unit, person_id: str, **changes: Any) -> None:
    """Write columns of a person."""
    unit.standing_changes()
    if changes.get("email"):
        changes["email"] = same_address(changes["email"])
    statement = update(person).where(person.c.tenant_id == unit.tenant_id, person.c.id == person_id)
    await unit.run(statement.values({"changed_us": unit.now_us(), **changes}))


async def person_by_id(unit: Unit, person_id: str) -> Person | None:
    """A person of the unit's tenant."""
    row = await unit.row(_ONE, {"tenant": unit.tenant_id, "id": person_id})
    return as_person(row) if row else None


async def persons_by_id(unit: Unit, ids: Iterable[str]) -> dict[str, Person]:
    """Persons by id; unknown ids are left out."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = await unit.rows(_NAMED, {"tenant": unit.tenant_id, "ids": wanted})
    return {row.id: _LISTED.of(row) for row in rows}


async def pictures_named(unit: Unit, digests: Iterable[str]) -> set[str]:
    """Those of some digests that are somebody's picture."""
    digest = person.c.profile["picture"].as_string()
    query = select(digest.label("digest")).where(
        person.c.tenant_id == unit.tenant_id, digest.in_(sorted(set(digests)))
    )
    return {row.digest for row in await unit.rows(query)}


async def find_person(
    unit: Unit, *, email: str | None = None, phone: str | None = None, external: str | None = None
) -> Person | None:
    """The oldest person with one of these identities; of one merged away, who stands for them."""
    same = []
    if email:
        same.append(person.c.email == same_address(email))
    if phone:
        same.append(person.c.phone == phone)
    if external:
        same.append(person.c.external_key == external)
    if not same:
        return None
    query = PERSONS.where(or_(*same)).order_by(person.c.id).limit(1)
    row = await unit.row(query, {"tenant": unit.tenant_id})
    if row is not None and row.merged_into_id:
        return await kept_one(unit, row.id)
    return as_person(row) if row else None


async def persons_with_email(unit: Unit, email: str) -> list[Person]:
    """Everybody with an address, active or not, the oldest first; without those merged away."""
    query = PERSONS.where(person.c.email == same_address(email), person.c.merged_into_id.is_(None))
    rows = await unit.rows(query.order_by(person.c.id), {"tenant": unit.tenant_id})
    return [as_person(row) for row in rows]


async def search_persons(
    unit: Unit, words: str = "", *, kind: str | None = None, after: str = "", limit: int = 50
) -> list[Person]:
    """Persons whose name, address or phone holds `words`, by id, after the id `after`."""
    query = PERSONS.where(person.c.id > after)
    if kind:
        query = query.where(person.c.kind == kind)
    if words:
        query = query.where(_holds(words))
    rows = await unit.rows(query.order_by(person.c.id).limit(limit), {"tenant": unit.tenant_id})
    return [as_person(row) for row in rows]


async def directory(unit: Unit, search: Search, limit: int) -> list[Person]:
    """People by name, those merged away left out."""
    c = person.c
    query = PERSONS.where(c.merged_into_id.is_(None))
    if search.kind:
        query = query.where(c.kind == search.kind)
    if search.active is not None:
        query = query.where(c.active if search.active else ~c.active)
    if search.organisation:
        query = query.where(c.organisation_id == search.organisation)
    if search.team:
        members = select(membership.c.person_id).where(
            membership.c.tenant_id == unit.tenant_id, membership.c.team_key == search.team
        )
        query = query.where(c.id.in_(members))
    if search.words:
        query = query.where(_holds(search.words))
    last = await person_by_id(unit, search.after) if search.after else None
    if last is not None:
        query = query.where(or_(c.name > last.name, and_(c.name == last.name, c.id > last.id)))
    rows = await unit.rows(query.order_by(c.name, c.id).limit(limit), {"tenant": unit.tenant_id})
    return [as_person(row) for row in rows]


def _holds(words: str) -> ColumnElement[bool]:
    low = words.strip().lower()
    return or_(
        func.lower(person.c.name).contains(low, autoescape=True),
        person.c.email.contains(low, autoescape=True),
        person.c.phone.contains(low, autoescape=True),
    )


async def set_roles(unit: Unit, person_id: str, roles: Iterable[str]) -> None:
    """Give a person exactly these roles."""
    unit.standing_changes()
    c = person_role.c
    mine = (c.tenant_id == unit.tenant_id, c.person_id == person_id)
    await unit.run(delete(person_role).where(*mine))
    rows = [
        {"tenant_id": unit.tenant_id, "person_id": person_id, "role": role}
        for role in sorted(set(roles))
    ]
    if rows:
        await unit.run(insert(person_role), rows)


async def set_memberships(unit: Unit, person_id: str, places: Sequence[Membership]) -> None:
    """Give a person exactly these places in teams; when they last got a ticket is kept."""
    unit.standing_changes()
    c = membership.c
    mine = (c.tenant_id == unit.tenant_id, c.person_id == person_id)
    query = select(c.team_key, c.last_assigned_us).where(*mine)
    last = {row.team_key: row.last_assigned_us for row in await unit.rows(query)}
    await unit.run(delete(membership).where(*mine))
    rows = [
        {
            "tenant_id": unit.tenant_id,
            "person_id": person_id,
            "team_key": place.team_key,
            "lead": place.lead,
            "skills": list(place.skills),
            "capacity": place.capacity,
            "seniority": place.seniority,
            "last_assigned_us": last.get(place.team_key),
        }
        for place in places
    ]
    if rows:
        await unit.run(insert(membership), rows)


async def places_of(unit: Unit, person_id: str) -> list[Membership]:
    """A person's places in teams, by the keys of the teams."""
    c = membership.c
    query = select(*(c[f.name] for f in fields(Membership))).where(
        c.tenant_id == unit.tenant_id, c.person_id == person_id
    )
    rows = await unit.rows(query.order_by(c.team_key))
    return [Membership(**row._mapping) for row in rows]


_HOLDS = union_all(
    select(
        literal("role").label("what"), person_role.c.role.label("key"), false().label("lead")
    ).where(
        person_role.c.tenant_id == bindparam("tenant"), person_role.c.person_id == bindparam("id")
    ),
    select(literal("team"), membership.c.team_key, membership.c.lead).where(
        membership.c.tenant_id == bindparam("tenant"), membership.c.person_id == bindparam("id")
    ),
).order_by("what", "key")


async def standing(unit: Unit, person_id: str) -> Standing | None:
    """A person with roles and teams, to make a Viewer of; None for an unknown or inactive one."""
    found = await person_by_id(unit, person_id)
    return await standing_of(unit, found) if found is not None and found.active else None


async def standing_of(unit: Unit, found: Person) -> Standing:
    """The standing of a person who was read already."""
    held = await unit.rows(_HOLDS, {"tenant": unit.tenant_id, "id": found.id})
    return Standing(
        found,
        tuple(row.key for row in held if row.what == "role"),
        tuple(row.key for row in held if row.what == "team"),
        tuple(row.key for row in held if row.what == "team" and row.lead),
        await _colleagues(unit, found),
    )


_MOST_COLLEAGUES = 2_000
_COLLEAGUES = (
    select(person.c.id)
    .where(
        person.c.tenant_id == bindparam("tenant"),
        person.c.organisation_id == bindparam("organisation"),
        person.c.kind == "customer",
        person.c.active,
    )
    .order_by(person.c.id)
    .limit(_MOST_COLLEAGUES)
)


async def _colleagues(unit: Unit, found: Person) -> tuple[str, ...]:
    if found.kind != "customer" or not found.organisation_id:
        return ()
    asked = {"tenant": unit.tenant_id, "organisation": found.organisation_id}
    return tuple(row.id for row in await unit.rows(_COLLEAGUES, asked))


_ASSIGNED = (
    update(membership)
    .where(
        membership.c.tenant_id == bindparam("tenant"),
        membership.c.person_id == bindparam("person"),
        membership.c.team_key == bindparam("team"),
    )
    .values(last_assigned_us=bindparam("at"))
)


async def mark_assigned(unit: Unit, team_key: str, person_id: str, at_us: int) -> None:
    """Remember that a person got a ticket in a team, for round robin."""
    unit.must_write()
    asked = {"tenant": unit.tenant_id, "person": person_id, "team": team_key, "at": at_us}
    await unit.run(_ASSIGNED, asked)


def as_person(row: Any) -> Person:
    """A row of `PERSONS` as a value."""
    return Person(**{name: row._mapping[name] for name in NAMES})
