"""The studio's screens of versions: all that was published, and one of them beside what is live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from runtime.web.screens.base import Page
from runtime.web.screens.side import SideNav


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A revision in the list; `environments`: what points to it."""

    number: int
    message: str
    by: str
    at: datetime
    files: int
    href: str
    environments: tuple[str, ...] = ()

    @property
    def live(self) -> bool:
        """Whether it is what people work with."""
        return "live" in self.environments


@dataclass(frozen=True, slots=True)
class WalkRow:
    """A data move: the step of its `moves/` file, and a sentence that says how far it is."""

    step: str
    said: str
    running: bool


@dataclass(frozen=True, slots=True)
class StudioVersions:
    """`/studio/versions`: what was published, newest first, and the moves of data."""

    page: Page
    nav: SideNav
    rows: tuple[VersionRow, ...]
    walks: tuple[WalkRow, ...]
    older_href: str = ""


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that differs from the live one."""

    op: Literal["add", "mod", "del"]
    file: str


@dataclass(frozen=True, slots=True)
class StudioVersion:
    """`/studio/versions/<n>`: one revision, how it differs from live, and the way back to it.

    `told`: what rolling back to it does besides the files; `against`: what stands in the way, with
    `cure`. `action` is "" where it can't be rolled back to, or not by this person.
    """

    page: Page
    nav: SideNav
    row: VersionRow
    live: int
    list_href: str
    tree: str
    desk: str
    parents: tuple[int, ...]
    changes: tuple[ChangedFile, ...] = ()
    told: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    cure: str = ""
    action: str = ""
    problem: str = ""
    message: str = ""
