"""The studio's page of webhooks in the example shop, and a call that its hotline takes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from runtime.channels.webhook.signature import fresh_secret, key_of, signed
from runtime.clock import SECOND_US, FixedClock
from runtime.store import deliveries, people, tenant_settings, tickets
from runtime.store.open import Store
from tests.web.studio_site import SHOP, STUDIO, Served, serve

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGE = f"{STUDIO}webhooks"
SECRET = fresh_secret()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(store_url: str, web_folder: Path, moment: FixedClock) -> AsyncIterator[Served]:
    store = await Store.open(store_url, key_file=web_folder / "keys.json", clock=moment)
    try:
        yield await serve(store, moment, web_folder)
    finally:
        await store.close()


async def _write(served: Served, name: str, value: str) -> None:
    async with served.site.store.unit(SHOP, write=True) as unit:
        await tenant_settings.put_setting(unit, "live", name, value, secret=name != "x")


async def test_a_test_event_is_sent_and_nothing_secret_is_shown(served: Served) -> None:
    async with served.at("cleo") as cleo:
        page = await cleo.get(PAGE)
        assert "off: setting missing (bookkeeping_url, bookkeeping_secret)" in page.text
        assert "/bookkeeping/test" not in page.text
        await _write(served, "bookkeeping_url", "https://books.example/in?token=canary")
        await _write(served, "bookkeeping_secret", SECRET)
        page = await cleo.get(PAGE)
        assert "/bookkeeping/test" in page.text
        sent = await cleo.post(f"{PAGE}/bookkeeping/test", page)
        assert "A test event is on its way." in sent.text
        async with served.site.store.unit(SHOP, write=True) as unit:
            (one,) = await deliveries.listed(unit)
            await deliveries.change(unit, one.id, state="dead", log=[{"at": 1, "status": 500}])
        page = await cleo.get(f"{PAGE}?webhook=bookkeeping&state=dead")
        assert "Answer 500" in page.text
        assert one.key in page.text
        again = await cleo.post(f"{PAGE}/events/{one.id}/replay", page)
        assert "Events sent again: 1." in again.text
        for text in ("canary", SECRET, SECRET[6:]):
            assert text not in page.text + again.text
    async with served.at("ben") as ben:
        assert (await ben.get(PAGE)).status == 404


async def test_a_call_of_the_hotline_becomes_a_refund(served: Served) -> None:
    await _write(served, "hotline_secret", SECRET)
    call = {
        "caller": "138 0013 8000",
        "transcript": ["我要退款", "好的"],
        "recognised": {
            "summary": "退款：杯子碎了",
            "name": "Wei",
            "reason": "damaged",
            "amount": 12.50,
        },
    }
    raw = json.dumps(call).encode()
    now_s = served.site.store.clock.now_us() // SECOND_US
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(served.app),  # type: ignore[arg-type]
        base_url="http://localhost",
    ) as client:
        headers = signed("call-1", now_s, raw, [key_of(SECRET)])
        answer = await client.post(f"/t/{SHOP}/in/hotline", content=raw, headers=headers)
    assert answer.status_code == 201, answer.text
    async with served.site.store.unit(SHOP) as unit:
        row = await tickets.by_number(unit, answer.json()["number"])
        assert row is not None
        wei = await people.person_by_id(unit, row.requester_id or "")
    assert wei is not None
    assert (wei.name, wei.phone) == ("Wei", "13800138000")
    assert (row.type_key, row.channel, row.values["amount"]) == ("refund", "phone", 1250)
