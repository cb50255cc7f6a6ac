"""Whom a pilot is for: a share of the requesters by a stable hash, and some teams."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.facts import Viewer

PILOT = "pilot"
SHADOW = "shadow"
_PARTS = 1 << 32


@dataclass(frozen=True, slots=True)
class Pilot:
    """What an environment beside `live` is for. A shadow meets nobody.

    `teams`: keys; `share`: of requesters, in per cent; `base`: the revision that was live when it
    began. `ending`: it takes no new tickets any more, those it has are on their way back.
    """

    teams: frozenset[str] = frozenset()
    share: int = 0
    salt: str = ""
    base: int = 0
    started_us: int = 0
    by: str = ""
    message: str = ""
    ending: bool = False

    def meets_requester(self, person_id: str) -> bool:
        """Whether this person's forms are the pilot's: always or never, as long as it lasts."""
        if self.ending or not person_id:
            return False
        digest = hashlib.sha256(f"{self.salt}:{person_id}".encode()).digest()
        return int.from_bytes(digest[:4]) * 100 < self.share * _PARTS

    def meets_staff(self, viewer: Viewer) -> bool:
        """Whether somebody who works here works with the pilot."""
        return viewer.is_staff and self.takes(*viewer.teams)

    def takes(self, *teams: str) -> bool:
        """Whether one of the teams is in the pilot."""
        return not self.ending and not self.teams.isdisjoint(teams)

    def data(self) -> dict[str, Any]:
        """It as the store keeps it with the environment."""
        return {
            "teams": sorted(self.teams),
            "share": self.share,
            "salt": self.salt,
            "base": self.base,
            "started_us": self.started_us,
            "by": self.by,
            "message": self.message,
            "ending": self.ending,
        }


def pilot_from(data: Mapping[str, Any]) -> Pilot:
    """What the store keeps with an environment."""
    return Pilot(
        teams=frozenset(data.get("teams", ())),
        share=int(data.get("share", 0)),
        salt=str(data.get("salt", "")),
        base=int(data.get("base", 0)),
        started_us=int(data.get("started_us", 0)),
        by=str(data.get("by", "")),
        message=str(data.get("message", "")),
        ending=bool(data.get("ending", False)),
    )
