"""Exactly once: the process dies at any statement, two workers meet, and nothing is lost or twice.

Afterwards the ledger adds up: arrived = ticketed + joined + quarantined + refused + waiting.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from runtime.channels.mail.reader import MailReader
from runtime.clock import FixedClock
from runtime.render.notices import NoticeRenderer
from runtime.store import arrivals, jobs
from runtime.store.tables.doors import arrival, mail_thread
from runtime.store.tables.tickets import event, ticket
from runtime.workers import intake
from runtime.workers.handling import Bench
from runtime.workers.keeping import HOUR_US
from runtime.workers.loop import attend
from tests.actions.test_nothing_lost import at_each_statement
from tests.intake.post import Post, mail
from tests.workers.doing import BY_KIND
from tests.workers.shop import SHOP


async def _count(post: Post) -> dict[str, int]:
    async with post.shop.store.unit(SHOP) as unit:
        found = {}
        for table in (arrival, ticket, event, mail_thread):
            query = select(func.count()).where(table.c.tenant_id == SHOP)
            query = query.where(event.c.ticket_id != "admin") if table is event else query
            found[table.name] = int(await unit.value(query))
        return found


async def _ledger(post: Post) -> Counter[str]:
    async with post.shop.store.unit(SHOP) as unit:
        return Counter({state: n for (_, state), n in (await arrivals.counts(unit)).items()})


async def test_recording_and_understanding_die_at_each_statement(both: Post) -> None:
    made = mail(sender="new@example.org", Message_ID="<first@x>")
    ids: list[str] = []

    async def record() -> None:
        ids.append(await both.put(made))

    # The bytes may be there already; a row and its job are, or are not.
    assert await at_each_statement(both.shop.store, record) >= 3
    (waiting,) = ids
    assert await _ledger(both) == {"arrived": 1}

    async def understand() -> None:
        await both.understand(waiting)

    assert await at_each_statement(both.shop.store, understand) > 15
    await understand()
    assert await _count(both) == {"arrival": 1, "ticket": 1, "event": 1, "mail_thread": 1}

    answer = await both.put(
        mail("Re", "Hurry", "new@example.org", Message_ID="<2@x>", In_Reply_To="<first@x>")
    )

    async def join() -> None:
        await both.understand(answer)

    assert await at_each_statement(both.shop.store, join) > 8
    assert await _count(both) == {"arrival": 2, "ticket": 1, "event": 2, "mail_thread": 2}
    assert await _ledger(both) == {"ticketed": 1, "joined": 1}


async def test_eight_workers_and_two_copies(both: Post) -> None:
    """One mail through two doors of ours, each understood by several at once: one ticket."""
    made = mail(sender="new@example.org", Message_ID="<first@x>")
    ids = [await both.put(made), await both.put(made, to="billing@shop.example")]
    await asyncio.gather(*(both.take(one) for one in ids * 4))
    assert await _ledger(both) == {"ticketed": 1, "joined": 1}
    assert (await _count(both))["ticket"] == 1


async def test_a_worker_that_slept_writes_nothing(post: Post) -> None:
    """Its lease ran out and another took the job: the first one's unit is left without a trace."""
    await post.put(mail())
    bench = Bench(post.site, NoticeRenderer(), mails=MailReader())
    try:
        (slow,) = await jobs.lease(post.shop.store, ["intake"], lasts_us=1)
        post.site.clock.advance(2)  # type: ignore[attr-defined]
        (fast,) = await jobs.lease(post.shop.store, ["intake"])
        await attend(bench, BY_KIND["intake"], slow)
        assert await _ledger(post) == {"arrived": 1}
        await attend(bench, BY_KIND["intake"], fast)
        assert await _ledger(post) == {"ticketed": 1}
    finally:
        await bench.mails.close()


async def test_what_fails_again_and_again_is_set_aside(
    post: Post, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours, or a lost job, leaves no mail waiting for ever."""
    waiting = await post.put(mail())
    bench = Bench(post.site, NoticeRenderer(), mails=_Broken())  # type: ignore[arg-type]
    # To print how it failed takes seconds.
    monkeypatch.setattr(intake.log, "exception", lambda *_, **__: None, raising=False)
    (job,) = await jobs.lease(post.shop.store, ["intake"])
    with pytest.raises(ValueError, match="our own fault"):
        await intake.take_in(bench, job)
    await intake.take_in(bench, replace(job, attempts=jobs.MAX_ATTEMPTS))
    async with post.shop.store.unit(SHOP, write=True) as unit:
        row = await arrivals.read(unit, waiting)
        assert row is not None
        assert (row.state, row.reason, row.said) == ("quarantined", "failed", {"why": "ValueError"})
        lost = await arrivals.record(unit, arrivals.Came("mail", "help"))
    clock.advance(2 * HOUR_US)
    async with post.shop.store.unit(SHOP, write=True) as unit:
        await jobs.enqueue(unit, [jobs.NewJob("sweep", "now", clock.now_us())])
    (job,) = await jobs.lease(post.shop.store, ["sweep"])
    await attend(bench, BY_KIND["sweep"], job)
    async with post.shop.store.unit(SHOP) as unit:
        assert [one["arrival"] for one in await jobs.unfinished(unit, "intake")] == [lost]


class _Broken:
    async def read(self, raw: bytes) -> object:
        raise ValueError("our own fault")
