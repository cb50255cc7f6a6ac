"""The people of a case as decisions know them: viewers, the roster, and what is known of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from engine.facts import Ask, Facts, Value, Viewer
from engine.instant import from_us
from engine.model.desk import Desk
from engine.model.roster import Member, Roster
from engine.trial.plan import Actor

SYSTEM: Final = Viewer(person_id=None, name="Specdesk")
_GROUPS: Final = {"requester": "requester", "customer": "customer", "assignee": "staff"}


def ask(desk: Desk, viewer: Viewer, now_us: int) -> Ask:
    """The circumstances of a question at an instant of a case."""
    return Ask(now_us, viewer, from_us(now_us, desk.tenant.zone).date().isoformat())


def viewer(desk: Desk, actor: Actor | None) -> Viewer:
    """Somebody of the case as who asks; nobody is the system."""
    if actor is None:
        return SYSTEM
    held = [desk.roles[role] for role in actor.roles if role in desk.roles]
    return Viewer(
        person_id=actor.id,
        name=actor.name,
        roles=frozenset().union(*(role.includes for role in held)),
        teams=frozenset(actor.teams),
        leads=frozenset(actor.leads),
        functions=frozenset().union(*(role.functions for role in held)),
        is_staff=actor.is_staff,
    )


def roster(people: Mapping[str, Actor], given: Mapping[tuple[str, str], int]) -> Roster:
    """Everybody of the case in their teams. `given`: (team, person) → when they last got a ticket
    in this case, in microseconds."""
    teams: dict[str, list[Member]] = {}
    roles: dict[str, list[str]] = {}
    for actor in sorted(people.values(), key=lambda one: one.id):
        for team in actor.teams:
            at_us = given.get((team, actor.id), 0)
            teams.setdefault(team, []).append(_member(actor, team, at_us))
        for role in actor.roles:
            roles.setdefault(role, []).append(actor.id)
    return Roster(
        {team: tuple(members) for team, members in teams.items()},
        {role: tuple(ids) for role, ids in roles.items()},
    )


def _member(actor: Actor, team: str, at_us: int) -> Member:
    return Member(
        person_id=actor.id,
        name=actor.name,
        team=team,
        lead=team in actor.leads,
        skills=actor.skills,
        capacity=actor.capacity,
        load=actor.load,
        last_assigned_us=at_us,
        absent=actor.absent,
        substitute=actor.substitute,
        seniority=actor.seniority,
    )


def known(desk: Desk, people: Mapping[str, Actor], facts: Facts) -> Facts:
    """The facts with what is known of the people who belong to the ticket now."""
    found: dict[str, Value] = {}
    for word in _GROUPS:
        actor = people.get(facts.text(word))
        if actor is not None:
            found |= of_person(desk, word, actor)
    kept = {name: value for name, value in facts.values.items() if not _is_of_assignee(name)}
    return replace(facts, values={**found, **kept})


def of_person(desk: Desk, word: str, actor: Actor) -> dict[str, Value]:
    """One person's fields under a relation word, defaults where nothing is said."""
    fields = desk.people.get(_GROUPS[word], {})
    found: dict[str, Value] = {
        f"{word}.{key}": actor.values.get(key, item.default) for key, item in fields.items()
    }
    found[f"{word}.name"] = actor.name
    return found


def _is_of_assignee(name: str) -> bool:
    return name.startswith("assignee.")
