"""Many tickets against many conditions at once, for backtests; equal to asking one by one.

Every test is worked out once for a chunk of tickets as a set of bits; a condition is ANDs and ORs
of such sets. All tickets are asked under one question: by the same viewer, at the same instant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from engine.evaluate import tests
from engine.facts import Ask
from engine.index.columns import Bits, Columns, chunks, packed, tickets_in
from engine.index.fields import identity
from engine.index.leaves import Sets, sets_of
from engine.predicate import All, Not, Predicate, Test

_Node = int | tuple[str, tuple["_Node", ...]]
"""A test by its number, or `all`, `any`, `not` of nodes."""


class Vectors:
    """Rules made ready to be asked of many tickets. Making it looks for words that are new to the
    tickets in their texts, which takes longer than all the rest; they are kept with the tickets.
    """

    def __init__(self, rules: Sequence[Predicate], tickets: Columns, ask: Ask) -> None:
        numbers: dict[object, int] = {}
        leaves: list[Test] = []
        uses: list[int] = []
        for rule in rules:
            for test in tests(rule):
                number = numbers.setdefault(identity(test), len(numbers))
                if number == len(leaves):
                    leaves.append(test)
                    uses.append(0)
                uses[number] += 1
        self._count = len(tickets)
        self._rules = [_node(rule, numbers) for rule in rules]
        self._sets = sets_of(leaves, tickets, ask)
        self._shared = [number > 1 for number in uses]

    def first(self) -> NDArray[np.int32]:
        """For each ticket the number of the first rule that holds, -1 for none."""
        found = np.full(self._count, -1, np.int32)
        for number, part in enumerate(chunks(self._count)):
            here, chunk = found[part], _Chunk(self._sets, self._shared, number, part)
            left = chunk.full
            for rule, node in enumerate(self._rules):
                won = chunk.bits(node) & left
                if won.any():
                    here[tickets_in(won)] = rule
                    left = left & ~won
                    if not left.any():
                        break
        return found

    def counts(self) -> NDArray[np.int64]:
        """For each rule the number of tickets for which it holds."""
        found = np.zeros(len(self._rules), np.int64)
        for _, rule, bits in self._each():
            found[rule] += int(np.bitwise_count(bits).sum())
        return found

    def matches(self) -> Iterator[tuple[int, NDArray[np.intp]]]:
        """Pairs of a rule and tickets for which it holds, in portions of the tickets."""
        for start, rule, bits in self._each():
            if bits.any():
                yield rule, tickets_in(bits) + start

    def _each(self) -> Iterator[tuple[int, int, Bits]]:
        for number, part in enumerate(chunks(self._count)):
            chunk = _Chunk(self._sets, self._shared, number, part)
            for rule, node in enumerate(self._rules):
                yield part.start, rule, chunk.bits(node)


class _Chunk:
    """What is known of one chunk; tests that several rules share are worked out once."""

    def __init__(
        self, sets: Sequence[Sets], shared: Sequence[bool], number: int, part: slice
    ) -> None:
        self.full = packed(np.ones(part.stop - part.start, np.bool_))
        self._none = np.zeros_like(self.full)
        self._sets = sets
        self._shared = shared
        self._number = number
        self._known: dict[int, Bits] = {}

    def bits(self, node: _Node) -> Bits:
        """The tickets for which a node holds; never to be written to."""
        if isinstance(node, int):
            return self._test(node)
        word, items = node
        parts = [self.bits(item) for item in items]
        if word == "not":
            return self.full & ~parts[0]
        if not parts:
            return self.full if word == "all" else self._none
        return reduce(np.bitwise_and if word == "all" else np.bitwise_or, parts)

    def _test(self, test: int) -> Bits:
        known = self._known.get(test)
        if known is None:
            known = self._sets[test](self._number)
            if self._shared[test]:
                self._known[test] = known
        return known


def _node(pred: Predicate, numbers: dict[object, int]) -> _Node:
    if isinstance(pred, Test):
        return numbers[identity(pred)]
    if isinstance(pred, Not):
        return "not", (_node(pred.item, numbers),)
    word = "all" if isinstance(pred, All) else "any"
    return word, tuple(_node(item, numbers) for item in pred.items)
