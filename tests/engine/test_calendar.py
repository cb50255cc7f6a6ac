"""Business time: exact on split shifts, holidays and every clock change of every zone."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model.calendar import PLAIN, Calendar, Hours, date_of, day_of, timeline
from engine.model.text import NO_WORDS
from engine.span import DAY_US, HOUR_US, MINUTE_US, Span

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
QUARTER = 15 * MINUTE_US


def minutes(text: str) -> Hours:
    """`09:00-12:00 13:00-18:00` as hours."""
    shifts = []
    for shift in text.split():
        opens, closes = (int(t[:2]) * 60 + int(t[3:]) for t in shift.split("-"))
        shifts.append((opens, closes))
    return tuple(shifts)


def calendar(
    weekdays: str, weekend: str = "", zone: str = "Asia/Shanghai", **exceptions: str
) -> Calendar:
    """A calendar; exceptions are named `d20261001`."""
    week = (minutes(weekdays),) * 5 + (minutes(weekend),) * 2
    days = {day_of(date.fromisoformat(name[1:])): minutes(h) for name, h in exceptions.items()}
    return Calendar("c", NO_WORDS, zone, week, days)


def us(text: str, zone: str = "Asia/Shanghai", fold: int = 0) -> int:
    at = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return (at - EPOCH) // timedelta(microseconds=1)


def wall(at: int, zone: str = "Asia/Shanghai") -> str:
    return (EPOCH + timedelta(microseconds=at)).astimezone(ZoneInfo(zone)).isoformat()[:16]


NINE_TO_SIX = calendar("09:00-12:00 13:00-18:00")
SHOP = calendar("09:00-18:00", "10:00-14:00")


@pytest.mark.parametrize(
    ("start", "span", "due"),
    [
        # 2026-03-02 is a Monday
        ("2026-03-02T09:00", "4h", "2026-03-02T14:00"),  # over the noon break
        ("2026-03-02T14:00", "4h", "2026-03-02T18:00"),  # ends with the shift: its close
        ("2026-03-02T14:00", "4h 1m", "2026-03-03T09:01"),
        ("2026-03-06T17:00", "2h", "2026-03-09T10:00"),  # over the weekend
        ("2026-03-07T11:00", "1h", "2026-03-09T10:00"),  # a start outside hours moves
        ("2026-03-07T11:00", "1d", "2026-03-10T09:00"),
        ("2026-03-02T18:00", "1d", "2026-03-04T09:00"),  # at the close it is shut already
        ("2026-03-02T12:30", "1d", "2026-03-03T13:00"),
        ("2026-03-06T16:30", "1d", "2026-03-09T16:30"),
        ("2026-03-06T16:30", "1w", "2026-03-13T16:30"),
        ("2026-03-02T10:00", "1w 2d 4h 30m", "2026-03-11T15:30"),
        ("2026-03-06T16:30", "24h plain", "2026-03-07T16:30"),
        ("2026-03-02T10:00", "0m", "2026-03-02T10:00"),
        ("2026-03-07T10:00", "0m", "2026-03-09T09:00"),
    ],
)
def test_add(start: str, span: str, due: str) -> None:
    assert wall(NINE_TO_SIX.add(us(start), Span.parse(span))) == due


@pytest.mark.parametrize(
    ("start", "span", "due"),
    [
        ("2026-03-06T16:00", "1d", "2026-03-07T14:00"),  # shut by then: the last close before
        ("2026-03-06T09:15", "1d", "2026-03-07T10:00"),  # not yet open: the opening
        ("2026-03-06T16:00", "2d", "2026-03-08T14:00"),
        ("2026-03-06T16:00", "3d", "2026-03-09T16:00"),  # the start's wall clock is kept
        ("2026-03-06T16:00", "1d 1h", "2026-03-08T11:00"),  # from the close on, hours flow
    ],
)
def test_days_onto_shorter_hours(start: str, span: str, due: str) -> None:
    assert wall(SHOP.add(us(start), Span.parse(span))) == due


def test_week_onto_a_holiday_goes_to_the_next_date_with_hours() -> None:
    off = calendar("09:00-18:00", d20260309="", d20260310="")
    assert wall(off.add(us("2026-03-02T10:00"), Span.parse("1w"))) == "2026-03-11T10:00"


def test_exceptions_close_and_open_dates() -> None:
    own = calendar("09:00-18:00", d20261009="", d20261010="10:00-12:00")
    assert not own.is_open(us("2026-10-09T10:00"))
    assert wall(own.next_open(us("2026-10-08T18:00"))) == "2026-10-10T10:00"
    assert own.between(us("2026-10-08T17:00"), us("2026-10-12T10:00")) == 4 * HOUR_US


def test_shift_is_half_open() -> None:
    assert NINE_TO_SIX.is_open(us("2026-03-02T09:00"))
    assert NINE_TO_SIX.is_open(us("2026-03-02T11:59"))
    assert not NINE_TO_SIX.is_open(us("2026-03-02T12:00"))


def test_night_shift_as_two_parts_has_no_seam() -> None:
    night = calendar("00:00-06:00 22:00-24:00", "00:00-06:00 22:00-24:00")
    assert night.between(us("2026-03-02T21:00"), us("2026-03-03T07:00")) == 8 * HOUR_US
    assert wall(night.add(us("2026-03-02T23:00"), Span.parse("2h"))) == "2026-03-03T01:00"
    assert wall(night.add(us("2026-03-02T23:00"), Span.parse("1h"))) == "2026-03-03T00:00"


def test_hours_in_a_gap_shrink_and_in_a_fold_grow() -> None:
    early = calendar("01:00-04:00", "01:00-04:00", "America/New_York")
    zone = "America/New_York"
    spring, autumn = "2026-03-08T00:00", "2026-11-01T00:00"
    assert early.between(us(spring, zone), us(spring, zone) + DAY_US) == 2 * HOUR_US
    assert early.between(us(autumn, zone), us(autumn, zone) + DAY_US) == 4 * HOUR_US
    # a wall clock that does not exist is the first instant after the gap
    assert early.add(us("2026-03-07T02:30", zone), Span(days=1)) == us("2026-03-08T03:00", zone)
    # one that exists twice is the first of both
    assert early.add(us("2026-10-31T01:30", zone), Span(days=1)) == us("2026-11-01T01:30", zone)


def test_hours_wholly_in_a_gap_make_a_date_without_hours() -> None:
    gone = calendar("02:00-03:00", "02:00-03:00", "America/New_York")
    due = gone.add(us("2026-03-07T02:30", "America/New_York"), Span(days=1))
    assert wall(due, "America/New_York") == "2026-03-09T02:30"


def test_a_date_that_a_zone_skips_has_no_hours() -> None:
    samoa = calendar("09:00-17:00", "09:00-17:00", "Pacific/Apia")
    due = samoa.add(us("2011-12-29T10:00", "Pacific/Apia"), Span(days=1))
    assert wall(due, "Pacific/Apia") == "2011-12-31T10:00"


def test_plain_time_ignores_the_calendar() -> None:
    span = Span.parse("1d plain")
    assert timeline(NINE_TO_SIX, span) is PLAIN
    assert timeline(NINE_TO_SIX, Span(days=1)) is NINE_TO_SIX
    assert PLAIN.between(5, 3) == 0
    assert PLAIN.add(7, span) == 7 + DAY_US


def test_a_calendar_has_hours_and_seven_days() -> None:
    with pytest.raises(ValueError, match="no hours"):
        Calendar("c", NO_WORDS, "UTC", ((),) * 7)


def test_endless_waiting_ends_at_the_reach() -> None:
    rare = Calendar("c", NO_WORDS, "UTC", (((0, 1),), *((),) * 6))
    assert rare.add_open(0, 30_000 * MINUTE_US) > 190 * 365 * DAY_US


def test_date_numbers() -> None:
    assert date_of(day_of(date(2026, 2, 28))) == date(2026, 2, 28)
    assert NINE_TO_SIX.day_at(us("2026-02-28T23:59")) == day_of(date(2026, 2, 28))


# --- every clock change of every zone -----------------------------------------------------------


def offset(zone: ZoneInfo, at: int) -> int:
    found = (EPOCH + timedelta(microseconds=at)).astimezone(zone).utcoffset()
    assert found is not None
    return found // timedelta(microseconds=1)


def changes(zone: ZoneInfo) -> tuple[tuple[int, int, int], ...]:
    """(instant, offset before, offset after) of every change from 2024 to 2027."""
    found = []
    first, last = us("2024-01-01T00:00", "UTC"), us("2028-01-01T00:00", "UTC")
    days = [(at, offset(zone, at)) for at in range(first, last, DAY_US)]
    for (low, before), (high, after) in pairwise(days):
        if before != after:
            at = low
            while offset(zone, at) == before:
                at += QUARTER
            assert at <= high
            found.append((at, before, after))
    return tuple(found)


def different_zones() -> dict[tuple[tuple[int, int, int], ...], str]:
    """One zone name for each different history of changes; zones without any need no test."""
    return {
        seen: name for name in sorted(available_timezones()) if (seen := changes(ZoneInfo(name)))
    }


def open_by_the_wall(line: Calendar, zone: ZoneInfo, at: int) -> bool:
    """The rule itself, in the standard library's words."""
    local = (EPOCH + timedelta(microseconds=at)).astimezone(zone)
    minute = local.hour * 60 + local.minute
    hours = line.hours_of(day_of(local.date()))
    return any(opens <= minute < closes for opens, closes in hours)


def test_all_clock_changes_of_all_zones() -> None:
    zones = different_zones()
    assert len(zones) > 25
    for seen, name in zones.items():
        zone = ZoneInfo(name)
        # Shifts begin and end inside what the changes skip or repeat, at any hour of night.
        line = calendar("00:15-00:45 01:30-02:30 02:45-09:00 22:30-24:00",
                        "00:00-01:15 02:15-03:15 23:15-23:45", name)  # fmt: skip
        for at, _, _ in seen:
            low = at // QUARTER * QUARTER - 26 * 4 * QUARTER
            cells = [low + n * QUARTER for n in range(52 * 4 + 1)]
            opened = [0]
            for cell in cells:
                is_open = open_by_the_wall(line, zone, cell)
                assert line.is_open(cell) is is_open, (name, wall(cell, name))
                opened.append(opened[-1] + QUARTER * is_open)
            for place, cell in enumerate(cells):
                assert line.between(low, cell) == opened[place], (name, wall(cell, name))
            for amount in (QUARTER, HOUR_US, 7 * HOUR_US):
                due = line.add(low, Span(seconds=amount // 1_000_000))
                assert line.between(low, due) == amount
                assert line.is_open(due - 1)
            for step in range(0, len(cells), 7):
                due = line.add(cells[step], Span(days=1))
                start = line.next_open(cells[step])
                assert line.day_at(start) < line.day_at(due - 1) or line.is_open(due)
                clock = (due + offset(zone, due)) % DAY_US - (start + offset(zone, start)) % DAY_US
                assert clock == 0 or not open_at_same_wall(line, start, due)


def open_at_same_wall(line: Calendar, start: int, due: int) -> bool:
    """Whether the start's wall clock is open on the date of the due instant."""
    zone = ZoneInfo(line.zone)
    target = (start + offset(zone, start)) % DAY_US
    day = line.day_at(due - 1 if not line.is_open(due) else due)
    around = range(day * DAY_US - 15 * HOUR_US, (day + 1) * DAY_US + 15 * HOUR_US, QUARTER)
    return any(
        line.is_open(at) and line.day_at(at) == day and (at + offset(zone, at)) % DAY_US == target
        for at in around
    )


# --- properties ---------------------------------------------------------------------------------

shifts = st.lists(st.integers(0, 1440), min_size=2, max_size=8, unique=True).map(
    lambda marks: tuple(pairwise(sorted(marks)))[::2]
)
weeks = st.lists(st.one_of(st.just(()), shifts), min_size=7, max_size=7).filter(any)
zones = st.sampled_from(
    "Asia/Shanghai America/New_York Australia/Lord_Howe Africa/Cairo America/St_Johns "
    "Africa/Casablanca UTC Asia/Kathmandu".split()
)
days = st.integers(day_of(date(2024, 1, 1)), day_of(date(2027, 12, 31)))
calendars = st.builds(
    lambda week, zone, own: Calendar("c", NO_WORDS, zone, tuple(week), own),
    weeks, zones, st.dictionaries(days, st.one_of(st.just(()), shifts), max_size=30),
)  # fmt: skip
instants = st.integers(us("2024-01-01T00:00"), us("2027-12-31T00:00"))
seconds = st.integers(0, 60 * 3600)


@given(calendars, instants, seconds)
@settings(max_examples=150, deadline=None)
def test_between_undoes_add(line: Calendar, start: int, amount: int) -> None:
    due = line.add(start, Span(seconds=amount))
    assert line.between(start, due) == amount * 1_000_000
    assert due >= start
    if amount:
        assert line.is_open(due - 1)  # no later than needed
    else:
        assert due == line.next_open(start)


@given(calendars, instants, instants, seconds, seconds)
@settings(max_examples=100, deadline=None)
def test_add_is_monotone(line: Calendar, one: int, other: int, less: int, more: int) -> None:
    one, other = sorted((one, other))
    less, more = sorted((less, more))
    assert line.add(one, Span(seconds=less)) <= line.add(other, Span(seconds=less))
    assert line.add(one, Span(seconds=less)) <= line.add(one, Span(seconds=more))


@given(calendars, instants, instants, instants)
@settings(max_examples=100, deadline=None)
def test_between_adds_up(line: Calendar, a: int, b: int, c: int) -> None:
    a, b, c = sorted((a, b, c))
    assert line.between(a, b) + line.between(b, c) == line.between(a, c)
    assert 0 <= line.between(a, b) <= b - a
    assert line.between(b, a) == 0


@given(calendars, instants, st.integers(0, 3), st.integers(1, 9))
@settings(max_examples=100, deadline=None)
def test_days_count_dates_with_hours(line: Calendar, start: int, more: int, days: int) -> None:
    at = line.next_open(start)
    due = line.add(start, Span(days=days))
    last = due if line.is_open(due) else due - 1
    dates = [d for d in range(line.day_at(at) + 1, line.day_at(last) + 1) if line._intervals(d)]
    assert len(dates) == days
    assert line.add(start, Span(days=days + more)) >= due
    assert line.add(start, Span(days=days, seconds=more * 60)) >= due


def test_a_year_is_summed_in_under_fifty_microseconds() -> None:
    low, high = us("2026-01-01T03:07"), us("2027-01-01T03:07")
    NINE_TO_SIX.between(low, high)
    best = min(timed(NINE_TO_SIX, low, high) for _ in range(5))
    assert best < 50e-6


def timed(line: Calendar, low: int, high: int) -> float:
    before = time.perf_counter()
    for _ in range(200):
        line.between(low, high)
    return (time.perf_counter() - before) / 200
