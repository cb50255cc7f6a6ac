"""Settings and secrets in the studio: asked for by specs, written once, shown to nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from runtime.clock import FixedClock
from runtime.store import journal, tenant_settings
from runtime.store.open import Store
from tests.web.conftest import one_database
from tests.web.studio_site import SHOP, STUDIO, Served, serve

pytestmark = pytest.mark.asyncio(loop_scope="module")
# What pages say of specs; the statements beneath are tried on both databases in tests/store.
store_url = one_database

PAGE = f"{STUDIO}settings"
SECRET = "whsec_abcdefgh"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(store_url: str, web_folder: Path, moment: FixedClock) -> AsyncIterator[Served]:
    store = await Store.open(store_url, key_file=web_folder / "keys.json", clock=moment)
    try:
        yield await serve(store, moment, web_folder)
    finally:
        await store.close()


async def test_a_secret_is_written_and_never_shown(served: Served) -> None:
    async with served.at("cleo") as cleo:
        page = await cleo.get(PAGE)
        assert "mail_from" in page.text
        answer = await cleo.post(PAGE, page, name="hook_secret", value=f"{SECRET}\n", secret="true")
        assert answer.status == 200
        assert "hook_secret is written." in answer.text
        assert SECRET not in answer.text + (await cleo.get(PAGE)).text
    async with served.site.store.unit(SHOP) as unit:
        assert await tenant_settings.read_setting(unit, "live", "hook_secret") == SECRET
        events = await journal.read(unit, journal.ADMIN_STREAM)
    assert events[-1].verb == "setting_written"
    assert SECRET not in str(events[-1].body)


async def test_it_is_taken_away_only_when_that_is_meant(served: Served) -> None:
    async with served.at("cleo") as cleo:
        page = await cleo.get(PAGE)
        await cleo.post(PAGE, page, name="mail_from", value="help@shop.example", secret="false")
        page = await cleo.get(PAGE)
        refused = await cleo.post(PAGE, page, name="mail_from", value=" ", secret="false")
        assert refused.status == 422
        assert "Type a value, or take it away." in refused.text
        gone = await cleo.post(PAGE, page, name="mail_from", value="", remove="true")
        assert "mail_from is taken away." in gone.text
    async with served.site.store.unit(SHOP) as unit:
        assert await tenant_settings.read_setting(unit, "live", "mail_from") is None


async def test_a_wrong_value_is_told_at_its_field(served: Served) -> None:
    async with served.at("cleo") as cleo:
        page = await cleo.get(PAGE)
        long = await cleo.post(PAGE, page, name="mail_from", value="x" * 9000, secret="false")
        hidden = await cleo.post(PAGE, page, name="mail_from", value="a\x01b", secret="false")
    assert (long.status, hidden.status) == (422, 422)
    assert "longer than 8192 characters" in long.text
    # The text `details open` shows the field with its fault.
    assert "a character that can&#39;t be seen" in hidden.text


async def test_what_is_missing_is_told_before_a_publish(served: Served) -> None:
    async with served.at("cleo") as cleo:
        before = (await cleo.get(f"{STUDIO}publish")).text
        assert "shop_url" in before
        page = await cleo.get(PAGE)
        url = "https://orders.example/api"
        await cleo.post(PAGE, page, name="shop_url", value=url, secret="false")
        after = (await cleo.get(f"{STUDIO}publish")).text
    assert "shop_url" not in after
    assert "what needs" in after


async def test_who_may_not_publish_finds_no_such_page(served: Served) -> None:
    async with served.at("ben") as ben:
        assert (await ben.get(PAGE)).status == 404
