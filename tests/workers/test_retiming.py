"""A publish that changes what was promised re-times open tickets, in batches, each once."""

from __future__ import annotations

import pytest

from engine.decide.verdict import Move
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.clock import SECOND_US, FixedClock
from runtime.site.standing import SYSTEM
from runtime.store import jobs, journal
from runtime.store.jobs import LEASE_US
from runtime.workers import retiming
from runtime.workers.handling import Bench
from runtime.workers.loop import attend
from tests.workers.doing import BY_KIND, drain, events, fallen, states, told
from tests.workers.shop import SHOP, SPECS, Shop, files

HOUR = 3600 * SECOND_US


async def _publish(shop: Shop, **changes: str) -> None:
    done = await publish_desk(shop.site, files(**changes), SYSTEM, "other promises", word=ANYTHING)
    assert done.changed, done.problems


def _targets(otherwise: str) -> str:
    return SPECS["sla/repair.yaml"].replace("otherwise: [4h]", f"otherwise: [{otherwise}]")


async def test_open_tickets_get_the_new_promise_and_their_timers_follow(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    number, solved = await shop.open("open"), await shop.open("solved")
    began = clock.now_us()
    ben = await shop.viewer(shop.ben)
    cleo = await shop.viewer(shop.cleo)
    for viewer in (ben, cleo):
        await change_ticket(shop.site, SHOP, viewer, solved, Change(Move("fix")))
    clock.advance(HOUR)
    await _publish(shop, sla__repair=_targets("6h"))
    late = await shop.open("made after the publish")
    await drain(bench, "retime")
    assert (await shop.row(number)).clocks["solved"]["due_us"] == began + 6 * HOUR
    assert (await shop.row(late)).clocks["solved"]["due_us"] == began + 7 * HOUR
    (event,) = await events(shop, number, "retimed")
    assert event.body is not None
    assert (event.revision, event.body["was"], event.body["becomes"]) == (2, 1, 2)
    (change,) = event.body["changes"]
    assert (change["name"], change["after"]) == ("due.solved", began + 6 * HOUR)
    assert await events(shop, solved, "retimed") == []
    assert await events(shop, late, "retimed") == []
    async with shop.store.unit(SHOP) as unit:
        said = [e.body for e in await journal.last_admin(unit) if e.verb == "retimed"]
    assert said == [{"was": 1, "becomes": 2, "changed": 1}]
    clock.set(began + 4 * HOUR)
    await drain(bench)
    assert await fallen(shop, number) == [("state_limit", "limit"), ("solved", "warn:half")]


async def test_a_breach_taken_back_comes_again_at_its_new_hour(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    number = await shop.open()
    clock.advance(4 * HOUR)
    await drain(bench)
    assert ("solved", "breach") in await fallen(shop, number)
    await _publish(shop, sla__repair=_targets("8h"))
    clock.advance(1)
    await drain(bench)
    assert (await shop.row(number)).clocks["solved"]["breached"] is False
    clock.advance(4 * HOUR)
    await drain(bench)
    breaches = [one for one in await fallen(shop, number) if one == ("solved", "breach")]
    assert len(breaches) == 2
    assert len([n for n in await told(shop, shop.cleo) if "超时" in n.subject]) == 2


async def test_words_alone_re_time_nothing(shop: Shop, bench: Bench) -> None:
    await shop.open()
    portal = SPECS["portal.yaml"].replace("title: Help", "title: Service")
    await _publish(shop, portal=portal)
    assert await states(shop.store, "retime") == []


async def test_it_goes_on_where_it_was_stopped_and_two_publishes_keep_their_order(
    shop: Shop, bench: Bench, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retiming, "BATCH", 3)
    began = clock.now_us()
    numbers = [await shop.open(f"Lamp {n}") for n in range(7)]
    clock.advance(HOUR)
    await _publish(shop, sla__repair=_targets("6h"))
    (one,) = await jobs.lease(shop.store, ["retime"], 1)
    await attend(bench, BY_KIND["retime"], one)
    (asleep,) = await jobs.lease(shop.store, ["retime"], 1)
    await _publish(shop, sla__repair=_targets("7h"))
    (later,) = await jobs.lease(shop.store, ["retime"], 1)
    assert later.body["becomes"] == 3
    await attend(bench, BY_KIND["retime"], later)
    assert [await _due(shop, n) - began for n in numbers] == [6 * HOUR] * 3 + [4 * HOUR] * 4
    clock.advance(LEASE_US + 1)
    await drain(bench, "retime")
    clock.advance(LEASE_US)
    await drain(bench, "retime")
    await attend(bench, BY_KIND["retime"], asleep)
    assert [await _due(shop, n) - began for n in numbers] == [7 * HOUR] * 7
    for number in numbers:
        assert len(await events(shop, number, "retimed")) == 2
    assert {state for state, _ in await states(shop.store, "retime")} == {"done"}


async def _due(shop: Shop, number: str) -> int:
    due = (await shop.row(number)).clocks["solved"]["due_us"]
    assert isinstance(due, int)
    return due
