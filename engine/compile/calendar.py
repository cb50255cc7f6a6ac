"""Calendars: weekly hours, a country's holidays and make-up days, own days off, an iCal file.

Of the sources that speak about one date the later in this list wins: the weekly hours, the
country, the iCal file, `add`, `drop` (back to the weekly hours), `workdays`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import holidays

from engine.model.calendar import Calendar, Hours, day_of
from engine.model.text import NO_WORDS, Words
from specs.kinds.calendar import DAYS, OpenHours
from specs.kinds.calendar import Calendar as CalendarSpec
from specs.problem import Code, Place, Problem, did_you_mean, problem

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2050
"""Holidays are tabulated for these years, both in; old tickets and far deadlines lie within."""

# Whose announced breaks run over their weekends; the data thinks of a five-day week.
_WHOLE_BREAKS: Final = frozenset({"CN"})
_MOST_EVENTS: Final = 5_000
_WORK_WEEK: Final = range(5)
_DAY: Final = timedelta(days=1)

PlaceAt = Callable[..., Place]
ToWords = Callable[..., Words]


@dataclass(slots=True)
class _Days:
    """What is said about single dates: when they are open, and what they are called."""

    hours: dict[date, Hours] = field(default_factory=dict)
    names: dict[date, Words] = field(default_factory=dict)

    def off(self, day: date, name: Words) -> None:
        self.hours[day] = ()
        self.names[day] = name


@dataclass(frozen=True, slots=True)
class _Country:
    """A country's days off with their names by language, and weekend days that are worked."""

    off: Mapping[date, Mapping[str, str]]
    worked: frozenset[date]
    known_to: int | None


def compile_calendar(
    name: str,
    spec: CalendarSpec,
    place: PlaceAt,
    words: ToWords,
    tenant_zone: str,
    ical: bytes | None = None,
) -> tuple[Calendar | None, list[Problem]]:
    """The calendar `name`, or None when it is never open.

    `place(*path)` finds a position of the spec, `words(text, fallback)` makes Words of its texts,
    `ical` is the content of the file it names (None also when that is missing: the reference
    check says so).
    """
    problems: list[Problem] = []
    week = tuple(_of_weekday(spec, number, place, problems) for number in range(7))
    if not any(week):
        message = f"the calendar `{name}` is never open"
        cure = "give it hours, such as `weekdays: [09:00-18:00]`"
        problems.append(problem(Code.CALENDAR_WITHOUT_HOURS, message, place("hours"), cure=cure))
        return None, problems
    days = _Days()
    known_to = _public(spec, week, days, place, problems)
    if ical is not None:
        _from_file(ical, days, place("ical"), problems)
    _own(spec, days, words)
    _by_hand(spec, week, days, place, problems)
    calendar = Calendar(
        id=name,
        title=words(spec.title, name),
        zone=spec.time_zone or tenant_zone,
        week=week,
        exceptions={day_of(day): hours for day, hours in sorted(days.hours.items())},
        names={day_of(day): said for day, said in sorted(days.names.items())},
        known_to=known_to,
    )
    return calendar, problems


# --- hours ----------------------------------------------------------------------------------------


def _of_weekday(spec: CalendarSpec, number: int, place: PlaceAt, problems: list[Problem]) -> Hours:
    group = "weekdays" if number in _WORK_WEEK else "weekend"
    key = DAYS[number] if DAYS[number] in spec.hours else group
    if key not in spec.hours:
        return ()
    # A group is checked once, at its first day.
    seen = key == group and number not in (_WORK_WEEK[0], _WORK_WEEK[-1] + 1)
    return _shifts(spec.hours[key], place("hours", key), [] if seen else problems)


def _shifts(hours: OpenHours, place: Place, problems: list[Problem]) -> Hours:
    """The shifts in order; those that overlap are a problem and count as one."""
    found = sorted((one.start, one.end) for one in hours)
    for (_, ends), (starts, _) in pairwise(found):
        if starts < ends:
            message = "two of these hours overlap"
            cure = "write shifts one after the other"
            problems.append(problem(Code.BAD_VALUE, message, place, cure=cure))
            break
    merged: list[tuple[int, int]] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _work_hours(week: tuple[Hours, ...], day: date) -> Hours:
    """Hours of a make-up day: its weekday's, else those of the first day of the week with any."""
    return week[day.weekday()] or next(hours for hours in week if hours)


# --- public holidays ------------------------------------------------------------------------------


def _public(
    spec: CalendarSpec,
    week: tuple[Hours, ...],
    days: _Days,
    place: PlaceAt,
    problems: list[Problem],
) -> int | None:
    if spec.holidays is None or spec.holidays.country is None:
        return None
    country, part = spec.holidays.country, spec.holidays.subdivision
    try:
        found = _country(country, part)
    except NotImplementedError:
        problems.append(_unknown(country, part, place))
        return None
    for day, names in found.off.items():
        days.off(day, Words(names))
    for day in found.worked:
        days.hours[day] = _work_hours(week, day)
        days.names.pop(day, None)
    return found.known_to


def _unknown(country: str, part: str | None, place: PlaceAt) -> Problem:
    # The list reads the data of every country, which takes half a second: only to help.
    known = holidays.list_supported_countries()
    if country in known:
        message = f"`{country}` has no subdivision `{part}`"
        cure = did_you_mean(part or "", known[country])
        return problem(Code.BAD_VALUE, message, place("holidays", "subdivision"), cure=cure)
    message = f"no holidays are known for the country `{country}`"
    cure = did_you_mean(country, known)
    return problem(Code.BAD_VALUE, message, place("holidays", "country"), cure=cure)


@lru_cache(maxsize=64)
def _country(country: str, part: str | None) -> _Country:
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    data = holidays.country_holidays(country, subdiv=part, years=years)
    named: dict[date, dict[str, str]] = {}
    for locale, tag in _languages(data).items():
        # Always with a language: without one the names would follow the process's environment.
        spoken = holidays.country_holidays(country, subdiv=part, years=years, language=tag)
        for day, said in spoken.items():
            named.setdefault(day, {})[locale] = said
    worked = frozenset(getattr(data, "weekend_workdays", ()))
    whole = _whole_breaks(named, worked) if country in _WHOLE_BREAKS else named
    return _Country(whole, worked, max((day.year for day in worked), default=None))


def _languages(data: holidays.HolidayBase) -> dict[str, str | None]:
    """The languages to name holidays in, by locale: English, Chinese and the country's own."""
    known = data.supported_languages
    own = data.default_language
    found: dict[str, str | None] = {}
    for tag in (own, "en_US", "zh_CN"):
        if tag is not None and tag in known:
            found.setdefault("en" if tag.startswith("en") else tag.replace("_", "-"), tag)
    return found or {"en": own}


def _whole_breaks(
    named: Mapping[date, dict[str, str]], worked: frozenset[date]
) -> dict[date, dict[str, str]]:
    """With the weekend days that touch a holiday, as far as they are no make-up days."""
    whole = dict(named)
    for step in (_DAY, -_DAY):
        for day in sorted(named, reverse=step < timedelta()):
            near = day + step
            while near.weekday() not in _WORK_WEEK and near not in whole and near not in worked:
                whole[near] = whole[day]
                near += step
    return whole


# --- own days -------------------------------------------------------------------------------------


def _own(spec: CalendarSpec, days: _Days, words: ToWords) -> None:
    if spec.holidays is None:
        return
    for day, text in (spec.holidays.add or {}).items():
        days.off(day, words(text, day.isoformat()))
    for day in spec.holidays.drop or ():
        days.hours.pop(day, None)
        days.names.pop(day, None)


def _by_hand(
    spec: CalendarSpec,
    week: tuple[Hours, ...],
    days: _Days,
    place: PlaceAt,
    problems: list[Problem],
) -> None:
    for day, hours in (spec.workdays or {}).items():
        at = place("workdays", day.isoformat())
        days.hours[day] = _shifts(hours, at, problems) if hours else _work_hours(week, day)
        days.names.pop(day, None)


# --- iCal -----------------------------------------------------------------------------------------


def _from_file(content: bytes, days: _Days, place: Place, problems: list[Problem]) -> None:
    """All-day events are days off; what has an hour is an appointment and no day off."""
    # Few tenants have such a file, and reading the library costs every start a tenth of a second.
    import icalendar

    try:
        events = list(icalendar.Calendar.from_ical(content).walk("VEVENT"))
    except (ValueError, IndexError, KeyError) as error:
        message = f"the file is no readable iCal calendar: {str(error)[:120]}"
        problems.append(problem(Code.BAD_VALUE, message, place))
        return
    if len(events) > _MOST_EVENTS:
        message = f"the file holds more than {_MOST_EVENTS} events"
        problems.append(problem(Code.BAD_VALUE, message, place))
        return
    for event in events:
        name = str(event.get("SUMMARY", ""))
        repeats = _repeats(event)
        if repeats is None:
            message = f"the event `{name[:40]}` repeats in a way that holidays do not"
            cure = "only yearly repeats on the same date are read; write the dates out"
            problems.append(problem(Code.BAD_VALUE, message, place, cure=cure))
            continue
        said = Words({}, name) if name else NO_WORDS
        for day in _days_of(event, repeats):
            days.off(day, said)


def _repeats(event: Any) -> range | None:
    """For how many years later the event comes again (0: itself); None when not yearly."""
    rule = event.get("RRULE")
    if rule is None:
        return range(1)
    if isinstance(rule, list):
        return None
    keys = {key.upper() for key in rule} - {"FREQ", "COUNT", "UNTIL", "INTERVAL", "WKST"}
    step = int((rule.get("INTERVAL") or [1])[0])
    if keys or str((rule.get("FREQ") or [""])[0]).upper() != "YEARLY" or step < 1:
        return None
    first = _date(event.get("DTSTART"))
    last = LAST_YEAR
    if rule.get("UNTIL"):
        last = min(last, rule["UNTIL"][0].year)
    if rule.get("COUNT") and first is not None:
        last = min(last, first.year + step * (int(rule["COUNT"][0]) - 1))
    return range(0, max(0, last - (first.year if first else last) + 1), step)


def _days_of(event: Any, repeats: Iterable[int]) -> Iterator[date]:
    first, end = _date(event.get("DTSTART")), _date(event.get("DTEND"))
    if first is None or str(event.get("STATUS", "")).upper() == "CANCELLED":
        return
    length = min(max(1, (end - first).days if end else 1), 366)
    for later in repeats:
        if FIRST_YEAR <= first.year + later <= LAST_YEAR and _exists(first, later):
            start = first.replace(year=first.year + later)
            yield from (start + n * _DAY for n in range(length))


def _date(value: Any) -> date | None:
    """The date of an all-day value, else None."""
    found = getattr(value, "dt", None)
    return found if isinstance(found, date) and not isinstance(found, datetime) else None


def _exists(first: date, later: int) -> bool:
    leap = first.month == 2 and first.day == 29
    year = first.year + later
    return not leap or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
