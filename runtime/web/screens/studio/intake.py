"""The studio's screens of the intake ledger: the list with its counts, and one arrival."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from runtime.web.screens.base import Page
from runtime.web.screens.side import SideNav


@dataclass(frozen=True, slots=True)
class WayRow:
    """All that ever came one way: `arrived` is the sum of the others."""

    title: str
    arrived: int
    ticketed: int
    joined: int
    quarantined: int
    refused: int
    waiting: int


@dataclass(frozen=True, slots=True)
class DayRow:
    """How many came on a day (`2026-03-02`), in the order of the ways that are shown."""

    day: str
    counts: tuple[int, ...]
    quarantined: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a filter, as a link."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class ArrivalRow:
    """One arrival in the list. `tone` of its state: ok, warn, danger or "" ."""

    at: datetime
    way: str
    state: str
    tone: str
    subject: str
    sender: str
    reason: str
    href: str
    number: str = ""
    ticket_href: str = ""


@dataclass(frozen=True, slots=True)
class BoxRow:
    """A mailbox that is read; `fault` since `since` where something is wrong."""

    channel: str
    read: datetime | None
    fault: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class StudioIntake:
    """`/studio/intake`: what arrived by way and day, the mailboxes, and the list."""

    page: Page
    nav: SideNav
    ways: tuple[WayRow, ...]
    days: tuple[DayRow, ...]
    boxes: tuple[BoxRow, ...]
    by_way: tuple[Choice, ...]
    by_state: tuple[Choice, ...]
    rows: tuple[ArrivalRow, ...]
    older_href: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A fact of an arrival, its value in words; `href` where it leads somewhere."""

    label: str
    value: str
    href: str = ""
    mono: bool = False


@dataclass(frozen=True, slots=True)
class StudioArrival:
    """`/studio/intake/<id>`: one arrival; actions are "" where they are not to be had."""

    page: Page
    nav: SideNav
    row: ArrivalRow
    list_href: str
    facts: tuple[Line, ...]
    raw_href: str = ""
    replay_action: str = ""
    discard_action: str = ""
    problem: str = ""
