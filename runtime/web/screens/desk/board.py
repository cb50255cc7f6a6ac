"""A list as a board, as due times on a line, or as a calendar, as their templates read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from runtime.web.screens.base import PersonMark, SlaMark
from runtime.web.screens.cells import (
    PriorityCell,
    TagMark,
)
from runtime.web.screens.choosing import Choice


@dataclass(frozen=True, slots=True)
class LayoutLink:
    """Another way to look at the same tickets."""

    label: str
    icon: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A ticket on a board; `to`: the lanes that a step leads to now, by their ids."""

    number: str
    href: str
    subject: str
    priority: PriorityCell
    assignee: PersonMark | None
    sla: SlaMark | None
    tags: tuple[TagMark, ...]
    note: str
    to: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """A column of a board; `glyph` is the category of its state, or empty."""

    id: str
    title: str
    glyph: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """Lanes side by side; without a `move_action` cards stay where they are.

    `by`: what the lanes are, state or phase where cards move. `cut`: not all tickets are shown.
    """

    lanes: tuple[Lane, ...]
    by: str
    move_action: str
    cut: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """A deadline from its start to its end, in thousandths of the width."""

    number: str
    href: str
    subject: str
    sla: SlaMark
    left: int
    width: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A day on the line."""

    day: date
    left: int


@dataclass(frozen=True, slots=True)
class Gantt:
    """Due times on one line of time; `now` is where we are on it."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    now: int
    cut: bool


@dataclass(frozen=True, slots=True)
class OnDay:
    """What stands on a day; `at` None where only the day is known.

    `person`: who comes, else who holds the ticket. Of a visit also `ends`, `place`, and its state:
    planned, done or missed; `label` says what became of it.
    """

    number: str
    href: str
    subject: str
    at: datetime | None
    person: PersonMark | None
    ends: datetime | None = None
    place: str = ""
    state: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day with what is on it; `outside`: of the month before or after the one that is shown."""

    day: date
    today: bool
    entries: tuple[OnDay, ...]
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """A week or a month; `field` says which time is meant, `other_href` shows the other.

    `month`: a day of the month that is shown, None for a week; `cut`: not all is shown.
    """

    days: tuple[Day, ...]
    field: str
    before_href: str
    today_href: str
    after_href: str
    month: date | None = None
    other_href: str = ""
    cut: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing is on any of these days."""
        return not any(day.entries for day in self.days)
