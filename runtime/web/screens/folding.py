"""A long text in two: what a page shows of it, and what waits behind a fold."""

from __future__ import annotations

from typing import Final

SHOWN_LINES: Final = 14
SHOWN_CHARS: Final = 1_500
"""A text is folded when it is longer than both by a third: a fold that hides a line is none."""


def parted(text: str) -> tuple[list[str], list[str]]:
    """The lines that are shown, and those behind the fold."""
    whole = text.split("\n")
    keep = _shown(whole)
    if keep == len(whole) and len(text) > SHOWN_CHARS * 4 // 3:
        whole, keep = _cut(whole)
    return whole[:keep], whole[keep:]


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
