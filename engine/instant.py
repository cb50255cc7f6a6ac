"""Instants as whole microseconds UTC, and the wall clocks of zones they are read on."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICRO = datetime.timedelta(microseconds=1)
_DAY_US = 86_400_000_000


def to_us(moment: datetime.datetime) -> int:
    """Microseconds since 1970 UTC of an aware datetime, exactly."""
    return (moment - _EPOCH) // _MICRO


def from_us(value: int, zone: str) -> datetime.datetime:
    """The wall clock of an instant in a zone; an instant out of the calendar's range is clamped."""
    span = max(-62_000_000_000_000_000, min(value, 253_000_000_000_000_000))
    return (_EPOCH + datetime.timedelta(microseconds=span)).astimezone(ZoneInfo(zone))


def start_of_day(day: datetime.date, zone: str) -> int:
    """The instant a day begins in a zone. Where midnight is skipped it is the first that exists."""
    wall = datetime.datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return to_us(wall)


def end_of_day(day: datetime.date, zone: str) -> int:
    """The instant a day is over in a zone: where the next one begins, if the calendar has one."""
    if day == datetime.date.max:
        return start_of_day(day, zone) + _DAY_US
    return start_of_day(day + datetime.timedelta(days=1), zone)
