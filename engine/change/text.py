"""A text that two people changed, put together line by line; where both met, nothing is guessed."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class _Hunk:
    """Lines `low` to `high` of the base that one side replaced by `lines`."""

    low: int
    high: int
    lines: tuple[str, ...]


def merge_text(base: str, mine: str, theirs: str) -> str | None:
    """Both sides' changes in one text; None where they changed the same or neighbouring lines.

    What both changed alike is no conflict.
    """
    old = base.splitlines(keepends=True)
    mine_hunks, their_hunks = _hunks(old, mine), _hunks(old, theirs)
    found = sorted({*mine_hunks, *their_hunks}, key=lambda one: (one.low, one.high))
    for before, after in pairwise(found):
        if after.low <= before.high:
            return None
    merged: list[str] = []
    at = 0
    for hunk in found:
        merged += [*old[at : hunk.low], *hunk.lines]
        at = hunk.high
    return "".join([*merged, *old[at:]])


def _hunks(old: list[str], text: str) -> list[_Hunk]:
    new = text.splitlines(keepends=True)
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [_Hunk(a, b, tuple(new[c:d])) for tag, a, b, c, d in codes if tag != "equal"]
