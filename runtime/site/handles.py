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
from runtime.site.records import Records
from runtime.sources.sql import SqlConnector
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
    asks: bool = False
    """Whether sources ask other systems; where they don't, their fixtures answer."""
    # Made here unless given, so that a copy with other desks keeps connections and breakers.
    door: Door = field(default=None)  # type: ignore[assignment]
    records: Records = field(default=None)  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.door is None:
            object.__setattr__(self, "door", Door(self.settings.allow_private))  # type: ignore[unreachable]
        if self.records is None:
            sql = SqlConnector(self.settings.sql_files, self.settings.allow_private)  # type: ignore[unreachable]
            records = Records(self.store, self.door, sql, asks=self.asks)
            object.__setattr__(self, "records", records)
