"""How we speak to SQLite: its pragmas, turns of writers, and the tidying of its log.

Statements run in the event loop (see `Unit`), so nothing here may make it wait: a writer that finds
the store taken by another process asks again after a moment, and the log is written back into the
file by a thread.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.exc import OperationalError

_PATIENCE_S = 10.0
_PRAGMAS = (
    f"PRAGMA busy_timeout = {int(_PATIENCE_S * 1000)}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -32768",
    "PRAGMA mmap_size = 268435456",
)
_READER = ("PRAGMA query_only = ON",)
# The writer asks again by itself instead of sleeping in the loop, and leaves the log to `tidy`.
_WRITER = ("PRAGMA busy_timeout = 0", "PRAGMA wal_autocheckpoint = 0")
_TIDY_EVERY = 256


@dataclass(slots=True)
class Sqlite:
    """The engines of one SQLite file: one connection that writes, several that only read."""

    reader: Engine
    writer: Engine
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _holder: asyncio.Task[Any] | None = None
    _commits: int = 0
    _tidying: asyncio.Future[None] | None = None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """A transaction that sees one moment and can't write."""
        with self.reader.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                yield connection
            finally:
                connection.rollback()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Connection]:
        """The transaction whose turn it is; writers of this process wait in line."""
        me = asyncio.current_task()
        if self._holder is not None and self._holder is me:
            raise RuntimeError("a write was begun inside a write: it would wait for ever")
        async with self._turn:
            self._holder = me
            try:
                with self.writer.connect() as connection:
                    await _take(connection)
                    try:
                        yield connection
                        connection.commit()
                    except BaseException:
                        _undo(connection)
                        raise
            finally:
                self._holder = None
        self._commits += 1
        if self._commits % _TIDY_EVERY == 0 and (self._tidying is None or self._tidying.done()):
            self._tidying = asyncio.ensure_future(asyncio.to_thread(self._tidy))

    async def close(self) -> None:
        """Let go of all connections."""
        if self._tidying is not None:
            await self._tidying
        self.reader.dispose()
        self.writer.dispose()

    def _tidy(self) -> None:
        with self.reader.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")


def study(connection: Connection) -> None:
    """Let the planner look at the tickets, without which it guesses the wrong index.

    It looks at a few hundred rows of each index, however many there are.
    """
    connection.exec_driver_sql("PRAGMA analysis_limit = 400")
    connection.exec_driver_sql("ANALYZE ticket")
    connection.exec_driver_sql("ANALYZE ticket_team")
    connection.exec_driver_sql("ANALYZE job")


def engines(place: URL, **common: Any) -> Sqlite:
    """The engines for the file at `place`, making its folder when there is none."""
    Path(place.database or "").parent.mkdir(parents=True, exist_ok=True)
    common |= {
        # isolation_level None: we say BEGIN ourselves, the module never does.
        "connect_args": {
            "isolation_level": None,
            "cached_statements": 512,
            "check_same_thread": False,
        },
        "poolclass": QueuePool,
        # Every transaction is ended here; the pool need not do it again.
        "pool_reset_on_return": None,
        # A pool that made a task wait for a connection would make the whole loop wait.
        "max_overflow": -1,
    }
    made = Sqlite(create_engine(place, **common), create_engine(place, **common))
    _on_connect(made.reader, (*_PRAGMAS, *_READER))
    _on_connect(made.writer, (*_PRAGMAS, *_WRITER))
    return made


def _on_connect(engine: Engine, pragmas: tuple[str, ...]) -> None:
    def connected(connection: sqlite3.Connection, record: object) -> None:
        for pragma in pragmas:
            connection.execute(pragma).close()

    event.listen(engine, "connect", connected)


def _undo(connection: Connection) -> None:
    """End the transaction whatever SQLAlchemy thinks of it: after a commit that failed it thinks it
    over, and the next writer would find it open.
    """
    connection.rollback()
    raw: Any = connection.connection.driver_connection
    if raw.in_transaction:
        raw.rollback()


async def _take(connection: Connection) -> None:
    """BEGIN IMMEDIATE; with a plain BEGIN two writers would fail at their first write."""
    until = time.monotonic() + _PATIENCE_S
    wait = 0.0005
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as error:
            if "locked" not in str(error.orig) or time.monotonic() > until:
                raise
            connection.rollback()
        else:
            return
        await asyncio.sleep(wait * (1 + random.random()))
        wait = min(wait * 2, 0.02)
