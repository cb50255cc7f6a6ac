"""Assignment: who of a team takes the ticket, deterministic and explained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from engine.decide.verdict import Reason
from engine.model.desk import Desk, TeamModel
from engine.model.roster import Member, Roster

Chosen = tuple[str, str, Reason | None]
"""The assignee's id or "", the key of the team that has the ticket now, and why."""
SKILLED: Final = frozenset({"skill_then_load", "seniority_then_load"})
"""The ways to assign that look at skills."""
TOLD: Final = 20
"""So many members of a team are told with a decision: those who came nearest."""
# Who comes first for a ticket of a difficulty; who is not named never gets it.
_FIRST: Final[Mapping[str, tuple[str, ...]]] = {
    "easy": ("junior", "regular", "senior"),
    "hard": ("senior", "regular"),
}
NO_LIMIT: Final = 1_000_000
"""The room of a member without any limit."""


@dataclass(frozen=True, slots=True)
class Want:
    """What a ticket asks of whoever gets it. `difficulty`: easy, normal or hard."""

    skills: frozenset[str] = frozenset()
    difficulty: str = "normal"


NOTHING: Final = Want()


@dataclass(frozen=True, slots=True)
class Look:
    """A member as the assignment saw them.

    `why` they can't take the ticket: `away`, `full`, `junior`, `holds` (it is being taken from
    them), "" when they can. `lacks`: wanted skills they don't have; such a member comes last.
    """

    member: Member
    room: int
    why: str
    lacks: tuple[str, ...]
    rank: tuple[float | int | str, ...]


def assign(
    desk: Desk,
    team_key: str,
    roster: Roster,
    skills: frozenset[str] = frozenset(),
    keep: str = "",
    *,
    difficulty: str = "normal",
    but_not: str = "",
) -> Chosen:
    """Who gets a ticket that comes to `team_key`.

    `keep` is the last assignee there: a return goes to them when they are present, else to who
    stands in for them and has room. When all are saturated the overflow team is asked, each team
    once. `but_not`: a person from whom the ticket is being taken.
    """
    want = Want(skills, difficulty)
    asked: list[tuple[TeamModel, tuple[Look, ...]]] = []
    team = desk.teams.get(team_key)
    while team is not None and team.key not in {one.key for one, _ in asked}:
        looks = look(team, roster, want, but_not)
        asked.append((team, looks))
        by, chosen = _back(team, roster, looks, keep if len(asked) == 1 else "")
        if chosen is None and team.assignment != "manual":
            by, chosen = "rule", best(looks)
        if chosen is not None:
            return chosen.person_id, team.key, _why(asked, want, chosen, by, keep)
        if team.assignment == "manual":
            break
        team = desk.teams.get(team.overflow)
    return "", team_key, _why(asked, want, None, "", "") if asked else None


def cover(desk: Desk, team_key: str, roster: Roster, away: str, want: Want = NOTHING) -> Chosen:
    """Who takes a ticket whose assignee is away: the substitute, else whoever the team chooses.

    Where nobody has room, the substitute takes it beyond their capacity: that is what they are
    named for. Where there is none, the ticket waits in the team for anyone.
    """
    team = desk.teams.get(team_key)
    stand_in = substitute(roster, away, team_key)
    if team is not None and stand_in is not None and stand_in.load < room(stand_in, team):
        looks = look(team, roster, want, away)
        return stand_in.person_id, team_key, _why([(team, looks)], want, stand_in, "stands", away)
    person, final, reason = assign(
        desk, team_key, roster, want.skills, difficulty=want.difficulty, but_not=away
    )
    if person or team is None or stand_in is None:
        return person, final, reason
    looks = look(team, roster, want, away)
    return stand_in.person_id, team_key, _why([(team, looks)], want, stand_in, "over", away)


def relieve(
    desk: Desk, team_key: str, roster: Roster, to: Member, was: str, want: Want = NOTHING
) -> Chosen:
    """A ticket goes from `was` to a member of its team who has more room; the reason tells all."""
    team = desk.teams[team_key]
    looks = look(team, roster, want, was)
    return to.person_id, team_key, _why([(team, looks)], want, to, "rebalance", was)


def substitute(roster: Roster, person: str, team_key: str) -> Member | None:
    """Who stands in for somebody absent: the first present member of the team along the chain.

    None when the chain ends, leads back to where it was, or leads to somebody who has left.
    """
    seen = {person}
    at = roster.anywhere(person)
    while at is not None and at.absent and at.substitute and at.substitute not in seen:
        seen.add(at.substitute)
        here = roster.member(team_key, at.substitute)
        if here is not None and not here.absent:
            return here
        at = roster.anywhere(at.substitute)
    return None


def room(member: Member, team: TeamModel) -> int:
    """How many open tickets a member takes: their own capacity, the team's, or no limit."""
    own = member.capacity if member.capacity is not None else team.capacity
    return NO_LIMIT if own is None else own


def look(
    team: TeamModel, roster: Roster, want: Want = NOTHING, but_not: str = ""
) -> tuple[Look, ...]:
    """Every member of a team as its assignment sees them, the one who comes first in front.

    The order is total and does not depend on the order of the roster: those at work before those
    outside their working hours, who get a ticket where nobody else can; fewest skills lacking,
    seniority, load by share of capacity, load, who waited longest, id.
    """
    looks = (_look(team, member, want, but_not) for member in roster.members(team.key))
    return tuple(sorted(looks, key=lambda one: one.rank))


def best(looks: Iterable[Look]) -> Member | None:
    """The first who can take it."""
    return next((one.member for one in looks if not one.why), None)


def _look(team: TeamModel, member: Member, want: Want, but_not: str) -> Look:
    most = room(member, team)
    lacks = tuple(sorted(want.skills - member.skills)) if team.assignment in SKILLED else ()
    first = _FIRST.get(want.difficulty) if team.assignment == "seniority_then_load" else None
    tier = first.index(member.seniority) if first and member.seniority in first else 0
    why = ""
    if member.person_id == but_not:
        why = "holds"
    elif member.absent:
        why = "away"
    elif member.load >= most:
        why = "full"
    elif first and member.seniority not in first:
        why = "junior"
    turn = (member.last_assigned_us, member.person_id)
    share = member.load / most if most else 1.0
    busy = () if team.assignment == "round_robin" else (len(lacks), tier, share, member.load)
    return Look(member, most, why, lacks, (member.off, *busy, *turn))


def _back(
    team: TeamModel, roster: Roster, looks: tuple[Look, ...], keep: str
) -> tuple[str, Member | None]:
    """The last assignee of the team, or who stands in for them."""
    last = roster.member(team.key, keep) if keep else None
    if last is None or any(one.why == "holds" for one in looks if one.member is last):
        return "", None
    if not last.absent:
        return "back", last
    stand_in = substitute(roster, keep, team.key)
    fits = stand_in is not None and stand_in.load < room(stand_in, team)
    return "stands", stand_in if fits else None


def _why(
    asked: list[tuple[TeamModel, tuple[Look, ...]]],
    want: Want,
    chosen: Member | None,
    by: str,
    instead_of: str,
) -> Reason:
    """The reason, told of the team that decided; of the first one when none did."""
    team, looks = asked[-1] if chosen is not None else asked[0]
    said: dict[str, object] = {
        "how": team.assignment,
        "members": _told(team, looks, want, chosen),
        "chosen": chosen.name if chosen else "",
    }
    if chosen is not None:
        said["chosen_id"] = chosen.person_id
    if len(asked) > 1:
        said["asked"] = [
            {"team": one.key, "how": one.assignment, "members": _told(one, seen, want, chosen)}
            for one, seen in asked
        ]
    if want.skills:
        said["wants"] = sorted(want.skills)
    if want.difficulty != "normal":
        said["difficulty"] = want.difficulty
    if by and by != "rule":
        said["by"] = by
    if by in ("stands", "over", "rebalance"):
        names = [one.member.name for one in looks if one.member.person_id == instead_of]
        said["instead_of"] = names[0] if names else ""
    outcome = chosen.person_id if chosen else ""
    return Reason("assignee", outcome, f"teams/{team.id}", str(team.place), said=said)


def _told(
    team: TeamModel, looks: tuple[Look, ...], want: Want, chosen: Member | None
) -> list[dict[str, object]]:
    """Members by name, as many as are told: those in front, and always the one chosen."""
    kept = [one for at, one in enumerate(looks) if at < TOLD or one.member == chosen]
    kept.sort(key=lambda one: (one.member.name, one.member.person_id))
    return [_tell(team, one, want) for one in kept]


def _tell(team: TeamModel, one: Look, want: Want) -> dict[str, object]:
    member = one.member
    told: dict[str, object] = {
        "id": member.person_id,
        "name": member.name,
        "load": member.load,
        "capacity": None if one.room == NO_LIMIT else one.room,
        "absent": member.absent,
        "skills": sorted(member.skills & want.skills),
    }
    if member.absent and member.absent_until_us:
        told["until"] = member.absent_until_us
    if member.off and not member.absent:
        told["off"] = True
    if one.lacks:
        told["lacks"] = list(one.lacks)
    if team.assignment == "seniority_then_load":
        told["seniority"] = member.seniority
    if one.why:
        told["why"] = one.why
    return told
