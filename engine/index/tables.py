"""The tables of one field that are asked of every ticket: by key, by stretch of a scale, by item.

Each says which rows hold for a value or do not ask about the field. `bits` answers for any value;
`source.py` writes the short way for values of the usual type.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from typing import Any

from engine.index.bits import bits_of, density, flipped
from engine.index.choice import Choice, Key, key_of, value_of
from engine.index.steps import Ranges
from engine.normal import is_empty


class KeyTable:
    """By equality. `usual` is the type of most keys and `known` the rows at its keys."""

    def __init__(self, name: str, width: int, entries: Sequence[tuple[int, Choice]]) -> None:
        self.name = name
        free = _free(width, [row for row, _ in entries])
        self.other = free | bits_of((row for row, one in entries if one.other), width)
        self.empty = free | bits_of((row for row, one in entries if one.empty), width)
        turned: dict[Key, list[int]] = {}
        for row, choice in entries:
            for key in choice.flips:
                turned.setdefault(key, []).append(row)
        self._at = {key: self.other ^ bits_of(rows, width) for key, rows in turned.items()}
        self.usual = _most((type(value_of(key)) for key in turned), str)
        self.known = {
            value_of(key): at for key, at in self._at.items() if type(value_of(key)) is self.usual
        }
        self.density = density([*self._at.values(), self.other], width)

    def bits(self, value: object) -> int:
        """The rows that hold for any value."""
        if is_empty(value):
            return self.empty
        # No key is a list, and a list of records could not be looked up.
        if isinstance(value, (str, int)):
            return self._at.get(key_of(value), self.other)
        return self.other


class OrderTable:
    """By comparison: the `cuts` of the `usual` type and the `stretches` they leave."""

    def __init__(self, name: str, width: int, entries: Sequence[tuple[int, Ranges]]) -> None:
        self.name = name
        free = _free(width, [row for row, _ in entries])
        self.other = free | bits_of((row for row, one in entries if one.other), width)
        self.empty = free | bits_of((row for row, one in entries if one.empty), width)
        kinds = [kind for _, one in entries for kind in one.scales]
        self._scales = {kind: _stretches(kind, free, width, entries) for kind in set(kinds)}
        self.usual = _most(kinds, int)
        self.cuts, self.stretches = self._scales.get(self.usual, ([], [self.other]))
        self.density = density(self.stretches, width)

    def bits(self, value: object) -> int:
        """The rows that hold for any value."""
        if is_empty(value):
            return self.empty
        scale = self._scales.get(type(value))
        return self.other if scale is None else scale[1][bisect_right(scale[0], value)]


class ItemTable:
    """By what a list contains: rows of which one item is there."""

    def __init__(
        self, name: str, width: int, entries: Sequence[tuple[int, tuple[Any, ...]]]
    ) -> None:
        self.name = name
        self.free = _free(width, [row for row, _ in entries])
        rows: dict[Any, list[int]] = {}
        for row, items in entries:
            for item in items:
                rows.setdefault(item, []).append(row)
        self._at = {item: bits_of(found, width) for item, found in rows.items()}
        self.density = density([self.free], width)

    def bits(self, value: object) -> int:
        """The rows that hold for any value."""
        found = self.free
        for item in value if isinstance(value, tuple) else ():
            # A record can't be looked up, and equals no item a condition may name.
            if isinstance(item, (str, int, float)):
                found |= self._at.get(item, 0)
        return found


Table = KeyTable | OrderTable | ItemTable


def _free(width: int, rows: Sequence[int]) -> int:
    """The rows that do not ask about the field."""
    return ((1 << width) - 1) & ~bits_of(rows, width)


def _most(kinds: Any, fallback: type) -> type:
    common = Counter(kinds).most_common(1)
    return common[0][0] if common else fallback


def _stretches(
    kind: type, free: int, width: int, entries: Sequence[tuple[int, Ranges]]
) -> tuple[list[Any], list[int]]:
    first: list[int] = []
    turned: dict[Any, list[int]] = {}
    for row, ranges in entries:
        steps = ranges.scale(kind)
        if steps.first:
            first.append(row)
        for cut in steps.cuts:
            turned.setdefault(cut, []).append(row)
    cuts = sorted(turned)
    now = free | bits_of(first, width)
    found = [now]
    for cut in cuts:
        rows = turned[cut]
        now ^= 1 << rows[0] if len(rows) == 1 else flipped(rows, width)
        found.append(now)
    return cuts, found
