"""Which tickets changed lately, by whatever process, and when it is time to look."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy import select

from runtime.store.hearing import hearing
from runtime.store.open import Store
from runtime.store.rung import CHANNEL
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


Wait = Callable[[], Awaitable[frozenset[str] | None]]
"""Gives the tenants to look at; None: any may have changed."""


@contextlib.asynccontextmanager
async def looking(store: Store, every_s: float) -> AsyncIterator[Wait]:
    """A wait until it may be worth a look, at once after a write of this process."""
    heard, names = asyncio.Event(), set[str]()

    def wake(tenant: str) -> None:
        names.add(tenant)
        heard.set()

    def tell(said: str) -> None:
        names.update(said.split("\n"))

    with store.rung.waking(wake):
        async with hearing(store, CHANNEL, every_s, heard, tell) as hear:

            async def wait() -> frozenset[str] | None:
                said = await hear()
                found = frozenset(names)
                names.clear()
                return found if said else None

            yield wait
