"""What people want to know of a backtest's counts: rates, weeks, work to expect."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from engine.change.backtest import Backtest, Rate

_WEEK_US = 7 * 86_400_000_000


@dataclass(frozen=True, slots=True)
class Missed:
    """Had and missed, under both desks and really."""

    before: tuple[int, int]
    after: tuple[int, int]
    really: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Work:
    """Tickets a week, and in the busiest hour of the week (0 is Monday 0:00), on the average."""

    mean: float
    peak: float
    peak_hour: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """The work of a team under both desks."""

    team: str
    before: Work
    after: Work


def missed(rates: Iterable[Rate]) -> Missed:
    """Several rates as one."""
    several = list(rates)

    def total(side: str) -> tuple[int, int]:
        pairs = [getattr(one, side) for one in several]
        return sum(had for had, _ in pairs), sum(late for _, late in pairs)

    return Missed(total("before"), total("after"), total("really"))


def weekly(rates: Iterable[Rate]) -> list[tuple[str, Missed]]:
    """The same by week, in order of time."""
    weeks: defaultdict[str, list[Rate]] = defaultdict(list)
    for rate in rates:
        weeks[rate.week].append(rate)
    return [(week, missed(own)) for week, own in sorted(weeks.items())]


def loaded(found: Backtest) -> list[Loaded]:
    """What each team has to expect."""
    weeks = max(1.0, (found.until_us - found.since_us) / _WEEK_US)
    return [
        Loaded(one.team, _work(one.before, weeks), _work(one.after, weeks)) for one in found.loads
    ]


def _work(hours: tuple[int, ...], weeks: float) -> Work:
    peak = max(hours, default=0)
    return Work(sum(hours) / weeks, peak / weeks, hours.index(peak) if peak else 0)
