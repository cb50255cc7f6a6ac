"""Counts of tickets made a moment ago, so that a page's navigation does not count anew."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field

from runtime.clock import SECOND_US
from runtime.store.open import Store

_FRESH_US = 2 * SECOND_US
_KEPT = 2_000
_SLOW_US = 600 * SECOND_US


@dataclass(frozen=True, slots=True)
class _Counted:
    found: tuple[int, ...]
    mark: int
    at_us: int


@dataclass(slots=True)
class Counts:
    """Counts by who asked for what.

    They hold until this process writes a ticket of the tenant, and for two seconds at most: so
    long may a ticket that another process writes be left out.
    """

    _known: OrderedDict[Hashable, _Counted] = field(default_factory=OrderedDict)
    _slow: dict[Hashable, int] = field(default_factory=dict)
    """conditions that took too long to count, with when they may be tried anew"""

    def get(self, store: Store, tenant: str, what: Hashable) -> tuple[int, ...] | None:
        """The counts, unless they may be other by now."""
        known = self._known.get((tenant, what))
        if known is None or known.mark != store.work[tenant].n:
            return None
        return known.found if 0 <= store.clock.now_us() - known.at_us < _FRESH_US else None

    def is_slow(self, store: Store, tenant: str, where: Hashable) -> bool:
        """Whether it lately took too long to count what a condition holds for."""
        return self._slow.get((tenant, where), 0) > store.clock.now_us()

    def keep_slow(self, store: Store, tenant: str, where: Hashable) -> None:
        """Count no more by a condition for some minutes."""
        while len(self._slow) >= _KEPT:
            self._slow.pop(next(iter(self._slow)))
        self._slow[tenant, where] = store.clock.now_us() + _SLOW_US

    def put(
        self, store: Store, tenant: str, what: Hashable, mark: int, found: tuple[int, ...]
    ) -> None:
        """Keep counts. `mark`: where the tenant's tickets stood before they were counted."""
        self._known.pop((tenant, what), None)
        self._known[tenant, what] = _Counted(found, mark, store.clock.now_us())
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
