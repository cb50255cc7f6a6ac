"""A calendar: when people work, and when not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from specs.base import Day, Extending, FileName, OneOrMany, Spec, Text, Zone
from specs.marks import Marker, StrMark, Words, refused
from specs.problem import Code

DAYS: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9]) ?[-–] ?([01]?[0-9]|2[0-4]):([0-5][0-9])\Z")


@dataclass(frozen=True, slots=True)
class Hours:
    """An open stretch of a day, in minutes from midnight; the end is exclusive, at most 1440."""

    start: int
    end: int

    def __str__(self) -> str:
        ends = (f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in (self.start, self.end))
        return "-".join(ends)


@dataclass(frozen=True, slots=True)
class HoursMark(Marker):
    """An open stretch of a day: `09:00-12:00`."""

    def check(self, value: Any) -> Hours:
        if isinstance(value, Hours):
            return value
        found = _HOURS.match(value) if isinstance(value, str) else None
        if not found:
            shown = value if isinstance(value, str) else "this"
            raise refused(
                Code.BAD_VALUE, f"`{shown}` are no hours", "write them like `09:00-12:00`"
            )
        first, first_m, last, last_m = (int(part) for part in found.groups())
        start, end = first * 60 + first_m, last * 60 + last_m
        if start >= end or end > 1440:
            raise refused(
                Code.BAD_VALUE, f"`{value}` end before they begin", "the day ends at 24:00"
            )
        return Hours(start, end)


OpenHours = Annotated[tuple[Annotated[Hours, HoursMark()], ...], OneOrMany()]


class Holidays(Spec):
    """Days off."""

    country: Annotated[str, StrMark("[A-Z]{2}", "country", "CN")] | None = None
    """The public holidays of this country, with their make-up days."""
    subdivision: Annotated[str, StrMark("[A-Z0-9]{1,5}", "subdivision", "BY")] | None = None
    """Its province or state, where holidays differ."""
    add: dict[Day, Text] | None = None
    """Own days off and what they are called."""
    drop: tuple[Day, ...] | None = None
    """Public holidays that are worked."""


class Calendar(Extending):
    """A calendar: when people work, and when not."""

    kind: Literal["Calendar"]
    title: Text | None = None
    """Its name."""
    time_zone: Zone | None = None
    """Where its clock hangs; the tenant's where none is named."""
    hours: dict[Annotated[str, Words(*DAYS, "weekdays", "weekend")], OpenHours]
    """Open hours by day; `weekdays` and `weekend` are groups, a day by name wins."""
    holidays: Holidays | None = None
    """Days off."""
    workdays: dict[Day, OpenHours | None] | None = None
    """Days that are worked though they look free, with their hours; else the weekday's hours."""
    ical: FileName | None = None
    """A file with further days off."""
