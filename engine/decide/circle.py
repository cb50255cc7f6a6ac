"""Who may approve now, and what their answers come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.decide.pending import Vote
from engine.decide.who import people
from engine.facts import Facts, Viewer
from engine.model.desk import Desk
from engine.model.roster import Member, Roster
from engine.model.ticket_type import Approval

Outcome = Literal["open", "granted", "refused"]


@dataclass(frozen=True, slots=True)
class Circle:
    """`seats`: who is asked, without the asker; `stands_in`: substitute → the absent one."""

    seats: tuple[str, ...]
    stands_in: Mapping[str, str] = field(default_factory=dict)

    @property
    def hands(self) -> tuple[str, ...]:
        """Everyone whose answer counts."""
        return tuple(dict.fromkeys((*self.seats, *self.stands_in)))


def circle(desk: Desk, approval: Approval, facts: Facts, roster: Roster, asker: str) -> Circle:
    """Who is asked at this moment; for somebody absent their substitute may answer as well."""
    seats = tuple(p for p in people(desk, approval.of, facts, roster) if p != asker)
    members: dict[str, Member] = {m.person_id: m for team in roster.teams.values() for m in team}
    stands_in: dict[str, str] = {}
    for seat in seats:
        member = members.get(seat)
        if member is not None and member.absent and member.substitute not in ("", asker):
            stands_in.setdefault(member.substitute, seat)
    return Circle(seats, stands_in)


def enough(approval: Approval, found: Circle) -> bool:
    """Whether there are people enough for it ever to be granted."""
    return len(found.seats) >= max(approval.votes, 1)


def outcome(approval: Approval, found: Circle, votes: Iterable[Vote]) -> Outcome:
    """What the answers come to: only of those who may still give one, each person once.

    Somebody absent and who answers for them give one answer: their own, where both have answered.
    """
    counted = {vote.person: vote.granted for vote in votes if vote.person in found.hands}
    if approval.votes == 0:
        yes = {person for person, granted in counted.items() if granted}
        return _of_all(found, yes, counted.keys() - yes)
    others = {found.stands_in[p]: granted for p, granted in counted.items() if p not in found.seats}
    answers = {**others, **{p: granted for p, granted in counted.items() if p in found.seats}}
    agreed = sum(answers.values())
    if agreed >= approval.votes:
        return "granted"
    against = len(answers) - agreed
    if against and (approval.first_decides or len(found.seats) - against < approval.votes):
        return "refused"
    return "open"


def _of_all(found: Circle, yes: set[str], no: set[str]) -> Outcome:
    if no:
        return "refused"
    covered = {found.stands_in[person] for person in yes if person in found.stands_in}
    return "granted" if found.seats and set(found.seats) <= yes | covered else "open"


def viewer_as(desk: Desk, roster: Roster, person: str) -> Viewer:
    """Somebody as the roster knows them, to judge what they asked for in their place."""
    held = [role for role, holders in roster.roles.items() if person in holders]
    mine = [(key, m) for key, team in roster.teams.items() for m in team if m.person_id == person]
    return Viewer(
        person_id=person,
        name=next((m.name for _, m in mine), ""),
        roles=frozenset().union(*(desk.roles[r].includes for r in held if r in desk.roles)),
        teams=frozenset(key for key, _ in mine),
        leads=frozenset(key for key, m in mine if m.lead),
        is_staff=bool(mine or held),
    )
