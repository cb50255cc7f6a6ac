"""Comparison on one field: the points of its scale at which the truth changes.

Whole numbers and texts both have a next value, so every stretch is closed below and open above:
more than 5 is at least 6, after "2026-01-01" is at least that text with the least character added.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.index.choice import choice_of, value_of
from engine.index.fields import ORDERING, several
from engine.predicate import All, Not, Op, Predicate, Test


@dataclass(frozen=True, slots=True)
class Steps:
    """Truth along a scale: `first` below the first of the ascending cuts, turned at each."""

    first: bool
    cuts: tuple[Any, ...]

    def at(self, value: Any) -> bool:
        """The truth at a value of the scale."""
        return self.first is not bool(bisect_right(self.cuts, value) & 1)


@dataclass(frozen=True, slots=True)
class Ranges:
    """The truth of a condition by value: along the scale of each type, `other` at values of other
    types, `empty` where there is none.
    """

    scales: Mapping[type, Steps]
    other: bool
    empty: bool

    def scale(self, kind: type) -> Steps:
        """The truth along the scale of a type."""
        return self.scales.get(kind) or Steps(self.other, ())


def ranges_of(pred: Predicate) -> Ranges:
    """What a condition whose home is ORDER says of each value."""
    if isinstance(pred, Test):
        return _of_test(pred)
    if isinstance(pred, Not):
        inner = ranges_of(pred.item)
        turned = {kind: Steps(not s.first, s.cuts) for kind, s in inner.scales.items()}
        return Ranges(turned, not inner.other, not inner.empty)
    return all_or_any([ranges_of(item) for item in pred.items], every=isinstance(pred, All))


def all_or_any(parts: list[Ranges], *, every: bool) -> Ranges:
    """Several conditions on one field as one."""
    fold = all if every else any
    kinds = dict.fromkeys(kind for part in parts for kind in part.scales)
    scales: dict[type, Steps] = {}
    for kind in kinds:
        along = [part.scale(kind) for part in parts]
        truth = [fold(steps.first for steps in along)]
        cuts: list[Any] = []
        for cut in sorted({cut for steps in along for cut in steps.cuts}):
            now = fold(steps.at(cut) for steps in along)
            if now is not truth[-1]:
                truth.append(now)
                cuts.append(cut)
        scales[kind] = Steps(truth[0], tuple(cuts))
    return Ranges(scales, fold(part.other for part in parts), fold(part.empty for part in parts))


def after(value: Any) -> Any:
    """The next value on the scale."""
    return value + 1 if type(value) is int else value + "\x00"


def _of_test(test: Test) -> Ranges:
    if test.op in ORDERING:
        kind = type(several(test.operand)[0])
        return Ranges({kind: _steps(test.op, test.operand)}, False, False)
    choice = choice_of(test)
    points: dict[type, list[Any]] = {}
    for value in map(value_of, choice.flips):
        points.setdefault(type(value), []).append(value)
    return Ranges(
        {kind: _points(values, choice.other) for kind, values in points.items()},
        choice.other,
        choice.empty,
    )


def _steps(op: Op, operand: Any) -> Steps:
    if op is Op.BETWEEN:
        low, high = operand
        return Steps(False, (low, after(high)) if low <= high else ())
    if op is Op.AT_LEAST:
        return Steps(False, (operand,))
    if op is Op.MORE_THAN or op is Op.AFTER:
        return Steps(False, (after(operand),))
    return Steps(True, (after(operand) if op is Op.AT_MOST else operand,))


def _points(values: Iterable[Any], other: bool) -> Steps:
    """Single values; where one ends and the next begins nothing changes."""
    cuts: set[Any] = set()
    for value in values:
        cuts ^= {value}
        cuts ^= {after(value)}
    return Steps(other, tuple(sorted(cuts)))
