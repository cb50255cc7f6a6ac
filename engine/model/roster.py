"""The people a decision may need: members of teams with their load, and who holds which role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Member:
    """One person in one team. `load`: open tickets they hold now; `capacity` 0 means the team's.

    `last_assigned_us` orders round robin. `absent`: out of office now, with `substitute`, a person
    id or "".
    """

    person_id: str
    name: str
    team: str
    lead: bool = False
    skills: frozenset[str] = frozenset()
    capacity: int = 0
    load: int = 0
    last_assigned_us: int = 0
    absent: bool = False
    substitute: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """Members by team key and people by role id (roles as held, not yet widened by inheritance)."""

    teams: Mapping[str, tuple[Member, ...]] = field(default_factory=dict)
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def members(self, team: str) -> tuple[Member, ...]:
        """The members of a team; empty for an unknown team."""
        return self.teams.get(team, ())

    def leads(self, team: str) -> tuple[str, ...]:
        """The person ids of a team's leads."""
        return tuple(m.person_id for m in self.members(team) if m.lead)
