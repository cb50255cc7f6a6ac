"""Who works how much: the members of the teams that a viewer leads, and one person's places."""

from __future__ import annotations

from dataclasses import dataclass

from engine.decide.assign import NO_LIMIT, room
from engine.decide.who import manages
from engine.facts import Viewer
from engine.model.desk import TeamModel
from engine.model.roster import Member, Roster
from runtime.site.handles import Site
from runtime.store import people
from runtime.store.roster import roster
from runtime.store.rows import Person


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody's place in a team; `capacity` is what counts there, None: no limit.

    `person`: who it is, where several people are told of.
    """

    team: TeamModel
    member: Member
    capacity: int | None
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class Worker:
    """A person with their places, in the order of the teams.

    `leads`: the viewer may share out their backlog. `colleagues`: who may stand in for them, the
    members of their teams first among all staff with a team, by name.
    """

    person: Person
    places: tuple[Place, ...]
    leads: bool
    colleagues: tuple[Member, ...]
    substitute: Person | None = None


async def team_workload(site: Site, tenant: str, viewer: Viewer) -> tuple[Place, ...]:
    """Every place in the teams that the viewer leads, team by team, members by name.

    Who manages people sees all teams; who leads none sees nothing.
    """
    live = site.desks.get(tenant)
    if live is None:
        return ()
    every = "manage_people" in viewer.functions
    async with site.store.unit(tenant) as unit:
        found = await roster(unit)
        teams = [t for t in live.desk.teams.values() if every or t.key in viewer.leads]
        ids = {member.person_id for team in teams for member in found.members(team.key)}
        known = await people.persons_by_id(unit, ids)
    return tuple(
        _place(team, member, known.get(member.person_id))
        for team in teams
        for member in sorted(found.members(team.key), key=lambda m: (m.name, m.person_id))
    )


async def read_worker(site: Site, tenant: str, viewer: Viewer, person_id: str) -> Worker | None:
    """One of the staff, for themselves, a lead of theirs, or who manages people; else None."""
    live = site.desks.get(tenant)
    if live is None:
        return None
    async with site.store.unit(tenant) as unit:
        found = await roster(unit)
        person = await people.person_by_id(unit, person_id)
        if person is None or not person.active or person.kind != "staff":
            return None
        if viewer.person_id != person_id and not manages(viewer, found, person_id):
            return None
        other = person.substitute_id
        substitute = await people.person_by_id(unit, other) if other else None
    places = tuple(
        _place(team, member)
        for team in live.desk.teams.values()
        if (member := found.member(team.key, person_id)) is not None
    )
    may_lead = manages(viewer, found, person_id)
    return Worker(person, places, may_lead, _colleagues(found, person_id), substitute)


def _place(team: TeamModel, member: Member, person: Person | None = None) -> Place:
    most = room(member, team)
    return Place(team, member, None if most == NO_LIMIT else most, person)


def _colleagues(found: Roster, person_id: str) -> tuple[Member, ...]:
    mine = {key for key in found.teams if found.member(key, person_id) is not None}
    near: dict[str, tuple[bool, Member]] = {}
    for key in sorted(found.teams):
        for member in found.members(key):
            known = near.get(member.person_id)
            if member.person_id != person_id and (known is None or (known[0] and key in mine)):
                near[member.person_id] = (key not in mine, member)
    ordered = sorted(near.values(), key=lambda one: (one[0], one[1].name, one[1].person_id))
    return tuple(member for _, member in ordered)
