"""A text as lines with the colleagues it names, a long one with most of it behind a fold."""

from __future__ import annotations

import re
from collections.abc import Iterable

from runtime.web.screens.folding import parted
from runtime.web.screens.ticket.talk import Line


def lines(text: str, names: Iterable[str] = ()) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The lines that are shown, and those that wait behind the fold."""
    if not text:
        return (), ()
    pattern = _pattern(names)
    shown, behind = (tuple(_line(one, pattern) for one in part) for part in parted(text))
    return shown, behind


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    wanted = sorted({name for name in names if name}, key=len, reverse=True)
    if not wanted:
        return None
    return re.compile(f"([@＠](?:{'|'.join(map(re.escape, wanted))}))", re.IGNORECASE)


def _line(text: str, pattern: re.Pattern[str] | None) -> Line:
    if pattern is None:
        return ((text, False),)
    pieces = pattern.split(text)
    return tuple((piece, n % 2 == 1) for n, piece in enumerate(pieces) if piece)
