"""From the event of a ticket to what a match brings about, on both databases and in two tenants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from engine.decide.verdict import Move
from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.clock import SECOND_US, FixedClock
from runtime.render.notices import NoticeRenderer
from runtime.site.standing import SYSTEM
from runtime.store import journal, people
from runtime.store.open import Store
from runtime.store.tables.patterns import corr_fire, corr_live
from runtime.store.tickets import by_number, parts
from runtime.workers import keeping, matcher, matcher_process, patterns
from runtime.workers.correlation import Correlation
from runtime.workers.handling import Bench, LostLease
from tests.workers.doing import drain, events, told
from tests.workers.patterns.shop import change, files, make, open_in
from tests.workers.shop import ELSEWHERE, SHOP, Shop

HOUR_US = 3600 * SECOND_US

in_c = pytest.param(
    True,
    marks=pytest.mark.skipif(
        not matcher.available(),
        reason="durable-rules is not installed: the C matcher is NOT tested (make setup tells why)",
    ),
)


@pytest.fixture
async def shop(store: Store, clock: FixedClock, tmp_path: Path) -> Shop:
    """The shop with patterns."""
    return await make(store, clock, tmp_path)


@pytest.fixture(params=[in_c, False])
async def bench(
    shop: Shop, clock: FixedClock, request: pytest.FixtureRequest
) -> AsyncIterator[Bench]:
    """A worker that decides in C, and one that has no C."""
    made = Bench(shop.site, NoticeRenderer(), Correlation(clock, in_c=request.param))
    yield made
    await made.renderer.close()
    await made.correlation.close()


async def _count(store: Store, table: Any, tenant: str = SHOP) -> int:
    async with store.unit(tenant) as unit:
        query = select(func.count()).select_from(table).where(table.c.tenant_id == tenant)
        return int(await unit.value(query))


async def _verbs(shop: Shop, number: str, verb: str) -> int:
    return len(await events(shop, number, verb))


async def test_three_of_one_room(bench: Bench, shop: Shop, clock: FixedClock) -> None:
    """A parent over the three with what they share, each flagged, one notice; and never again."""
    numbers = []
    for room in ("B2", "C1", "B2", "B2"):
        clock.advance(SECOND_US)
        numbers.append(await shop.open(room=room))
    await drain(bench)
    rows = [await shop.row(number) for number in numbers]
    assert [list(row.flags) for row in rows] == [["late"], [], ["late"], ["late"]]
    parents = {row.parent_id for row in rows if row.parent_id}
    assert [bool(row.parent_id) for row in rows] == [True, False, True, True]
    assert len(parents) == 1
    async with shop.store.unit(SHOP) as unit:
        below = await parts(unit, parents.pop())
        parent = await by_number(unit, "BA-1")
        assert await by_number(unit, "BA-2") is None
    assert parent is not None
    assert parent.values["room"] == "B2"
    assert sorted(row.number for row in below) == sorted(set(numbers) - {numbers[1]})
    said = [notice for notice in await told(shop, shop.cleo) if "burst" in notice.notification_key]
    assert len(said) == 1
    assert await _count(shop.store, corr_fire) == 1
    # What is used up is gone, what waits is there: the lamp of C1 and each repair of the pattern.
    again = await shop.open(room="B2")
    await drain(bench)
    assert not (await shop.row(again)).flags
    assert await _count(shop.store, corr_fire) == 1


async def test_too_far_apart(bench: Bench, shop: Shop, clock: FixedClock) -> None:
    """The hour counts from the first to the last, both ends in."""
    for step in (0, HOUR_US // 2, HOUR_US // 2 + 1):
        clock.advance(step)
        await shop.open(room="B2")
    await drain(bench)
    assert await _count(shop.store, corr_fire) == 0
    clock.advance(HOUR_US // 2 - 1)
    await shop.open(room="B2")
    await drain(bench)
    assert await _count(shop.store, corr_fire) == 1


async def test_reopened_twice(bench: Bench, shop: Shop, clock: FixedClock) -> None:
    """`same: ticket` counts what happens to one ticket."""
    one, other = await shop.open(room="A1"), await shop.open(room="A2")
    for number in (one, other, one):
        clock.advance(HOUR_US)
        await change(shop, number, Move("fix"))
        await change(shop, number, Move("again"))
        await drain(bench)
    assert (await shop.row(one)).priority == "high"
    assert (await shop.row(other)).priority == "normal"


async def test_complaint_then_repair(bench: Bench, shop: Shop, clock: FixedClock) -> None:
    """Two sorts of events of one customer, in order; what is done is done to both tickets."""
    async with shop.store.unit(SHOP, write=True) as unit:
        eve = await people.add_person(unit, "Eve", email="eve@example.com")
    first = await open_in(shop, SHOP, shop.ann, "repair")
    await drain(bench)
    clock.advance(SECOND_US)
    people_matter = await open_in(shop, SHOP, shop.ann, "complaint", about="people")
    complaint = await open_in(shop, SHOP, shop.ann, "complaint", about="goods")
    clock.advance(SECOND_US)
    await drain(bench)
    hers = await open_in(shop, SHOP, eve, "repair")
    await drain(bench)
    assert await _count(shop.store, corr_fire) == 0
    clock.advance(23 * HOUR_US)
    repair = await open_in(shop, SHOP, shop.ann, "repair")
    await drain(bench)
    urgent = {
        number: (await shop.row(number)).priority
        for number in (first, people_matter, complaint, hers, repair)
    }
    assert [n for n, priority in urgent.items() if priority == "urgent"] == [complaint, repair]
    assert await _verbs(shop, complaint, "reacted") == 1
    said = [notice for notice in await told(shop, shop.cleo) if "burst" in notice.notification_key]
    assert len(said) == 1


async def test_another_tenant_never_joins(bench: Bench, shop: Shop) -> None:
    """Equal values in two tenants are two things, down to the digests that are kept."""
    async with shop.store.unit(ELSEWHERE, write=True) as unit:
        eve = await people.add_person(unit, "Eve", email="eve@example.com")
    for _ in range(2):
        await shop.open(room="B2")
        await open_in(shop, ELSEWHERE, eve, "repair", room="B2")
    await drain(bench)
    assert (
        await _count(shop.store, corr_fire) == await _count(shop.store, corr_fire, ELSEWHERE) == 0
    )
    digests = {}
    for tenant in (SHOP, ELSEWHERE):
        async with shop.store.unit(tenant) as unit:
            query = select(corr_live.c.same).where(corr_live.c.tenant_id == tenant)
            digests[tenant] = {row.same for row in await unit.rows(query)}
    assert digests[SHOP]
    assert not digests[SHOP] & digests[ELSEWHERE]
    await open_in(shop, ELSEWHERE, eve, "repair", room="B2")
    await drain(bench)
    assert await _count(shop.store, corr_fire) == 0
    assert await _count(shop.store, corr_fire, ELSEWHERE) == 1


async def test_done_once_however_often_told(bench: Bench, shop: Shop) -> None:
    """A worker that dies after each step, and jobs told twice, change nothing twice."""
    numbers = [await shop.open(room="B2") for _ in range(3)]
    await drain(bench, patterns.NEW)
    async with shop.store.unit(SHOP) as unit:
        (fire_id,) = [row.id for row in await unit.rows(select(corr_fire.c.id))]
    job = _Told(SHOP, fire_id)
    for _ in range(3):
        with pytest.raises(LostLease):
            await patterns.act_on_match(bench, job)  # type: ignore[arg-type]
    await drain(bench)
    for number in numbers:
        assert await _verbs(shop, number, "reacted") == 1
    async with shop.store.unit(SHOP) as unit:
        assert await by_number(unit, "BA-1") is not None
        assert await by_number(unit, "BA-2") is None


class _Told:
    """A job that nobody holds: what it does stands, that it was done does not."""

    id, kind, fence, due_us, attempts, lease_until_us = "none", patterns.FIRE, 0, 0, 1, 0
    body: dict[str, Any] = {}  # noqa: RUF012

    def __init__(self, tenant: str, key: str) -> None:
        self.tenant_id, self.key = tenant, key


async def test_two_workers_at_once(bench: Bench, shop: Shop, clock: FixedClock) -> None:
    """Workers side by side decide each event once, also when they take turns."""
    other = Bench(shop.site, bench.renderer, Correlation(clock))
    for number in range(12):
        await shop.open(room=f"B{number % 2}")
        if number % 3 == 0:
            await asyncio.gather(drain(bench), drain(other))
    for _ in range(3):
        await asyncio.gather(drain(bench), drain(other))
        clock.advance(20 * SECOND_US)
    await other.correlation.close()
    assert await _count(shop.store, corr_fire) == 4
    async with shop.store.unit(SHOP) as unit:
        query = select(func.count()).select_from(corr_live).where(corr_live.c.n.is_(None))
        assert await unit.value(query) == 0


async def test_a_changed_rule_begins_anew(bench: Bench, shop: Shop, clock: FixedClock) -> None:
    """What waited under another meaning does not count; a mere rename of the title does no harm."""
    for _ in range(2):
        await shop.open(room="B2")
    await drain(bench)
    named = {"automations__reopened": _CHANGED_TITLE}
    assert (
        await publish_desk(shop.site, files(**named), SYSTEM, "title", word=ANYTHING)
    ).revision == 3
    await shop.open(room="B2")
    await drain(bench)
    assert await _count(shop.store, corr_fire) == 1
    for _ in range(2):
        await shop.open(room="B2")
    await drain(bench)
    other = {"automations__three_in_a_room": _TWO_HOURS}
    assert (
        await publish_desk(shop.site, files(**other), SYSTEM, "window", word=ANYTHING)
    ).revision == 4
    await shop.open(room="B2")
    await drain(bench)
    assert await _count(shop.store, corr_fire) == 1
    for _ in range(2):
        await shop.open(room="B2")
    await drain(bench)
    assert await _count(shop.store, corr_fire) == 2


_CHANGED_TITLE = """
    kind: Automation
    title: Again and again
    applies_to: repair
    starts: { burst: { of: reopened, same: ticket, count: 2, within: 7d } }
    do: [{ set: { priority: high } }]
"""
_TWO_HOURS = """
    kind: Automation
    applies_to: repair
    starts: { burst: { of: created, same: room, count: 3, within: 2h } }
    do: [{ flag: late }]
"""


async def test_old_events_are_swept(bench: Bench, shop: Shop, clock: FixedClock) -> None:
    """A day after its window an event is gone, and a match after a week."""
    for _ in range(3):
        await shop.open(room="B2")
    await shop.open(room="C9")
    await drain(bench)
    assert await _count(shop.store, corr_live) > 0
    clock.advance(9 * 24 * HOUR_US)
    await keeping.plan_chores(shop.site)
    await drain(bench, keeping.SWEEP)
    assert await _count(shop.store, corr_live) == 0
    assert await _count(shop.store, corr_fire) == 0


async def test_quarantine_is_told_in_the_journal(
    shop: Shop, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three deaths: Python decides, nothing is lost, and the journal of the tenant says so."""
    monkeypatch.setattr(matcher_process, "_START", "raise SystemExit(3)")
    made = Bench(shop.site, NoticeRenderer(), Correlation(clock, in_c=True))
    await open_in(shop, SHOP, shop.ann, "complaint", about="goods")
    clock.advance(SECOND_US)
    repair = await open_in(shop, SHOP, shop.ann, "repair")
    await drain(made)
    assert (await shop.row(repair)).priority == "urgent"
    async with shop.store.unit(SHOP) as unit:
        told = [e for e in await journal.last_admin(unit) if e.verb == "patterns_quarantined"]
    assert len(told) == 1
    assert told[0].body is not None
    assert told[0].body["rules"] == ["torn"]
    await made.renderer.close()
    await made.correlation.close()


async def test_swept_between_reading_and_writing(
    bench: Bench, shop: Shop, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events that are swept away while a batch is decided are no match, and no failure either."""
    for _ in range(2):
        clock.advance(SECOND_US)
        await shop.open(room="B2")
    await drain(bench)
    matches = patterns._matches
    swept = 0

    async def sweeping(bench: Bench, found: Any) -> Any:
        nonlocal swept
        fires = await matches(bench, found)
        if fires and not swept:
            async with shop.store.unit(SHOP, write=True) as unit:
                gone = corr_live.c.n.is_not(None) & (corr_live.c.tenant_id == SHOP)
                swept = (await unit.run(delete(corr_live).where(gone))).rowcount
        return fires

    monkeypatch.setattr(patterns, "_matches", sweeping)
    clock.advance(SECOND_US)
    number = await shop.open(room="B2")
    await drain(bench)
    assert swept > 0
    assert list((await shop.row(number)).flags) == []
    assert await _count(shop.store, corr_fire) == 0
