"""Which tickets changed lately, by whatever process, and when it is time to look."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from runtime.store.open import Store
from runtime.store.rung import CHANNEL
from runtime.store.sqlite import Sqlite
from runtime.store.tables.tickets import ticket
from runtime.store.unit import Unit

MOST = 500
NET_S = 1.0


@dataclass(frozen=True, slots=True)
class Touched:
    """A ticket as it stands after a change."""

    ticket_id: str
    number: str
    version: int
    updated_us: int


async def touched_since(unit: Unit, since_us: int) -> list[Touched]:
    """The tickets changed at or after an instant, the latest first, no more than `MOST`."""
    columns = (ticket.c.id, ticket.c.number, ticket.c.version, ticket.c.updated_us)
    query = (
        select(*columns)
        .where(ticket.c.tenant_id == unit.tenant_id, ticket.c.updated_us >= since_us)
        .order_by(ticket.c.updated_us.desc(), ticket.c.id.desc())
        .limit(MOST)
    )
    return [Touched(r.id, r.number, r.version, r.updated_us) for r in await unit.rows(query)]


Wait = Callable[[], Awaitable[frozenset[str] | None]]
"""Gives the tenants to look at; None: any may have changed."""


@contextlib.asynccontextmanager
async def looking(store: Store, every_s: float) -> AsyncIterator[Wait]:
    """A wait until it may be worth a look, at once after a write of this process.

    Of other processes it hears by NOTIFY on PostgreSQL, and looks once in `NET_S` in case a word
    was lost; on SQLite it asks every `every_s` whether anybody wrote at all, which costs
    microseconds.
    """
    heard, names = asyncio.Event(), set[str]()

    def wake(tenant: str) -> None:
        names.add(tenant)
        heard.set()

    with store.rung.waking(wake):
        if isinstance(store.engine, Sqlite):
            with store.engine.reader.connect() as here:
                yield _data_version(here, heard, every_s)
            return
        async with store.engine.connect() as there:
            raw: Any = (await there.get_raw_connection()).driver_connection

            def ring(_connection: object, _pid: int, _channel: str, said: str) -> None:
                for tenant in said.split("\n"):
                    wake(tenant)

            await raw.add_listener(CHANNEL, ring)
            try:
                yield _notified(heard, names)
            finally:
                await raw.remove_listener(CHANNEL, ring)


def _data_version(connection: Connection, heard: asyncio.Event, every_s: float) -> Wait:
    def look() -> object:
        found: object = connection.exec_driver_sql("PRAGMA data_version").scalar()
        connection.rollback()
        return found

    last = look()

    async def wait() -> None:
        nonlocal last
        while (found := look()) == last and not heard.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(heard.wait(), every_s)
        heard.clear()
        last = found if found != last else look()

    return wait


def _notified(heard: asyncio.Event, names: set[str]) -> Wait:
    async def wait() -> frozenset[str] | None:
        try:
            await asyncio.wait_for(heard.wait(), NET_S)
        except TimeoutError:
            return None
        heard.clear()
        found = frozenset(names)
        names.clear()
        return found

    return wait
