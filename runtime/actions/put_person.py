"""Makes a person of a tenant, or brings one up to date: sign-in, roles and places in teams."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from engine.model.desk import Desk
from runtime.actions.sign_in import HASHER
from runtime.site.handles import Site
from runtime.store import accounts, journal, people
from runtime.store.journal import NewEvent
from runtime.store.people import Membership
from runtime.store.unit import Unit

MIN_PASSWORD = 10


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a team, named by its id; `capacity` None is the team's, 0 takes none."""

    team: str
    lead: bool = False
    seniority: str = "regular"
    skills: tuple[str, ...] = ()
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class PersonOrder:
    """What a person shall be. `kind`: staff or customer.

    An empty `password` leaves the sign-in as it is.
    """

    email: str
    name: str = ""
    kind: str = "customer"
    locale: str = ""
    roles: Sequence[str] = ()
    teams: Sequence[Place] = ()
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Put:
    """How it went: `faults` say what is wrong, each with its cure; then nothing was written."""

    made: bool = False
    faults: tuple[str, ...] = ()


async def put_person(site: Site, tenant: str, order: PersonOrder) -> Put:
    """Make or change the person with this address; only the command line gets here."""
    live = site.desks.get(tenant)
    if live is None:
        known = _guess(tenant, site.desks.tenants())
        return Put(faults=(f"there is no tenant `{tenant}`; {known or 'publish it first'}",))
    faults = _faults(live.desk, order)
    if faults:
        return Put(faults=tuple(faults))
    hashed = await asyncio.to_thread(HASHER.hash, order.password) if order.password else None
    async with site.store.unit(tenant, write=True) as unit:
        account = await _account(unit, order, hashed)
        return Put(made=await _person(unit, live.desk, order, account))


def _faults(desk: Desk, order: PersonOrder) -> list[str]:
    found = []
    if "@" not in order.email:
        found.append(f"`{order.email}` is no e-mail address")
    if order.password and len(order.password) < MIN_PASSWORD:
        found.append(f"a password has at least {MIN_PASSWORD} characters")
    teams = {team.id for team in desk.teams.values()}
    for what, names, known in (
        ("role", order.roles, set(desk.roles) - {"requester"}),
        ("team", [place.team for place in order.teams], teams),
        ("skill", [one for place in order.teams for one in place.skills], set(desk.tenant.skills)),
    ):
        for name in names:
            if name not in known:
                cure = _guess(name, known) or f"{what}s are " + ", ".join(sorted(known))
                found.append(f"there is no {what} `{name}`; {cure}")
    if order.kind == "customer" and (order.roles or order.teams):
        found.append("roles and teams are for staff; add `--kind staff`")
    return found


async def _account(unit: Unit, order: PersonOrder, hashed: str | None) -> str | None:
    known = await accounts.account_by_email(unit, order.email)
    if known is None:
        return await accounts.add_account(unit, order.email, hashed) if hashed else None
    if hashed:
        await accounts.change_account(unit, known.id, password_hash=hashed)
    return known.id


async def _person(unit: Unit, desk: Desk, order: PersonOrder, account: str | None) -> bool:
    known = await people.find_person(unit, email=order.email)
    name = order.name or (known.name if known else order.email.partition("@")[0])
    given = {"kind": order.kind, "locale": order.locale or None, "account_id": account}
    if known is None:
        person_id = await people.add_person(unit, name, email=order.email, **given)
    else:
        person_id = known.id
        await people.change_person(unit, person_id, name=name, **given)
    keys = {team.id: team.key for team in desk.teams.values()}
    places = [
        Membership(
            person_id=person_id,
            team_key=keys[place.team],
            lead=place.lead,
            skills=place.skills,
            capacity=place.capacity,
            seniority=place.seniority,
        )
        for place in order.teams
    ]
    await people.set_roles(unit, person_id, order.roles)
    await people.set_memberships(unit, person_id, places)
    body = {"person": person_id, "roles": list(order.roles), "teams": [p.team for p in order.teams]}
    verb = "person_changed" if known else "person_made"
    event = NewEvent(verb, body, "system", subject_person_id=person_id)
    await journal.append_admin(unit, [event])
    return known is None


def _guess(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), 1)
    return f"did you mean `{close[0]}`?" if close else ""
