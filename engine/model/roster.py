"""The people a decision may need: members of teams with their load, and who holds which role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Member:
    """One person in one team. `load`: open tickets they hold there now.

    `capacity` None means the team's, 0 takes none. `last_assigned_us` orders round robin.
    `absent`: out of office now, until `absent_until_us` (0: nobody knows), with `substitute`, a
    person id or "". `seniority`: junior, regular or senior in this team.
    `off`: outside the hours in which they said they work.
    """

    person_id: str
    name: str
    team: str
    lead: bool = False
    skills: frozenset[str] = frozenset()
    capacity: int | None = None
    load: int = 0
    last_assigned_us: int = 0
    absent: bool = False
    substitute: str = ""
    seniority: str = "regular"
    absent_until_us: int = 0
    off: bool = False


@dataclass(frozen=True, slots=True)
class Roster:
    """Members by team key and people by role id (roles as held, not yet widened by inheritance)."""

    teams: Mapping[str, tuple[Member, ...]] = field(default_factory=dict)
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def members(self, team: str) -> tuple[Member, ...]:
        """The members of a team; empty for an unknown team."""
        return self.teams.get(team, ())

    def member(self, team: str, person: str) -> Member | None:
        """Somebody's place in a team, None when they have none there."""
        return next((m for m in self.members(team) if m.person_id == person), None)

    def anywhere(self, person: str) -> Member | None:
        """Somebody by id in whichever team; their absence is the same in all of them."""
        every = (m for members in self.teams.values() for m in members)
        return next((m for m in every if m.person_id == person), None)

    def leads(self, team: str) -> tuple[str, ...]:
        """The person ids of a team's leads."""
        return tuple(m.person_id for m in self.members(team) if m.lead)
