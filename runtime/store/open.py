"""Opens the store on SQLite or PostgreSQL and hands out units of work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import URL, Connection, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from runtime.clock import Clock, SystemClock
from runtime.store import sqlite, upgrade, walls
from runtime.store.crypto import Keys, fresh_keys, load_keys
from runtime.store.reach import StoreShutError, reaching
from runtime.store.rung import Rung
from runtime.store.sqlite import Sqlite
from runtime.store.unit import EVERY_TENANT, Mark, Unit

_WANTED = "want sqlite:///file or postgresql://user@host/database"


class StoreUrlError(ValueError):
    """The store's address is none that we know."""


@dataclass(slots=True)
class Store:
    """One database; safe to share between all tasks of a process."""

    url: URL
    clock: Clock
    keys: Keys
    engine: Sqlite | AsyncEngine
    role: str | None = None
    standing: Mark = field(default_factory=Mark)
    """Moves with every change of this process to sessions, accounts, persons, roles and teams."""
    work: defaultdict[str, Mark] = field(default_factory=lambda: defaultdict(Mark))
    """By tenant: moves with every ticket that this process writes."""
    rung: Rung = field(default_factory=Rung)
    moment: Unit | None = None
    """A unit that is open to read: what is read of its tenant is read in it."""

    @classmethod
    async def open(
        cls, url: str, *, key_file: Path | None = None, clock: Clock | None = None
    ) -> Store:
        """Open the store at `url` (`sqlite:///file` or `postgresql://…`).

        Without `key_file` the keys live in memory only, for stores that are thrown away.

        Raises:
            StoreUrlError: the address is neither.
            SealError: the key file can't be read.
            StoreShutError: the store is not there, or lets nobody in.
        """
        place = driver_url(url)
        keys = load_keys(key_file) if key_file else fresh_keys()
        common = {"json_serializer": _encode, "json_deserializer": msgspec.json.decode}
        with reaching(place):
            if place.get_backend_name() == "sqlite":
                return cls(place, clock or SystemClock(), keys, sqlite.engines(place, **common))
            engine = _postgresql(place, common)
            role = await walls.find_role(engine)
        return cls(place, clock or SystemClock(), keys, engine, role)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.url.get_backend_name()

    async def upgrade(self) -> None:
        """Bring the tables to this version, and put up the walls between tenants.

        Raises:
            StoreShutError: the store can't be opened or written, or is of a newer version.
        """
        with reaching(self.url):
            try:
                async with self.owner() as unit:
                    await unit.with_connection(upgrade.run)
            except upgrade.NewerStore as wrong:
                raise StoreShutError(self.url, str(wrong), again=False) from None
            if isinstance(self.engine, AsyncEngine):
                self.role = await walls.find_role(self.engine)
            else:
                await self.study()

    @asynccontextmanager
    async def unit(self, tenant_id: str, write: bool = False) -> AsyncIterator[Unit]:
        """One transaction of one tenant: committed at the end, undone on an error.

        A unit opened to read sees one moment of the store and can't write. On SQLite writers of
        this process take turns; another process is waited for up to ten seconds.
        """
        if self.moment is not None and not write and self.moment.tenant_id == tenant_id:
            yield self.moment
            return
        before = self.work[tenant_id].n
        async with self._begin(tenant_id, write) as connection:
            unit = self._unit(tenant_id, write, connection)
            unit.before = before
            yield unit
        unit.committed()
        if unit.stirred:
            others = self.engine if isinstance(self.engine, AsyncEngine) else None
            self.rung.ring(tenant_id, others)

    @asynccontextmanager
    async def reading(self, tenant_id: str) -> AsyncIterator[Store]:
        """This store as it is at one moment to all who read the tenant: one transaction for them.

        For what only reads: a write is a transaction of its own, and what it did is not seen here.
        """
        async with self.unit(tenant_id) as unit:
            yield replace(self, moment=unit)

    @asynccontextmanager
    async def system(self, write: bool = False) -> AsyncIterator[Unit]:
        """One transaction for the whole installation: sign-in, leasing, following publishes.

        It sees accounts, sessions, tenants and the few tables marked `shared`, nothing else.
        """
        async with self.unit(EVERY_TENANT, write) as unit:
            yield unit

    @asynccontextmanager
    async def owner(self) -> AsyncIterator[Unit]:
        """A transaction as the owner of the tables, to change them; sees every tenant."""
        if isinstance(self.engine, Sqlite):
            async with self.engine.writing() as here:
                yield self._unit(EVERY_TENANT, True, here)
        else:
            async with self.engine.begin() as there:
                yield self._unit(EVERY_TENANT, True, there)

    async def study(self) -> None:
        """Let the planner look at the tickets anew; after an import, a publish, and now and then.

        Without figures about an expression no database dares to use its index.
        """
        async with self.owner() as unit:
            if isinstance(self.engine, Sqlite):
                await unit.with_connection(sqlite.study)
            else:
                await unit.run(text("ANALYZE ticket"))

    async def close(self) -> None:
        """Let go of all connections."""
        await self.rung.close()
        if isinstance(self.engine, Sqlite):
            await self.engine.close()
        else:
            await self.engine.dispose()

    def _unit(self, tenant_id: str, write: bool, connection: Connection | AsyncConnection) -> Unit:
        own = (self.clock, self.keys, self.standing, self.work[tenant_id])
        return Unit(tenant_id, write, connection, *own)

    @asynccontextmanager
    async def _begin(
        self, tenant_id: str, write: bool
    ) -> AsyncIterator[Connection | AsyncConnection]:
        if isinstance(self.engine, Sqlite):
            async with self.engine.writing() if write else self.engine.reading() as here:
                yield here
            return
        async with self.engine.connect() as there:
            if not write:
                await there.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            async with there.begin():
                await there.execute(walls.ENTER, walls.enter(tenant_id, self.role))
                yield there


def driver_url(url: str) -> URL:
    """The address with the driver that we use.

    Raises:
        StoreUrlError: it is neither SQLite's nor PostgreSQL's.
    """
    try:
        place = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreUrlError(_WANTED) from None
    backend = place.get_backend_name()
    if backend == "sqlite" and place.database not in (None, "", ":memory:"):
        return place.set(drivername="sqlite+pysqlite")
    if backend == "postgresql":
        return place.set(drivername="postgresql+asyncpg")
    raise StoreUrlError(_WANTED)


def _encode(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _postgresql(place: URL, common: dict[str, Any]) -> AsyncEngine:
    return create_async_engine(
        place,
        pool_size=10,
        max_overflow=10,
        connect_args={
            "prepared_statement_cache_size": 500,
            "server_settings": {
                "application_name": "specdesk",
                "jit": "off",
                # A process that hangs within a transaction must not keep its locks for ever.
                "idle_in_transaction_session_timeout": "60s",
            },
        },
        **common,
    )
