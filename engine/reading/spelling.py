"""How many slips of the keyboard lie between two words, and which known word was meant."""

from __future__ import annotations

from collections.abc import Iterable

from engine.reading.words import is_chinese


def slips_allowed(word: str) -> int:
    """How many slips a word of its length may have and still be the one that was meant."""
    if is_chinese(word):
        return 1 if len(word) > 2 else 0
    if word.isdigit() or len(word) < 4:
        return 0
    return 1 if len(word) < 8 else 2


def slips(one: str, other: str, most: int) -> int:
    """Letters put in, left out, changed or swapped between two words; `most + 1` when more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        now = [i]
        for j, b in enumerate(other, 1):
            cost = min(row[j] + 1, now[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return most + 1
        before, row = row, now
    return min(row[-1], most + 1)


def meant(word: str, known: Iterable[tuple[str, int]], best: int = 3) -> list[str]:
    """Those of the known words, each with how many hold it, that were meant, likeliest first."""
    most = slips_allowed(word)
    if not most:
        return []
    near = [(slips(word, one, most), -count, one) for one, count in known if one != word]
    return [one for far, _, one in sorted(near) if far <= most][:best]
