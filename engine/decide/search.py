"""Looks for the fewest values that must change so that one row of a table wins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.decide.could_be import Space, Variable, variable
from engine.evaluate import holds, tests
from engine.facts import Ask, Facts, Value
from engine.model.routing import Row
from engine.predicate import All, Not, Predicate, Test

WORK: Final = 20_000
"""So many conditions are looked at for one row before the search says that it was cut."""
OTHERWISE: Final = "otherwise"


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that were tried, in their order, and how a row of them wins.

    `hit`: `first` (the first that holds), `only_one` (it alone holds), `all` (it holds). The row
    `otherwise` stands last and wins where no other holds. `closed`: names of values that the reader
    may not see; what is told must be true whatever these are.
    """

    rows: tuple[Row, ...]
    hit: str
    space: Space
    closed: frozenset[str] = frozenset()


def rivals_of(table: Table, target: Row) -> tuple[Row, ...]:
    """The rows that must not hold if `target` is to win."""
    others = tuple(row for row in table.rows if row.id not in (target.id, OTHERWISE))
    if target.id == OTHERWISE or table.hit == "only_one":
        return others
    if table.hit == "all":
        return ()
    place = next((n for n, row in enumerate(table.rows) if row.id == target.id), 0)
    return table.rows[:place]


def wins(table: Table, target: Row, facts: Facts, ask: Ask) -> bool:
    """Whether the row would win with these values."""
    return holds(target.when, facts, ask) and not any(
        holds(row.when, facts, ask) for row in rivals_of(table, target)
    )


@dataclass(frozen=True, slots=True)
class _Want:
    """A condition and how it has to come out."""

    pred: Predicate
    wanted: bool
    asks: tuple[Test, ...]

    @classmethod
    def of(cls, pred: Predicate, wanted: bool) -> _Want:
        return cls(pred, wanted, tuple(dict.fromkeys(tests(pred))))


Found = dict[str, tuple[int, Value]]
"""name → (rank among the path's values, value)"""


@dataclass(slots=True)
class Search:
    """Looks with one change more each time, so that what it finds first needs the fewest.

    Where a condition comes out wrong, one of the values it reads must be another; so each step
    changes one that the first wrong condition reads. Nothing smaller is missed.
    """

    table: Table
    facts: Facts
    ask: Ask
    work: int
    variables: dict[str, Variable] = field(default_factory=dict)
    unsure: bool = False
    hidden: bool = False
    _wants: tuple[_Want, ...] = ()
    _deeper: bool = False
    _first: Found | None = None
    _least: int = 0
    _seen: set[frozenset[tuple[str, int]]] = field(default_factory=set)

    def could(self, target: Row, rivals: Sequence[Row]) -> bool:
        """Whether some change lets `target` hold and each rival not."""
        return self.best(target, rivals) is not None

    def best(self, target: Row, rivals: Sequence[Row]) -> Found | None:
        """The smallest change, None when there is none or it was not found (`unsure`)."""
        wants = [_Want.of(part, True) for part in _parts(target.when)]
        self._wants = (*wants, *(_Want.of(row.when, False) for row in rivals))
        self._variables()
        self.unsure = any(not self.variables[name].exact for name in self._names())
        read = {test.path.name for want in self._wants for test in want.asks}
        self.hidden = any(self.is_closed(name) for name in read)
        for depth in range(len(self.variables) + 1):
            found = self._within(depth)
            if found is not None:
                return found
            if self.work <= 0:
                self.unsure = True
            if self.work <= 0 or not self._deeper:
                return None
        return None

    def _within(self, depth: int) -> Found | None:
        self._deeper, self._first, self._seen = False, None, set()
        self._try(self.facts, {}, depth)
        return self._first

    def is_closed(self, name: str) -> bool:
        """Whether the reader may not see the value."""
        return name in self.table.closed

    def _names(self) -> set[str]:
        return {t.path.name for w in self._wants for t in w.asks if not self.is_closed(t.path.name)}

    def _variables(self) -> None:
        """The values of each open path, told apart by the tests of every row of the table."""
        missing = self._names() - self.variables.keys()
        if not missing:
            return
        asked: dict[str, list[Test]] = {}
        for row in self.table.rows:
            for test in tests(row.when):
                asked.setdefault(test.path.name, []).append(test)
        for name in sorted(missing):
            several = asked[name]
            self.variables[name] = variable(
                several[0].path, several, self.facts, self.ask, self.table.space
            )

    def _try(self, facts: Facts, changed: Found, depth: int) -> None:
        cost = sum(rank for rank, _ in changed.values())
        if self.work <= 0 or (self._first is not None and cost >= self._least):
            return
        key = frozenset((name, rank) for name, (rank, _) in changed.items())
        if key in self._seen:
            return
        self._seen.add(key)
        wrong = self._wrong(facts)
        if wrong is None:
            self._first, self._least = changed, cost
        elif len(changed) == depth:
            self._deeper = True
        else:
            for name, rank, value in self._ways(wrong, changed):
                self._try(facts.with_values({name: value}), {**changed, name: (rank, value)}, depth)

    def _wrong(self, facts: Facts) -> _Want | None:
        """The first condition that comes out otherwise than wanted."""
        for want in self._wants:
            self.work -= 1
            if not self._surely(want.pred, want.wanted, facts):
                return want
        return None

    def _ways(self, wrong: _Want, changed: Found) -> Iterator[tuple[str, int, Value]]:
        names = dict.fromkeys(test.path.name for test in wrong.asks)
        for name in names:
            if name not in changed and not self.is_closed(name):
                several = tuple(test for test in wrong.asks if test.path.name == name)
                for rank, value in self.variables[name].turning(several):
                    yield name, rank, value

    def _surely(self, pred: Predicate, wanted: bool, facts: Facts) -> bool:
        """Whether it comes out as wanted whatever the closed values are."""
        if isinstance(pred, Test):
            known = not self.is_closed(pred.path.name)
            return known and holds(pred, facts, self.ask) is wanted
        if isinstance(pred, Not):
            return self._surely(pred.item, not wanted, facts)
        every = isinstance(pred, All) is wanted
        several = (self._surely(item, wanted, facts) for item in pred.items)
        return all(several) if every else any(several)

    def would(self, changes: Mapping[str, Value]) -> bool:
        """Whether all comes out as wanted with these values, whatever the closed ones are."""
        return self._wrong(self.facts.with_values(changes)) is None


def _parts(pred: Predicate) -> Iterator[Predicate]:
    """What must hold, one by one."""
    if isinstance(pred, All):
        for item in pred.items:
            yield from _parts(item)
    else:
        yield pred
