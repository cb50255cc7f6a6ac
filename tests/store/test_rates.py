"""Buckets of calls: never more than there are, whoever draws, and filled again by time."""

from __future__ import annotations

import asyncio

from runtime.clock import FixedClock
from runtime.store import accounts, answers, rates
from runtime.store.open import Store

EACH_US = 1_000_000


async def made(store: Store) -> None:
    async with store.unit("spruce", write=True) as unit:
        await accounts.ensure_tenant(unit, {"en": "Spruce"})


async def drawn(store: Store, calls: int, who: str = "token:1") -> rates.Drawn:
    async with store.unit("spruce", write=True) as unit:
        return await rates.draw(unit, who, calls, EACH_US, 10)


async def test_a_bucket_holds_its_burst_and_fills_by_time(store: Store, clock: FixedClock) -> None:
    await made(store)
    assert await drawn(store, 4) == rates.Drawn(True, 6, 0)
    assert await drawn(store, 6) == rates.Drawn(True, 0, EACH_US)
    assert not (await drawn(store, 1)).granted
    assert (await drawn(store, 1, "token:2")).granted
    clock.advance(3 * EACH_US)
    refused = await drawn(store, 4)
    assert (refused.granted, refused.left) == (False, 3)
    assert (await drawn(store, 3)).granted
    async with store.unit("spruce", write=True) as unit:
        assert await rates.sweep(unit) == 1
    clock.advance(20 * EACH_US)
    async with store.unit("spruce", write=True) as unit:
        assert await rates.sweep(unit) == 1


async def test_of_many_at_once_no_more_get_in_than_there_is_room(store: Store) -> None:
    await made(store)
    got = await asyncio.gather(*(drawn(store, 1) for _ in range(16)))
    assert sum(one.granted for one in got) == 10


async def test_a_claim_that_was_never_answered_is_taken_over_once(
    store: Store, clock: FixedClock
) -> None:
    await made(store)
    async with store.unit("spruce", write=True) as unit:
        assert (await answers.claim(unit, "k", "d")).fresh
    clock.advance(100)
    async with store.unit("spruce", write=True) as unit:
        assert not await answers.renew(unit, "k", unit.now_us() - 200)
        assert await answers.renew(unit, "k", unit.now_us() - 50)
        assert not await answers.renew(unit, "k", unit.now_us() - 50)
        await answers.answer(unit, "k", {"n": 1})
        await answers.forget(unit, "k")
        assert (await answers.claim(unit, "k", "d")).answer == {"n": 1}
