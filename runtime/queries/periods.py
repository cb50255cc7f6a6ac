"""The stretch of days that a report looks at, in the tenant's zone, and the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from engine.instant import end_of_day, from_us, start_of_day
from engine.model.lists import ReportModel
from engine.predicate import Op, Path, Predicate, Test
from engine.span import Span

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """A period: its days, both in, and as instants from `since_us` to before `until_us`.

    `whole`: it begins and ends with days.
    """

    first: date
    last: date
    since_us: int
    until_us: int
    whole: bool = True

    @property
    def days(self) -> int:
        """How many days it touches."""
        return (self.last - self.first).days + 1

    def holds(self, path: Path) -> Predicate:
        """The condition that the value at `path` lies in it."""
        if path.kind == "date":
            return Test(path, Op.BETWEEN, (self.first.isoformat(), self.last.isoformat()))
        return Test(path, Op.BETWEEN, (self.since_us, self.until_us - 1))


def window_of_days(first: date, last: date, zone: str) -> Window:
    """Whole days of the zone."""
    return Window(first, last, start_of_day(first, zone), end_of_day(last, zone))


def window_of(report: ReportModel, now_us: int, zone: str, days: int = 0) -> Window | None:
    """The report's period now; None when it looks at all times. `days` overrides a sliding one.

    A span of whole days is so many calendar days, today included; a shorter one slides.
    """
    if report.period_of is None:
        return None
    today = from_us(now_us, zone).date()
    if report.period_from or report.period_to:
        first = date.fromisoformat(report.period_from) if report.period_from else date(1971, 1, 1)
        last = date.fromisoformat(report.period_to) if report.period_to else today
        return window_of_days(first, max(first, last), zone)
    span = Span(days=days) if days else report.period_last
    if span is None:
        return None
    whole = span.weeks * 7 + span.days
    if whole and not span.seconds:
        return window_of_days(today - timedelta(days=whole - 1), today, zone)
    since = now_us - span.plain_us
    return Window(from_us(since, zone).date(), today, since, now_us + 1, whole=False)


def before(window: Window, zone: str) -> Window:
    """The period of the same length that ends where this one begins."""
    if window.whole:
        return window_of_days(window.first - timedelta(days=window.days), window.first - _DAY, zone)
    since = 2 * window.since_us - window.until_us
    return Window(from_us(since, zone).date(), window.first, since, window.since_us, whole=False)
