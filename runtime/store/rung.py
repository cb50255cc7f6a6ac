"""Who in this process wants to know that tickets changed, and word of it to other processes.

Listeners of this process are woken at once. On PostgreSQL others hear a NOTIFY, sent after the
commit and for all writes of some milliseconds together: within each transaction it would make all
commits of the database wait for one another. A word that is lost is found by the look that every
listener takes now and then.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

CHANNEL: Final = "specdesk_tickets"
_TOGETHER_S: Final = 0.01
_AT_ONCE: Final = 50
_SAY = text("SELECT pg_notify(:channel, :names)")
log = structlog.get_logger()


@dataclass(slots=True)
class Rung:
    """One of a store; `ring` after each commit that touched tickets or who looks at them."""

    _wakes: list[Callable[[str], None]] = field(default_factory=list)
    _to_tell: set[str] = field(default_factory=set)
    _telling: asyncio.Task[None] | None = None
    _looking: set[asyncio.Task[Any]] = field(default_factory=set)

    @contextlib.contextmanager
    def waking(self, wake: Callable[[str], None]) -> Iterator[None]:
        """Have `wake` called with the tenant of each change, until the block ends."""
        task = asyncio.current_task()
        assert task is not None
        self._wakes.append(wake)
        self._looking.add(task)
        try:
            yield
        finally:
            self._looking.discard(task)
            self._wakes.remove(wake)

    def ring(self, tenant: str, others: AsyncEngine | None) -> None:
        """Tell who listens here, and soon the `others` on the same database."""
        for wake in self._wakes:
            wake(tenant)
        if others is None:
            return
        self._to_tell.add(tenant)
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell(others))

    async def _tell(self, engine: AsyncEngine) -> None:
        while self._to_tell:
            await asyncio.sleep(_TOGETHER_S)
            names = [self._to_tell.pop() for _ in range(min(_AT_ONCE, len(self._to_tell)))]
            try:
                async with engine.begin() as there:
                    await there.execute(_SAY, {"channel": CHANNEL, "names": "\n".join(names)})
            except Exception:
                log.warning("other processes were not told of tickets; they look by themselves")

    async def close(self) -> None:
        """Let what was begun come to its end, and end those who wait."""
        for task in tuple(self._looking):
            task.cancel()
            await asyncio.wait([task])
        if self._telling is not None:
            with contextlib.suppress(asyncio.CancelledError, RuntimeError):
                await self._telling
