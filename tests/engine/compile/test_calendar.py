"""Calendars from specs: hours by group and day, China's make-up days, own days, iCal files."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.compile.calendar import compile_calendar
from engine.model.calendar import Calendar, day_of
from engine.model.text import Words
from specs.kinds.calendar import Calendar as CalendarSpec
from specs.problem import Code, Place, Problem

NINE_SIX = ((540, 1080),)


def place(*path: object) -> Place:
    """A place that shows the path it was asked for."""
    return Place("/".join(map(str, path)), 1, 1, 1, 1)


def words(text: Any, fallback: str = "") -> Words:
    return Words({"zh-CN": text} if isinstance(text, str) else dict(text or {}), fallback)


def compiled(content: bytes | None = None, **spec: Any) -> tuple[Calendar | None, list[Problem]]:
    spec = {"kind": "Calendar", "hours": {"weekdays": "09:00-18:00"}, **spec}
    return compile_calendar(
        "day", CalendarSpec.model_validate(spec), place, words, "Asia/Shanghai", content
    )


def calendar(content: bytes | None = None, **spec: Any) -> Calendar:
    found, problems = compiled(content, **spec)
    assert problems == []
    assert found is not None
    return found


def hours(line: Calendar, day: str) -> tuple[tuple[int, int], ...]:
    return line.hours_of(day_of(date.fromisoformat(day)))


def test_a_day_by_name_wins_over_its_group() -> None:
    line = calendar(
        hours={"weekdays": ["13:00-18:00", "09:00-12:00"], "fri": "09:00-12:00", "sun": []}
    )
    assert line.week[0] == ((540, 720), (780, 1080))
    assert line.week[4] == ((540, 720),)
    assert line.week[5] == line.week[6] == ()
    assert line.zone == "Asia/Shanghai"
    assert line.title.say("en") == "day"


def test_shifts_that_touch_are_one_and_midnight_is_allowed() -> None:
    assert calendar(hours={"mon": ["00:00-12:00", "12:00-24:00"]}).week[0] == ((0, 1440),)


def test_never_open() -> None:
    found, problems = compiled(hours={"mon": []})
    assert found is None
    assert [(p.code, p.place.file) for p in problems] == [(Code.CALENDAR_WITHOUT_HOURS, "hours")]


def test_overlapping_shifts_are_told_once() -> None:
    _, problems = compiled(hours={"weekdays": ["09:00-12:00", "11:00-18:00"]})
    assert [(p.code, p.place.file) for p in problems] == [(Code.BAD_VALUE, "hours/weekdays")]


# What the State Council announced for 2026: breaks from, to (both in), and make-up days.
BREAKS = [("01-01", "01-03"), ("02-15", "02-23"), ("04-04", "04-06"), ("05-01", "05-05"),
          ("06-19", "06-21"), ("09-25", "09-27"), ("10-01", "10-07")]  # fmt: skip
MAKE_UP = ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]


def test_china_2026_is_as_announced() -> None:
    daily = calendar(
        hours={"weekdays": "09:00-18:00", "weekend": "09:00-18:00"}, holidays={"country": "CN"}
    )
    office = calendar(holidays={"country": "CN"})
    off = {
        number
        for first, last in BREAKS
        for number in range(
            day_of(date.fromisoformat(f"2026-{first}")),
            day_of(date.fromisoformat(f"2026-{last}")) + 1,
        )
    }
    make_up = {day_of(date.fromisoformat(f"2026-{day}")) for day in MAKE_UP}
    for number in range(day_of(date(2026, 1, 1)), day_of(date(2027, 1, 1))):
        assert bool(daily.hours_of(number)) is (number not in off)
        workday = (number + 3) % 7 < 5 or number in make_up
        assert office.hours_of(number) == (NINE_SIX if workday and number not in off else ())
    assert office.known_to == 2026
    spring = office.names[day_of(date(2026, 2, 17))]
    assert spring.say("zh-CN").startswith("春节")
    assert "Spring Festival" in spring.say("en")


def test_own_days_off_dropped_holidays_and_workdays() -> None:
    line = calendar(
        holidays={"country": "CN", "add": {"2026-06-18": "店庆"}, "drop": ["2026-05-04"]},
        workdays={"2026-10-03": None, "2026-11-07": "10:00-12:00", "2026-06-18": "12:00-13:00"},
    )
    assert hours(line, "2026-05-04") == NINE_SIX
    assert hours(line, "2026-05-05") == ()
    assert hours(line, "2026-10-03") == NINE_SIX
    assert hours(line, "2026-11-07") == ((600, 720),)
    assert hours(line, "2026-06-18") == ((720, 780),)


def test_a_dropped_make_up_day_is_a_weekend_again() -> None:
    line = calendar(holidays={"country": "CN", "drop": ["2026-10-10"]})
    assert hours(line, "2026-10-10") == ()


def test_a_make_up_day_of_a_week_without_monday() -> None:
    line = calendar(hours={"tue": "10:00-11:00", "sat": "12:00-13:00"}, holidays={"country": "CN"})
    assert hours(line, "2026-01-04") == ((600, 660),)  # a Sunday: the week's first hours
    assert hours(line, "2026-10-10") == ((720, 780),)  # a Saturday: its own


def test_other_countries_and_subdivisions() -> None:
    line = calendar(holidays={"country": "DE", "subdivision": "BY"}, time_zone="Europe/Berlin")
    assert hours(line, "2026-01-06") == ()  # Epiphany, in Bavaria
    assert hours(calendar(holidays={"country": "DE"}), "2026-01-06") == NINE_SIX
    assert line.known_to is None


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ({"country": "XX"}, "holidays/country"),
        ({"country": "DE", "subdivision": "ZZ"}, "holidays/subdivision"),
    ],
)
def test_unknown_countries(wrong: dict[str, str], at: str) -> None:
    line, problems = compiled(holidays=wrong)
    assert line is not None
    assert [(p.code, p.place.file) for p in problems] == [(Code.BAD_VALUE, at)]


ICAL = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:test
%s
END:VCALENDAR
"""


def event(*lines: str) -> bytes:
    return "\n".join(["BEGIN:VEVENT", "UID:1", *lines, "END:VEVENT"]).encode()


def test_all_day_events_are_days_off() -> None:
    content = ICAL % b"\n".join([
        event("SUMMARY:Works outing", "DTSTART;VALUE=DATE:20260511", "DTEND;VALUE=DATE:20260513"),
        event("SUMMARY:Founding", "DTSTART;VALUE=DATE:20240601", "RRULE:FREQ=YEARLY;COUNT=3"),
        event("SUMMARY:Meeting", "DTSTART:20260520T090000Z", "DTEND:20260520T100000Z"),
        event("SUMMARY:Off", "DTSTART;VALUE=DATE:20260521", "STATUS:CANCELLED"),
    ])  # fmt: skip
    line = calendar(content, ical="off.ics", workdays={"2026-05-12": None})
    assert hours(line, "2026-05-11") == ()
    assert hours(line, "2026-05-12") == NINE_SIX  # worked by hand
    assert hours(line, "2026-05-13") == NINE_SIX  # the end is exclusive
    assert hours(line, "2026-06-01") == ()
    assert hours(line, "2027-06-01") == NINE_SIX
    assert hours(line, "2026-05-20") == NINE_SIX
    assert hours(line, "2026-05-21") == NINE_SIX
    assert line.names[day_of(date(2026, 5, 11))].say("en") == "Works outing"


@pytest.mark.parametrize(
    "content",
    [
        b"no calendar",
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n",
        b"\xff\xfe\x00",
        ICAL % event("DTSTART;VALUE=DATE:20260511", "RRULE:FREQ=WEEKLY"),
        ICAL % event("DTSTART;VALUE=DATE:20260511", "RRULE:FREQ=YEARLY;BYMONTH=2"),
    ],
)
def test_bad_ical_is_one_problem_and_the_calendar_stands(content: bytes) -> None:
    line, problems = compiled(content, ical="off.ics")
    assert line is not None
    assert [(p.code, p.place.file) for p in problems] == [(Code.BAD_VALUE, "ical")]
