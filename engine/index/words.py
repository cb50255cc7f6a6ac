"""Words looked for in one text field: an automaton that finds all of them in one pass."""

from __future__ import annotations

from collections.abc import Sequence

import ahocorasick

from engine.index.bits import bits_of


class WordTable:
    """Rows that can hold only if one of their words is there. `free`: rows without such words.

    It reads text in the form of `engine.normal.fold`.
    """

    def __init__(
        self, name: str, width: int, entries: Sequence[tuple[int, tuple[str, ...]]]
    ) -> None:
        self.name = name
        self.asking = bits_of((row for row, _ in entries), width)
        self.free = ((1 << width) - 1) & ~self.asking
        rows: dict[str, list[int]] = {}
        for row, words in entries:
            for word in words:
                rows.setdefault(word, []).append(row)
        self._words = ahocorasick.Automaton()
        for word, found in rows.items():
            self._words.add_word(word, bits_of(found, width))
        self._words.make_automaton()
        self.found = self._words.iter
        """(end, rows) of each word found in a text."""

    def bits(self, folded: str) -> int:
        """The rows with a word in the text, and those that ask for none."""
        found = self.free
        for _, bits in self._words.iter(folded):
            found |= bits
        return found
