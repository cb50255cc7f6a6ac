"""Event patterns over time, compiled: several events, close in time, that belong together."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.model.sla import Trigger
from engine.predicate import TRUE, Path, Predicate

MOST_STEPS: Final = 6
"""Events in one pattern: so many can always be searched through in a moment."""
MOST_LIVE: Final = 20_000
"""So much may wait in one rule, counted by the steps that its events fit; then the oldest go."""
LONGEST_US: Final = 366 * 86_400_000_000
"""The longest time from the first event to the last."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a pattern: any of `triggers`, on a ticket of `types` (keys), where `when` holds.

    No `types` means those that the automation applies to.
    """

    id: str
    triggers: tuple[Trigger, ...]
    types: tuple[str, ...] = ()
    when: Predicate = TRUE


@dataclass(frozen=True, slots=True)
class PatternRule:
    """What has to come together: each of `steps` once, or the only step `count` times (a burst).

    All events agree in every path of `same`, no two in `different`; from the first to the last at
    most `within_us` microseconds pass, both ends in. `in_order`: they come in the order of the
    steps. An event in which one of these values is empty belongs to nothing.
    """

    id: str
    steps: tuple[Step, ...]
    same: tuple[Path, ...]
    within_us: int
    different: Path | None = None
    in_order: bool = False
    count: int = 0

    @property
    def is_burst(self) -> bool:
        """Whether it counts events of one kind."""
        return self.count > 0

    @property
    def size(self) -> int:
        """How many events one match takes."""
        return self.count or len(self.steps)

    def may_wait(self, steps: Sequence[int]) -> bool:
        """Whether an event of these steps that completes nothing can still be part of a match.

        What can only come last has nothing to wait for.
        """
        return self.is_burst or not self.in_order or min(steps) < len(self.steps) - 1

    @property
    def version(self) -> str:
        """A short digest of its meaning: a rule that was changed begins anew."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]
