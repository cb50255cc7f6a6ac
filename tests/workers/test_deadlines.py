"""Deadlines: each warning, breach, limit and close has its effect once, whoever races or sleeps."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from sqlalchemy import delete, update

from engine.decide.verdict import Move
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.outcome import Done
from runtime.clock import SECOND_US, FixedClock
from runtime.store import jobs, journal, timers
from runtime.store.jobs import LEASE_US
from runtime.store.tables.work import job
from runtime.workers.deadlines import fire
from runtime.workers.handling import Bench, LostLease
from runtime.workers.keeping import sweep
from tests.workers.doing import drain, events, fallen, states, told
from tests.workers.shop import SHOP, Shop

HOUR = 3600 * SECOND_US


async def test_what_falls_due_is_done_once_and_in_order(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    number = await shop.open(secret="canary")
    assert await drain(bench, "deadline") == 0, "nothing is due yet"
    clock.advance(2 * HOUR)
    await drain(bench)
    assert await fallen(shop, number) == [("solved", "warn:half"), ("state_limit", "limit")]
    clock.advance(2 * HOUR)
    await drain(bench)
    assert (await fallen(shop, number))[2:] == [("solved", "breach")]
    row = await shop.row(number)
    assert tuple(row.flags) == ("late",)
    assert row.clocks["solved"]["breached"] is True
    clock.advance(400 * HOUR)
    await drain(bench)
    assert len(await fallen(shop, number)) == 3
    assert row.assignee_id == shop.ben
    (soon,) = await told(shop, shop.ben)
    assert (soon.subject, soon.body) == (f"{number}: Solving soon", "due 2 Mar 13:00, secret •••")
    assert soon.link == f"/t/shop/desk/tickets/{number}"
    breached = [n.subject for n in await told(shop, shop.cleo) if "超时" in n.subject]
    assert breached == [f"{number} 解决已超时"]


async def test_all_that_was_missed_while_no_worker_ran_is_done_in_order_of_time(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    number = await shop.open()
    clock.advance(100 * HOUR)
    assert await drain(bench, "deadline") == 1
    whole = await fallen(shop, number)
    assert [what for _, what in whole] == ["warn:half", "limit", "breach"]
    async with shop.store.unit(SHOP) as unit:
        row = await shop.row(number)
        assert await journal.verify(unit, row.id, row.head) == []


async def test_a_timer_that_fires_for_nothing_writes_nothing_and_waits_for_what_comes(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    number = await shop.open()
    row = await shop.row(number)
    async with shop.store.unit(SHOP, write=True) as unit:
        await timers.set_timer(unit, row.id, clock.now_us())
    assert await drain(bench, "deadline") == 1
    after = await shop.row(number)
    assert (after.version, after.next_due_us) == (row.version, row.next_due_us)
    assert await events(shop, number) == []
    clock.set(row.next_due_us or 0)
    assert await drain(bench, "deadline") == 1
    assert len(await events(shop, number)) == 2


async def test_a_move_moves_the_timer_and_a_solved_ticket_closes_by_itself(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    number = await shop.open()
    done = await change_ticket(
        shop.site, SHOP, await shop.viewer(shop.ben), number, Change(Move("fix"))
    )
    assert isinstance(done, Done)
    clock.advance(71 * HOUR)
    await drain(bench)
    assert (await shop.row(number)).phase == "solved"
    clock.advance(1 * HOUR)
    await drain(bench)
    assert (await shop.row(number)).phase == "closed"
    assert await fallen(shop, number) == [("", "close")]
    assert (await shop.row(number)).next_due_us is None
    assert await states(shop.store, "deadline") == [("done", None)]


async def test_a_paused_clock_revived_after_its_timer_was_done_is_not_lost(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    number = await shop.open()
    ben = await shop.viewer(shop.ben)
    assert isinstance(await change_ticket(shop.site, SHOP, ben, number, Change(Move("ask"))), Done)
    clock.advance(5 * HOUR)
    await drain(bench, "deadline")
    assert await states(shop.store, "deadline") == [("done", None)], "nobody knows when it goes on"
    row = await shop.row(number)
    async with shop.store.unit(SHOP, write=True) as unit:
        # The same instant again, as after a publish that takes a change back.
        await timers.set_timer(unit, row.id, clock.now_us())
    assert await drain(bench, "deadline") == 1


async def test_eight_workers_race_and_one_sleeps_past_its_lease(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    numbers = [await shop.open(f"Lamp {n}") for n in range(12)]
    clock.advance(5 * HOUR)
    asleep = (await jobs.lease(shop.store, ["deadline"], 1))[0]
    clock.advance(LEASE_US + 1)

    await asyncio.gather(*(drain(bench, "deadline") for _ in range(8)))
    with pytest.raises(LostLease):
        await fire(bench, asleep)

    for number in numbers:
        counted = Counter(await fallen(shop, number))
        once = [("solved", "warn:half"), ("state_limit", "limit"), ("solved", "breach")]
        assert counted == Counter(once), number
        async with shop.store.unit(SHOP) as unit:
            row = await shop.row(number)
            assert await journal.verify(unit, row.id, row.head) == []
    await drain(bench)
    overdue = [n.ticket_id for n in await told(shop, shop.cleo) if "超时" in n.subject]
    assert len(overdue) == len(set(overdue)) == 12


async def test_a_timer_that_got_lost_is_found_by_the_sweep(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    lost, dead = await shop.open("lost"), await shop.open("dead")
    ids = [(await shop.row(number)).id for number in (lost, dead)]
    async with shop.store.unit(SHOP, write=True) as unit:
        await unit.run(delete(job).where(job.c.key == ids[0]))
        await unit.run(update(job).where(job.c.key == ids[1]).values(state="dead"))
    clock.advance(5 * HOUR)
    assert await drain(bench, "deadline") == 0
    async with shop.store.unit(SHOP, write=True) as unit:
        await jobs.enqueue(unit, [jobs.NewJob("sweep", "now", clock.now_us())])
    (one,) = await jobs.lease(shop.store, ["sweep"])
    await sweep(bench, one)
    assert await drain(bench, "deadline") == 2
    for number in (lost, dead):
        assert ("solved", "breach") in await fallen(shop, number)
