"""One test asked of many tickets: how its set is worked out for a chunk, by the test's table."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import ahocorasick
import numpy as np
from numpy.typing import NDArray

from engine.evaluate import holds
from engine.facts import Ask, Facts
from engine.index.choice import choice_of
from engine.index.columns import Bits, Column, Columns, Truth, chunks, packed
from engine.index.fields import KEYS, ORDER, WORDS, home, several
from engine.index.steps import ranges_of
from engine.normal import is_empty
from engine.predicate import Op, Test

Sets = Callable[[int], Bits]
"""The tickets of a chunk, named by its number, for which a test holds."""


def sets_of(leaves: Sequence[Test], tickets: Columns, ask: Ask) -> list[Sets]:
    """How to work out each test, which may be asked about any chunk any number of times."""
    homes = [home(test) for test in leaves]
    by_home: dict[tuple[str, str], list[Test]] = {}
    for of, test in zip(homes, leaves, strict=True):
        by_home.setdefault(of, []).append(test)
    words = {n: _Words(tickets.column(n), some) for (s, n), some in by_home.items() if s == WORDS}
    scales = {n: _Scales(tickets.column(n), some) for (s, n), some in by_home.items() if s == ORDER}
    keys = {n: _Keys(tickets.column(n)) for s, n in by_home if s == KEYS}
    found: list[Sets] = []
    for (sort, name), test in zip(homes, leaves, strict=True):
        by_sort: dict[str, Any] = {WORDS: words, ORDER: scales, KEYS: keys}
        if sort in by_sort and test.op is not Op.STARTS_WITH:
            found.append(by_sort[sort][name].sets(test))
        else:
            found.append(_by_value(test, tickets, ask))
    return found


class _Keys:
    """Equality and emptiness: one set for each value that is named, and one for the empty."""

    def __init__(self, column: Column) -> None:
        self._column = column
        self._parts = chunks(len(column.codes))
        self._equal: dict[tuple[int, int], Bits] = {}
        self._blank: list[Bits] | None = None

    def sets(self, test: Test) -> Sets:
        choice = choice_of(test)
        places = [self._column.places[key] for key in choice.flips if key in self._column.places]

        def of(chunk: int) -> Bits:
            found = self._none(chunk)
            for place in places:
                found |= self._where(place, chunk)
            if choice.other:
                found |= self._empty(chunk) if choice.empty is not choice.other else found
                return self._full(chunk) & ~found
            return found | self._empty(chunk) if choice.empty else found

        return of

    def _where(self, place: int, chunk: int) -> Bits:
        found = self._equal.get((place, chunk))
        if found is None:
            codes = self._column.codes[self._parts[chunk]]
            found = self._equal[place, chunk] = packed(codes == place)
        return found

    def _empty(self, chunk: int) -> Bits:
        if self._blank is None:
            values = self._column.values
            self._blank = self._column.sets(
                np.fromiter((is_empty(value) for value in values), np.bool_, len(values))
            )
        return self._blank[chunk]

    def _none(self, chunk: int) -> Bits:
        return np.zeros_like(self._full(chunk))

    def _full(self, chunk: int) -> Bits:
        part = self._parts[chunk]
        return packed(np.ones(part.stop - part.start, np.bool_))


class _Scales:
    """Comparison: every ticket's place among the cut points of all tests, then two comparisons.

    Place 0 is a value that does not lie on the scale, 1 one below the first cut.
    """

    def __init__(self, column: Column, leaves: Iterable[Test]) -> None:
        self._parts = chunks(len(column.codes))
        cuts: dict[type, set[Any]] = {}
        for test in leaves:
            for kind, steps in ranges_of(test).scales.items():
                cuts.setdefault(kind, set()).update(steps.cuts)
        self._cuts = {kind: sorted(found) for kind, found in cuts.items()}
        self._places = {
            kind: _places(column.values, kind, found).take(column.codes)
            for kind, found in self._cuts.items()
        }

    def sets(self, test: Test) -> Sets:
        ((kind, steps),) = ranges_of(test).scales.items()
        places, cuts = self._places[kind], self._cuts[kind]
        ends = [bisect_right(cuts, cut) + 1 for cut in steps.cuts]
        low, *more = [1, *ends] if steps.first else ends or [len(cuts) + 2]
        high = more[0] if more else len(cuts) + 2

        def of(chunk: int) -> Bits:
            here = places[self._parts[chunk]]
            # Below `low` the difference wraps around and is larger than any stretch.
            return packed((here - places.dtype.type(low)) < places.dtype.type(high - low))

        return of


def _places(values: list[Any], kind: type, cuts: list[Any]) -> NDArray[Any]:
    """For each distinct value 1 and the number of cuts not above it; 0 when of another type."""
    dtype = np.min_scalar_type(len(cuts) + 2)
    numbers = _whole_numbers(values) if kind is int else None
    if numbers is not None and all(abs(cut) < 2**63 for cut in cuts):
        return (np.searchsorted(np.array(cuts, np.int64), numbers, "right") + 1).astype(dtype)
    of = (
        bisect_right(cuts, value) + 1 if type(value) is kind and not is_empty(value) else 0
        for value in values
    )
    return np.fromiter(of, dtype, len(values))


def _whole_numbers(values: list[Any]) -> NDArray[np.int64] | None:
    """The values as numbers, where all are whole numbers of a usual size."""
    if set(map(type, values)) != {int}:
        return None
    try:
        return np.array(values, np.int64)
    except OverflowError:
        return None


class _Words:
    """Words in texts: all that are new are looked for in one pass over the distinct texts."""

    def __init__(self, column: Column, leaves: Iterable[Test]) -> None:
        self._column = column
        wanted = {word for test in leaves for word in self._of(test)}
        new = sorted(wanted - set(column.words))
        if new:
            self._look_for(new)

    def sets(self, test: Test) -> Sets:
        sets = [self._column.words[word] for word in self._of(test)]

        def of(chunk: int) -> Bits:
            found = sets[0][chunk]
            for more in sets[1:]:
                found = found | more[chunk]
            return found

        return of

    def _look_for(self, words: list[str]) -> None:
        automaton = ahocorasick.Automaton()
        found: list[list[int]] = [[] for _ in words]
        for word, places in zip(words, found, strict=True):
            automaton.add_word(word, places.append)
        automaton.make_automaton()
        seen = automaton.iter
        for place, text in enumerate(self._column.folded):
            for _, add in seen(text):
                add(place)
        for word, places in zip(words, found, strict=True):
            truth = np.zeros(len(self._column.values), np.bool_)
            truth[places] = True
            self._column.words[word] = self._column.sets(truth)

    def _of(self, test: Test) -> tuple[str, ...]:
        return tuple(str(word) for word in several(test.operand))


def _by_value(test: Test, tickets: Columns, ask: Ask) -> Sets:
    """The evaluator's own answer for each distinct value of the one field a test reads."""
    name = test.path.inside or test.path.name
    column = tickets.column(name)
    truth: Truth = np.fromiter(
        (holds(test, Facts({name: value}), ask) for value in column.values),
        np.bool_,
        len(column.values),
    )
    return column.sets(truth).__getitem__
