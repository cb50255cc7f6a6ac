"""Which things of a list changed their place: as few as possible, the rest stayed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def moved(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The ids that were moved from one order to another, in the new order; both hold the same."""
    place = {name: number for number, name in enumerate(old)}
    run = [place[name] for name in new]
    ends: list[int] = []
    holds: list[int] = []
    before = [-1] * len(run)
    for number, value in enumerate(run):
        at = bisect_left(ends, value)
        before[number] = holds[at - 1] if at else -1
        ends[at : at + 1] = [value]
        holds[at : at + 1] = [number]
    stay = set()
    here = holds[-1] if holds else -1
    while here >= 0:
        stay.add(here)
        here = before[here]
    return [name for number, name in enumerate(new) if number not in stay]
