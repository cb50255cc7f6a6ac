"""Cuts time into hours, days, weeks, months, quarters and years of a zone, in SQL and here.

It is arithmetic on the instant with the zone's offset as it was then, so both databases give one
answer, and neither needs to know of zones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, Text, case, literal

Step = Literal["hour", "day", "week", "month", "quarter", "year"]
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
_EPOCH = date(1970, 1, 1)
_EPOCH_AT = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Buckets:
    """How a dimension of time is cut: `since_us` ≤ instant < `until_us` bound the report."""

    step: Step
    zone: str
    since_us: int
    until_us: int


def bucket_keys(buckets: Buckets) -> list[str]:
    """The keys of all buckets from `since_us` to before `until_us`, for an axis without gaps."""
    found: list[str] = []
    at = buckets.since_us
    while at < buckets.until_us:
        key = bucket_text(buckets.step, _number_at(buckets, at))
        if not found or found[-1] != key:
            found.append(key)
        at += HOUR_US if buckets.step == "hour" else 6 * HOUR_US
    last = bucket_text(buckets.step, _number_at(buckets, buckets.until_us - 1))
    return found if not found or found[-1] == last else [*found, last]


def bucket_column(column: ColumnElement[Any], buckets: Buckets) -> ColumnElement[Any]:
    """The number of the bucket that an instant falls into; `bucket_text` says which it is."""
    if buckets.step in _MONTHS:
        return _by_bounds(column, buckets)
    local = column + _offset(column, buckets)
    if buckets.step == "hour":
        return _floor(local, HOUR_US)
    days = _floor(local, DAY_US)
    # 1970-01-01 was a Thursday: three days after the Monday that week 0 begins with.
    return days if buckets.step == "day" else _floor(days + 3, 7)


def _floor(value: ColumnElement[Any], by: int) -> ColumnElement[Any]:
    """Whole division; instants before 1970 do not come up."""
    return value // _number(by)


def _number(value: int) -> ColumnElement[Any]:
    # As text: PostgreSQL must see one expression in SELECT and GROUP BY, parameters would differ.
    return literal(value, BigInteger(), literal_execute=True)


def _offset(column: ColumnElement[Any], buckets: Buckets) -> ColumnElement[Any]:
    changes = offset_changes(buckets.zone, buckets.since_us, buckets.until_us)
    if len(changes) == 1:
        return _number(changes[0][1])
    ways = [
        (column < _number(changes[place + 1][0]), _number(offset))
        for place, (_, offset) in enumerate(changes[:-1])
    ]
    return case(*ways, else_=_number(changes[-1][1]))


def offset_changes(zone: str, since_us: int, until_us: int) -> list[tuple[int, int]]:
    """The zone's offsets in a span, each with the instant it begins; both in microseconds."""
    where = ZoneInfo(zone)
    found = [(since_us, _offset_at(where, since_us))]
    at = since_us
    while at < until_us:
        then = min(at + 7 * DAY_US, until_us)
        if _offset_at(where, then) != found[-1][1]:
            low, high = at, then
            while high - low > 1_000_000:
                middle = (low + high) // 2
                if _offset_at(where, middle) == found[-1][1]:
                    low = middle
                else:
                    high = middle
            change = high // 1_000_000 * 1_000_000
            found.append((change, _offset_at(where, change)))
            # Another change may lie in the same week.
            then = change
        at = then
    return found


def _offset_at(zone: ZoneInfo, at_us: int) -> int:
    moment = (_EPOCH_AT + timedelta(microseconds=at_us)).astimezone(zone)
    return (moment.utcoffset() or timedelta()) // timedelta(microseconds=1)


def _by_bounds(column: ColumnElement[Any], buckets: Buckets) -> ColumnElement[Any]:
    """Months are of uneven length: number them by where each begins."""
    size = _MONTHS[buckets.step]
    first = _number_at(buckets, buckets.since_us)
    last = _number_at(buckets, max(buckets.since_us, buckets.until_us - 1))
    ways = [
        (column < _number(_month_start(buckets.zone, (number + 1) * size)), _number(number))
        for number in range(first, last)
    ]
    return case(*ways, else_=_number(last)) if ways else case((column.is_not(None), _number(last)))


def _month_start(zone: str, months: int) -> int:
    """The instant at which the month so many months after January of year 0 begins."""
    moment = datetime(months // 12, months % 12 + 1, 1, tzinfo=ZoneInfo(zone))
    return (moment.astimezone(UTC) - _EPOCH_AT) // timedelta(microseconds=1)


def _number_at(buckets: Buckets, at_us: int) -> int:
    zone = ZoneInfo(buckets.zone)
    local = at_us + _offset_at(zone, at_us)
    if buckets.step == "hour":
        return local // HOUR_US
    days = local // DAY_US
    if buckets.step == "day":
        return days
    if buckets.step == "week":
        return (days + 3) // 7
    day = _EPOCH + timedelta(days=days)
    return (day.year * 12 + day.month - 1) // _MONTHS[buckets.step]


def bucket_text(step: Step, number: int) -> str:
    """The key of a bucket: its first day (or hour) as ISO text."""
    if step == "hour":
        day = _EPOCH + timedelta(days=number // 24)
        return f"{day.isoformat()}T{number % 24:02}"
    if step in _MONTHS:
        months = number * _MONTHS[step]
        return date(months // 12, months % 12 + 1, 1).isoformat()
    days = number if step == "day" else number * 7 - 3
    return (_EPOCH + timedelta(days=days)).isoformat()


# Dates are kept as ISO text and have no zone.


def date_start(step: Step, day: date) -> date:
    """The first day of the bucket that a date falls into."""
    if step == "week":
        return day - timedelta(days=day.weekday())
    if step in _MONTHS:
        size = _MONTHS[step]
        return date(day.year, (day.month - 1) // size * size + 1, 1)
    return day


def date_keys(step: Step, first: date, last: date) -> list[str]:
    """The keys of all buckets of dates from `first` to `last`, both in."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return list(dict.fromkeys(date_start(step, day).isoformat() for day in days))


def date_column(
    column: ColumnElement[Any], step: Step, first: date, last: date
) -> ColumnElement[Any]:
    """The key of a date's bucket (the date as text); `first` and `last` bound the report."""
    keys = date_keys(step, first, last)
    if step == "day" or not keys:
        return column
    ways = [(column < _text(begin), _text(key)) for key, begin in pairwise(keys)]
    return case(*ways, (column.is_not(None), _text(keys[-1])))


def _text(value: str) -> ColumnElement[Any]:
    return literal(value, Text(), literal_execute=True)
