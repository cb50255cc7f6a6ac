"""Rebalancing: which tickets of a person go to which colleague, and why the others stay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from engine.decide.assign import NO_LIMIT, NOTHING, Look, Want, look
from engine.model.desk import Desk
from engine.model.roster import Member, Roster

Why = Literal["waiting", "no_member", "away", "full", "skills", "junior", "even"]
"""Why a ticket stays: it waits for somebody else, the team has nobody else or all are away, full,
lack a skill or are too junior, or nobody would be better off than the one who has it."""
_WEIGHT: Final = {"urgent": 0, "high": 1, "normal": 2, "low": 3}
_NOT_BEGUN: Final = {"new": 0, "active": 1, "waiting": 2}


@dataclass(frozen=True, slots=True)
class Held:
    """An open ticket of the person whose backlog is looked at; `since_us` when it was opened."""

    number: str
    team: str
    phase: str
    priority: str
    since_us: int
    want: Want = NOTHING


@dataclass(frozen=True, slots=True)
class Hand:
    """One move of the plan. `load` and `capacity` are the receiver's before it, None: no limit."""

    number: str
    team: str
    to: str
    name: str
    load: int
    capacity: int | None
    has: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stay:
    """A ticket that stays where it is, and why."""

    number: str
    why: Why


@dataclass(frozen=True, slots=True)
class Plan:
    """What would move, in this order, and what would not."""

    hands: tuple[Hand, ...]
    stays: tuple[Stay, ...]


def rebalance(
    desk: Desk, roster: Roster, person: str, tickets: Iterable[Held], *, waiting: bool = False
) -> Plan:
    """Level one person's backlog over their teams; of somebody away everything goes that can.

    Each ticket stays in its team and goes to who comes first by the team's own rule, if they are
    present, have room, every skill it wants and the seniority it needs; and only while they are
    less busy afterwards than the holder was. What nobody has begun goes first, then what is more
    urgent, then what is older. Tickets that wait go only where `waiting` says so. The answer
    depends on nothing but its arguments, in whatever order people and tickets stand.
    """
    hands: list[Hand] = []
    stays: list[Stay] = []
    for held in sorted(tickets, key=_order):
        found = _one(desk, roster, person, held, waiting=waiting)
        if isinstance(found, Stay):
            stays.append(found)
        else:
            hands.append(found)
            roster = _moved(roster, held.team, person, found.to)
    return Plan(tuple(hands), tuple(stays))


def _order(held: Held) -> tuple[int, int, int, str]:
    weight = _WEIGHT.get(held.priority, len(_WEIGHT))
    return _NOT_BEGUN.get(held.phase, 0), weight, held.since_us, held.number


def _one(desk: Desk, roster: Roster, person: str, held: Held, *, waiting: bool) -> Hand | Stay:
    if held.phase == "waiting" and not waiting:
        return Stay(held.number, "waiting")
    team = desk.teams.get(held.team)
    looks = look(team, roster, held.want, person) if team is not None else ()
    others = [one for one in looks if one.why != "holds"]
    fit = [one for one in others if not one.why and not one.lacks]
    if not fit:
        return Stay(held.number, _why(others))
    holder = next((one for one in looks if one.why == "holds"), None)
    better = [one for one in fit if _relieves(holder, one)]
    if not better or team is None:
        return Stay(held.number, "even")
    return _hand(held, better[0])


def _hand(held: Held, to: Look) -> Hand:
    member = to.member
    limited = to.room < NO_LIMIT
    has = tuple(sorted(held.want.skills & member.skills))
    return Hand(
        held.number, held.team, member.person_id, member.name,
        member.load, to.room if limited else None, has,
    )  # fmt: skip


def _why(others: Sequence[Look]) -> Why:
    """What stands in the way of those who come nearest."""
    if not others:
        return "no_member"
    here = [one for one in others if one.why != "away"]
    if not here:
        return "away"
    free = [one for one in here if one.why != "full"]
    if not free:
        return "full"
    return "skills" if any(not one.why for one in free) else "junior"


def _relieves(holder: Look | None, to: Look) -> bool:
    """Whether the receiver will be no busier with the ticket than the holder without it."""
    if holder is None or holder.member.absent:
        return True
    mine, theirs = holder.member.load - 1, to.member.load + 1
    if holder.room >= NO_LIMIT or to.room >= NO_LIMIT:
        return theirs <= mine
    return theirs * holder.room <= mine * to.room


def _moved(roster: Roster, team: str, away_from: str, to: str) -> Roster:
    """The roster after one ticket of a team changed hands."""

    def counted(member: Member) -> Member:
        change = (member.person_id == to) - (member.person_id == away_from)
        return replace(member, load=member.load + change) if change else member

    members = tuple(counted(member) for member in roster.members(team))
    return replace(roster, teams={**roster.teams, team: members})
