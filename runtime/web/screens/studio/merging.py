"""The studio's screen for files that somebody else published since the draft was begun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from runtime.web.screens.base import Page
from runtime.web.screens.side import SideNav


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A line of a change: taken away, added, beside one of these, or a gap."""

    op: Literal["del", "add", "same", "gap"]
    text: str


@dataclass(frozen=True, slots=True)
class Publication:
    """Who published the file meanwhile, and why."""

    number: int
    by: str
    at: datetime
    message: str


@dataclass(frozen=True, slots=True)
class MetFile:
    """One file with what each side changed; `merges`: both can be taken over together."""

    path: str
    href: str
    digest: str
    theirs: tuple[ChangeLine, ...]
    mine: tuple[ChangeLine, ...]
    merges: bool
    gone: bool
    by: tuple[Publication, ...]


@dataclass(frozen=True, slots=True)
class StudioMerge:
    """`/studio/merge`: both sides of every file, each with the choice."""

    page: Page
    nav: SideNav
    files: tuple[MetFile, ...]
    publish_href: str
    action: str = ""
    problem: str = ""
