"""Jobs: done once whoever races, given up with their reason, shared fairly between tenants."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from sqlalchemy import func, select

from runtime.clock import SECOND_US, FixedClock
from runtime.store import jobs
from runtime.store.jobs import LEASE_US, Job, NewJob
from runtime.store.open import Store
from runtime.store.tables.work import idempotency, job
from runtime.store.upsert import put
from tests.store.conftest import ELSEWHERE, SHOP, Cast


async def _enqueue(store: Store, tenant_id: str, *keys: str, due_us: int = 0) -> None:
    async with store.unit(tenant_id, write=True) as unit:
        await jobs.enqueue(unit, [NewJob("mail", key, due_us, {"n": key}) for key in keys])


async def _do(store: Store, one: Job) -> bool:
    """What a worker does: the effect and the end of the job in one transaction."""
    try:
        async with store.unit(one.tenant_id, write=True) as unit:
            key = f"effect {one.key}"
            row = {"tenant_id": one.tenant_id, "key": key, "body_digest": "", "at_us": one.fence}
            await put(unit, idempotency, row)
            if not await jobs.complete(unit, one):
                raise TimeoutError
    except TimeoutError:
        return False
    return True


async def test_a_job_is_written_with_its_cause_or_not_at_all(store: Store, cast: Cast) -> None:
    with pytest.raises(ZeroDivisionError):
        async with store.unit(SHOP, write=True) as unit:
            await jobs.enqueue(unit, [NewJob("mail", "a", 0)])
            raise ZeroDivisionError
    assert await jobs.lease(store, ["mail"]) == []


async def test_a_key_stands_once_per_kind_even_when_done(store: Store, cast: Cast) -> None:
    await _enqueue(store, SHOP, "a", "a")
    await _enqueue(store, SHOP, "a")
    first = await jobs.lease(store, ["mail"])
    assert [(one.key, one.fence, one.attempts, one.body) for one in first] == [
        ("a", 1, 1, {"n": "a"})
    ]
    assert await _do(store, first[0])
    await _enqueue(store, SHOP, "a")
    assert await jobs.lease(store, ["mail"]) == []


async def test_only_what_is_due_and_of_the_kind_is_leased(
    store: Store, cast: Cast, clock: FixedClock
) -> None:
    await _enqueue(store, SHOP, "late", due_us=clock.now_us() + SECOND_US)
    assert await jobs.lease(store, ["mail"]) == []
    async with store.system() as system:
        assert await jobs.next_due_us(system, ["mail"]) == clock.now_us() + SECOND_US
        assert await jobs.next_due_us(system, ["other"]) is None
    clock.advance(SECOND_US)
    assert await jobs.lease(store, ["other"]) == []
    assert [one.key for one in await jobs.lease(store, ["mail"])] == ["late"]
    assert await jobs.lease(store, ["mail"]) == [], "it is leased already"


async def test_eight_workers_race_and_one_sleeps_past_its_lease(
    store: Store, cast: Cast, clock: FixedClock
) -> None:
    await _enqueue(store, SHOP, *(f"k{n}" for n in range(60)))
    asleep = (await jobs.lease(store, ["mail"], limit=1))[0]
    clock.advance(LEASE_US + 1)
    done: list[str] = []

    async def work() -> None:
        while taken := await jobs.lease(store, ["mail"], limit=3):
            for one in taken:
                if await _do(store, one):
                    done.append(one.key)

    await asyncio.gather(*(work() for _ in range(8)))
    assert sorted(done) == sorted({f"k{n}" for n in range(60)}), "each exactly once"
    assert not await _do(store, asleep), "who slept finds the fence gone"
    async with store.unit(SHOP) as unit:
        effects = await unit.rows(select(idempotency.c.key, idempotency.c.at_us))
        states = await unit.rows(select(job.c.state, func.count()).group_by(job.c.state))
    fences = {row.key: row.at_us for row in effects}
    assert len(fences) == 60
    assert fences[f"effect {asleep.key}"] == 2, "the second lease did it, the first left nothing"
    assert [tuple(row) for row in states] == [("done", 60)]


async def test_a_lease_that_ran_out_is_taken_over(
    store: Store, cast: Cast, clock: FixedClock
) -> None:
    await _enqueue(store, SHOP, "a")
    first = (await jobs.lease(store, ["mail"]))[0]
    async with store.unit(SHOP, write=True) as unit:
        assert await jobs.extend(unit, first, 2 * LEASE_US)
    clock.advance(LEASE_US + 1)
    assert await jobs.lease(store, ["mail"]) == []
    clock.advance(LEASE_US)
    second = (await jobs.lease(store, ["mail"]))[0]
    assert (second.fence, second.attempts) == (2, 2)
    async with store.unit(SHOP, write=True) as unit:
        assert not await jobs.fail(unit, first, "too late")
        assert not await jobs.extend(unit, first)
        assert await jobs.complete(unit, second)


async def test_a_failed_job_waits_longer_each_time_and_dies_with_its_error(
    store: Store, cast: Cast, clock: FixedClock
) -> None:
    await _enqueue(store, SHOP, "a")
    waits = []
    for attempt in (1, 2, 3):
        one = (await jobs.lease(store, ["mail"]))[0]
        assert one.attempts == attempt
        async with store.unit(SHOP, write=True) as unit:
            assert await jobs.fail(unit, one, f"no {attempt}", max_attempts=3)
        if attempt < 3:
            async with store.system() as system:
                due = await jobs.next_due_us(system, ["mail"])
            assert due is not None
            waits.append((due - clock.now_us()) // SECOND_US)
            clock.set(due)
    assert waits == [10, 20]
    clock.advance(LEASE_US)
    assert await jobs.lease(store, ["mail"]) == []
    async with store.unit(SHOP, write=True) as unit:
        ((lost, why),) = await jobs.dead(unit)
        assert (lost.key, why) == ("a", "no 3")
        assert await jobs.revive(unit, lost.id)
    assert [one.attempts for one in await jobs.lease(store, ["mail"])] == [1]


async def test_a_tenant_with_many_jobs_does_not_starve_another(store: Store, cast: Cast) -> None:
    await _enqueue(store, SHOP, *(f"k{n}" for n in range(50)), due_us=1)
    await _enqueue(store, ELSEWHERE, "x", "y", due_us=2)
    taken = await jobs.lease(store, ["mail"], limit=10)
    assert Counter(one.tenant_id for one in taken) == {SHOP: 8, ELSEWHERE: 2}


async def test_jobs_are_cancelled_put_off_and_swept(
    store: Store, cast: Cast, clock: FixedClock
) -> None:
    await _enqueue(store, SHOP, "a", "b", "c")
    async with store.unit(ELSEWHERE, write=True) as unit:
        assert await jobs.cancel(unit, "mail", ["a"]) == 0
    async with store.unit(SHOP, write=True) as unit:
        assert await jobs.cancel(unit, "mail", ["a"]) == 1
    b, c = sorted(await jobs.lease(store, ["mail"]), key=lambda one: one.key)
    async with store.unit(SHOP, write=True) as unit:
        assert await jobs.put_off(unit, b, clock.now_us() + SECOND_US)
        assert await jobs.complete(unit, c)
        assert await jobs.sweep(unit, kept_us=SECOND_US) == 0
    clock.advance(2 * SECOND_US)
    async with store.unit(SHOP, write=True) as unit:
        assert await jobs.sweep(unit, kept_us=SECOND_US) == 1
    assert [(one.key, one.attempts) for one in await jobs.lease(store, ["mail"])] == [("b", 1)]
