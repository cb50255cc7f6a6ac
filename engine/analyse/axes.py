"""Axes of a space: how the values of a path are cut into atoms, and what tests say of each atom."""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from engine.analyse.world import COUNT, DAY, NOW_US, SOMEBODY, Domain, World
from engine.evaluate import TEXT_KINDS, holds, resolve, window
from engine.facts import Facts, Value
from engine.normal import GREATEST
from engine.predicate import Op, Path, Test, Var

CHANGES: Final = frozenset({Op.CHANGED, Op.CHANGED_TO, Op.CHANGED_FROM})
_WORDS: Final = frozenset(
    {Op.CONTAINS, Op.CONTAINS_ANY, Op.CONTAINS_ALL, Op.STARTS_WITH, Op.MATCHES}
)
_RELATIVE: Final = frozenset({Op.WITHIN_LAST, Op.WITHIN_NEXT})


@dataclass(frozen=True, slots=True)
class Other:
    """A value that is none of those named."""


OTHER: Final = Other()


@dataclass(slots=True)
class Axis:
    """One axis. `atoms` are representatives, None for empty; of a free test, True and False.

    `stretches` gives the ends, both in, of each atom of whole numbers and days. `test` is what a
    free axis stands for, `element` whose presence in a list it is.
    """

    name: str
    path: Path
    atoms: tuple[Any, ...]
    sort: str
    stretches: tuple[tuple[int, int] | None, ...] = ()
    test: Test | None = None
    element: Any = None

    @property
    def full(self) -> int:
        """Every atom."""
        return (1 << len(self.atoms)) - 1


def axis_name(world: World, path: Path) -> str:
    if path.inside:
        return f"{path.name}~rows"
    if path.name == "phase" and world.phases:
        return "state"
    return world.name_of(path)


def free_name(test: Test) -> str:
    """The name of the axis that stands for a test; a negative one shares that of its positive."""
    return f"{test.path.name}~{test.op.value}~{test.operand!r}"


_POSITIVE: Final = {Op.IS_NOT: Op.IS, Op.NONE_OF: Op.ONE_OF}


def parts(test: Test) -> list[Test]:
    """A test of several words as one for each, a negative one as its positive; else as it is."""
    op, several = test.op, test.operand
    if test.path.inside or op in CHANGES:
        return [test]
    if isinstance(several, tuple) and op in (Op.CONTAINS, Op.CONTAINS_ANY, Op.CONTAINS_ALL):
        return [Test(test.path, Op.CONTAINS, word) for word in several]
    if isinstance(several, tuple) and op is Op.STARTS_WITH:
        return [Test(test.path, op, word) for word in several]
    return [Test(test.path, _POSITIVE.get(op, op), several)]


def is_open(test: Test) -> bool:
    """Whether a value that is none of those named may answer either way."""
    words = test.op in _WORDS and test.path.kind in TEXT_KINDS
    return words or has_variable(test)


def has_variable(test: Test) -> bool:
    several = test.operand if isinstance(test.operand, tuple) else (test.operand,)
    return any(isinstance(one, Var) for one in several)


def constants(test: Test) -> list[Any]:
    if test.op is Op.IS_EMPTY or is_open(test):
        return []
    several = test.operand if isinstance(test.operand, tuple) else (test.operand,)
    return [one for one in several if one is not None]


def answer(world: World, test: Test, atom: Any) -> bool | None:
    """What the evaluator says of an atom; None where it may be either."""
    if atom is None:
        value: Value = None
    elif atom is OTHER:
        if is_open(test):
            return None
        value = "\x00"  # no value that a spec names
    else:
        if has_variable(test):
            return None
        value = atom
    if test.path.name == "phase" and world.phases:
        value = world.phases.get(str(atom))
    return holds(test, Facts({test.path.name: value}), SOMEBODY)


def mixed(asked: list[Test]) -> bool:
    """Whether fixed and moving ends stand side by side: what holds today may not hold tomorrow."""
    sorts = set()
    for test in asked:
        if test.op in _RELATIVE:
            sorts.add("now" if test.path.kind == "datetime" else "today")
        elif test.op is not Op.IS_EMPTY:
            several = test.operand if isinstance(test.operand, tuple) else (test.operand,)
            sorts |= {one.name if isinstance(one, Var) else "fixed" for one in several}
    return len(sorts) > 1


INFINITE: Final = 1 << 62


def stretches(test: Test) -> list[tuple[int, int]]:
    """The whole numbers (or days as ordinals) for which a test holds, both ends in, as drawn out
    as a test can; of negative tests, those for which it does not."""
    if test.op is Op.IS_EMPTY:
        return []
    if test.op is Op.COUNT:
        low, high = test.operand if isinstance(test.operand, tuple) else (0, -1)
        return [(int(low), INFINITE if high == -1 else int(high))]  # type: ignore[arg-type]
    if test.op in _RELATIVE:
        ends = window(test, SOMEBODY)
        return [] if ends is None else [(whole(ends[0]), whole(ends[1]))]
    operand = resolve(test.operand, test.op, SOMEBODY)
    several = operand if isinstance(operand, tuple) else (operand,)
    numbers = [whole(one) for one in several if one is not None]
    if test.op is Op.BETWEEN:
        return [(numbers[0], numbers[1])] if len(numbers) == 2 else []
    ends_of = _ENDS.get(test.op, lambda n: (n, n))
    return [ends_of(number) for number in numbers]


_ENDS: Final[dict[Op, Any]] = {
    Op.AT_LEAST: lambda n: (n, INFINITE),
    Op.MORE_THAN: lambda n: (n + 1, INFINITE),
    Op.AFTER: lambda n: (n + 1, INFINITE),
    Op.AT_MOST: lambda n: (-INFINITE, n),
    Op.LESS_THAN: lambda n: (-INFINITE, n - 1),
    Op.BEFORE: lambda n: (-INFINITE, n - 1),
}


def cuts(test: Test) -> Iterator[tuple[int, int]]:
    for low, high in stretches(test):
        if low > -INFINITE:
            yield low, 0
        if high < INFINITE:
            yield high, 1


def whole(value: Any) -> int:
    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value).toordinal()
        except ValueError:
            return 0
    return int(value)


def value_at(sort: str, number: int) -> Any:
    """The value that a whole number of an axis stands for: itself, or a day."""
    return datetime.date.fromordinal(number).isoformat() if sort == DAY else number


def plain_number(domain: Domain, low: int, high: int) -> int:
    """A number of a stretch that reads well: no far end of all numbers, no odd cents."""
    if domain.sort == DAY:
        return min(max(_TODAY, low), high)
    if domain.low is None or domain.sort == COUNT:
        return min(max(NOW_US, low), high) if domain.low is None and domain.high is None else low
    unit = 10**domain.path.scale
    start = low if low > -GREATEST else min(high, 0)
    whole = -(-start // unit) * unit
    return whole if whole <= high else start


_TODAY: Final = datetime.date(2026, 3, 2).toordinal()


def hits(axis: Axis, test: Test) -> int:
    """The atoms of an axis of stretches for which a test holds."""
    count = sum(1 for stretch in axis.stretches if stretch is not None)
    empty = axis.full & ~((1 << count) - 1)
    if test.op is Op.IS_EMPTY:
        return empty if test.operand else axis.full & ~empty
    firsts = [stretch[0] for stretch in axis.stretches if stretch is not None]
    bits = 0
    for low, high in stretches(test):
        start, end = bisect_left(firsts, low), bisect_left(firsts, high + 1)
        if end > start:
            bits |= (1 << end) - (1 << start)
    if test.op in (Op.IS_NOT, Op.NONE_OF):
        return axis.full & ~bits
    return bits
