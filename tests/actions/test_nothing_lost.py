"""Nothing is lost: each write action fails at each of its statements in turn, and leaves no trace.

Afterwards it succeeds, once, and the store's promises to itself hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event as hook
from sqlalchemy import select

from engine.decide.deadline import timers as timers_of
from engine.decide.verdict import Assign, Comment, Edit, Event, Move
from engine.facts import Viewer
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.let_through import ANYTHING
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done
from runtime.actions.publish_desk import publish_desk
from runtime.clock import SECOND_US, FixedClock
from runtime.render.notices import NoticeRenderer
from runtime.site.facts import read_facts
from runtime.site.standing import SYSTEM
from runtime.store import desks, jobs, journal, tickets
from runtime.store.open import Store
from runtime.store.sqlite import Sqlite
from runtime.store.tables.base import metadata
from runtime.store.tables.tickets import ticket
from runtime.store.tables.work import job, notice
from runtime.workers.handling import Bench
from tests.stores import clock, fresh_url, postgres_server, store, store_template
from tests.workers.doing import BY_KIND, drain
from tests.workers.shop import SHOP, SPECS, Shop, files, make_shop, site_of

__all__ = ["clock", "fresh_url", "postgres_server", "store", "store_template"]

HOUR = 3600 * SECOND_US
Act = Callable[[], Awaitable[object]]


class Fault(Exception):
    """The fault that a test put in."""


@dataclass(slots=True)
class Fuse:
    """Blows at the statement number `at` (a commit counts as one); `seen` counts them."""

    at: int
    seen: int = 0
    blown: bool = False

    def pass_through(self, *_: Any) -> None:
        """Count one statement, or fail at it."""
        self.seen += 1
        if self.seen == self.at:
            self.blown = True
            raise Fault(self.at)


@contextmanager
def fuse(store: Store, at: int) -> Iterator[Fuse]:
    """While the block runs, the `at`-th statement of a writer fails."""
    made = Fuse(at)
    engine = store.engine.writer if isinstance(store.engine, Sqlite) else store.engine.sync_engine
    for name in ("before_cursor_execute", "commit"):
        hook.listen(engine, name, made.pass_through)
    try:
        yield made
    finally:
        for name in ("before_cursor_execute", "commit"):
            hook.remove(engine, name, made.pass_through)


async def picture(store: Store) -> dict[str, Counter[str]]:
    """Every row of every table."""
    async with store.owner() as unit:
        return {
            table.name: Counter(str(row) for row in await unit.rows(select(table)))
            for table in metadata.sorted_tables
        }


async def at_each_statement(store: Store, act: Act) -> int:
    """Let `act` fail at each statement in turn until it comes through; gives how many failed."""
    at = 1
    while True:
        before = await picture(store)
        with fuse(store, at) as here, suppress(Fault):
            await act()
        if not here.blown:
            return at - 1
        assert await picture(store) == before, f"something stayed of the failure at statement {at}"
        at += 1


@pytest.fixture
async def shop(store: Store, clock: FixedClock, tmp_path: Path) -> Shop:
    """The published shop."""
    return await make_shop(site_of(store, clock, tmp_path))


@pytest.fixture
async def bench(shop: Shop) -> AsyncIterator[Bench]:
    """What workers work with."""
    made = Bench(shop.site, NoticeRenderer())
    yield made
    await made.renderer.close()


async def test_opening(shop: Shop) -> None:
    cleo = await shop.viewer(shop.cleo)
    new = NewTicket("repair", {"room": "B2", "secret": "x"}, subject="Lamp", channel="phone",
                    requester=shop.ann, idempotency_key="once")  # fmt: skip
    given: list[object] = []

    async def act() -> None:
        given.append(await open_ticket(shop.site, SHOP, cleo, new))

    assert await at_each_statement(shop.store, act) > 8
    await act()
    first, again = given
    assert isinstance(first, Done)
    assert isinstance(again, Done)
    # A form posted again after an answer that got lost makes no second ticket.
    assert first.ticket_id == again.ticket_id
    await _holds(shop, 1)


@pytest.mark.parametrize("word", ["move", "reply", "note", "assign", "edit"])
async def test_changing(shop: Shop, clock: FixedClock, word: str) -> None:
    number = await shop.open(room="B2")
    clock.advance(HOUR)
    event, viewer = await _change(shop, number, word)
    done: list[object] = []

    async def act() -> None:
        done.append(await change_ticket(shop.site, SHOP, viewer, number, Change(event)))

    assert await at_each_statement(shop.store, act) > 4
    assert [type(one) for one in done] == [Done], done
    assert (await shop.row(number)).version == 2
    await _holds(shop, 1)


async def _change(shop: Shop, number: str, word: str) -> tuple[Event, Viewer]:
    owner = str((await shop.row(number)).assignee_id)
    other = shop.cleo if owner == shop.ben else shop.ben
    events: dict[str, Event] = {
        "move": Move("fix"),
        "reply": Comment("On our way"),
        "note": Comment("Bring a ladder", internal=True),
        "assign": Assign(other),
        "edit": Edit({"room": "C3"}),
    }
    return events[word], await shop.viewer(owner)


async def test_deadlines_and_notices(shop: Shop, bench: Bench, clock: FixedClock) -> None:
    await shop.open()
    clock.advance(5 * HOUR)
    for kind in ("deadline", "notice", "mail"):
        while taken := await jobs.lease(shop.store, [kind], 1):
            (one,) = taken

            async def act(one: jobs.Job = one) -> None:
                await BY_KIND[one.kind].handle(bench, one)

            assert await at_each_statement(shop.store, act) > 2
    await _holds(shop, 1)
    async with shop.store.unit(SHOP) as unit:
        keys = [row.key for row in await unit.rows(select(notice.c.key))]
        left = await unit.rows(select(job.c.kind, job.c.state).where(job.c.state != "done"))
    assert len(keys) == 3, "received, soon, breached: each in one inbox once"
    assert left == []


async def test_publishing_and_retiming(shop: Shop, bench: Bench, clock: FixedClock) -> None:
    for n in range(3):
        await shop.open(f"Lamp {n}")
    clock.advance(HOUR)
    policy = SPECS["sla/repair.yaml"].replace("otherwise: [4h]", "otherwise: [6h]")
    made = files(sla__repair=policy)

    async def publish() -> None:
        await publish_desk(shop.site, made, SYSTEM, "longer", word=ANYTHING)

    await _publish_at_each_statement(shop, publish)
    (one,) = await jobs.lease(shop.store, ["retime"], 1)

    async def act() -> None:
        await BY_KIND[one.kind].handle(bench, one)

    assert await at_each_statement(shop.store, act) > 6
    await _holds(shop, 3)
    await drain(bench)
    await _holds(shop, 3)


async def _publish_at_each_statement(shop: Shop, publish: Act) -> None:
    """Until its commit a publish leaves no trace; what follows it is made up for by the next."""
    at = 1
    while True:
        before = await picture(shop.store)
        with fuse(shop.store, at) as here, suppress(Fault):
            await publish()
        if await picture(shop.store) != before:
            break
        assert here.blown
        at += 1
    assert at > 6
    await publish()
    async with shop.store.unit(SHOP) as unit:
        pointer = await desks.pointer(unit)
    live = shop.site.desks.get(SHOP)
    assert pointer is not None
    assert live is not None
    assert (pointer.revision_n, live.revision) == (2, 2)


async def _holds(shop: Shop, count: int) -> None:
    """The promises of the store to itself, for every ticket of the tenant."""
    live = shop.site.desks.get(SHOP)
    assert live is not None
    async with shop.store.unit(SHOP) as unit:
        found = await tickets.read_many(unit, ticket.c.id.is_not(None))
        assert len({row.number for row in found}) == len(found) == count
        query = select(job.c.kind, job.c.state, job.c.due_us, job.c.body, job.c.key)
        all_jobs = await unit.rows(query.where(job.c.tenant_id == SHOP))
        ids = set()
        for row in found:
            assert await journal.verify(unit, row.id, row.head) == []
            events = await journal.read(unit, row.id)
            ids |= {event.id for event in events}
            assert len(events) == row.version
            facts = await read_facts(unit, live.desk, row)
            dues = [due.at_us for due in timers_of(live.desk, facts)]
            assert row.next_due_us == min(dues, default=None)
            told = [j for j in all_jobs if j.body.get("event") == events[0].id]
            assert sorted(j.kind for j in told) == ["mail", "notice"], "the outbox of its creation"
            if row.next_due_us is not None:
                (timer,) = (j for j in all_jobs if j.kind == "deadline" and j.key == row.id)
                assert (timer.state, timer.due_us) == ("ready", row.next_due_us)
            # The promise as the journal tells it is the promise that is stored.
            changes = [c for event in events for c in (event.body or {}).get("changes", ())]
            last = {change["name"]: change["after"] for change in changes}
            assert last["due.solved"] == row.clocks["solved"]["due_us"]
            fell = Counter(
                (event.body["clock"], event.body["what"], event.body["at"])
                for event in events
                if event.verb == "fell_due" and event.body is not None
            )
            assert all(times == 1 for times in fell.values())
        named = {j.body["event"] for j in all_jobs if "event" in j.body}
        assert named <= ids, "no notice without its cause"


async def test_words_that_no_database_can_keep_are_kept_without_them(shop: Shop) -> None:
    number = await shop.open("Lamp\r\nis\x00 \ud800broken ")
    assert (await shop.row(number)).subject == "Lamp is broken"
    said = Change(Comment("line\r\nanother\x00", internal=False))
    owner = str((await shop.row(number)).assignee_id)
    viewer = await shop.viewer(owner)
    assert isinstance(await change_ticket(shop.site, SHOP, viewer, number, said), Done)
    async with shop.store.unit(SHOP) as unit:
        row = await shop.row(number)
        last = (await journal.read(unit, row.id))[-1]
    assert last.body is not None
    assert last.body["text"] == "line\nanother"
