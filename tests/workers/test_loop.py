"""The loop: wakes at once, is not held up by what is stuck, stops with grace, outlives kill -9."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from runtime.clock import SECOND_US, FixedClock
from runtime.store import anchors, answers, files, jobs, journal, leader, sessions
from runtime.store.jobs import LEASE_US, Job, NewJob
from runtime.workers.handling import Bench, Queue, complete
from runtime.workers.loop import run_workers, serve, work
from tests.workers.doing import drain, fallen, states, told
from tests.workers.shop import SHOP, Shop

HOUR = 3600 * SECOND_US


async def _until(true: Callable[[], Awaitable[bool]], within_s: float = 20.0) -> None:
    end = time.monotonic() + within_s
    while not await true():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.02)


async def test_a_notice_is_there_soon_after_its_cause_and_the_workers_stop_when_told(
    shop: Shop,
) -> None:
    stop = asyncio.Event()
    task = asyncio.create_task(run_workers(shop.site, stop))
    await shop.open("first")

    async def heard() -> bool:
        return bool(await told(shop, shop.ann))

    await _until(heard)
    began = time.monotonic()
    stop.set()
    await asyncio.wait_for(task, 20)
    assert time.monotonic() - began < 10
    assert {state for state, _ in await states(shop.store, "mail")} == {"done"}


async def test_one_stuck_and_one_failing_job_never_stop_the_others(
    shop: Shop, bench: Bench
) -> None:
    done: list[str] = []

    async def handle(bench: Bench, job: Job) -> None:
        if job.key == "stuck":
            await asyncio.sleep(3600)
        if job.key == "failing":
            raise ZeroDivisionError
        async with bench.site.store.unit(job.tenant_id, write=True) as unit:
            await complete(unit, job)
        done.append(job.key)

    keys = ["stuck", "failing", *(f"k{n}" for n in range(20))]
    async with shop.store.unit(SHOP, write=True) as unit:
        await jobs.enqueue(unit, [NewJob("test", key, 0) for key in keys])
    stop = asyncio.Event()
    queue = Queue("test", ("test",), handle, slots=2, limit_s=0.5)
    task = asyncio.create_task(serve(bench, queue, stop))

    async def all_but_two() -> bool:
        return sorted(done) == sorted(keys[2:])

    await _until(all_but_two)

    async def noted() -> bool:
        return "took longer than 0.5 s" in [why for _, why in await states(shop.store, "test")]

    await _until(noted)
    stop.set()
    await asyncio.wait_for(task, 20)
    whys = {why for state, why in await states(shop.store, "test") if state == "ready"}
    assert whys == {"took longer than 0.5 s", "ZeroDivisionError: "}


async def test_what_runs_when_the_stop_comes_is_let_end(shop: Shop, bench: Bench) -> None:
    began, stop = asyncio.Event(), asyncio.Event()

    async def handle(bench: Bench, job: Job) -> None:
        began.set()
        await asyncio.sleep(0.3)
        async with bench.site.store.unit(job.tenant_id, write=True) as unit:
            await complete(unit, job)

    async with shop.store.unit(SHOP, write=True) as unit:
        await jobs.enqueue(unit, [NewJob("test", "slow", 0)])
    task = asyncio.create_task(serve(bench, Queue("test", ("test",), handle), stop))
    await began.wait()
    stop.set()
    await asyncio.wait_for(task, 20)
    assert await states(shop.store, "test") == [("done", None)]


async def test_eight_loops_at_once_do_everything_once(shop: Shop, clock: FixedClock) -> None:
    numbers = [await shop.open(f"Lamp {n}") for n in range(6)]
    clock.advance(5 * HOUR)
    stop = asyncio.Event()
    loops = [asyncio.create_task(work(shop.site, stop)) for _ in range(8)]

    async def all_told() -> bool:
        return len(await told(shop, shop.cleo)) >= 6 and len(await told(shop, shop.ann)) >= 6

    await _until(all_told, 60)
    stop.set()
    await asyncio.gather(*loops)
    once = Counter([("solved", "warn:half"), ("state_limit", "limit"), ("solved", "breach")])
    for number in numbers:
        assert Counter(await fallen(shop, number)) == once
    assert len(await told(shop, shop.ann)) == 6


@pytest.mark.slow
async def test_a_worker_killed_in_the_middle_loses_nothing_and_the_next_does_nothing_twice(
    shop: Shop, bench: Bench, clock: FixedClock, fresh_url: str, tmp_path: Path
) -> None:
    numbers = [await shop.open(f"Lamp {n}") for n in range(20)]
    clock.advance(5 * HOUR)

    async def some_fell() -> bool:
        return any([await fallen(shop, number) for number in numbers])

    for kills in range(3):
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.workers.worker",
            fresh_url, str(tmp_path), str(clock.now_us()), "plain",
            stdout=PIPE, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        assert worker.stdout is not None
        assert await worker.stdout.readline() == b"ready\n"
        if kills == 0:
            await _until(some_fell)
        else:
            await asyncio.sleep(0.15 * kills)
        os.kill(worker.pid, signal.SIGKILL)
        await worker.communicate()
        clock.advance(LEASE_US + 1)

    await drain(bench)
    once = Counter([("solved", "warn:half"), ("state_limit", "limit"), ("solved", "breach")])
    for number in numbers:
        assert Counter(await fallen(shop, number)) == once, number
        row = await shop.row(number)
        async with shop.store.unit(SHOP) as unit:
            assert await journal.verify(unit, row.id, row.head) == []
    overdue = Counter(n.subject for n in await told(shop, shop.cleo) if "超时" in n.subject)
    assert overdue == Counter({f"{number} 解决已超时": 1 for number in numbers})
    assert len(await told(shop, shop.ann)) == 20
    for kind in ("deadline", "notice", "mail"):
        assert {state for state, _ in await states(shop.store, kind)} == {"done"}


async def test_one_process_leads_and_another_takes_over_when_it_is_gone(
    shop: Shop, clock: FixedClock
) -> None:
    store = shop.store
    first = await leader.lead(store, 6 * SECOND_US)
    assert first is not None
    assert await leader.lead(store, 6 * SECOND_US) is None
    clock.advance(5 * SECOND_US)
    assert await leader.keep(store, first, 6 * SECOND_US)
    clock.advance(5 * SECOND_US)
    assert await leader.lead(store, 6 * SECOND_US) is None
    clock.advance(SECOND_US)
    second = await leader.lead(store, 6 * SECOND_US)
    assert second == first + 1
    assert not await leader.keep(store, first, 6 * SECOND_US), "it finds that another leads"
    await leader.resign(store, second)
    assert await leader.lead(store, 6 * SECOND_US) == second + 1


async def test_chores_are_done_by_themselves(shop: Shop, clock: FixedClock) -> None:
    site = shop.site
    content = await site.files.put_bytes(b"nobody named me")
    path = site.files.path(content.sha256)
    async with site.store.unit(SHOP, write=True) as unit:
        held = await files.hold(
            unit, content, name="a.txt", type_found="text/plain", owner=shop.ann
        )
        await answers.claim(unit, "old key", "digest")
    async with site.store.system(write=True) as system:
        token, _ = await sessions.start(system, lasts_us=HOUR)
    os.utime(path, (0, 0))
    clock.advance(8 * 24 * HOUR)
    stop = asyncio.Event()
    task = asyncio.create_task(run_workers(site, stop))

    async def swept() -> bool:
        return [state for state, _ in await states(site.store, "sweep")] == ["done"] and [
            state for state, _ in await states(site.store, "anchor")
        ] == ["done"]

    await _until(swept)
    await asyncio.sleep(0.1)
    stop.set()
    await asyncio.wait_for(task, 20)
    async with site.store.unit(SHOP) as unit:
        assert await files.by_token(unit, held.token) is None
        made = await anchors.read(unit, "2026-03-10")
        assert made is not None
        assert await anchors.holds(unit, made)
    assert not path.exists()
    async with site.store.unit(SHOP, write=True) as unit:
        assert (await answers.claim(unit, "old key", "other")).fresh
    async with site.store.system() as system:
        assert await sessions.read(system, token) is None
