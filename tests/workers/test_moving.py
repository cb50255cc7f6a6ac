"""Data moves: read through from the first moment, each ticket rewritten once, resumed anywhere."""

from __future__ import annotations

import pytest

from engine.decide.verdict import Comment, Edit, Move
from engine.predicate import Op
from runtime.actions import move_data
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.outcome import Done
from runtime.clock import SECOND_US, FixedClock
from runtime.store import jobs, journal, moves
from runtime.store.jobs import LEASE_US
from runtime.workers import moving
from runtime.workers.handling import Bench, TryAgain
from runtime.workers.loop import attend
from tests.workers.doing import BY_KIND, drain, events, states
from tests.workers.moved_shop import (
    AFTER,
    BEFORE,
    chained,
    facts,
    filled,
    found,
    publish,
    walk,
)
from tests.workers.shop import SHOP, Shop

HOUR = 3600 * SECOND_US
_WAIT = 3 * SECOND_US


async def seen(shop: Shop, numbers: tuple[str, ...]) -> list[tuple[object, ...]]:
    """What the moves are about, as decisions read it."""
    names = ("state", "phase", "team", "home_team", "teams", "reason", "parts", "size", "helper")
    every = [await facts(shop, number) for number in numbers]
    return [tuple(one.get(name) for name in names) for one in every]


async def test_readers_see_at_once_what_the_walk_writes(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    numbers = await filled(shop)
    clock.advance(SECOND_US)
    await publish(shop, **AFTER)
    parked = await facts(shop, numbers.parked)
    assert (parked.get("state"), parked.get("phase")) == ("waiting", "waiting")
    assert (await facts(shop, numbers.dirty)).get("reason") == "broken"
    assert (await facts(shop, numbers.bulbs)).get("parts") == ("cable", "led")
    second = await facts(shop, numbers.second)
    assert (second.get("team"), second.get("teams"), second.get("helper")) == (
        "first", ("first",), "first",
    )  # fmt: skip
    assert [(await facts(shop, n)).get("size") for n in (numbers.sized, numbers.odd)] == [12, None]
    before = await seen(shop, numbers.all)
    assert (await shop.row(numbers.parked)).state_key == "parked"
    await walk(shop, bench, clock)
    assert await seen(shop, numbers.all) == before
    live = shop.site.desks.get(SHOP)
    assert live is not None
    assert not live.desk.moved
    assert (await shop.row(numbers.parked)).state_key == "waiting"
    assert (await shop.row(numbers.second)).team_key == "first"
    assert (await shop.row(numbers.bulbs)).values["parts"] == ["cable", "led"]
    assert (await shop.row(numbers.sized)).values["size"] == 12
    assert "size" not in (await shop.row(numbers.odd)).values
    for number in numbers.all:
        await chained(shop, number)


async def test_each_ticket_has_one_event_that_names_the_publish(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    numbers = await filled(shop)
    clock.advance(SECOND_US)
    await publish(shop, **AFTER)
    await walk(shop, bench, clock)
    async with shop.store.unit(SHOP) as unit:
        admin = await journal.last_admin(unit)
        runs = await moves.runs(unit)
    (published,) = [e for e in admin if e.verb == "published" and e.revision == 3]
    for number in (numbers.parked, numbers.dirty, numbers.bulbs, numbers.second):
        (event,) = await events(shop, number, "mapped")
        assert event.cause_event_id == published.id
        assert event.body is not None
        assert all(c["rule"] in (event.body["step"], "sla") for c in event.body["changes"])
    for number in (numbers.sized, numbers.odd):
        (event,) = await events(shop, number, "converted")
        assert event.cause_event_id == published.id
    assert await events(shop, numbers.plain, "mapped") == []
    assert {run.step.partition(":")[2]: dict(run.counts) for run in runs} == {
        "park": {"moved": 1}, "clean": {"moved": 1}, "lamp": {"moved": 1}, "desk": {"moved": 1},
        "size": {"moved": 1, "aside": 1},
    }  # fmt: skip
    assert {run.state for run in runs} == {"done"}
    told = [e.body for e in admin if e.verb == "moved_data"]
    assert len(told) == 5
    odd = await shop.row(numbers.odd)
    async with shop.store.unit(SHOP) as unit:
        (size,) = [run for run in runs if run.step.endswith(":size")]
        kept = await moves.before_of(unit, size.id, odd.id)
    assert kept is not None
    assert kept["before"]["size"] == "twelve"


async def test_lists_lose_nobody_while_it_runs(shop: Shop, clock: FixedClock) -> None:
    await filled(shop)
    clock.advance(SECOND_US)
    await publish(shop, **AFTER)
    assert await found(shop, "state", "state", Op.IS, "waiting") == {"parked"}
    assert await found(shop, "state", "state", Op.IS_NOT, "waiting") == {
        "dirty", "bulbs", "second", "sized", "odd", "plain",
    }  # fmt: skip
    assert await found(shop, "state", "state", Op.ONE_OF, ("waiting", "fixed")) == {"parked"}
    assert await found(shop, "state", "state", Op.IS, "parked") == set()
    assert await found(shop, "phase", "phase", Op.IS, "waiting") == {"parked"}
    assert await found(shop, "phase", "phase", Op.IS, "active") == set()
    assert len(await found(shop, "team", "team", Op.IS, "first")) == 7
    assert await found(shop, "team", "team", Op.IS, "second") == set()
    assert len(await found(shop, "teams", "teams", Op.CONTAINS, "first")) == 7
    assert await found(shop, "reason", "choice", Op.IS, "broken") == {"dirty", "plain"}
    assert await found(shop, "parts", "multi_choice", Op.CONTAINS, "led") == {"bulbs"}
    assert await found(shop, "parts", "multi_choice", Op.CONTAINS_ALL, ("led", "cable")) == {
        "bulbs"
    }
    assert await found(shop, "reason", "choice", Op.IS_EMPTY, False) == {"dirty", "plain"}


async def test_who_writes_a_ticket_first_has_it_moved_first(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    numbers = await filled(shop)
    clock.advance(SECOND_US)
    await publish(shop, **AFTER)
    ben = await shop.viewer(shop.ben)
    for number, event in (
        (numbers.parked, Move("fix")),
        (numbers.second, Comment("hello")),
        (numbers.sized, Edit({"size": "13"})),
    ):
        assert isinstance(await change_ticket(shop.site, SHOP, ben, number, Change(event)), Done)
        await chained(shop, number)
    assert (await shop.row(numbers.parked)).state_key == "fixed"
    assert (await shop.row(numbers.second)).team_key == "first"
    assert (await shop.row(numbers.sized)).values["size"] == 13
    verbs = {"mapped": numbers.parked, "converted": numbers.sized}
    assert all([len(await events(shop, number, verb)) == 1 for verb, number in verbs.items()])
    await walk(shop, bench, clock)
    assert all([len(await events(shop, number, verb)) == 1 for verb, number in verbs.items()])
    assert (await shop.row(numbers.parked)).state_key == "fixed"
    assert (await shop.row(numbers.sized)).values["size"] == 13


async def test_clocks_follow_the_phase_of_the_new_state(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    numbers = await filled(shop)
    row = await shop.row(numbers.parked)
    assert "state_limit" in row.clocks
    assert row.clocks["solved"]["running_us"] is not None
    clock.advance(HOUR)
    await publish(shop, **AFTER)
    await walk(shop, bench, clock)
    row = await shop.row(numbers.parked)
    assert row.clocks["solved"]["running_us"] is None
    assert "state_limit" not in row.clocks
    assert row.next_due_us is None


class Killed(TryAgain):
    """The process died here; of all ends of a job this one is told the shortest."""


async def test_it_goes_on_wherever_it_was_stopped(
    shop: Shop, bench: Bench, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault at every statement that writes, one after the other, until all is moved."""
    numbers = await filled(shop)
    clock.advance(SECOND_US)
    await publish(shop, **AFTER)
    monkeypatch.setattr(moving, "BATCH", 2)
    clock.advance(_WAIT)
    left = 0
    for limit in range(200):
        left = limit
        with monkeypatch.context() as patch:
            kill_after(patch, limit)
            await drain(bench, "data_move")
        clock.advance(LEASE_US + HOUR)
        async with shop.store.unit(SHOP, write=True) as unit:
            running = await moves.runs(unit, running=True)
            for dead, _ in await jobs.dead(unit):
                await jobs.revive(unit, dead.id)
        for number in numbers.all:
            await chained(shop, number)
        if not running:
            break
    assert 3 < left < 199
    for number in (numbers.parked, numbers.dirty, numbers.bulbs, numbers.second):
        assert len(await events(shop, number, "mapped")) == 1
    for number in (numbers.sized, numbers.odd):
        assert len(await events(shop, number, "converted")) == 1
    assert {state for state, _ in await states(shop.store, "data_move")} == {"done"}


def kill_after(patch: pytest.MonkeyPatch, limit: int) -> None:
    """Let `limit` of the walk's writes happen, and die at every one after them."""
    done = 0
    for owner, name in (
        (move_data, "write_change"), (moves, "keep_before"), (moves, "change"), (jobs, "enqueue"),
        (jobs, "complete"),
    ):  # fmt: skip
        real = getattr(owner, name)

        def dying(*args: object, _real: object = real, **named: object) -> object:
            nonlocal done
            done += 1
            if done > limit:
                raise Killed
            return _real(*args, **named)  # type: ignore[operator]

        patch.setattr(owner, name, dying)


async def test_two_workers_move_each_ticket_once(
    shop: Shop, bench: Bench, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = await filled(shop)
    clock.advance(SECOND_US)
    await publish(shop, **AFTER)
    monkeypatch.setattr(moving, "BATCH", 1)
    clock.advance(_WAIT)
    (asleep, *_) = await jobs.lease(shop.store, ["data_move"], 5)
    clock.advance(LEASE_US + SECOND_US)
    await walk(shop, bench, clock)
    # It wakes up long after somebody else took its lease over.
    await attend(bench, BY_KIND["data_move"], asleep)
    for number in (numbers.parked, numbers.dirty, numbers.bulbs, numbers.second):
        assert len(await events(shop, number, "mapped")) == 1
        await chained(shop, number)


async def test_a_rename_touches_no_ticket_and_history_reads_under_the_new_name(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    numbers = await filled(shop)
    rows = [await shop.row(number) for number in numbers.all]
    renamed = BEFORE["types__repair"].replace("dirty: Dirty", "filthy: Filthy")
    renamed = renamed.replace("parked:", "shelved:").replace("to: parked", "to: shelved")
    renamed = renamed.replace("waiting, parked]", "waiting, shelved]")
    steps = """
        kind: Moves
        steps:
          a: { rename: option, from: repair.reason.dirty, to: filthy }
          b: { rename: state, from: repair.parked, to: shelved }
    """
    await publish(shop, **{**BEFORE, "types__repair": renamed, "moves__m1": steps})
    clock.advance(_WAIT)
    assert await drain(bench, "data_move") == 0
    after = [await shop.row(number) for number in numbers.all]
    assert after == rows
    live = shop.site.desks.get(SHOP)
    assert live is not None
    repair = live.desk.types["repair"]
    assert repair.states["parked"].id == "shelved"
    assert repair.fields["reason"].options["dirty"].id == "filthy"
    assert (await facts(shop, numbers.dirty)).get("reason") == "dirty"


async def test_what_is_no_longer_asked_for_stays_where_it_was(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    numbers = await filled(shop)
    without = BEFORE["types__repair"].replace("          size:   { type: text, label: Size }\n", "")
    retire = "kind: Moves\nsteps:\n  size: { retire: field, from: repair.size }\n"
    await publish(shop, **{**BEFORE, "types__repair": without, "moves__m1": retire})
    ben = await shop.viewer(shop.ben)
    done = await change_ticket(shop.site, SHOP, ben, numbers.sized, Change(Edit({"room": "C3"})))
    assert isinstance(done, Done)
    row = await shop.row(numbers.sized)
    assert (row.values["room"], row.values["size"]) == ("C3", "12")
