"""A text as lines with the colleagues it names, a long one with most of it behind a fold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from runtime.web.screens.ticket.talk import Line

SHOWN_LINES: Final = 14
SHOWN_CHARS: Final = 1_500
"""A text is folded when it is longer than both by a third: a fold that hides a line is none."""


def lines(text: str, names: Iterable[str] = ()) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The lines that are shown, and those that wait behind the fold."""
    if not text:
        return (), ()
    pattern = _pattern(names)
    whole = text.split("\n")
    keep = _shown(whole)
    if keep == len(whole) and len(text) > SHOWN_CHARS * 4 // 3:
        whole, keep = _cut(whole)
    made = tuple(_line(one, pattern) for one in whole)
    return made[:keep], made[keep:]


def _shown(whole: list[str]) -> int:
    """How many of these lines are shown."""
    if len(whole) <= SHOWN_LINES * 4 // 3 and sum(map(len, whole)) <= SHOWN_CHARS * 4 // 3:
        return len(whole)
    count = chars = 0
    for one in whole[:SHOWN_LINES]:
        chars += len(one)
        if count and chars > SHOWN_CHARS:
            break
        count += 1
    return count


def _cut(whole: list[str]) -> tuple[list[str], int]:
    """One endless line is cut at a space, or where there is none, in its middle."""
    first = whole[0]
    at = first.rfind(" ", SHOWN_CHARS // 2, SHOWN_CHARS)
    at = at if at > 0 else SHOWN_CHARS
    return [first[:at], first[at:].lstrip(), *whole[1:]], 1


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
