"""Waits until somebody wrote to the store: publishes and changes of tickets are followed by it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

from sqlalchemy import Connection

from runtime.store.open import Store
from runtime.store.sqlite import Sqlite

NET_S: Final = 1.0
"""So often PostgreSQL is looked at in case a word was lost."""
Hear = Callable[[], Awaitable[bool]]
"""Waits; whether somebody said that there is something, False where it is only time to look."""


@contextlib.asynccontextmanager
async def hearing(
    store: Store,
    channel: str,
    every_s: float,
    heard: asyncio.Event,
    tell: Callable[[str], None] = lambda said: None,
) -> AsyncIterator[Hear]:
    """A wait that ends when `heard` is set or another process wrote.

    On PostgreSQL it hears the NOTIFYs of `channel`, whose words go to `tell`, and ends once in
    `NET_S` anyway; on SQLite it asks every `every_s` seconds whether anybody wrote at all, which
    costs microseconds.
    """
    if isinstance(store.engine, Sqlite):
        with store.engine.reader.connect() as here:
            yield _data_version(here, heard, every_s)
        return
    async with store.engine.connect() as there:
        raw: Any = (await there.get_raw_connection()).driver_connection

        def ring(_connection: object, _pid: int, _channel: str, said: str) -> None:
            tell(said)
            heard.set()

        await raw.add_listener(channel, ring)
        try:
            yield _notified(heard)
        finally:
            await raw.remove_listener(channel, ring)


def _data_version(connection: Connection, heard: asyncio.Event, every_s: float) -> Hear:
    def look() -> object:
        found: object = connection.exec_driver_sql("PRAGMA data_version").scalar()
        connection.rollback()
        return found

    last = look()

    async def wait() -> bool:
        nonlocal last
        while (found := look()) == last and not heard.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(heard.wait(), every_s)
        heard.clear()
        last = found if found != last else look()
        return False

    return wait


def _notified(heard: asyncio.Event) -> Hear:
    async def wait() -> bool:
        try:
            await asyncio.wait_for(heard.wait(), NET_S)
        except TimeoutError:
            return False
        heard.clear()
        return True

    return wait
