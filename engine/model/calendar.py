"""A compiled business calendar: which instants are open, and arithmetic on open time.

Hours and the clock changes of a zone: an instant is open exactly when the wall clock of the
calendar's zone at that instant lies within the hours of the date the wall clock shows. So hours
that fall into a gap (clocks go forward) shrink by what is skipped, and hours that fall into a fold
(clocks go back) grow by what is repeated. A shift is half open: at 18:00 a `09:00-18:00` is shut.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from engine.model.text import Words
from engine.span import DAY_US, MINUTE_US, SECOND_US, Span

Hours = tuple[tuple[int, int], ...]
"""Shifts of one date in order, as (opening minute, closing minute), 0 to 1440, not overlapping."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
# Open time is tabulated in blocks of 32 days of UTC, each built when first asked for: long enough
# that a year is a dozen sums, short enough that one deadline costs one or two blocks.
_BLOCK_US: Final = 32 * DAY_US
_REACH_BLOCKS: Final = 200 * 366 // 32


class Timeline(Protocol):
    """What a clock is measured on: a calendar, or plain time."""

    def is_open(self, us: int) -> bool:
        """Whether time counts at this instant."""

    def next_open(self, us: int) -> int:
        """The instant itself when open, else the next opening."""

    def add(self, start_us: int, span: Span) -> int:
        """The due instant of a span that starts then."""

    def add_open(self, start_us: int, open_us: int) -> int:
        """The earliest instant by which so much open time has passed."""

    def between(self, a_us: int, b_us: int) -> int:
        """Open microseconds from a to b; 0 when b is not after a."""


@dataclass(frozen=True, slots=True)
class PlainTime:
    """The wall clock: always open; a week is seven days, a day is 24 hours."""

    def is_open(self, us: int) -> bool:
        """Always."""
        return True

    def next_open(self, us: int) -> int:
        """The instant itself."""
        return us

    def add(self, start_us: int, span: Span) -> int:
        """Start plus the span's plain length."""
        return start_us + span.plain_us

    def add_open(self, start_us: int, open_us: int) -> int:
        """Start plus that time."""
        return start_us + open_us

    def between(self, a_us: int, b_us: int) -> int:
        """The time from a to b; 0 when b is not after a."""
        return max(0, b_us - a_us)


PLAIN: Final = PlainTime()


@dataclass(frozen=True, slots=True)
class _Block:
    """The open intervals of 32 days, in order of time, each on one local date at one offset."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    days: tuple[int, ...]  # the local date of each, in days since 1970-01-01
    walls: tuple[int, ...]  # the wall clock at each start, in microseconds of its date
    sums: tuple[int, ...]  # open time before each, and at the end the whole

    def opened(self, us: int) -> int:
        """Open time of the block before an instant."""
        at = bisect_right(self.starts, us) - 1
        if at < 0:
            return 0
        return self.sums[at] + min(us, self.ends[at]) - self.starts[at]

    def instant(self, open_us: int) -> int:
        """The earliest instant at which so much of the block's open time (> 0) has passed."""
        at = bisect_left(self.sums, open_us) - 1
        return self.starts[at] + open_us - self.sums[at]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Hours per weekday with exceptions by date, in a zone. Never without hours (the compiler).

    `exceptions` maps a date, as days since 1970-01-01 (`day_of`), to that date's own hours; empty
    hours are a holiday. `names` says what an exception is called. `known_to` is the last year for
    which the country's holidays are officially known, None where no country is named.
    """

    id: str
    title: Words = field(hash=False)
    zone: str
    week: tuple[Hours, ...]  # seven, from Monday
    exceptions: Mapping[int, Hours] = field(default_factory=dict, hash=False)
    names: Mapping[int, Words] = field(default_factory=dict, hash=False)
    known_to: int | None = None
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _blocks: dict[int, _Block] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what the compiler should have refused; raises ValueError."""
        if len(self.week) != 7 or not any(self.week):
            raise ValueError(f"calendar {self.id} has no hours")
        object.__setattr__(self, "_zone", ZoneInfo(self.zone))

    def hours_of(self, day: int) -> Hours:
        """The hours of a date given in days since 1970-01-01, as written (clock changes aside)."""
        own = self.exceptions.get(day)
        return self.week[(day + 3) % 7] if own is None else own

    def is_open(self, us: int) -> bool:
        """Whether the wall clock of the zone lies within the date's hours at this instant."""
        block = self._block(us // _BLOCK_US)
        at = bisect_right(block.starts, us) - 1
        return at >= 0 and us < block.ends[at]

    def next_open(self, us: int) -> int:
        """The instant itself when open, else the next opening."""
        if self.is_open(us):
            return us
        first = us // _BLOCK_US
        for index in range(first, first + _REACH_BLOCKS):
            block = self._block(index)
            at = bisect_left(block.starts, us)
            if at < len(block.starts):
                return block.starts[at]
        return _end_of_reach(us)

    def add(self, start_us: int, span: Span) -> int:
        """The due instant of a span that starts then.

        A start outside hours moves to the next opening. Weeks: seven calendar days each, or the
        first later date with hours. Days: the next date with hours, once for each day. Both keep
        the start's wall clock: where that is shut, the last close before it on that date, else
        the date's opening; where the clocks go back, the first time the clock shows it. Then
        hours and minutes count open time; ending with a shift they are due at its close, not at
        the next opening. A plain span is wall clock whatever the calendar.
        """
        if span.plain:
            return start_us + span.plain_us
        at = self.next_open(start_us)
        if span.weeks or span.days:
            at = self._same_wall(at, span.weeks, span.days)
        return self.add_open(at, span.seconds * SECOND_US) if span.seconds else at

    def add_open(self, start_us: int, open_us: int) -> int:
        """The earliest instant by which so much open time has passed since the start.

        With nothing to add it is the start itself. No due instant lies further than 200 years
        off: beyond that (a minute of hours a week, say) the reach's end is given.
        """
        if open_us <= 0:
            return start_us
        first = start_us // _BLOCK_US
        wanted = open_us + self._block(first).opened(start_us)
        for index in range(first, first + _REACH_BLOCKS):
            block = self._block(index)
            if wanted <= block.sums[-1]:
                return block.instant(wanted)
            wanted -= block.sums[-1]
        return _end_of_reach(start_us)

    def between(self, a_us: int, b_us: int) -> int:
        """Open microseconds from a to b; 0 when b is not after a."""
        if b_us <= a_us:
            return 0
        first, last = a_us // _BLOCK_US, b_us // _BLOCK_US
        total = self._block(last).opened(b_us) - self._block(first).opened(a_us)
        for index in range(first, last):
            total += self._block(index).sums[-1]
        return total

    def day_at(self, us: int) -> int:
        """The date the zone's calendar shows at an instant, in days since 1970-01-01."""
        return (us + self._offset(us)) // DAY_US

    def _same_wall(self, at: int, weeks: int, days: int) -> int:
        block = self._block(at // _BLOCK_US)
        place = bisect_right(block.starts, at) - 1
        wall = block.walls[place] + at - block.starts[place]
        day = block.days[place]
        if weeks:
            day = self._date_with_hours(day + 7 * weeks)
        for _ in range(days):
            day = self._date_with_hours(day + 1)
        return self._on_date(day, wall)

    def _on_date(self, day: int, wall: int) -> int:
        closed: int | None = None
        for start, end, opens in self._intervals(day):
            if wall < opens + end - start:
                if wall >= opens:
                    return start + wall - opens
                return start if closed is None else closed
            closed = end
        if closed is None:
            raise AssertionError(f"date {day} of calendar {self.id} has no hours")
        return closed

    def _date_with_hours(self, day: int) -> int:
        for later in range(day, day + _REACH_BLOCKS * 32):
            if self.hours_of(later) and self._intervals(later):
                return later
        raise OverflowError(f"calendar {self.id} never opens again")

    def _intervals(self, day: int) -> list[tuple[int, int, int]]:
        """(start, end, wall clock at start) of one local date, which is at most 15 h off UTC's."""
        low, high = (day - 1) * DAY_US, (day + 2) * DAY_US
        found: list[tuple[int, int, int]] = []
        for index in range(low // _BLOCK_US, high // _BLOCK_US + 1):
            block = self._block(index)
            for at in range(bisect_left(block.starts, low), bisect_right(block.starts, high)):
                if block.days[at] == day:
                    found.append((block.starts[at], block.ends[at], block.walls[at]))
        return found

    def _block(self, index: int) -> _Block:
        block = self._blocks.get(index)
        if block is None:
            # Two threads may both build it; they build the same, and either may stay.
            block = self._blocks[index] = self._build(index * _BLOCK_US)
        return block

    def _build(self, low: int) -> _Block:
        starts, ends, days, walls, sums = [], [], [], [], [0]
        for piece_low, piece_high, offset in self._pieces(low, low + _BLOCK_US):
            first, last = (piece_low + offset) // DAY_US, (piece_high - 1 + offset) // DAY_US
            for day in range(first, last + 1):
                midnight = day * DAY_US - offset
                for opens, closes in self.hours_of(day):
                    start = max(midnight + opens * MINUTE_US, piece_low)
                    end = min(midnight + closes * MINUTE_US, piece_high)
                    if start < end:
                        starts.append(start)
                        ends.append(end)
                        days.append(day)
                        walls.append(start - midnight)
                        sums.append(sums[-1] + end - start)
        return _Block(tuple(starts), tuple(ends), tuple(days), tuple(walls), tuple(sums))

    def _pieces(self, low: int, high: int) -> list[tuple[int, int, int]]:
        """The stretches of [low, high) within which the zone's offset stays the same."""
        pieces: list[tuple[int, int, int]] = []
        start, offset = low, self._offset(low)
        for probe in range(low + DAY_US, high + 1, DAY_US):
            seen = probe - DAY_US
            while self._offset(probe) != offset:
                seen = self._change(seen, probe, offset)
                pieces.append((start, seen, offset))
                start, offset = seen, self._offset(seen)
        if start < high:
            pieces.append((start, high, offset))
        return pieces

    def _change(self, low: int, high: int, offset: int) -> int:
        """The instant, to the second, at which the zone leaves this offset."""
        low, high = low // SECOND_US, high // SECOND_US
        while high - low > 1:
            middle = (low + high) // 2
            if self._offset(middle * SECOND_US) == offset:
                low = middle
            else:
                high = middle
        return high * SECOND_US

    def _offset(self, us: int) -> int:
        local = (_EPOCH + timedelta(microseconds=us)).astimezone(self._zone).utcoffset()
        assert local is not None  # a ZoneInfo always knows
        return (local.days * 86_400 + local.seconds) * SECOND_US


def timeline(calendar: Calendar, span: Span) -> Timeline:
    """What a span is measured on: plain time for a plain span, else the calendar."""
    return PLAIN if span.plain else calendar


def day_of(when: date) -> int:
    """A date as days since 1970-01-01, the key of `Calendar.exceptions`."""
    return when.toordinal() - _EPOCH_ORDINAL


def date_of(day: int) -> date:
    """The date of a day number; the inverse of `day_of`."""
    return date.fromordinal(day + _EPOCH_ORDINAL)


def _end_of_reach(us: int) -> int:
    return us + _REACH_BLOCKS * _BLOCK_US
