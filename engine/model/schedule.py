"""Schedules, compiled: when the next run is, and which tickets it makes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from engine.model.rights import Who
from engine.model.text import NO_WORDS, Words
from engine.predicate import TRUE, Predicate
from specs.problem import Place

_REACH: Final = dt.timedelta(days=5 * 366)
"""How far ahead a run is looked for; a rule that names no day till then runs never."""


@dataclass(frozen=True, slots=True)
class FromRecord:
    """A value of the record that a ticket is made for: `$record.<output>`."""

    output: str


@dataclass(frozen=True, slots=True)
class Recurring:
    """Days by an RFC 5545 rule from `first` on, each at `minute` of the day in `zone`."""

    rule: str
    first: dt.date
    minute: int
    zone: str

    def runs_after(self, us: int) -> Iterator[int]:
        """The instants of the runs after an instant, in order."""
        here = dt.datetime.fromtimestamp(us / 1e6, ZoneInfo(self.zone))
        start = dt.datetime.combine(self.first, dt.time())
        end = max(here.replace(tzinfo=None), start) + _REACH
        found = rrulestr(self.rule, dtstart=start)
        # The day before is looked at too: its wall clock may still lie ahead.
        for day in found.xafter(here.replace(tzinfo=None) - dt.timedelta(days=2), inc=True):
            if day > end:
                return
            at = self.instant(day.date())
            if at > us:
                yield at

    def day_of(self, us: int) -> dt.date:
        """The day of an instant in its zone."""
        return dt.datetime.fromtimestamp(us / 1e6, ZoneInfo(self.zone)).date()

    def instant(self, day: dt.date) -> int:
        """The run of a day, in microseconds; an hour that a clock change skips is told after it."""
        time = dt.time(self.minute // 60, self.minute % 60)
        at = dt.datetime.combine(day, time, ZoneInfo(self.zone))
        return int(at.timestamp()) * 1_000_000


@dataclass(frozen=True, slots=True)
class Each:
    """One ticket a record of a source: `field` points to it; `when` reads its values by output."""

    source: str
    field: str
    when: Predicate = TRUE


@dataclass(frozen=True, slots=True)
class ScheduleModel:
    """One schedule. `values` hold raw form values, keys of fields, or where they come from.

    `meter`: (output, step) or None. `on_closed`: run, skip or next_opening by `calendar`.
    """

    id: str
    title: Words
    when: Recurring
    calendar: str
    on_closed: str
    who: Who
    type: str
    place: Place
    each: Each | None = None
    meter: tuple[str, int] | None = None
    subject: Words = NO_WORDS
    description: Words = NO_WORDS
    values: Mapping[str, object] = field(default_factory=dict)
