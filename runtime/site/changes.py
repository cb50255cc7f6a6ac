"""Tells those who listen which tickets changed, in this process or another."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import structlog

from runtime.store import notices
from runtime.store.changes import Touched, looking, touched_since
from runtime.store.open import Store
from runtime.store.rows import Notice
from runtime.store.unit import Unit

EVERY_S = 0.25
MOST_WAITING = 50
MOST_OF_ONE = 6
"""So many open connections of one person; one more ends their oldest."""
_BEFORE_US = 10_000_000
"""Clocks of processes differ, and a transaction takes its time: so far back is looked again."""
log = structlog.get_logger()


@dataclass(eq=False, slots=True)
class Listener:
    """One open page: what changed waits in it. `over`: it was ended by a newer one, or for good.

    `rung`: how often the person got new notices, and `notice` the last of them.
    """

    tenant: str
    person: str
    waiting: asyncio.Queue[tuple[Touched, ...]] = field(
        default_factory=lambda: asyncio.Queue(MOST_WAITING)
    )
    over: bool = False
    rung: int = 0
    notice: Notice | None = None

    def tell(self, found: tuple[Touched, ...]) -> None:
        """Put what changed in; who does not read it in time loses the oldest and reloads anyway."""
        if self.waiting.full():
            self.waiting.get_nowait()
        self.waiting.put_nowait(found)

    def ring(self, notice: Notice) -> None:
        """Say that the person was told something."""
        self.rung += 1
        self.notice = notice
        self.tell(())

    def end(self) -> None:
        """Wake whoever reads, for the last time."""
        self.over = True
        self.tell(())


@dataclass(slots=True)
class Changes:
    """One task looks while anybody listens; none runs else."""

    _listeners: list[Listener] = field(default_factory=list)
    _task: asyncio.Task[None] | None = None
    _seen: dict[str, dict[str, Touched]] = field(default_factory=dict)
    _from_us: dict[str, int] = field(default_factory=dict)
    _told: dict[str, set[str]] = field(default_factory=dict)
    shut: bool = False

    @contextlib.contextmanager
    def listening(self, store: Store, tenant: str, person: str) -> Iterator[Listener]:
        """Hear of every ticket of a tenant that changes from now on, until the block ends."""
        made = Listener(tenant, person, over=self.shut)
        theirs = [
            each for each in self._listeners if (each.tenant, each.person) == (tenant, person)
        ]
        for each in theirs[: len(theirs) - MOST_OF_ONE + 1]:
            each.end()
        if tenant not in self._from_us:
            self._from_us[tenant] = store.clock.now_us()
        self._listeners.append(made)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._follow(store))
        try:
            yield made
        finally:
            self._listeners.remove(made)
            if all(each.tenant != tenant for each in self._listeners):
                self._seen.pop(tenant, None)
                self._from_us.pop(tenant, None)
                self._told.pop(tenant, None)
            if not self._listeners and self._task is not None:
                self._task.cancel()

    def close(self) -> None:
        """End every connection: the process stops."""
        self.shut = True
        for each in self._listeners:
            each.end()

    @property
    def open(self) -> Counter[str]:
        """How many connections are open, by tenant."""
        return Counter(each.tenant for each in self._listeners)

    async def _follow(self, store: Store) -> None:
        while True:
            try:
                async with looking(store, EVERY_S) as wait:
                    while True:
                        await self._look(store)
                        await wait()
            except Exception:
                log.exception("following tickets failed")
                await asyncio.sleep(1)

    async def _look(self, store: Store) -> None:
        for tenant in {each.tenant for each in self._listeners}:
            begin = self._from_us.get(tenant, store.clock.now_us())
            seen = self._seen.setdefault(tenant, {})
            last = max((each.updated_us for each in seen.values()), default=begin)
            async with store.unit(tenant) as unit:
                found = await touched_since(unit, max(begin, last - _BEFORE_US))
                await self._ring(unit, tenant)
            new = tuple(each for each in found if seen.get(each.ticket_id) != each)
            self._seen[tenant] = {each.ticket_id: each for each in found} or seen
            if new:
                for each in self._listeners:
                    if each.tenant == tenant:
                        each.tell(new)

    async def _ring(self, unit: Unit, tenant: str) -> None:
        """Tell who has new notices."""
        listening = [each for each in self._listeners if each.tenant == tenant]
        since = max(self._from_us.get(tenant, 0), unit.now_us() - _BEFORE_US)
        found = await notices.since(unit, {each.person for each in listening}, since)
        known = self._told.get(tenant, set())
        self._told[tenant] = {each.id for each in found}
        fresh = {each.person_id: each for each in found if each.id not in known}
        for each in listening:
            if each.person in fresh:
                each.ring(fresh[each.person])
