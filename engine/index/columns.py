"""Many tickets as columns: each field's distinct values once, and which of them a ticket has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.facts import Facts, Value
from engine.index.choice import Key, key_of
from engine.normal import fold

CHUNK: Final = 1 << 17
"""Tickets decided at a time: a set of them as bits is 16 KB, so that some hundred stay near."""

Codes = NDArray[np.int32]
Truth = NDArray[np.bool_]
Places = NDArray[np.intp]
Bits = NDArray[np.uint64]
"""A set of the tickets of one chunk, a bit each."""


@dataclass(slots=True)
class Column:
    """One field of many tickets. `values`: the distinct ones; `codes`: the place there of each
    ticket's value. `words`: of words looked for before, the tickets that have them, by chunk.
    """

    values: list[Value]
    codes: Codes
    words: dict[str, list[Bits]] = field(default_factory=dict)
    _folded: list[str] | None = None
    _places: dict[Key, int] | None = None

    @property
    def folded(self) -> list[str]:
        """Each distinct value as words are looked for in it; "" where there is no text."""
        if self._folded is None:
            self._folded = [fold(v) if isinstance(v, str) else "" for v in self.values]
        return self._folded

    @property
    def places(self) -> dict[Key, int]:
        """The place of each distinct value that is a text or a whole number, by its type and it."""
        if self._places is None:
            self._places = {
                key_of(v): n for n, v in enumerate(self.values) if isinstance(v, (str, int))
            }
        return self._places

    def sets(self, truth: Truth) -> list[Bits]:
        """The tickets, by chunk, for whose value the truth (of each distinct value) is true."""
        return [packed(truth[self.codes[part]]) for part in chunks(len(self.codes))]


class Columns:
    """Many tickets. Fields are taken apart when a rule first asks about them, or by `encode`."""

    def __init__(self, tickets: Sequence[Facts]) -> None:
        self.tickets = tickets
        self._columns: dict[str, Column] = {}

    def __len__(self) -> int:
        return len(self.tickets)

    def changed(self, tickets: Sequence[Facts], names: Iterable[str]) -> Columns:
        """The same tickets, in their order, after values under these names changed: what was taken
        apart of all others serves on."""
        made, gone = Columns(tickets), set(names)
        made._columns = {name: one for name, one in self._columns.items() if name not in gone}
        return made

    def encode(self, names: Iterable[str]) -> None:
        """Take the fields of these names apart now."""
        for name in names:
            self.column(name)

    def column(self, name: str) -> Column:
        """The column of one field."""
        found = self._columns.get(name)
        if found is None:
            found = self._columns[name] = _column([one.values.get(name) for one in self.tickets])
        return found


def chunks(count: int) -> list[slice]:
    """So many tickets in portions, in their order."""
    return [slice(at, min(at + CHUNK, count)) for at in range(0, count, CHUNK)]


def packed(truth: Truth) -> Bits:
    """The truth for each ticket of a chunk as a set; bits beyond the last ticket are 0."""
    found = np.packbits(truth, bitorder="little")
    return np.pad(found, (0, -len(found) % 8)).view(np.uint64)


def tickets_in(bits: Bits) -> Places:
    """The tickets of a set, by their place in the chunk, ascending."""
    words = np.flatnonzero(bits)
    flags = np.unpackbits(bits[words].view(np.uint8), bitorder="little").view(np.bool_)
    at = np.flatnonzero(flags)
    found: Places = words[at >> 6] * 64 + (at & 63)
    return found


def _column(values: list[Value]) -> Column:
    # Equal values of different types are different: True and 1. Where only one such type is
    # there, a value can stand for itself, which is twice as fast.
    if len(set(map(type, values)) & {int, bool, float}) < 2:
        try:
            places, codes = _coded(values)
            return Column(list(places), codes)
        except TypeError:
            pass  # there are records, which can't be looked up
    keys = [
        (type(value), number if isinstance(value, (tuple, list, Mapping)) else value)
        for number, value in enumerate(values)
    ]
    places, codes = _coded(keys)
    at = dict(zip(codes.tolist(), values, strict=True))
    return Column([at[place] for place in range(len(places))], codes)


def _coded(keys: Sequence[Any]) -> tuple[dict[Any, int], Codes]:
    """The place of each distinct key, and of each key its place."""
    places: dict[Any, int] = {}
    found = (places.setdefault(key, len(places)) for key in keys)
    return places, np.fromiter(found, np.int32, len(keys))
