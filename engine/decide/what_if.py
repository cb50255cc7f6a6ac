"""The smallest change of values that would have let another row of a table decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.decide.could_be import COUNTED, FRESH, Variable
from engine.decide.search import WORK, Found, Search, Table, rivals_of, wins
from engine.evaluate import TEXT_KINDS, tests
from engine.facts import Ask, Facts, Value
from engine.model.routing import Row
from engine.normal import is_empty
from engine.predicate import All, Not, Op, Path, Predicate, Test


@dataclass(frozen=True, slots=True)
class Change:
    """One value that has to be another. `after` is such a value, and `claim` what it has to be."""

    path: Path
    before: Value
    after: Value
    claim: Predicate


Answer = Literal["change", "blocked", "never", "hidden", "unknown"]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What would have let a row win.

    `change`: these changes, no fewer. `blocked`: none, while the row `by` stands before it ("" for
    several together). `never`: its own condition can't hold. `hidden`: it hangs on a value that the
    reader may not see. `unknown`: the search was cut, or asks for a pattern.
    """

    answer: Answer
    changes: tuple[Change, ...] = ()
    by: str = ""


def what_if(
    table: Table,
    target: Row,
    facts: Facts,
    ask: Ask,
    work: int = WORK,
    variables: dict[str, Variable] | None = None,
) -> tuple[WhatIf, int]:
    """The fewest values, each as near as it can be, whose change lets `target` win.

    `facts` are the values that were read. Every change told was confirmed by the reference
    evaluator. Also gives how much of `work` (conditions looked at) was spent. `variables`: what
    other rows of the same decision have found out about the paths, to be shared.
    """
    search = Search(table, facts, ask, work, {} if variables is None else variables)
    return _answer(search, target, rivals_of(table, target)), work - search.work


def _answer(search: Search, target: Row, rivals: tuple[Row, ...]) -> WhatIf:
    found = search.best(target, rivals)
    if found is not None:
        return WhatIf("change", _confirmed(search, found, target, rivals))
    if search.hidden:
        return WhatIf("hidden")
    if search.unsure:
        return WhatIf("unknown")
    return _blocked(search, target, rivals)


def _confirmed(
    search: Search, found: Found, target: Row, rivals: Sequence[Row]
) -> tuple[Change, ...]:
    """The changes as they are told, once the reference evaluator has seen the row win."""
    values = {name: value for name, (_, value) in found.items()}
    if not wins(search.table, target, search.facts.with_values(values), search.ask):
        raise AssertionError(f"{target.id} does not win with {values}")
    own = frozenset(tests(target.when))
    others = frozenset(test for row in rivals for test in tests(row.when))
    return _Telling(search, values, own, others).changes()


def _blocked(search: Search, target: Row, rivals: tuple[Row, ...]) -> WhatIf:
    if not search.could(target, ()):
        return WhatIf("unknown" if search.unsure else "never")
    for row in rivals:
        if not search.could(target, (row,)):
            return WhatIf("unknown") if search.unsure else WhatIf("blocked", by=row.id)
    return WhatIf("blocked")


@dataclass(frozen=True, slots=True)
class _Telling:
    """What was found, and which tests are the row's own and its rivals'."""

    search: Search
    values: Mapping[str, Value]
    own: frozenset[Test]
    others: frozenset[Test]

    def changes(self) -> tuple[Change, ...]:
        """Each value that has to be another, in the order of the fields."""
        places = {name: number for number, name in enumerate(self.search.table.space.fields)}
        found = [self._change(self.search.variables[name]) for name in self.values]
        return tuple(sorted(found, key=lambda c: places.get(c.path.name, len(places))))

    def _change(self, one: Variable) -> Change:
        name = one.path.name
        claim = self._claim(one, self.values[name])
        return Change(one.path, self.search.facts.get(name), self.values[name], claim)

    def _claim(self, one: Variable, value: Value) -> Predicate:
        """What the value has to be, with every option that would do as well."""
        path, space = one.path, self.search.table.space
        if is_empty(value):
            return Test(path, Op.IS_EMPTY, True)
        if isinstance(value, tuple) and FRESH not in value and path.kind not in COUNTED:
            return _listed(path, self.search.facts.get(path.name), value)
        if path.kind in TEXT_KINDS or isinstance(value, tuple) or value == FRESH:
            return self._turned(one, value)
        options = space.options(path)
        if not options:
            return Test(path, Op.IS, value)  # type: ignore[arg-type]
        good = [v for v in one.values if v == value or self._would(path.name, v)]
        chosen = {same for v in good if not is_empty(v) for same in one.like(v, options)}
        return Test(path, Op.ONE_OF, tuple(o for o in options if o in chosen))  # type: ignore[misc]

    def _would(self, name: str, value: Value) -> bool:
        return self.search.would({**self.values, name: value})

    def _turned(self, one: Variable, value: Value) -> Predicate:
        """The tests that have to come out otherwise than they did."""
        claims: list[Predicate] = []
        for test in one.tests:
            now = one.holds(test, value)
            if now is one.holds(test, one.now) or test not in self.own | self.others:
                continue
            claims.append(self._of_several(one.path, test) if now else Not(test))
        unique = tuple(dict.fromkeys(claims))
        return unique[0] if len(unique) == 1 else All(unique)

    def _of_several(self, path: Path, test: Test) -> Predicate:
        """A test that one of several words fulfils, with those words that would do alone."""
        if test.op not in (Op.CONTAINS_ANY, Op.ONE_OF) or not isinstance(test.operand, tuple):
            return test
        now = self.search.facts.text(path.name) if test.op is Op.CONTAINS_ANY else ""
        good = tuple(
            word
            for word in test.operand
            if self._would(path.name, f"{now} {FRESH} {word}" if now else str(word))
        )
        return Test(test.path, test.op, good) if good else test


def _listed(path: Path, before: Value, after: tuple[Value, ...]) -> Predicate:
    """Which items have to come and to go."""
    was = before if isinstance(before, tuple) else ()
    come = tuple(one for one in after if one not in was)
    claims: list[Predicate] = []
    if come:
        claims.append(Test(path, Op.CONTAINS_ALL, come))  # type: ignore[arg-type]
    claims += [Not(Test(path, Op.CONTAINS, one)) for one in was if one not in after]  # type: ignore[arg-type]
    return claims[0] if len(claims) == 1 else All(tuple(claims))
