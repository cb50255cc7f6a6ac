"""Counts of tickets made a moment ago, so that a page's navigation does not count anew."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field

from runtime.clock import SECOND_US
from runtime.store.open import Store

_FRESH_US = 2 * SECOND_US
_KEPT = 2_000


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

    def get(self, store: Store, tenant: str, what: Hashable) -> tuple[int, ...] | None:
        """The counts, unless they may be other by now."""
        known = self._known.get((tenant, what))
        if known is None or known.mark != store.work[tenant].n:
            return None
        return known.found if 0 <= store.clock.now_us() - known.at_us < _FRESH_US else None

    def put(
        self, store: Store, tenant: str, what: Hashable, mark: int, found: tuple[int, ...]
    ) -> None:
        """Keep counts. `mark`: where the tenant's tickets stood before they were counted."""
        self._known.pop((tenant, what), None)
        self._known[tenant, what] = _Counted(found, mark, store.clock.now_us())
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
