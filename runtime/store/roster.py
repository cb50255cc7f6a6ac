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

_LOADS = (
    select(ticket.c.assignee_id, ticket.c.team_key, func.count().label("n"))
    .where(ticket.c.tenant_id == bindparam("tenant"), IS_OPEN, ticket.c.assignee_id.is_not(None))
    .group_by(ticket.c.assignee_id, ticket.c.team_key)
    .subquery()
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
        func.coalesce(_LOADS.c.n, 0).label("load"),
    )
    .join(
        person,
        (person.c.tenant_id == membership.c.tenant_id) & (person.c.id == membership.c.person_id),
    )
    .outerjoin(
        _LOADS,
        (_LOADS.c.assignee_id == membership.c.person_id)
        & (_LOADS.c.team_key == membership.c.team_key),
    )
    .where(membership.c.tenant_id == bindparam("tenant"), person.c.active)
    .order_by(membership.c.team_key, membership.c.person_id)
)
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
