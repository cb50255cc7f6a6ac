"""Which tickets changed lately, by whatever process, and when it is time to look."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy import select

from runtime.store.open import Store
from runtime.store.sqlite import Sqlite
from runtime.store.tables.tickets import ticket
from runtime.store.unit import Unit

MOST = 500


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


@contextlib.asynccontextmanager
async def looking(store: Store, every_s: float) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """A wait until it may be worth a look: on SQLite until somebody wrote, else `every_s`."""
    if not isinstance(store.engine, Sqlite):
        yield lambda: asyncio.sleep(every_s)
        return
    with store.engine.reader.connect() as connection:

        def version() -> object:
            found: object = connection.exec_driver_sql("PRAGMA data_version").scalar()
            connection.rollback()
            return found

        last = version()

        async def wait() -> None:
            nonlocal last
            await asyncio.sleep(every_s)
            while (found := version()) == last:  # noqa: ASYNC110 — SQLite rings no bell
                await asyncio.sleep(every_s)
            last = found

        yield wait
