"""The rule index: compiles many conditions once; says of a ticket which of them hold."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from engine.index.entries import Entries
from engine.index.normal_form import rows_of
from engine.index.source import Every, First, every_of, first_of
from engine.index.tier import Tier
from engine.predicate import Predicate

_TIERS = (512, 2048)
_ONE_TIER = 768


class RuleIndex:
    """Conditions of a whole rule set; immutable, so that threads and tasks may share it.

    Its two functions are made when first asked for: most rule sets are asked in one way only.
    """

    def __init__(self, entries: Entries, owners: Sequence[int], size: int) -> None:
        self.size = size
        self._entries = entries
        self._count = len(owners)
        # Several rows of one condition stand side by side; where there are none, row is number.
        self._owners = owners if list(owners) != list(range(size)) else None

    @cached_property
    def first(self) -> First:
        """Called with facts and ask: the number of the first condition that holds, None for none.

        The first rows decide most tickets, so they are asked apart from the many after them.
        """
        return first_of(self._tiers, self._owners)

    @cached_property
    def all(self) -> Every:
        """Called with facts and ask: the numbers of all conditions that hold, ascending."""
        whole = self._tiers[0] if len(self._tiers) == 1 else Tier(self._entries, 0, self._count)
        return every_of(whole, self._owners)

    @cached_property
    def _tiers(self) -> list[Tier]:
        count = self._count
        ends = [count] if count <= _ONE_TIER else [end for end in _TIERS if end < count] + [count]
        starts = [0, *ends[:-1]]
        return [Tier(self._entries, a, b) for a, b in zip(starts, ends, strict=True)]


def compile_index(preds: Sequence[Predicate]) -> RuleIndex:
    """The index of some conditions, numbered from 0 in their order."""
    entries = Entries()
    owners: list[int] = []
    for number, pred in enumerate(preds):
        for literals in rows_of(pred):
            entries.add(len(owners), literals)
            owners.append(number)
    return RuleIndex(entries, owners, len(preds))
