"""Equality and emptiness on one field: the values at which the truth is other than elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.index.fields import several
from engine.normal import is_empty
from engine.predicate import All, Not, Op, Predicate, Test

Key = str | tuple[type, object]
"""A text, or another value with its type: True and 1 are different values."""


def key_of(value: object) -> Key:
    """The key of a value that is not empty."""
    return value if type(value) is str else (type(value), value)


def value_of(key: Key) -> Any:
    """The value of a key."""
    return key if isinstance(key, str) else key[1]


@dataclass(frozen=True, slots=True)
class Choice:
    """The truth of a condition by value: `empty` where there is none, the contrary of `other` at
    the keys of `flips`, and `other` at all other values.
    """

    flips: frozenset[Key]
    other: bool
    empty: bool

    def at(self, key: Key) -> bool:
        """The truth at a value that is not empty."""
        return self.other is not (key in self.flips)


def choice_of(pred: Predicate) -> Choice:
    """What a condition whose home is KEYS says of each value."""
    if isinstance(pred, Test):
        return _of_test(pred)
    if isinstance(pred, Not):
        inner = choice_of(pred.item)
        return Choice(inner.flips, not inner.other, not inner.empty)
    return all_or_any([choice_of(item) for item in pred.items], every=isinstance(pred, All))


def all_or_any(parts: list[Choice], *, every: bool) -> Choice:
    """Several conditions on one field as one."""
    fold = all if every else any
    other = fold(part.other for part in parts)
    keys = frozenset().union(*(part.flips for part in parts))
    flips = frozenset(key for key in keys if fold(part.at(key) for part in parts) is not other)
    return Choice(flips, other, fold(part.empty for part in parts))


def _of_test(test: Test) -> Choice:
    if test.op is Op.IS_EMPTY:
        wanted = bool(test.operand)
        return Choice(frozenset(), not wanted, wanted)
    keys = frozenset(key_of(value) for value in several(test.operand) if not is_empty(value))
    absent = test.op is Op.IS_NOT or test.op is Op.NONE_OF
    return Choice(keys, absent, absent)
