"""Hears of publishes by other processes, within a second."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Any

from sqlalchemy import Connection

from runtime.store.desks import CHANNEL, Pointer, pointers
from runtime.store.open import Store
from runtime.store.sqlite import Sqlite

Wait = Callable[[], Awaitable[None]]


async def follow(store: Store, *, every_s: float = 0.25) -> AsyncGenerator[list[Pointer], None]:
    """Yield the environments that moved, first all that there are; runs until it is cancelled.

    On PostgreSQL it hears a NOTIFY and looks by itself once a second in case one was lost; on
    SQLite it looks every `every_s` seconds whether anybody wrote at all, which costs microseconds.
    """
    seen: dict[tuple[str, str], Pointer] = {}
    async with _bell(store, every_s) as wait:
        while True:
            async with store.system() as system:
                now = {(p.tenant_id, p.name): p for p in await pointers(system)}
            moved = [place for key, place in now.items() if seen.get(key) != place]
            if moved or not seen:
                yield moved
            seen = now
            await wait()


@contextlib.asynccontextmanager
async def _bell(store: Store, every_s: float) -> AsyncIterator[Wait]:
    if isinstance(store.engine, Sqlite):
        with store.engine.reader.connect() as here:
            yield _data_version(here, every_s)
        return
    heard = asyncio.Event()
    async with store.engine.connect() as there:
        raw: Any = (await there.get_raw_connection()).driver_connection

        def ring(*_: object) -> None:
            heard.set()

        await raw.add_listener(CHANNEL, ring)
        try:
            yield _notified(heard)
        finally:
            await raw.remove_listener(CHANNEL, ring)


def _data_version(connection: Connection, every_s: float) -> Wait:
    def look() -> object:
        found: object = connection.exec_driver_sql("PRAGMA data_version").scalar()
        connection.rollback()
        return found

    last = look()

    async def wait() -> None:
        nonlocal last
        found = look()
        while found == last:
            await asyncio.sleep(every_s)
            found = look()
        last = found

    return wait


def _notified(heard: asyncio.Event) -> Wait:
    async def wait() -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(heard.wait(), 1.0)
        heard.clear()

    return wait
