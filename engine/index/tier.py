"""A run of rows with their tables, and what of them the tables leave to be asked one by one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TypeVar

from engine.evaluate import holds
from engine.facts import Ask, Facts, Value
from engine.index.bits import bits_of
from engine.index.row import Row
from engine.index.tables import ItemTable, KeyTable, OrderTable, Table
from engine.index.words import WordTable
from engine.normal import fold
from engine.predicate import Predicate

PROBES = 6
"""So many rows are tried word by word before the automaton reads the text."""


class Need:
    """A literal asked on its own. `without`: the rows that do not need it, which outlive its no.

    `words` of the field `name` are looked for where there are any (`word` is the first of them);
    else the evaluator is asked.
    """

    __slots__ = ("name", "pred", "without", "word", "words")

    def __init__(self, without: int, name: str, words: tuple[str, ...], pred: Predicate) -> None:
        self.without = without
        self.name = name
        self.words = words
        self.word = words[0] if words else ""
        self.pred = pred


Needs = tuple[Need, ...]
T = TypeVar("T")


class Tier:
    """Rows `start` and following, `width` of them. Bits are counted from `start`."""

    def __init__(self, rows: Sequence[Row], start: int) -> None:
        self.start = start
        self.width = len(rows)
        self.full = (1 << self.width) - 1
        self._rows = rows
        self.tables = self._tables()
        self._words = [
            WordTable(name, self.width, entries)
            for name, entries in _by_field([row.words for row in rows]).items()
        ]
        self.pending = bits_of((n for n, row in enumerate(rows) if row.asked), self.width)

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
        users: dict[tuple[str, tuple[str, ...], Predicate], list[int]] = {}
        for number, row in enumerate(self._rows):
            for one in row.asked:
                users.setdefault((one.name, one.words, one.pred), []).append(number)
        known = {
            key: Need(self.full & ~bits_of(numbers, self.width), *key)
            for key, numbers in users.items()
        }
        return [
            (
                tuple(known[one.name, one.words, one.pred] for one in row.asked),
                tuple(known[one.name, one.words, one.pred] for one in row.asked if not one.found),
            )
            for row in self._rows
        ]

    @cached_property
    def _one_word(self) -> list[Need | None]:
        """The need of each row that needs one word and no more."""
        return [
            needs[0] if len(needs) == 1 and len(needs[0].words) == 1 else None
            for needs, _ in self._needs
        ]

    @cached_property
    def _pending_after(self) -> int:
        return bits_of((n for n, (_, after) in enumerate(self._needs) if after), self.width)

    def settle_first(self, bits: int, facts: Facts, ask: Ask, texts: dict[str, str]) -> int:
        """The number of the first row of `bits` that holds, -1 for none.

        Rows that need one word and no more, which are most, are tried here in the shortest way.
        `texts` keeps the texts by field, folded, from one tier to the next.
        """
        words = self._one_word
        for _ in range(PROBES):
            row = (bits & -bits).bit_length() - 1
            need = words[row]
            if need is None:
                break
            text = texts.get(need.name)
            if text is None:
                text = texts[need.name] = folded(facts.values.get(need.name))
            if need.word in text:
                return row
            bits &= need.without
            if not bits:
                return -1
        return self._settle(bits, _Asking(facts, ask, texts))

    def _settle(self, bits: int, asking: _Asking) -> int:
        needs = self._needs
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

    def settle_all(self, bits: int, facts: Facts, ask: Ask) -> int:
        """Those rows of `bits` that hold."""
        needs, asking = self._needs, _Asking(facts, ask, {})
        left, stage = bits & self.pending, 0
        if left.bit_count() > PROBES:
            bits, stage = self._with_words(bits, asking), 1
            left = bits & self._pending_after
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
        for table in self._words:
            if bits & table.asking:
                bits &= table.bits(asking.text(table.name))
        return bits


class _Asking:
    """One question about one ticket: what was found of it so far, so that it is found once."""

    def __init__(self, facts: Facts, ask: Ask, texts: dict[str, str]) -> None:
        self._facts = facts
        self._ask = ask
        self._texts = texts
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
    """A value as words are looked for in it; "" where there is no text."""
    return fold(value) if isinstance(value, str) and not value.isspace() else ""


def _by_field(rows: Sequence[Sequence[tuple[str, T]]]) -> dict[str, list[tuple[int, T]]]:
    found: dict[str, list[tuple[int, T]]] = {}
    for number, row in enumerate(rows):
        for name, one in row:
            found.setdefault(name, []).append((number, one))
    return found
