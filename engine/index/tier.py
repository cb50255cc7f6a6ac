"""A run of rows with their tables, and what of them the tables leave to be asked one by one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from engine.evaluate import holds
from engine.facts import Ask, Facts, Value
from engine.index.bits import bits_of
from engine.index.entries import Asked, Entries
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


class Tier:
    """Rows `start` and following, `width` of them. Bits are counted from `start`.

    `pending`: the rows that the tables alone do not settle; `pending_after`: those that are not
    settled once the automata of `words` have read the texts either.
    """

    def __init__(self, entries: Entries, start: int, end: int) -> None:
        self.start = start
        self.width = width = end - start
        self.full = (1 << width) - 1
        here = entries.between(start, end)
        self.tables = _tables(here, width)
        self.words = [WordTable(name, width, some) for name, some in here.words.items()]
        self._asked = here.asked
        self.pending = bits_of((row for row, _ in here.asked), width)
        self.pending_after = bits_of((row for row, one in here.asked if not one.found), width)

    @cached_property
    def _needs(self) -> list[tuple[list[Need], list[Need]]]:
        """Of each row what it needs, and what it still needs once the automata have read."""
        users: dict[object, tuple[Asked, list[int]]] = {}
        for row, one in self._asked:
            users.setdefault(one.identity, (one, []))[1].append(row)
        known = {
            key: Need(self.full & ~bits_of(rows, self.width), one.name, one.words, one.pred)
            for key, (one, rows) in users.items()
        }
        found: list[tuple[list[Need], list[Need]]] = [([], []) for _ in range(self.width)]
        for row, one in self._asked:
            found[row][0].append(known[one.identity])
            if not one.found:
                found[row][1].append(known[one.identity])
        return found

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

    def unmet(self, needs: Sequence[Need]) -> Need | None:
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


def _tables(entries: Entries, width: int) -> list[Table]:
    """The ones that leave the fewest rows come first."""
    found: list[Table] = [KeyTable(name, width, some) for name, some in entries.keys.items()]
    found += [OrderTable(name, width, some) for name, some in entries.order.items()]
    found += [ItemTable(name, width, some) for name, some in entries.items.items()]
    return sorted(found, key=lambda table: table.density)
