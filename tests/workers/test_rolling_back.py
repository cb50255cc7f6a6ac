"""Rolling back: the pointer and the data that was moved, refused where a ticket would strand."""

from __future__ import annotations

import random

import pytest

from engine.decide.verdict import Edit, Move
from engine.facts import Facts
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.let_through import ANYTHING
from runtime.actions.outcome import Done
from runtime.actions.publish_desk import publish_desk
from runtime.actions.roll_back import Rolled, Way, roll_back, way_to
from runtime.clock import SECOND_US, FixedClock
from runtime.queries.revisions import find
from runtime.site.standing import SYSTEM
from runtime.store import desks, journal, moves
from runtime.workers import moving
from runtime.workers.handling import Bench
from tests.workers.doing import drain, events
from tests.workers.moved_shop import (
    AFTER,
    BEFORE,
    TYPE,
    Numbers,
    chained,
    facts,
    filled,
    publish,
    walk,
)
from tests.workers.shop import SHOP, Shop, files

_ALWAYS = ("updated_at", "version", "recasts")


async def way(shop: Shop, word: str) -> Way:
    """What rolling back to a revision would do."""
    live, target = await find(shop.site, SHOP, "live"), await find(shop.site, SHOP, word)
    assert not isinstance(live, str)
    assert not isinstance(target, str)
    return await way_to(shop.site, SHOP, live.revision, target.revision)


async def rolled(shop: Shop, word: str) -> Rolled:
    """Roll back to a revision; it has to go."""
    done = await roll_back(shop.site, SHOP, SYSTEM, await way(shop, word), "it was wrong")
    assert done.done, done.way
    return done


async def known(shop: Shop, numbers: Numbers) -> list[dict[str, object]]:
    """All that decisions read of the tickets, but for what every write touches."""
    every: list[Facts] = [await facts(shop, number) for number in numbers.all]
    return [
        {n: v for n, v in one.values.items() if n not in _ALWAYS and v not in (None, ())}
        for one in every
    ]


async def test_what_was_moved_is_given_back(shop: Shop, bench: Bench, clock: FixedClock) -> None:
    numbers = await filled(shop)
    before = await known(shop, numbers)
    rows = [await shop.row(number) for number in numbers.all]
    clock.advance(SECOND_US)
    await publish(shop, **AFTER)
    await walk(shop, bench, clock)
    seen = await way(shop, "v2")
    assert dict(seen.back) == {
        f"moves/m1.yaml:{step}": count
        for step, count in (("park", 1), ("clean", 1), ("lamp", 1), ("desk", 1), ("size", 2))
    }
    assert seen.is_open
    await rolled(shop, "v2")
    # From the first moment, but for what the older version reads as it stands.
    now = await known(shop, numbers)
    for number in (numbers.bulbs, numbers.sized, numbers.plain):
        place = numbers.all.index(number)
        assert {**now[place], "parts": ()} == {**before[place], "parts": ()}
    await walk(shop, bench, clock)
    assert await known(shop, numbers) == before
    for row, number in zip(rows, numbers.all, strict=True):
        now = await shop.row(number)
        assert (now.values, now.state_key, now.team_key) == (
            row.values, row.state_key, row.team_key,
        )  # fmt: skip
        await chained(shop, number)
    (_, undone) = await events(shop, numbers.parked, "mapped")
    assert undone.body is not None
    assert undone.body["undone"] is True
    async with shop.store.unit(SHOP) as unit:
        pointer = await desks.pointer(unit)
        admin = await journal.last_admin(unit)
    assert pointer is not None
    assert (pointer.revision_n, pointer.generation) == (2, 4)
    (act,) = [event for event in admin if event.verb == "rolled_back"]
    assert act.body is not None
    assert (act.body["from"], act.body["revision"], act.body["message"]) == (3, 2, "it was wrong")
    assert undone.cause_event_id == act.id


async def test_and_forward_again(shop: Shop, bench: Bench, clock: FixedClock) -> None:
    numbers = await filled(shop)
    clock.advance(SECOND_US)
    await publish(shop, **AFTER)
    await walk(shop, bench, clock)
    after = await known(shop, numbers)
    await rolled(shop, "v2")
    await walk(shop, bench, clock)
    ben = await shop.viewer(shop.ben)
    done = await change_ticket(shop.site, SHOP, ben, numbers.odd, Change(Edit({"size": "7"})))
    assert isinstance(done, Done)
    again = await way(shop, "v3")
    assert len(again.forth) == 5
    clock.advance(SECOND_US)
    await rolled(shop, "v3")
    await walk(shop, bench, clock)
    now = await known(shop, numbers)
    place = numbers.all.index(numbers.odd)
    assert now[place]["size"] == 7
    assert [one for n, one in enumerate(now) if n != place] == [
        one for n, one in enumerate(after) if n != place
    ]
    await rolled(shop, "v2")
    await walk(shop, bench, clock)
    assert (await shop.row(numbers.odd)).values["size"] == "7"
    assert (await shop.row(numbers.sized)).values["size"] == "12"


async def test_what_somebody_changed_since_stays_and_is_counted(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    numbers = await filled(shop)
    clock.advance(SECOND_US)
    await publish(shop, **AFTER)
    await walk(shop, bench, clock)
    ben = await shop.viewer(shop.ben)
    for number, event in (
        (numbers.parked, Move("fix")), (numbers.sized, Edit({"size": "13"})),
    ):  # fmt: skip
        assert isinstance(await change_ticket(shop.site, SHOP, ben, number, Change(event)), Done)
    await rolled(shop, "v2")
    assert (await facts(shop, numbers.sized)).get("size") == "13"
    await walk(shop, bench, clock)
    assert (await shop.row(numbers.parked)).state_key == "fixed"
    # Typed since, and read back as the text that it was.
    assert (await shop.row(numbers.sized)).values["size"] == "13"
    async with shop.store.unit(SHOP) as unit:
        runs = [run for run in await moves.runs(unit) if run.way < 0]
    counts = {run.step.partition(":")[2]: dict(run.counts) for run in runs}
    assert counts["park"] == {"left": 1}
    assert counts["size"] == {"moved": 2}


async def test_a_rollback_while_a_move_runs(
    shop: Shop, bench: Bench, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = await filled(shop)
    before = await known(shop, numbers)
    clock.advance(SECOND_US)
    await publish(shop, **AFTER)
    monkeypatch.setattr(moving, "BATCH", 1)
    clock.advance(3 * SECOND_US)
    await drain(bench, "data_move")
    await rolled(shop, "v2")
    refused = await way(shop, "v3")
    assert "still being undone" in refused.refused
    assert not (await roll_back(shop.site, SHOP, SYSTEM, refused)).done
    done = await publish_desk(shop.site, files(**AFTER), SYSTEM, "again", word=ANYTHING)
    assert (done.revision, "still being undone" in done.refused) == (0, True)
    await walk(shop, bench, clock)
    assert await known(shop, numbers) == before
    assert (await way(shop, "v3")).is_open


async def test_tickets_that_the_older_version_cannot_hold_refuse_it(shop: Shop) -> None:
    await publish(shop, "before", **BEFORE)
    more = TYPE.replace("dirty: Dirty", "dirty: Dirty, lost: Lost").replace(
        "          helper:", "          note_of: { type: text, label: Note }\n          helper:"
    )
    more = more.replace(
        "            fixed:   {",
        "            held: { title: Held, phase: active }\n            fixed:   {",
    ).replace(
        "            fix: {",
        "            keep: { title: Keep, from: fresh, to: held, by: agent }\n            fix: {",
    ).replace("waiting, parked]", "waiting, parked, held]")  # fmt: skip
    other = TYPE.replace("title: { zh-CN: 报修, en: Repair }", "title: Chore").replace(
        "prefix: RP", "prefix: CH"
    )
    await publish(
        shop, **{**BEFORE, "types__repair": more, "types__chore": other,
                 "teams__third": "kind: Team\ntitle: Third\n"},
    )  # fmt: skip
    assert (await way(shop, "v2")).is_open
    await shop.open("lost", reason="lost")
    held = await shop.open("held", note_of="kept")
    ben = await shop.viewer(shop.ben)
    assert isinstance(await change_ticket(shop.site, SHOP, ben, held, Change(Move("keep"))), Done)
    seen = await way(shop, "v2")
    assert {(one.sort, one.name, one.tickets) for one in seen.losses} == {
        ("option", "repair.reason.lost", 1), ("state", "repair.held", 1),
    }  # fmt: skip
    assert {(one.name, one.tickets) for one in seen.aside} == {("repair.note_of", 1)}
    assert not (await roll_back(shop.site, SHOP, SYSTEM, seen)).done
    async with shop.store.unit(SHOP) as unit:
        pointer = await desks.pointer(unit)
    assert pointer is not None
    assert pointer.revision_n == 3


async def test_who_saw_another_version_live_does_not_roll_back(shop: Shop) -> None:
    await publish(shop, "before", **BEFORE)
    seen = await way(shop, "v1")
    await publish(shop, **{**BEFORE, "portal": "kind: Portal\ntitle: Other\ntypes: {}\n"})
    done = await roll_back(shop.site, SHOP, SYSTEM, seen)
    assert (done.done, done.conflict) == (False, True)


STEPS = (
    ("option", "map: option, from: repair.reason.dirty, to: broken", (", dirty: Dirty", "")),
    ("parts", "map: option, from: repair.parts.bulb, to: led", ("bulb: Bulb, ", "")),
    ("state", "map: state, from: repair.parked, to: waiting", None),
    ("team", "map: team, from: second, to: first", None),
    ("size", "convert: field, from: repair.size", ("text, label: Size", "integer, label: Size")),
)  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
async def test_any_way_forth_leads_back(
    shop: Shop, bench: Bench, clock: FixedClock, seed: int
) -> None:
    """Random edits with moves, each published and walked or half walked; back to the first."""
    chance = random.Random(seed)
    numbers = await filled(shop)
    before = await known(shop, numbers)
    named, text, done = dict(BEFORE), TYPE, []
    steps = list(STEPS)
    chance.shuffle(steps)
    for id, said, change in steps[: chance.randint(2, len(steps))]:
        if change is not None:
            text = text.replace(*change)
        elif id == "state":
            text = "\n".join(
                line for line in text.splitlines()
                if "parked:" not in line and "to: parked" not in line
            ).replace("waiting, parked]", "waiting]") + "\n"  # fmt: skip
        else:
            named.pop("teams__second", None)
        done.append(f"  {id}: {{ {said} }}")
        named |= {"types__repair": text, "moves__m1": "\n".join(["kind: Moves", "steps:", *done])}
        clock.advance(SECOND_US)
        await publish(shop, **named)
        if chance.random() < 0.5:
            await walk(shop, bench, clock)
    await rolled(shop, "v2")
    await walk(shop, bench, clock)
    assert await known(shop, numbers) == before
    for number in numbers.all:
        await chained(shop, number)
