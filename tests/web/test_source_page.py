"""The studio's page of a source: for who may publish, telling what is missing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from runtime.clock import FixedClock
from runtime.store.open import Store
from tests.web.conftest import sqlite_url
from tests.web.studio_site import STUDIO, Served, serve

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGE = f"{STUDIO}sources/orders"


@pytest.fixture(scope="module")
def sqlite_store(store_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    return sqlite_url(store_template, tmp_path_factory)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(sqlite_store: str, web_folder: Path, moment: FixedClock) -> AsyncIterator[Served]:
    store = await Store.open(sqlite_store, key_file=web_folder / "keys.json", clock=moment)
    try:
        yield await serve(store, moment, web_folder)
    finally:
        await store.close()


async def test_a_source_without_settings_says_what_it_needs(served: Served) -> None:
    async with served.at("cleo") as cleo:
        page = await cleo.get(PAGE)
        assert "The setting “shop_url” is missing" in page.text
        asked = await cleo.post(PAGE, page, asked="2026112200640", search="false")
        assert asked.status == 200
        assert "It is off and was not asked." in asked.text
        assert (await cleo.get(f"{STUDIO}sources/nothing")).status == 404
        listed = await cleo.get(f"{STUDIO}settings")
        assert "shop_token" in listed.text
        assert PAGE in listed.text


async def test_who_may_not_publish_finds_no_such_page(served: Served) -> None:
    async with served.at("ben") as ben:
        assert (await ben.get(PAGE)).status == 404
