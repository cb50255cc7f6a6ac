"""A run of rows with their tables, and what of them the tables leave to be asked one by one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TypeVar

from engine.evaluate import holds
from engine.facts import Ask, Facts, Value
from engine.index.bits import bits_of
from engine.index.row import Asked, Row
from engine.index.tables import ItemTable, KeyTable, OrderTable, Table
from engine.index.words import WordTable
from engine.normal import fold
from engine.predicate import Predicate

PROBES = 6
"""So many rows are tried word by word before an automaton reads a long text."""


class Need:
    """A literal asked on its own. `without`: the rows that do not need it, which outlive its no.

    `words` of the field `name` are looked for where there are any;
    else the evaluator is asked.
    """

    __slots__ = ("name", "pred", "without", "words")

    def __init__(self, without: int, name: str, words: tuple[str, ...], pred: Predicate) -> None:
        self.without = without
        self.name = name
        self.words = words
        self.pred = pred


Needs = tuple[Need, ...]
T = TypeVar("T")


class Tier:
    """Rows `start` and following, `width` of them. Bits are counted from `start`.

    `pending`: the rows that the tables alone do not settle; `pending_after`: those that are not
    settled once the automata of `words` have read the texts either.
    """

    def __init__(self, rows: Sequence[Row], start: int) -> None:
        self.start = start
        self.width = len(rows)
        self.full = (1 << self.width) - 1
        self._rows = rows
        self.tables = self._tables()
        self.words = [
            WordTable(name, self.width, entries)
            for name, entries in _by_field([row.words for row in rows]).items()
        ]
        self.pending = bits_of((n for n, row in enumerate(rows) if row.asked), self.width)
        open_still = [n for n, row in enumerate(rows) if any(not one.found for one in row.asked)]
        self.pending_after = bits_of(open_still, self.width)

    def _tables(self) -> list[Table]:
        """The ones that leave the fewest rows come first."""
        rows, width = self._rows, self.width
        keys = _by_field([row.keys for row in rows])
        order = _by_field([row.order for row in rows])
        items = _by_field([row.items for row in rows])
        found: list[Table] = [KeyTable(name, width, some) for name, some in keys.items()]
        found += [OrderTable(name, width, some) for name, some in order.items()]
        found += [ItemTable(name, width, some) for name, some in items.items()]
        return sorted(found, key=lambda table: table.density)

    @cached_property
    def _needs(self) -> list[tuple[Needs, Needs]]:
        """Of each row what it needs, and what it still needs once the automata have read."""
        users: dict[object, tuple[Asked, list[int]]] = {}
        for number, row in enumerate(self._rows):
            for one in row.asked:
                users.setdefault(one.identity, (one, []))[1].append(number)
        known = {
            key: Need(self.full & ~bits_of(rows, self.width), one.name, one.words, one.pred)
            for key, (one, rows) in users.items()
        }
        return [
            (
                tuple(known[one.identity] for one in row.asked),
                tuple(known[one.identity] for one in row.asked if not one.found),
            )
            for row in self._rows
        ]

    def settle_first(self, bits: int, facts: Facts, ask: Ask) -> int:
        """The number of the first row of `bits` that holds, -1 for none."""
        needs, asking = self._needs, _Asking(facts, ask)
        probes, stage = 0, 0
        while bits:
            row = (bits & -bits).bit_length() - 1
            unmet = asking.unmet(needs[row][stage])
            if unmet is None:
                return row
            bits &= unmet.without
            probes += 1
            if probes == PROBES:
                bits, stage = self._with_words(bits, asking), 1
        return -1

    def settle_all(self, bits: int, facts: Facts, ask: Ask, words_read: bool) -> int:
        """Those rows of `bits` that hold. `words_read`: the automata have spoken already."""
        needs, asking = self._needs, _Asking(facts, ask)
        if not words_read and (bits & self.pending).bit_count() > PROBES:
            bits, words_read = self._with_words(bits, asking), True
        left = bits & (self.pending_after if words_read else self.pending)
        stage = int(words_read)
        while left:
            lowest = left & -left
            unmet = asking.unmet(needs[lowest.bit_length() - 1][stage])
            if unmet is None:
                left ^= lowest
            else:
                bits &= unmet.without
                left &= unmet.without
        return bits

    def _with_words(self, bits: int, asking: _Asking) -> int:
        """Those rows of `bits` of whose words one is in the text, as far as they ask for words."""
        for table in self.words:
            if bits & table.asking:
                bits &= table.bits(asking.text(table.name))
        return bits


class _Asking:
    """One question about one ticket: what was found of it so far, so that it is found once."""

    def __init__(self, facts: Facts, ask: Ask) -> None:
        self._facts = facts
        self._ask = ask
        self._texts: dict[str, str] = {}
        self._met: set[int] = set()

    def unmet(self, needs: Needs) -> Need | None:
        """The first need that is not met; None when all are."""
        for need in needs:
            if id(need) not in self._met:
                if not self._meets(need):
                    return need
                self._met.add(id(need))
        return None

    def text(self, name: str) -> str:
        """A text as words are looked for in it."""
        if name not in self._texts:
            self._texts[name] = folded(self._facts.values.get(name))
        return self._texts[name]

    def _meets(self, need: Need) -> bool:
        if not need.words:
            return holds(need.pred, self._facts, self._ask)
        text = self.text(need.name)
        return any(word in text for word in need.words)


def folded(value: Value) -> str:
    """A value as words, of which none is blank, are looked for in it; "" where there is no text."""
    return fold(value) if isinstance(value, str) else ""


def _by_field(rows: Sequence[Sequence[tuple[str, T]]]) -> dict[str, list[tuple[int, T]]]:
    found: dict[str, list[tuple[int, T]]] = {}
    for number, row in enumerate(rows):
        for name, one in row:
            found.setdefault(name, []).append((number, one))
    return found
