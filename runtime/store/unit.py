"""A unit of work: one transaction of one tenant, to read or to write."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Dialect, Executable, Row, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from runtime.clock import Clock, new_id
from runtime.store.crypto import Keys, Sealer

# The tenant of work for the whole installation; no tenant id can look like this.
EVERY_TENANT = "*"

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
T = TypeVar("T")
# So much of a query runs where it may hold up everybody else: a few milliseconds.
_STEPS = 300_000
# So many steps of SQLite lie between two looks at the clock.
_LOOKS = 20_000
# What PostgreSQL calls a statement that was cancelled.
_BROKEN_OFF = "57014"


class OutOfTime(Exception):
    """A query took longer than whoever asked for it waits; the unit goes on."""


class ReadOnlyUnit(RuntimeError):
    """A write was asked of a unit that was opened to read: our own bug."""


@dataclass(slots=True)
class Mark:
    """Moves on whenever something that was read before may no longer be so."""

    n: int = 0

    def move(self) -> None:
        """Say that it changed."""
        self.n += 1


@dataclass(slots=True)
class Unit:
    """One open transaction; functions of the store take it first and filter by `tenant_id`.

    On SQLite (`connection` is a plain one) a statement runs right here in the event loop: it takes
    tens of microseconds, a visit to another thread takes more. What may take long, a list or a
    report, says so (`rows_long`) and goes to a thread.
    """

    tenant_id: str
    write: bool
    connection: Connection | AsyncConnection
    clock: Clock
    keys: Keys
    standing: Mark
    work: Mark
    before: int = 0
    """Where `work` stood when the unit was opened: all that moved it until then is seen."""
    _then: list[Callable[[], None]] = field(default_factory=list)
    stirred: bool = False
    """Whether open pages want to know of it."""

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.connection.dialect.name

    @property
    def speech(self) -> Dialect:
        """What SQLAlchemy compiles statements for."""
        return self.connection.dialect

    @property
    def on_postgresql(self) -> bool:
        """Whether the store is PostgreSQL; else it is SQLite."""
        return isinstance(self.connection, AsyncConnection)

    @property
    def sealer(self) -> Sealer:
        """Seals values of this tenant."""
        return self.keys.sealer(self.tenant_id)

    def now_us(self) -> int:
        """The present instant, by the store's clock."""
        return self.clock.now_us()

    def new_id(self) -> str:
        """A fresh UUIDv7."""
        return new_id(self.clock.now_us())

    async def run(self, statement: Executable, parameters: Parameters = None) -> CursorResult[Any]:
        """Execute one statement; a list of parameter sets writes them in one go."""
        if isinstance(self.connection, Connection):
            return self.connection.execute(statement, parameters)
        return await self.connection.execute(statement, parameters)

    async def rows(self, statement: Executable, parameters: Parameters = None) -> list[Row[Any]]:
        """All rows of a query that is quick."""
        return list((await self.run(statement, parameters)).fetchall())

    async def rows_long(
        self,
        statement: Executable,
        parameters: Parameters = None,
        *,
        patience_s: float | None = None,
    ) -> list[Row[Any]]:
        """All rows of a query that may take long; others are served meanwhile.

        On SQLite it is first tried right here, and goes to a thread only if it takes long: the
        driver lets others run at every row, and in a busy process waits for its turn each time.

        Raises:
            OutOfTime: it took more than `patience_s` seconds.
        """
        if isinstance(self.connection, AsyncConnection):
            if patience_s is not None:
                return await _timed(self.connection, statement, parameters, patience_s)
            return await self.rows(statement, parameters)
        here = self.connection

        def read() -> list[Row[Any]]:
            return list(here.execute(statement, parameters).fetchall())

        found = _briefly(here, read)
        if found is not None:
            return found
        return await _aside(here, read if patience_s is None else _until(here, read, patience_s))

    async def row(self, statement: Executable, parameters: Parameters = None) -> Row[Any] | None:
        """The first row of a query, or None."""
        return (await self.run(statement, parameters)).first()

    async def value(self, statement: Executable, parameters: Parameters = None) -> Any:
        """The first column of the first row, or None."""
        return (await self.run(statement, parameters)).scalar()

    async def with_connection(self, call: Callable[[Connection], T]) -> T:
        """What `call` makes of the plain connection, e.g. to change an index; may take long."""
        if isinstance(self.connection, AsyncConnection):
            return await self.connection.run_sync(call)
        here = self.connection
        return await _aside(here, lambda: call(here))

    def must_write(self) -> None:
        """Refuse to go on in a unit opened to read.

        Raises:
            ReadOnlyUnit: it was.
        """
        if not self.write:
            raise ReadOnlyUnit("this unit was opened to read")

    def after_commit(self, call: Callable[[], None]) -> None:
        """Have `call` made once the transaction is in, e.g. to wake a worker."""
        self._then.append(call)

    def standing_changes(self) -> None:
        """Say that who may do what changes with this unit: sessions, accounts, roles, teams."""
        self.must_write()
        self.after_commit(self.standing.move)

    def work_changes(self) -> None:
        """Say that tickets change with this unit."""
        self.stirs()
        self.after_commit(self.work.move)

    def stirs(self) -> None:
        """Say that something changes with this unit that open pages show."""
        self.must_write()
        self.stirred = True

    def committed(self) -> None:
        """Make the calls that waited for the commit; the store calls this."""
        for call in self._then:
            call()


def _briefly(connection: Connection, call: Callable[[], T]) -> T | None:
    """What `call` reads if SQLite needs no more than `_STEPS` of its steps for it, else None."""
    raw: Any = connection.connection.driver_connection
    broken_off = False

    def over() -> bool:
        nonlocal broken_off
        broken_off = True
        return True

    raw.set_progress_handler(over, _STEPS)
    try:
        return call()
    except OperationalError:
        if broken_off:
            return None
        raise
    finally:
        raw.set_progress_handler(None, 0)


def _until(connection: Connection, call: Callable[[], T], patience_s: float) -> Callable[[], T]:
    """`call`, broken off on SQLite after so many seconds."""

    def patient() -> T:
        raw: Any = connection.connection.driver_connection
        until = time.monotonic() + patience_s
        raw.set_progress_handler(lambda: time.monotonic() > until, _LOOKS)
        try:
            return call()
        except OperationalError:
            if time.monotonic() > until:
                raise OutOfTime from None
            raise
        finally:
            raw.set_progress_handler(None, 0)

    return patient


async def _timed(
    connection: AsyncConnection, statement: Executable, parameters: Parameters, patience_s: float
) -> list[Row[Any]]:
    """The same on PostgreSQL, within a savepoint: a statement broken off ends what it stands in."""
    await connection.execute(text(f"SET LOCAL statement_timeout = {int(patience_s * 1000)}"))
    try:
        async with connection.begin_nested():
            return list((await connection.execute(statement, parameters)).fetchall())
    except DBAPIError as wrong:
        if getattr(wrong.orig, "sqlstate", "") != _BROKEN_OFF:
            raise
        raise OutOfTime from None
    finally:
        await connection.execute(text("SET LOCAL statement_timeout = DEFAULT"))


async def _aside(connection: Connection, call: Callable[[], T]) -> T:
    """Run `call` in a thread; if nobody waits any more, break it off before going on.

    Else the unit would end while the thread still uses its connection.
    """
    work = asyncio.ensure_future(asyncio.to_thread(call))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        raw: Any = connection.connection.driver_connection
        raw.interrupt()
        await asyncio.wait([work])
        work.exception()
        raise
