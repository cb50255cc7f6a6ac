"""The words of a text that likeness is measured by: folded words, and pairs of Chinese characters.

Chinese has no spaces. Pairs of neighbouring characters find most of what a dictionary would, need
none, and know every new product name; what they find too much of weighs little, for it is rare or
common everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from engine.normal import fold

LONGEST: Final = 2_000
"""So many characters of a text are read: what a ticket is about stands in its beginning."""
_HAN: Final = (
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # with kana
)
_RUNS: Final = re.compile(f"([{_HAN}]+)|([^\\W_{_HAN}]+)")
_WORD: Final = 24


def words(text: str) -> Iterator[str]:
    """The words of a text in order, repeated as they are.

    Numbers of five digits and more are left out: an order, a phone, a card is nobody else's.
    """
    for found in _RUNS.finditer(fold(text[:LONGEST])):
        run = found[0]
        if found.lastindex == 1:
            yield from _pairs(run)
        elif len(run) > 1 and not (run.isdigit() and len(run) > 4):
            yield _singular(run)[:_WORD]


def _pairs(run: str) -> Iterator[str]:
    if len(run) == 1:
        yield run
    for place in range(len(run) - 1):
        yield run[place : place + 2]


def _singular(word: str) -> str:
    """Without the English plural, the one ending that keeps like words apart most often."""
    plural = len(word) > 3 and word[-1] == "s" and word[-2] not in "siu"
    return word[:-1] if plural else word
