"""A backtest: old tickets decided under the live desk and under a draft, and what differs.

"Before" is the live desk replayed, so that what differs is the draft's doing and not history's;
what was really decided stands beside it. Tickets are added in portions; what is kept are counts,
and of each cell some ticket ids.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Final

from engine.change.compare import differences
from engine.change.past import Past
from engine.change.replay import Replayed
from engine.change.side import Side
from engine.instant import from_us
from engine.model.desk import Desk

HOUR_US: Final = 3_600_000_000
SOON_US: Final = HOUR_US
"""A ticket that is handed to another team so soon after it came had come to the wrong one."""
HOURS: Final = 168
KEPT: Final = 200
"""So many ticket ids a cell keeps."""
_SEED: Final = 20260302


@dataclass(frozen=True, slots=True)
class Cell:
    """Tickets of one type for which one thing comes out otherwise, by the rules of both sides.

    `topic`: home (the team that routing chooses) or priority. `right`: the live desk chose a team
    that people corrected within the hour, and the draft chooses theirs; `wrong`: the live one's
    choice stood and the draft's is another; `neither`: neither chose the team that it came to.
    """

    type: str
    topic: str
    before: str
    after: str
    was: str
    becomes: str
    count: int
    tickets: tuple[str, ...]
    right: int = 0
    wrong: int = 0
    neither: int = 0


@dataclass(frozen=True, slots=True)
class Rate:
    """Clocks of one kind that tickets of one week and team had, and how many were missed.

    `week`: the date of its Monday. Of each side: had, missed; each side counts a ticket for the
    team that it chose itself. `really`: as the store has it.
    """

    clock: str
    team: str
    week: str
    before: tuple[int, int] = (0, 0)
    after: tuple[int, int] = (0, 0)
    really: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Load:
    """Tickets that come to a team in each hour of the week, from Monday 0:00 of the tenant."""

    team: str
    before: tuple[int, ...]
    after: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fired:
    """How often an automation ran: really, and under each desk."""

    automation: str
    really: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Gap:
    """What could not be replayed as it was. `what` is a word of ours, `name` what it is about."""

    what: str
    name: str
    count: int
    tickets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a draft would have done to the tickets of a period.

    `tickets`: of the period; `replayed`: decided by both desks; `changed`: of these, those for
    which anything differs; `rerouted`: those that come to another team. `drifted`: the live desk
    decides another team than was really decided. `retimed`: clock → tickets whose due time moves.
    `apart`: automations that are set off by several tickets or a timetable, which is not replayed.
    `checked` were decided by the whole cascade as well, and `disagreed` names those for which that
    gave something else.
    """

    since_us: int
    until_us: int
    tickets: int = 0
    replayed: int = 0
    imported: int = 0
    changed: int = 0
    rerouted: int = 0
    drifted: int = 0
    cells: tuple[Cell, ...] = ()
    rates: tuple[Rate, ...] = ()
    loads: tuple[Load, ...] = ()
    fired: tuple[Fired, ...] = ()
    retimed: tuple[tuple[str, int], ...] = ()
    gaps: tuple[Gap, ...] = ()
    apart: tuple[str, ...] = ()
    checked: int = 0
    disagreed: tuple[str, ...] = ()

    @property
    def changes_anything(self) -> bool:
        """Whether any ticket would have fared otherwise."""
        return self.changed > 0

    @property
    def rerouted_share(self) -> float:
        """The share of replayed tickets that come to another team, 0 to 1."""
        return self.rerouted / self.replayed if self.replayed else 0.0


@dataclass(slots=True)
class _Counting:
    """One cell while it is counted."""

    count: int = 0
    right: int = 0
    wrong: int = 0
    neither: int = 0
    tickets: list[str] = field(default_factory=list)


_RateKey = tuple[str, str, str]
_CellKey = tuple[str, str, str, str, str, str]


class Tally:
    """Adds portions of tickets. `exact` sends each through the whole cascade; else `check` of them
    all go through it besides, chosen by chance from so many `expected`.
    """

    def __init__(
        self,
        live: Desk,
        draft: Desk,
        period: tuple[int, int],
        now_us: int,
        *,
        exact: bool = False,
        check: int = 200,
        expected: int = 0,
    ) -> None:
        self.before, self.after = Side(live, live, now_us), Side(live, draft, now_us)
        self.exact, self.period, self._zone = exact, period, live.tenant.zone
        self._share = 0.0 if exact or not expected else min(1.0, check / expected)
        self._chance = Random(_SEED)
        self.counts: Counter[str] = Counter()
        self._cells: defaultdict[_CellKey, _Counting] = defaultdict(_Counting)
        self._rates: defaultdict[_RateKey, list[int]] = defaultdict(lambda: [0] * 6)
        self._loads: defaultdict[str, tuple[list[int], list[int]]] = defaultdict(
            lambda: ([0] * HOURS, [0] * HOURS)
        )
        self._fired: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        self._retimed: Counter[str] = Counter()
        self._gaps: defaultdict[tuple[str, str], _Counting] = defaultdict(_Counting)
        self._disagreed: list[str] = []
        self._apart = _apart(live) | _apart(draft)
        self._hours: dict[int, tuple[int, str]] = {}

    def lose(self, number: str, what: str, name: str = "") -> None:
        """Count a ticket that can't be replayed."""
        self.counts["tickets"] += 1
        self._gap(what, name, number)

    def add(self, pasts: Sequence[Past]) -> None:
        """Replay tickets under both desks."""
        if self.exact:
            before = [self.before.exact(past) for past in pasts]
            after = [self.after.exact(past) for past in pasts]
        else:
            before, asked = self.before.many(pasts)
            after, _ = self.after.many(pasts, asked, self.before)
        for past, one, other in zip(pasts, before, after, strict=True):
            self._one(past, one, other)
            if self._share and self._chance.random() < self._share:
                self._check(past, one, other)

    def _one(self, past: Past, one: Replayed | None, other: Replayed | None) -> None:
        self.counts["tickets"] += 1
        if one is None or other is None:
            side = self.before if one is None else self.after
            what = "refused" if side.knows(past.type) else "no_type"
            self._gap(what, past.type, past.number)
            return
        self.counts["replayed"] += 1
        self._say_gaps(past)
        self._compare(past, one, other)
        self._count(past, one, other)

    def _say_gaps(self, past: Past) -> None:
        if past.imported:
            self.counts["imported"] += 1
        for name in past.gaps:
            if self.before.reads(past.type, name) or self.after.reads(past.type, name):
                self._gap("not_recorded", name, past.number)

    def _compare(self, past: Past, one: Replayed, other: Replayed) -> None:
        if not past.imported and one.outcome.home != past.decided.home:
            self.counts["drifted"] += 1
        if one is other or one == other:
            return
        self.counts["changed"] += 1
        for found in differences(one.outcome, other.outcome):
            if found.topic in ("home", "priority"):
                sides = (str(found.before), str(found.after), found.was, found.becomes)
                self._cell((past.type, found.topic, *sides), past)
            if found.topic == "home":
                self.counts["rerouted"] += 1
            if found.topic.startswith("due."):
                self._retimed[found.topic.removeprefix("due.")] += 1

    def _cell(self, key: _CellKey, past: Past) -> None:
        cell = self._cells[key]
        cell.count += 1
        if len(cell.tickets) < KEPT:
            cell.tickets.append(past.id)
        if key[1] == "home":
            proper = proper_team(past)
            cell.right += key[3] == proper
            cell.wrong += key[2] == proper
            cell.neither += proper not in key[2:4]

    def _count(self, past: Past, one: Replayed, other: Replayed) -> None:
        hour, week = self._when(past.at_us)
        self._loads[one.outcome.team][0][hour] += 1
        self._loads[other.outcome.team][1][hour] += 1
        sides = ((one.late, one.outcome), (other.late, other.outcome), (past.late, past.decided))
        for number, (late, outcome) in enumerate(sides):
            for clock, missed in late.items():
                if number < 2 or clock in one.late:
                    rate = self._rates[clock, outcome.home, week]
                    rate[2 * number] += 1
                    rate[2 * number + 1] += missed
        for number, ran in enumerate((_really(past), _ran(one), _ran(other))):
            for automation in ran:
                self._fired[automation][number] += 1

    def _check(self, past: Past, one: Replayed | None, other: Replayed | None) -> None:
        self.counts["checked"] += 1
        if self.before.exact(past) != one or self.after.exact(past) != other:
            self._disagreed.append(past.number)

    def _gap(self, what: str, name: str, number: str) -> None:
        gap = self._gaps[what, name]
        gap.count += 1
        if len(gap.tickets) < 5:
            gap.tickets.append(number)

    def _when(self, at_us: int) -> tuple[int, str]:
        """The hour of the week and the Monday of an instant."""
        slot = at_us // (HOUR_US // 4)  # no zone's offset is finer than a quarter of an hour
        found = self._hours.get(slot)
        if found is None:
            local = from_us(at_us, self._zone)
            monday = local.date() - timedelta(days=local.weekday())
            found = self._hours[slot] = (local.weekday() * 24 + local.hour, monday.isoformat())
        return found

    def result(self) -> Backtest:
        """What was found so far; the largest cells first."""
        counted = self.counts
        return Backtest(
            *self.period,
            tickets=counted["tickets"],
            replayed=counted["replayed"],
            imported=counted["imported"],
            changed=counted["changed"],
            rerouted=counted["rerouted"],
            drifted=counted["drifted"],
            cells=tuple(
                Cell(*key, one.count, tuple(one.tickets), one.right, one.wrong, one.neither)
                for key, one in sorted(self._cells.items(), key=lambda i: (-i[1].count, i[0]))
            ),
            rates=tuple(
                Rate(*key, (one[0], one[1]), (one[2], one[3]), (one[4], one[5]))
                for key, one in sorted(self._rates.items())
            ),
            loads=tuple(
                Load(team, tuple(before), tuple(after))
                for team, (before, after) in sorted(self._loads.items())
            ),
            fired=tuple(
                Fired(key, *counts)
                for key, counts in sorted(self._fired.items())
                if key not in self._apart
            ),
            retimed=tuple(sorted(self._retimed.items())),
            gaps=tuple(
                Gap(*key, one.count, tuple(one.tickets)) for key, one in sorted(self._gaps.items())
            ),
            apart=tuple(sorted(self._apart)),
            checked=counted["checked"],
            disagreed=tuple(self._disagreed),
        )


def proper_team(past: Past) -> str:
    """The team that a ticket belonged to: where it came to, unless people corrected that soon."""
    team = past.decided.home
    for moment in past.moments:
        if moment.at_us - past.at_us > SOON_US:
            break
        if moment.by_hand:
            team = str(moment.values.get("team") or team)
    return team


def _apart(desk: Desk) -> set[str]:
    """The automations that no single ticket's history sets off."""
    every = (one for strata in desk.strata.values() for stratum in strata for one in stratum)
    return {one.id for one in every if one.pattern is not None or one.recurring is not None}


def _really(past: Past) -> tuple[str, ...]:
    later = (name for moment in past.moments for name in moment.fired)
    return (*past.decided.fired, *later)


def _ran(one: Replayed) -> tuple[str, ...]:
    return (*one.outcome.fired, *one.later)
