"""A source tried: the real request and reply, and what each output becomes; secrets stay hidden."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path

import pytest

from runtime.clock import FixedClock
from runtime.queries.try_source import try_source
from runtime.store.open import Store
from tests.sources.asked import ORDER, Asked, set_up
from tests.sources.office import ORDERS, SECRETS, Office
from tests.sources.test_records import fresh_url
from tests.stores import clock, store, store_template

__all__ = ["clock", "fresh_url", "store", "store_template"]


@pytest.fixture
async def asked(
    store: Store, clock: FixedClock, tmp_path: Path, shop: Office
) -> AsyncIterator[Asked]:
    """The shop with a date of orders that is read from the wrong place."""
    orders = ORDERS.replace("at: $.dates.signed", "at: $.item.model")
    made = await set_up(store, clock, tmp_path, shop, orders)
    yield made
    await made.site.door.close()


async def test_what_came_and_what_becomes_of_it(asked: Asked) -> None:
    """Each output names its place, what stands there and why it stays empty."""
    tried = await try_source(asked.site, asked.live, "orders", key=ORDER)
    assert (tried.state, tried.went_well) == ("found", False)
    (shown,) = tried.exchanges
    assert shown.request == f"GET {asked.office.url}/shop/orders/{ORDER}"
    assert ("authorization", "•••") in shown.headers
    assert shown.status == "200"
    assert SECRETS["shop_token"] not in str(asdict(tried))
    made = {one.output: one for one in tried.records[0].outputs}
    assert (made["paid"].at, made["paid"].raw) == ("$.paid.amount", "2199.00")
    assert made["paid"].value == "¥2,199.00"
    assert (made["signed"].raw, made["signed"].value) == ("GZ-T11", "")
    assert made["signed"].why
    assert made["signed"].place.startswith("sources/orders.yaml:")


async def test_a_search_shows_every_page(asked: Asked) -> None:
    """A request a page, and the first records."""
    tried = await try_source(asked.site, asked.live, "orders", words="")
    assert (tried.state, len(tried.records), len(tried.exchanges)) == ("found", 5, 1)
    assert tried.more


@pytest.mark.parametrize("kind", ["html", "types", "huge"])
async def test_a_reply_that_is_none_is_shown_as_it_came(asked: Asked, kind: str) -> None:
    """The body is cut, and the reason stands beside it."""
    asked.office.break_("/shop", kind)
    tried = await try_source(asked.site, asked.live, "orders", key=ORDER)
    assert tried.state == "away"
    assert tried.why
    assert len(tried.exchanges[0].reply) < 5000
    if kind == "types":
        made = {one.output: one for one in tried.records[0].outputs}
        assert made["pieces"].why == "nothing stands there"


async def test_without_a_setting_nothing_is_asked(asked: Asked) -> None:
    """The answer names what is missing."""
    await asked.publish(ORDERS.replace("setting: office_url", "setting: other_url"))
    tried = await try_source(asked.site, asked.live, "orders", key=ORDER)
    assert (tried.state, tried.why) == ("off", "off: the setting `other_url` is missing")
    assert tried.exchanges == ()
