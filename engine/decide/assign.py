"""Assignment: who of a team takes the ticket, deterministic and explained."""

from __future__ import annotations

from collections.abc import Iterable

from engine.decide.verdict import Reason
from engine.model.desk import Desk, TeamModel
from engine.model.roster import Member, Roster


def assign(
    desk: Desk, team_key: str, roster: Roster, skills: frozenset[str] = frozenset(), keep: str = ""
) -> tuple[str, str, Reason | None]:
    """(assignee id or "", team key, reason) for a ticket that comes to `team_key`.

    `keep` is the last assignee there: a return goes to them when they are present. When all are
    saturated the overflow team is asked, each team once.
    """
    asked: list[str] = []
    team = desk.teams.get(team_key)
    while team is not None and team.key not in asked:
        asked.append(team.key)
        chosen = _in_team(team, roster, skills, keep)
        if chosen is not None or team.assignment == "manual":
            final = team.key if chosen else team_key
            return (chosen.person_id if chosen else ""), final, _why(team, chosen, roster, skills)
        team = desk.teams.get(team.overflow)
    first = desk.teams.get(team_key)
    return "", team_key, _why(first, None, roster, skills) if first else None


def _in_team(team: TeamModel, roster: Roster, skills: frozenset[str], keep: str) -> Member | None:
    members = _present(roster.members(team.key), roster)
    back = next((m for m in members if m.person_id == keep), None)
    if back is not None:
        return back
    if team.assignment == "manual":
        return None
    free = [m for m in members if m.load < room(m, team)]
    if team.assignment == "skill_then_load" and skills:
        able = [m for m in free if skills <= m.skills]
        free = able or free
    if not free:
        return None
    if team.assignment == "round_robin":
        return min(free, key=lambda m: (m.last_assigned_us, m.person_id))
    return min(
        free, key=lambda m: (m.load / room(m, team), m.load, m.last_assigned_us, m.person_id)
    )


def room(member: Member, team: TeamModel) -> int:
    """How many open tickets a member takes: their own capacity, the team's, or no limit."""
    return member.capacity or team.capacity or 1_000_000


def _present(members: Iterable[Member], roster: Roster) -> list[Member]:
    """Members at work; an absent one is replaced by their substitute of the same team."""
    everyone = list(members)
    here = {m.person_id: m for m in everyone if not m.absent}
    for away in (m for m in everyone if m.absent and m.substitute):
        stand_in = next((m for m in everyone if m.person_id == away.substitute), None)
        if stand_in is not None and not stand_in.absent:
            here.setdefault(stand_in.person_id, stand_in)
    return list(here.values())


def _why(team: TeamModel, chosen: Member | None, roster: Roster, skills: frozenset[str]) -> Reason:
    members = [
        {
            "name": m.name,
            "load": m.load,
            "capacity": room(m, team),
            "absent": m.absent,
            "skills": sorted(m.skills & skills),
        }
        for m in roster.members(team.key)[:20]
    ]
    said = {"how": team.assignment, "members": members, "chosen": chosen.name if chosen else ""}
    outcome = chosen.person_id if chosen else ""
    return Reason("assignee", outcome, f"teams/{team.id}", str(team.place), said=said)
