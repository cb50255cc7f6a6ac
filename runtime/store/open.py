"""Opens the store on SQLite or PostgreSQL and hands out units of work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from runtime.clock import Clock, SystemClock
from runtime.store import upgrade, walls
from runtime.store.crypto import Keys, fresh_keys, load_keys
from runtime.store.sqlite_driver import CONNECT_ARGS, on_connect, one_hop
from runtime.store.unit import EVERY_TENANT, Unit

_READERS = 8


class StoreUrlError(ValueError):
    """The store's address is none that we know."""


@dataclass(slots=True)
class Store:
    """One database; safe to share between all tasks of a process."""

    url: URL
    clock: Clock
    keys: Keys
    reader: AsyncEngine
    writer: AsyncEngine
    role: str | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    async def open(
        cls, url: str, *, key_file: Path | None = None, clock: Clock | None = None
    ) -> Store:
        """Open the store at `url` (`sqlite:///file` or `postgresql://…`).

        Without `key_file` the keys live in memory only, for stores that are thrown away.

        Raises:
            StoreUrlError: the address is neither.
            SealError: the key file can't be read.
        """
        place = driver_url(url)
        keys = load_keys(key_file) if key_file else fresh_keys()
        if place.get_backend_name() == "sqlite":
            store = cls(place, clock or SystemClock(), keys, *_sqlite(place))
        else:
            engine = _postgresql(place)
            reader = engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            store = cls(place, clock or SystemClock(), keys, reader, engine)
            store.role = await walls.find_role(engine)
        return store

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.url.get_backend_name()

    async def upgrade(self) -> None:
        """Bring the tables to this version, and put up the walls between tenants."""
        await upgrade.run(self.writer)
        if self.dialect == "postgresql":
            self.role = await walls.find_role(self.writer)

    @asynccontextmanager
    async def unit(self, tenant_id: str, write: bool = False) -> AsyncIterator[Unit]:
        """One transaction of one tenant: committed at the end, undone on an error.

        A unit opened to read sees one moment of the store and can't write. On SQLite writers of
        this process take turns; another process is waited for up to ten seconds.
        """
        if write and self.dialect == "sqlite":
            async with self._turn, self._begin(tenant_id, True) as unit:
                yield unit
        else:
            async with self._begin(tenant_id, write) as unit:
                yield unit
        unit.committed()

    @asynccontextmanager
    async def system(self, write: bool = False) -> AsyncIterator[Unit]:
        """One transaction for the whole installation: sign-in, leasing, following publishes.

        It sees accounts, sessions, tenants and the few tables marked `shared`, nothing else.
        """
        async with self.unit(EVERY_TENANT, write) as unit:
            yield unit

    @asynccontextmanager
    async def owner(self) -> AsyncIterator[AsyncConnection]:
        """A transaction as the owner of the tables, to change indexes; sees every tenant."""
        if self.dialect == "sqlite":
            async with self._turn, self.writer.begin() as connection:
                yield connection
        else:
            async with self.writer.begin() as connection:
                yield connection

    async def close(self) -> None:
        """Let go of all connections."""
        await self.writer.dispose()
        if self.dialect == "sqlite":
            await self.reader.dispose()

    @asynccontextmanager
    async def _begin(self, tenant_id: str, write: bool) -> AsyncIterator[Unit]:
        engine = self.writer if write else self.reader
        async with engine.connect() as connection, connection.begin():
            if self.dialect == "postgresql":
                await connection.execute(walls.ENTER, walls.enter(tenant_id, self.role))
            yield Unit(tenant_id, write, self.dialect, connection, self.clock, self.keys)


def driver_url(url: str) -> URL:
    """The address with the driver that we use.

    Raises:
        StoreUrlError: it is neither SQLite's nor PostgreSQL's.
    """
    place = make_url(url)
    backend = place.get_backend_name()
    if backend == "sqlite" and place.database not in (None, "", ":memory:"):
        return place.set(drivername="sqlite+aiosqlite")
    if backend == "postgresql":
        return place.set(drivername="postgresql+asyncpg")
    raise StoreUrlError("want sqlite:///file or postgresql://user@host/database")


def _decode(data: str | bytes) -> Any:
    return msgspec.json.decode(data)


def _encode(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _sqlite(place: URL) -> tuple[AsyncEngine, AsyncEngine]:
    Path(place.database or "").parent.mkdir(parents=True, exist_ok=True)
    common: dict[str, Any] = {
        "connect_args": CONNECT_ARGS,
        "json_serializer": _encode,
        "json_deserializer": _decode,
        # Every transaction ends in `unit`; a second rollback would cost a thread switch each time.
        "pool_reset_on_return": None,
    }
    reader = create_async_engine(place, pool_size=_READERS, max_overflow=8, **common)
    writer = create_async_engine(place, pool_size=1, max_overflow=0, **common)
    for engine, write in ((reader, False), (writer, True)):
        one_hop(engine)
        on_connect(engine, write)
        begin = text("BEGIN IMMEDIATE" if write else "BEGIN")
        event.listen(engine.sync_engine, "begin", _starter(begin.text))
    return reader, writer


def _starter(words: str) -> Any:
    def start(connection: Any) -> None:
        connection.exec_driver_sql(words)

    return start


def _postgresql(place: URL) -> AsyncEngine:
    return create_async_engine(
        place,
        pool_size=10,
        max_overflow=10,
        json_serializer=_encode,
        json_deserializer=_decode,
        connect_args={"server_settings": {"application_name": "specdesk", "jit": "off"}},
    )
