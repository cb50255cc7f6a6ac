"""What every action and query is given: store, desks, files and clock of this process."""

from __future__ import annotations

from dataclasses import dataclass, field

from runtime.clock import Clock
from runtime.outbound.door import Door
from runtime.settings import Settings
from runtime.site.changes import Changes
from runtime.site.counts import Counts
from runtime.site.desks import Desks
from runtime.site.learned import Learned
from runtime.store.files import FileFolder
from runtime.store.open import Store


@dataclass(frozen=True, slots=True)
class Site:
    """One process's handles; made once at start."""

    store: Store
    desks: Desks
    files: FileFolder
    clock: Clock
    settings: Settings
    counts: Counts = field(default_factory=Counts)
    learned: Learned = field(default_factory=Learned)
    changes: Changes = field(default_factory=Changes)
    door: Door = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "door", Door(self.settings.allow_private))
