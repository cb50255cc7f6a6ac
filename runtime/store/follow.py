"""Hears of publishes by other processes, within a second."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from runtime.store.desks import CHANNEL, Pointer, pointers
from runtime.store.open import Store


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
async def _bell(store: Store, every_s: float) -> AsyncIterator[Any]:
    async with store.reader.connect() as connection:
        if store.dialect == "sqlite":
            yield _data_version(connection, every_s)
        else:
            heard = asyncio.Event()
            raw: Any = (await connection.get_raw_connection()).driver_connection

            def ring(*_: object) -> None:
                heard.set()

            await raw.add_listener(CHANNEL, ring)
            try:
                yield _notified(heard)
            finally:
                await raw.remove_listener(CHANNEL, ring)


def _data_version(connection: AsyncConnection, every_s: float) -> Any:
    last: list[object] = [None]

    async def wait() -> None:
        while True:
            found = (await connection.exec_driver_sql("PRAGMA data_version")).scalar()
            await connection.rollback()
            if found != last[0]:
                first, last[0] = last[0] is None, found
                if not first:
                    return
            await asyncio.sleep(every_s)

    return wait


def _notified(heard: asyncio.Event) -> Any:
    async def wait() -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(heard.wait(), 1.0)
        heard.clear()

    return wait
