"""A unit of work: one transaction of one tenant, to read or to write."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CursorResult, Executable, Row
from sqlalchemy.ext.asyncio import AsyncConnection

from runtime.clock import Clock, new_id
from runtime.store.crypto import Keys, Sealer

# The tenant of work for the whole installation; no tenant id can look like this.
EVERY_TENANT = "*"

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


class ReadOnlyUnit(RuntimeError):
    """A write was asked of a unit that was opened to read: our own bug."""


@dataclass(slots=True)
class Unit:
    """One open transaction; functions of the store take it first and filter by `tenant_id`."""

    tenant_id: str
    write: bool
    dialect: str
    connection: AsyncConnection
    clock: Clock
    keys: Keys
    _then: list[Callable[[], None]] = field(default_factory=list)

    @property
    def on_postgresql(self) -> bool:
        """Whether the store is PostgreSQL; else it is SQLite."""
        return self.dialect == "postgresql"

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
        return await self.connection.execute(statement, parameters)

    async def rows(self, statement: Executable, parameters: Parameters = None) -> list[Row[Any]]:
        """All rows of a query."""
        return list((await self.connection.execute(statement, parameters)).fetchall())

    async def row(self, statement: Executable, parameters: Parameters = None) -> Row[Any] | None:
        """The first row of a query, or None."""
        return (await self.connection.execute(statement, parameters)).first()

    async def value(self, statement: Executable, parameters: Parameters = None) -> Any:
        """The first column of the first row, or None."""
        return (await self.connection.execute(statement, parameters)).scalar()

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

    def committed(self) -> None:
        """Make the calls that waited for the commit; the store calls this."""
        for call in self._then:
            call()
