"""Tells a store that can't be reached or used as it is from a bug of ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

# What the machine or the file is to blame for; any other code of SQLite is our statement's fault.
_SQLITE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOTADB,
}
_POSTGRESQL = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InsufficientPrivilegeError,
)


class StoreShutError(Exception):
    """The store can't be used; `again`: it may go when tried again in a while."""

    def __init__(self, place: URL, why: str, *, again: bool) -> None:
        super().__init__(f"the store {place.render_as_string()} can't be used: {why}")
        self.again = again


@contextmanager
def reaching(place: URL) -> Iterator[None]:
    """Raise `StoreShutError` for what lies at the store and not at us; its text has no password."""
    try:
        yield
    except OSError as wrong:
        again = isinstance(wrong, ConnectionError | TimeoutError)
        raise StoreShutError(place, wrong.strerror or str(wrong), again=again) from wrong
    except _POSTGRESQL as wrong:
        raise StoreShutError(place, str(wrong), again=_may_pass(wrong)) from wrong
    except DBAPIError as wrong:
        cause: BaseException | None = wrong.orig
        if isinstance(cause, sqlite3.Error):
            code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
            if code not in _SQLITE:
                raise
            busy = code == sqlite3.SQLITE_BUSY
            raise StoreShutError(place, str(cause), again=busy) from wrong
        while cause is not None and not isinstance(cause, _POSTGRESQL):
            cause = cause.__cause__
        if cause is None:
            raise
        raise StoreShutError(place, str(cause), again=_may_pass(cause)) from wrong


def _may_pass(wrong: BaseException) -> bool:
    return isinstance(
        wrong,
        asyncpg.PostgresConnectionError
        | asyncpg.CannotConnectNowError
        | asyncpg.TooManyConnectionsError,
    )
