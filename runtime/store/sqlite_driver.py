"""How we speak to SQLite: pragmas, and one thread switch a statement instead of four.

The stock adapter goes to the connection's thread to make a cursor, to execute, to fetch and to
close. All rows are read at once anyway, so this cursor does the four in one visit.
"""

from __future__ import annotations

import collections
import sqlite3
from collections.abc import Sequence
from typing import Any

from sqlalchemy import event
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
)
from sqlalchemy.ext.asyncio import AsyncEngine

# isolation_level None: we say BEGIN ourselves (IMMEDIATE for writers), the module never does.
CONNECT_ARGS: dict[str, Any] = {"isolation_level": None, "cached_statements": 512}

_PRAGMAS = (
    "PRAGMA busy_timeout = 10000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -32768",
    "PRAGMA mmap_size = 268435456",
)


class _Answer:
    """What is left of a cursor once all its rows were read."""

    __slots__ = ("description", "lastrowid", "rowcount", "rows")

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self.description = cursor.description
        self.rows = cursor.fetchall() if cursor.description else []
        self.rowcount = cursor.rowcount
        self.lastrowid = cursor.lastrowid
        cursor.close()


class OneHopCursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor that visits the connection's thread once for a statement."""

    __slots__ = ()

    def _aenter_cursor(self, cursor: Any) -> Any:
        return None

    def _make_new_cursor(self, connection: Any) -> Any:
        return None

    @property
    def description(self) -> Any:
        answer: Any = self._cursor
        return answer and answer.description

    @property
    def rowcount(self) -> int:
        answer: Any = self._cursor
        return answer.rowcount if answer else -1

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        async with self._adapt_connection._execute_mutex:
            await self._visit(lambda raw: raw.execute(operation, parameters or ()))

    async def _executemany_async(self, operation: Any, seq_of_parameters: Sequence[Any]) -> Any:
        async with self._adapt_connection._execute_mutex:
            await self._visit(lambda raw: raw.executemany(operation, seq_of_parameters))

    async def _visit(self, call: Any) -> None:
        connection: Any = self._connection
        raw = connection._conn
        answer = await connection._execute(lambda: _Answer(call(raw)))
        self._cursor = answer
        self._rows = collections.deque(answer.rows)

    async def _async_soft_close(self) -> None:
        return

    def close(self) -> None:
        self._rows.clear()


class OneHopConnection(AsyncAdapt_aiosqlite_connection):
    """A connection whose plain cursors are `OneHopCursor`."""

    __slots__ = ()

    _cursor_cls = OneHopCursor


def one_hop(engine: AsyncEngine) -> None:
    """Have `engine` make `OneHopConnection`s."""
    dbapi: Any = engine.dialect.dbapi
    stock = dbapi.connect

    def connect(*args: Any, **named: Any) -> Any:
        return OneHopConnection(dbapi, stock(*args, **named)._connection)

    dbapi.connect = connect


def on_connect(engine: AsyncEngine, write: bool) -> None:
    """Set the pragmas on each new connection; a reader refuses every write."""
    pragmas = _PRAGMAS if write else (*_PRAGMAS, "PRAGMA query_only = ON")

    def connected(connection: Any, record: object) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    event.listen(engine.sync_engine, "connect", connected)
