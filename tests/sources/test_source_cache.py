"""Answers kept in the store: sealed, for their time, for their tenant alone; on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from runtime.clock import FixedClock
from runtime.store import accounts, source_cache
from runtime.store.open import Store
from runtime.store.source_cache import Kept
from tests.stores import clock, fresh_url, postgres_server, store, store_template

__all__ = ["clock", "fresh_url", "postgres_server", "store", "store_template"]

PLACE = "live:orders:abc"


@pytest.fixture
async def tenants(store: Store) -> tuple[str, str]:
    for name in ("spruce", "larch"):
        async with store.unit(name, write=True) as unit:
            await accounts.ensure_tenant(unit, {"en": name})
    return "spruce", "larch"


async def test_an_answer_is_kept_for_its_time(
    store: Store, clock: FixedClock, tenants: tuple[str, str]
) -> None:
    """It is replaced, expires, is forgotten, is swept, and is not another tenant's."""
    spruce, larch = tenants
    now = clock.now_us()
    first, second = Kept({"values": {"no": "x1"}}, "d1", now), Kept({"values": {}}, "d2", now)
    async with store.unit(spruce, write=True) as unit:
        await source_cache.keep(unit, PLACE, "1", first, now + 10)
        await source_cache.keep(unit, PLACE, "2", first, now + 10)
        await source_cache.keep(unit, PLACE, "2", second, now + 20)
        assert await source_cache.kept(unit, PLACE, "1") == first
        assert await source_cache.kept(unit, PLACE, "2") == second
        assert await source_cache.kept(unit, "pilot:orders:abc", "1") is None
        raw = await unit.value(text("select body from source_cache where record_key = '1'"))
        assert b"x1" not in bytes(raw)
    async with store.unit(larch) as unit:
        assert await source_cache.kept(unit, PLACE, "1") is None
    clock.set(now + 10)
    async with store.unit(spruce, write=True) as unit:
        assert await source_cache.kept(unit, PLACE, "1") is None
        assert await source_cache.sweep(unit) == 1
        await source_cache.forget(unit, PLACE, "2")
        assert await source_cache.kept(unit, PLACE, "2") is None
        assert await source_cache.sweep(unit) == 0
