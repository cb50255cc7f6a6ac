"""Conditions asked of many tickets, each at its own moment: the vectors ask all at one instant.

A test that depends on who asks, when, or what changed is answered ticket by ticket and stands as a
truth value of the ticket from then on; all others go to the vectors as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.evaluate import CHANGES, holds
from engine.facts import Ask, Facts, Value, Viewer
from engine.index.columns import Columns
from engine.index.vectors import Vectors
from engine.predicate import All, AnyOf, Not, Op, Path, Predicate, Test, Var

_MOVING: Final = CHANGES | {Op.WITHIN_LAST, Op.WITHIN_NEXT}
_NOBODY: Final = Ask(0, Viewer(None))


def moves(test: Test) -> bool:
    """Whether the answer depends on more than the ticket's values."""
    several = test.operand if isinstance(test.operand, tuple) else (test.operand,)
    return test.op in _MOVING or any(isinstance(one, Var) for one in several)


class Asking:
    """Many tickets with the moment of each. Their `values` are written to through `Asking` alone.

    `stood`: so many truth values stand in the tickets already, from an earlier asking.
    """

    def __init__(
        self,
        values: Sequence[dict[str, Value]],
        tickets: Sequence[Facts],
        asks: Sequence[Ask],
        columns: Columns | None = None,
        stood: int = 0,
    ) -> None:
        self.values, self.tickets, self.asks = values, tickets, asks
        self._columns = columns or Columns(tickets)
        self._named = stood
        self._still_tests: dict[Test, Test] = {}

    def copy(self) -> Asking:
        """The same tickets to go on with, these staying as they are; what was looked up serves."""
        values = [dict(one) for one in self.values]
        pairs = zip(values, self.tickets, strict=True)
        tickets = [Facts(own, facts.refs) for own, facts in pairs]
        return Asking(values, tickets, self.asks, self._columns.changed(tickets, ()), self._named)

    def changed(self, names: Iterable[str]) -> Asking:
        """The same tickets after their values under these names were written."""
        columns = self._columns.changed(self.tickets, names)
        return Asking(self.values, self.tickets, self.asks, columns, self._named)

    def first(self, rules: Sequence[Predicate]) -> list[int]:
        """For each ticket the number of the first rule that holds, -1 for none."""
        found: list[int] = self._vectors(rules).first().tolist()
        return found

    def every(self, rules: Sequence[Predicate]) -> list[list[int]]:
        """For each ticket the numbers of all rules that hold, ascending."""
        found: list[list[int]] = [[] for _ in self.asks]
        for number, truth in enumerate(self.truth(rules)):
            for place in np.flatnonzero(truth).tolist():
                found[place].append(number)
        return found

    def truth(self, rules: Sequence[Predicate]) -> list[NDArray[np.bool_]]:
        """For each rule which tickets it holds for."""
        found = [np.zeros(len(self.asks), np.bool_) for _ in rules]
        for rule, places in self._vectors(rules).matches():
            found[rule][places] = True
        return found

    def _vectors(self, rules: Sequence[Predicate]) -> Vectors:
        return Vectors([self._still(rule) for rule in rules], self._columns, _NOBODY)

    def _still(self, pred: Predicate) -> Predicate:
        if isinstance(pred, Test):
            return self._stand(pred) if moves(pred) else pred
        if isinstance(pred, Not):
            return Not(self._still(pred.item))
        made = tuple(self._still(item) for item in pred.items)
        return All(made) if isinstance(pred, All) else AnyOf(made)

    def _stand(self, test: Test) -> Test:
        found = self._still_tests.get(test)
        if found is None:
            name = f"?{self._named}"
            self._named += 1
            each = zip(self.values, self.tickets, self.asks, strict=True)
            for values, facts, ask in each:
                values[name] = holds(test, facts, ask)
            found = self._still_tests[test] = Test(Path(name, name, "boolean"), Op.IS, True)
        return found
