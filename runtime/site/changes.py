"""Tells those who listen which tickets changed, in this process or another.

One task looks for all of them: a change costs one look a tenant, however many desks are open.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog

from runtime.store import notices, presence
from runtime.store.changes import Touched, looking, touched_since
from runtime.store.open import Store
from runtime.store.rows import Notice
from runtime.store.unit import Unit

EVERY_S = 0.25
NO_TICKET = "-"
"""What a page listens for that shows no tickets at all."""
GAP_S = 0.05
"""So long between two looks: what a burst of writes changes is told together."""
MOST_WAITING = 50
MOST_OF_ONE = 6
"""So many open connections of one person; one more ends their oldest."""
_BEFORE_US = 10_000_000
"""Clocks of processes differ, and a transaction takes its time: so far back is looked again."""
log = structlog.get_logger()


@dataclass(eq=False, slots=True)
class News:
    """What changed at one look. `read`: what the first who needed it read of these tickets, for all
    others too."""

    touched: tuple[Touched, ...] = ()
    read: asyncio.Task[Any] | None = None


@dataclass(eq=False, slots=True)
class Listener:
    """One open page: what changed waits in it. `ticket`: it wants to hear of this one only.

    `over`: it was ended by a newer one, or for good. `rung`: how often the person got new notices,
    and `notice` the last of them.
    """

    tenant: str
    person: str
    ticket: str = ""
    waiting: asyncio.Queue[News] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))
    over: bool = False
    rung: int = 0
    notice: Notice | None = None

    def tell(self, found: News) -> None:
        """Put what changed in; who does not read it in time loses the oldest and reloads anyway."""
        if self.waiting.full():
            self.waiting.get_nowait()
        self.waiting.put_nowait(found)

    def ring(self, notice: Notice) -> None:
        """Say that the person was told something."""
        self.rung += 1
        self.notice = notice
        self.tell(News())

    def all_waiting(self) -> list[News]:
        """What waits by now, at once."""
        found = []
        while not self.waiting.empty():
            found.append(self.waiting.get_nowait())
        return found

    def end(self) -> None:
        """Wake whoever reads, for the last time."""
        self.over = True
        self.tell(News())


@dataclass(slots=True)
class _Seen:
    """What was seen of a tenant at the last look."""

    from_us: int
    tickets: Mapping[str, Touched] = field(default_factory=dict)
    here: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    told: frozenset[str] = frozenset()


@dataclass(slots=True)
class Changes:
    """One task looks while anybody listens; none runs else."""

    _listeners: list[Listener] = field(default_factory=list)
    _task: asyncio.Task[None] | None = None
    _seen: dict[str, _Seen] = field(default_factory=dict)
    shut: bool = False

    @contextlib.contextmanager
    def listening(
        self, store: Store, tenant: str, person: str, ticket: str = ""
    ) -> Iterator[Listener]:
        """Hear of every ticket of a tenant that changes from now on, until the block ends."""
        made = Listener(tenant, person, ticket, over=self.shut)
        theirs = [
            each for each in self._listeners if (each.tenant, each.person) == (tenant, person)
        ]
        for each in theirs[: max(0, len(theirs) - MOST_OF_ONE + 1)]:
            each.end()
        if tenant not in self._seen:
            self._seen[tenant] = _Seen(store.clock.now_us())
        self._listeners.append(made)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._follow(store))
        try:
            yield made
        finally:
            self._listeners.remove(made)
            if all(each.tenant != tenant for each in self._listeners):
                self._seen.pop(tenant, None)
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

    def living(self) -> int:
        """How many of them were not ended."""
        return sum(not each.over for each in self._listeners)

    async def _follow(self, store: Store) -> None:
        while True:
            try:
                async with looking(store, EVERY_S) as wait:
                    tenants = None
                    while True:
                        await self._look(store, tenants)
                        await asyncio.sleep(GAP_S)
                        tenants = await wait()
            except Exception:
                log.exception("following tickets failed")
                await asyncio.sleep(1)

    async def _look(self, store: Store, tenants: frozenset[str] | None) -> None:
        there = {each.tenant for each in self._listeners}
        for tenant in there if tenants is None else there & tenants:
            await self._look_at(store, tenant)

    async def _look_at(self, store: Store, tenant: str) -> None:
        seen = self._seen.setdefault(tenant, _Seen(store.clock.now_us()))
        theirs = [each for each in self._listeners if each.tenant == tenant]
        last = max((each.updated_us for each in seen.tickets.values()), default=seen.from_us)
        # A ticket from a clock that runs ahead hides none of those that change now.
        last = min(last, store.clock.now_us())
        async with store.unit(tenant) as unit:
            found = await touched_since(unit, max(seen.from_us, last - _BEFORE_US))
            at_tickets = any(each.ticket for each in theirs)
            here = await presence.everywhere(unit) if at_tickets else {}
            await _ring(unit, seen, theirs)
        new = tuple(each for each in found if seen.tickets.get(each.ticket_id) != each)
        changed = {each.ticket_id for each in new}
        changed |= {key for key in {*here, *seen.here} if here.get(key) != seen.here.get(key)}
        seen.tickets = {each.ticket_id: each for each in found} or seen.tickets
        seen.here = here
        news = News(new)
        for each in theirs:
            if each.ticket in changed if each.ticket else new:
                each.tell(news)


async def _ring(unit: Unit, seen: _Seen, theirs: list[Listener]) -> None:
    """Tell who has new notices."""
    since = max(seen.from_us, unit.now_us() - _BEFORE_US)
    found = await notices.since(unit, {each.person for each in theirs}, since)
    fresh = {each.person_id: each for each in found if each.id not in seen.told}
    seen.told = frozenset(each.id for each in found)
    for each in theirs:
        if each.person in fresh:
            each.ring(fresh[each.person])
