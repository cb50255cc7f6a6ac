"""The connector `sql`: one reading statement with bound parameters, on SQLite files or PostgreSQL.

What it may do is bounded by the database itself: a file is opened to be read and every other act is
barred by SQLite's authorizer; a PostgreSQL transaction is read-only with a statement timeout. Where
it may reach is the operator's word: folders for files, and for servers what holds for every call.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import socket
import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

import asyncpg

from engine.model.source import Request
from runtime.reach import NOTHING, Allowed, closed_why
from runtime.sources.asking import Asking, Away, Exchange
from runtime.sources.mapping import row_mapped
from runtime.sources.record import Answer, Found

MOST_ROWS: Final = 1000
LONGEST_VALUE: Final = 1_000_000
"""Bytes of a value or row of a SQLite file."""
POOLS: Final = 50
CONNECTIONS: Final = 2
"""At most so many connections for a tenant and database."""
_BIND: Final = re.compile("\ue000([0-9]+)\ue001")
_READS: Final = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)
_SCHEMES: Final = ("postgresql", "postgres")

Row = Mapping[str, Any]


class SqlConnector:
    """Asks databases."""

    def __init__(self, folders: Iterable[Path] = (), allowed: Allowed = NOTHING) -> None:
        self._folders = [folder.resolve() for folder in folders]
        self._allowed = allowed
        self._pools: dict[str, Any] = {}

    async def get(self, asking: Asking, key: str, params: Mapping[str, str]) -> Answer:
        """The record of a key."""
        request = asking.model.lookup
        if request is None:
            return Answer("off", why="the source has no `lookup`")
        try:
            rows = await self._ask(asking, request, {**params, "key": key}, 2)
        except Away as wrong:
            return Answer("away", why=str(wrong))
        if not rows:
            return Answer("none", fetched_us=asking.now_us)
        if len(rows) > 1:
            why = "the query gives several records for one key"
            return Answer("away", fetched_us=asking.now_us, why=why)
        record = row_mapped(asking.model, rows[0], asking.locale, asking.zone)
        if record.key != key:
            why = f"the query gives no `{asking.model.key}`, or that of another record"
            return Answer("away", fetched_us=asking.now_us, why=why)
        digest = hashlib.sha256(repr(sorted(rows[0].items())).encode()).hexdigest()
        return Answer("found", record, asking.now_us, digest)

    async def search(
        self, asking: Asking, words: str, params: Mapping[str, str], limit: int
    ) -> Found:
        """At most `limit` records for words."""
        request = asking.model.find
        if request is None:
            return Found("off", why="the source has no `find`")
        most = min(limit, MOST_ROWS)
        try:
            rows = await self._ask(asking, request, {**params, "words": words}, most + 1)
        except Away as wrong:
            return Found("away", why=str(wrong))
        made = [row_mapped(asking.model, row, asking.locale, asking.zone) for row in rows[:most]]
        return Found("found", tuple(one for one in made if one.key), more=len(rows) > most)

    async def close(self) -> None:
        """End all connections."""
        pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            pool.terminate()

    async def _ask(
        self, asking: Asking, request: Request, params: Mapping[str, str], most: int
    ) -> list[Row]:
        values = [params.get(name, "") for name in request.binds]
        said = _BIND.sub(lambda found: f":{request.binds[int(found[1]) - 1]}", request.query)
        given = json.dumps(dict(zip(request.binds, values, strict=True)), ensure_ascii=False)
        shown = Exchange("SQL", said, {}, given)
        asking.trace.append(shown)
        begun, seconds = time.monotonic(), asking.model.timeout_ms / 1000
        try:
            async with asyncio.timeout(seconds):
                rows = await self._rows(asking, request.query, values, most, seconds)
        except TimeoutError:
            shown.wrong = f"no whole answer within {seconds:g} s"
        except Away as wrong:
            shown.wrong = str(wrong)
        except (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as wrong:
            shown.wrong = f"the database says: {str(wrong)[:200] or type(wrong).__name__}"
        else:
            shown.value = rows
            shown.reply = json.dumps(rows, ensure_ascii=False, default=str).encode()
        shown.took_ms = round((time.monotonic() - begun) * 1000)
        if shown.wrong:
            raise Away(shown.wrong)
        return list(shown.value)

    async def _rows(
        self, asking: Asking, query: str, values: Sequence[str], most: int, seconds: float
    ) -> list[Row]:
        url = asking.settings[asking.model.url.setting]
        scheme, _, rest = url.partition(":")
        if scheme == "sqlite":
            path = self._file(rest)
            return await asyncio.to_thread(_from_file, path, query, values, most, seconds)
        if scheme in _SCHEMES:
            pool = await self._pool(asking.tenant, url)
            return await _from_server(pool, query, values, most, seconds)
        raise Away("the address begins with neither sqlite: nor postgresql:", again=False)

    def _file(self, rest: str) -> Path:
        """A file that lies in one of the operator's folders, whatever links lead there."""
        path = Path(unquote(rest.removeprefix("//"))).resolve()
        if not any(path.is_relative_to(folder) for folder in self._folders):
            raise Away("the file lies in no folder that SPECDESK_SQL_FILES names", again=False)
        return path

    async def _pool(self, tenant: str, url: str) -> Any:
        name = hashlib.sha256(f"{tenant}\x00{url}".encode()).hexdigest()
        if name not in self._pools:
            made = await self._connect(url)
            if len(self._pools) >= POOLS:
                oldest = next(iter(self._pools))
                self._pools.pop(oldest).terminate()
            self._pools[name] = made
        return self._pools[name]

    async def _connect(self, url: str) -> Any:
        """A small pool at the very address that was looked up and found allowed."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or 5432
        except ValueError:
            raise Away("the address of the database can't be read", again=False) from None
        if not host or not parts.path.strip("/"):
            raise Away("the address names no host or no database", again=False)
        address = await self._address(host, port)
        return await asyncpg.create_pool(
            host=address,
            port=port,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            database=unquote(parts.path.strip("/")),
            ssl="prefer",
            min_size=0,
            max_size=CONNECTIONS,
            max_inactive_connection_lifetime=60,
            server_settings={
                "application_name": "specdesk source",
                "default_transaction_read_only": "on",
            },
        )

    async def _address(self, host: str, port: int) -> str:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Away(f"the name {host} leads nowhere") from None
        addresses = list(dict.fromkeys(str(place[0]) for *_, place in found))
        for text in addresses:
            if not self._allowed.opens(host, port, ip_address(text)):
                raise Away(closed_why(host, text), again=False)
        return addresses[0]


def _from_file(
    path: Path, query: str, values: Sequence[str], most: int, seconds: float
) -> list[Row]:
    until = time.monotonic() + seconds
    connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=seconds)
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
        connection.set_authorizer(
            lambda act, *_: sqlite3.SQLITE_OK if act in _READS else sqlite3.SQLITE_DENY
        )
        connection.set_progress_handler(lambda: int(time.monotonic() > until), 1000)
        found = connection.execute(_BIND.sub(r"?\1", query), tuple(values))
        names = [column[0] for column in found.description or ()]
        return [_plain(dict(zip(names, row, strict=True))) for row in found.fetchmany(most)]
    except sqlite3.OperationalError as wrong:
        if "interrupted" in str(wrong):
            raise TimeoutError from None
        raise
    finally:
        connection.close()


async def _from_server(
    pool: Any, query: str, values: Sequence[str], most: int, seconds: float
) -> list[Row]:
    # Bound as text, whatever the column is: the author casts where another type is compared.
    text = _BIND.sub(r"($\1::text)", query)
    async with pool.acquire() as connection, connection.transaction(readonly=True):
        await connection.execute(f"SET LOCAL statement_timeout = {max(int(seconds * 1000), 1)}")
        cursor = await connection.cursor(text, *values)
        return [_plain(dict(row)) for row in await cursor.fetch(most)]


def _plain(row: Mapping[str, Any]) -> Row:
    """A row as JSON would have it; what has no such form becomes an object, which fits nowhere."""
    return {name: _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int | Decimal):
        return value
    if isinstance(value, float):
        return Decimal(repr(value)) if value == value and abs(value) < 1e30 else None
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{round(value.total_seconds())}s"
    if isinstance(value, bytes | bytearray | memoryview):
        return {"bytes": len(value)}
    return value if isinstance(value, dict | list) else str(value)
