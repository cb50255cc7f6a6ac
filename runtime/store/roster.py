"""The roster that decisions read: members of teams with their open tickets, holders of roles."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import bindparam, func, select

from engine.model.desk import Desk
from engine.model.roster import Member, Roster
from runtime.choices import choices_of
from runtime.store.rows import absent
from runtime.store.tables.people import membership, person, person_role
from runtime.store.tables.tickets import IS_OPEN, ticket
from runtime.store.unit import Unit

# Counted for each place by a walk of one range of `ix_ticket_load`: who asks for one team pays for
# the open tickets of that team alone.
_LOAD = (
    select(func.count())
    .where(
        ticket.c.tenant_id == membership.c.tenant_id,
        IS_OPEN,
        ticket.c.assignee_id == membership.c.person_id,
        ticket.c.team_key == membership.c.team_key,
    )
    .correlate(membership)
    .scalar_subquery()
)
_MEMBERS = (
    select(
        membership.c.team_key,
        membership.c.person_id,
        membership.c.lead,
        membership.c.skills,
        membership.c.capacity,
        membership.c.seniority,
        membership.c.last_assigned_us,
        person.c.name,
        person.c.absent_from_us,
        person.c.absent_to_us,
        person.c.substitute_id,
        person.c.profile,
        _LOAD.label("load"),
    )
    .join(
        person,
        (person.c.tenant_id == membership.c.tenant_id) & (person.c.id == membership.c.person_id),
    )
    .where(membership.c.tenant_id == bindparam("tenant"), person.c.active)
    .order_by(membership.c.team_key, membership.c.person_id)
)
_OF_TEAM = _MEMBERS.where(membership.c.team_key == bindparam("team"))
_HOLDERS = (
    select(person_role.c.role, person_role.c.person_id)
    .join(
        person,
        (person.c.tenant_id == person_role.c.tenant_id) & (person.c.id == person_role.c.person_id),
    )
    .where(person_role.c.tenant_id == bindparam("tenant"), person.c.active)
    .order_by(person_role.c.role, person_role.c.person_id)
)


async def roster(unit: Unit, desk: Desk | None = None) -> Roster:
    """All members of all teams with the open tickets they hold there, and who has which role.

    Who was deactivated is in neither: nobody waits for them, and nothing is sent to them. With a
    desk it says who is outside their working hours, which assignments want to know.
    """
    asked = {"tenant": unit.tenant_id}
    now = unit.now_us()
    teams: defaultdict[str, list[Member]] = defaultdict(list)
    for row in await unit.rows(_MEMBERS, asked):
        teams[row.team_key].append(_member(row, now, desk))
    roles: defaultdict[str, list[str]] = defaultdict(list)
    for row in await unit.rows(_HOLDERS, asked):
        roles[row.role].append(row.person_id)
    return Roster(
        {team: tuple(members) for team, members in teams.items()},
        {role: tuple(holders) for role, holders in roles.items()},
    )


async def members(unit: Unit, team_key: str) -> list[Member]:
    """The members of one team with the open tickets they hold there, as in the roster."""
    rows = await unit.rows(_OF_TEAM, {"tenant": unit.tenant_id, "team": team_key})
    now = unit.now_us()
    return [_member(row, now, None) for row in rows]


def _member(row: Any, now_us: int, desk: Desk | None) -> Member:
    off = (
        desk is not None
        and bool(row.profile)
        and not choices_of(row.profile).works(now_us, desk.tenant.zone, desk.calendars)
    )
    return Member(
        person_id=row.person_id,
        name=row.name,
        team=row.team_key,
        lead=row.lead,
        skills=frozenset(row.skills),
        capacity=row.capacity,
        load=row.load,
        last_assigned_us=row.last_assigned_us or 0,
        absent=absent(row.absent_from_us, row.absent_to_us, now_us),
        substitute=row.substitute_id or "",
        seniority=row.seniority or "regular",
        absent_until_us=row.absent_to_us or 0,
        off=off,
    )
