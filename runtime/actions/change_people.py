"""People of a tenant as a program keeps them: made and changed by whoever manages people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from engine.facts import Viewer
from engine.model.desk import Desk
from engine.values.base import ValueProblem
from engine.values.registry import check
from engine.values.written import written
from runtime.actions.outcome import NotFound
from runtime.actions.put_person import Place
from runtime.render.catalogues import N_
from runtime.site.handles import Site
from runtime.site.stored import thawed
from runtime.store import journal, organisations, people
from runtime.store.accounts import same_address
from runtime.store.journal import NewEvent
from runtime.store.people import Membership
from runtime.store.rows import Person
from runtime.store.unit import Unit

MANAGE: Final = "manage_people"
LONGEST_TAG, MOST_TAGS = 40, 30
_GROUPS: Final = {"customer": "customer", "staff": "staff"}
NO_CAUSE: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What a person shall be; what is None stays as it is. `fields`: raw by field id.

    `organisation`: an id, "" for none. `external`: the key that another system knows them by.
    """

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    kind: str | None = None
    locale: str | None = None
    active: bool | None = None
    fields: Mapping[str, object] = field(default_factory=dict)
    roles: Sequence[str] | None = None
    teams: Sequence[Place] | None = None
    organisation: str | None = None
    tags: Sequence[str] | None = None
    external: str | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    """Where in the change, a stable code, and what it is about."""

    at: str
    code: str
    about: str = ""
    value: ValueProblem | None = None


WRONG: Final[Mapping[str, str]] = {
    "missing": N_("It is needed"),
    "no_address": N_("It is no e-mail address"),
    "staff_only": N_("Roles and teams are for staff"),
    "email_taken": N_("Somebody else has this address"),
    "not_yourself": N_("Nobody shuts out themselves"),
    "unknown_role": N_("There is no role %(about)s"),
    "not_yours_to_give": N_("The role %(about)s has a function that you lack"),
    "unknown_team": N_("There is no team %(about)s"),
    "unknown_skill": N_("There is no skill %(about)s"),
    "unknown_organisation": N_("There is no such organisation"),
    "unknown_language": N_("There is no language %(about)s here"),
    "merged": N_("This record was merged into another"),
    "unknown_field": N_("There is no such field here"),
}
"""What the codes say to people, as msgids."""


@dataclass(frozen=True, slots=True)
class NotSaved:
    """Nothing was written, and why."""

    faults: tuple[Wrong, ...]


async def save_person(
    site: Site, tenant: str, viewer: Viewer, person_id: str, change: PersonChange
) -> Person | NotSaved | NotFound:
    """Make a person (an empty `person_id`), or change one; only who manages people may.

    Nobody gives a role that has a function they lack themselves.
    """
    live = site.desks.get(tenant)
    if live is None or MANAGE not in viewer.functions:
        return NotFound()
    async with site.store.unit(tenant, write=True) as unit:
        known = await people.person_by_id(unit, person_id) if person_id else None
        if person_id and known is None:
            return NotFound()
        checked = await check_person(unit, live.desk, viewer, known, change)
        if checked.faults:
            return NotSaved(checked.faults)
        return await put_person(unit, live.desk, viewer, known, change, checked.values)


@dataclass(frozen=True, slots=True)
class Checked:
    """A change that was looked at: the stored values after it, and what stands in its way."""

    values: Mapping[str, Any]
    faults: tuple[Wrong, ...]


async def check_person(
    unit: Unit, desk: Desk, viewer: Viewer, known: Person | None, change: PersonChange
) -> Checked:
    """Whether a change could be written; nothing is."""
    values, faults = _values(desk, known, change)
    faults += await _faults(unit, desk, viewer, known, change)
    return Checked(values, tuple(faults))


async def put_person(
    unit: Unit,
    desk: Desk,
    viewer: Viewer,
    known: Person | None,
    change: PersonChange,
    values: Mapping[str, Any],
    cause: Mapping[str, str] = NO_CAUSE,
) -> Person:
    """Write a change that was found good, with its entry in the journal. `cause`: what made it.

    What says nothing new is neither written nor noted.
    """
    columns = _columns(change, values)
    if known is not None and _says_nothing(known, change, columns):
        return known
    saved = await _write(unit, desk, known, change, columns)
    body = {"person": saved, "changed": sorted(_given(change)), **cause}
    verb = "person_changed" if known else "person_made"
    event = NewEvent(verb, body, "person", viewer.person_id, subject_person_id=saved)
    await journal.append_admin(unit, [event])
    found = await people.person_by_id(unit, saved)
    assert found is not None  # it was just written
    return found


def _says_nothing(known: Person, change: PersonChange, columns: Mapping[str, Any]) -> bool:
    if change.roles is not None or change.teams is not None:
        return False
    now = {name: getattr(known, name) for name in columns}
    return now | {"tags": list(known.tags or ())} == {"tags": list(known.tags or ()), **columns}


def _given(change: PersonChange) -> list[str]:
    named = (
        *("name", "email", "phone", "kind", "locale", "active", "roles", "teams"),
        *("organisation", "tags"),
    )
    return [name for name in named if getattr(change, name) is not None] + list(change.fields)


def _kind(known: Person | None, change: PersonChange) -> str:
    return change.kind or (known.kind if known else "customer")


def _values(
    desk: Desk, known: Person | None, change: PersonChange
) -> tuple[dict[str, Any], list[Wrong]]:
    """The stored values after the change; a sealed field is not for programs."""
    fields = desk.people.get(_GROUPS[_kind(known, change)], {})
    ids = {item.id: item for item in fields.values() if not item.sensitive}
    values = dict(known.values) if known else {}
    faults: list[Wrong] = []
    teams = {team.id: team.key for team in desk.teams.values()}
    for name, raw in change.fields.items():
        item = ids.get(name)
        if item is None:
            faults.append(Wrong(f"fields/{name}", "unknown_field"))
            continue
        found = written(item, raw, desk.tenant.zone, teams)
        wrong = found if isinstance(found, ValueProblem) else check(item, found)
        if wrong is not None:
            faults.append(Wrong(f"fields/{name}", "value", value=wrong))
        elif not isinstance(found, ValueProblem):
            values[item.key] = thawed(found)
    return {key: value for key, value in values.items() if value is not None}, faults


async def _faults(
    unit: Unit, desk: Desk, viewer: Viewer, known: Person | None, change: PersonChange
) -> list[Wrong]:
    found = list(_unknown(desk, viewer, change))
    named = change.name if known is None or change.name is not None else known.name
    if not (named or "").strip():
        found.append(Wrong("name", "missing"))
    if change.email and ("@" not in change.email or " " in change.email.strip()):
        found.append(Wrong("email", "no_address"))
    if _kind(known, change) == "customer" and (change.roles or change.teams):
        found.append(Wrong("roles" if change.roles else "teams", "staff_only"))
    other = await people.find_person(unit, email=change.email) if change.email else None
    if other is not None and (known is None or other.id != known.id):
        found.append(Wrong("email", "email_taken"))
    if change.organisation and await organisations.by_id(unit, change.organisation) is None:
        found.append(Wrong("organisation", "unknown_organisation"))
    if known is not None and known.merged_into_id:
        found.append(Wrong("name", "merged"))
    if known is not None and known.id == viewer.person_id and change.active is False:
        found.append(Wrong("active", "not_yourself"))
    return found


def _unknown(desk: Desk, viewer: Viewer, change: PersonChange) -> list[Wrong]:
    teams = {team.id for team in desk.teams.values()}
    found: list[Wrong] = []
    for number, role in enumerate(change.roles or ()):
        if role not in desk.roles or role == "requester":
            found.append(Wrong(f"roles/{number}", "unknown_role", role))
        elif desk.roles[role].functions - viewer.functions:
            found.append(Wrong(f"roles/{number}", "not_yours_to_give", role))
    for number, place in enumerate(change.teams or ()):
        if place.team not in teams:
            found.append(Wrong(f"teams/{number}/team", "unknown_team", place.team))
        for skill in place.skills:
            if skill not in desk.tenant.skills:
                found.append(Wrong(f"teams/{number}/skills", "unknown_skill", skill))
    return found


def _columns(change: PersonChange, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a change writes, by column; an empty text is none."""
    columns: dict[str, Any] = {
        name: given.strip() if isinstance(given, str) else given
        for name in ("name", "email", "phone", "kind", "locale", "active")
        if (given := getattr(change, name)) is not None
    }
    if columns.get("email"):
        columns["email"] = same_address(columns["email"])
    columns["values"] = dict(values)
    if change.organisation is not None:
        columns["organisation_id"] = change.organisation
    if change.tags is not None:
        columns["tags"] = list(clean_tags(change.tags))
    if change.external is not None:
        columns["external_key"] = change.external
    return {name: None if value == "" else value for name, value in columns.items()}


async def _write(
    unit: Unit,
    desk: Desk,
    known: Person | None,
    change: PersonChange,
    columns: Mapping[str, Any],
) -> str:
    if known is None:
        person_id = await people.add_person(unit, **columns)
    else:
        person_id = known.id
        await people.change_person(unit, person_id, **columns)
    if change.roles is not None:
        await people.set_roles(unit, person_id, change.roles)
    if change.teams is not None:
        keys = {team.id: team.key for team in desk.teams.values()}
        await people.set_memberships(
            unit, person_id, [_membership(person_id, keys, place) for place in change.teams]
        )
    return person_id


def clean_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Tags without blanks and repeats, a sane many of a sane length."""
    named = (" ".join(one.split())[:LONGEST_TAG] for one in tags)
    return tuple(dict.fromkeys(one for one in named if one))[:MOST_TAGS]


def _membership(person_id: str, keys: Mapping[str, str], place: Place) -> Membership:
    return Membership(
        person_id=person_id,
        team_key=keys[place.team],
        lead=place.lead,
        skills=place.skills,
        capacity=place.capacity,
        seniority=place.seniority,
    )
