"""The intake ledger: what arrives is counted once and ends once, each tenant's own."""

from __future__ import annotations

from runtime.clock import SECOND_US, FixedClock
from runtime.store import arrivals
from runtime.store.arrivals import Became, Came, Learned
from runtime.store.open import Store
from tests.store.conftest import ELSEWHERE, SHOP, Cast

DAY_US = 86_400 * SECOND_US
MAIL = Came("mail", "help", raw_sha256="ab" * 32, raw_size=10, summary={"subject": "x" * 999})


async def test_it_ends_once(store: Store, cast: Cast, clock: FixedClock) -> None:
    async with store.unit(SHOP, write=True) as unit:
        first = await arrivals.record(unit, MAIL)
        ended = Became(arrivals.TICKETED, ticket_id="t1", person_id="p1")
        learned = Learned("id@x", "digest", {"subject": "Lamp"})
        assert await arrivals.end(unit, first, ended, learned)
        assert not await arrivals.end(unit, first, Became(arrivals.REFUSED, "late"))
        row = await arrivals.read(unit, first)
    assert row is not None
    assert (row.state, row.ticket_id, row.attempts) == ("ticketed", "t1", 1)
    assert (row.remote_id, row.digest, row.summary) == ("id@x", "digest", {"subject": "Lamp"})


async def test_what_waits_is_still_counted(store: Store, cast: Cast, clock: FixedClock) -> None:
    """arrived = ticketed + joined + quarantined + refused + waiting, by way and by day."""
    ends = ["ticketed", "joined", "quarantined", "refused", "arrived"]
    async with store.unit(SHOP, write=True) as unit:
        for state in ends:
            await arrivals.at_once(unit, Came("mail"), Became(state))
        clock.advance(DAY_US)
        await arrivals.at_once(unit, Came("portal"), Became("ticketed"))
        counts = await arrivals.counts(unit)
        days = await arrivals.by_day(unit, 0, 8 * 3600 * SECOND_US)
    assert counts == {**{("mail", state): 1 for state in ends}, ("portal", "ticketed"): 1}
    assert {(one.way, one.state): one.count for one in days} == counts
    assert {one.way: one.day_us for one in days}["portal"] == clock.now_us() - 9 * 3600 * SECOND_US
    async with store.unit(ELSEWHERE) as unit:
        assert await arrivals.counts(unit) == {}
        assert await arrivals.recent(unit) == []


async def test_quarantine_is_left_by_a_replay_or_a_reason(store: Store, cast: Cast) -> None:
    async with store.unit(SHOP, write=True) as unit:
        held = await arrivals.record(unit, MAIL)
        await arrivals.end(unit, held, Became(arrivals.QUARANTINED, "unreadable", {"why": "x"}))
        assert await arrivals.again(unit, held)
        assert not await arrivals.discard(unit, held, "spam", "p1"), "it waits"
        await arrivals.end(unit, held, Became(arrivals.QUARANTINED, "unreadable"))
        assert await arrivals.discard(unit, held, "spam", "p1")
        row = await arrivals.read(unit, held)
        assert row is not None
        assert (row.state, row.reason, row.said) == (
            "refused",
            "discarded",
            {"why": "spam", "by": "p1"},
        )
        form = await arrivals.at_once(unit, Came("portal"), Became(arrivals.REFUSED, "form"))
        assert not await arrivals.again(unit, form), "nothing of it was kept"


async def test_pages_and_the_same_again(store: Store, cast: Cast, clock: FixedClock) -> None:
    async with store.unit(SHOP, write=True) as unit:
        ids = []
        for n in range(5):
            clock.advance(n % 2)
            made = await arrivals.record(unit, Came("mail", remote_id=f"m{n % 2}", digest="d"))
            await arrivals.end(unit, made, Became("ticketed" if n < 4 else "refused"))
            ids.append(made)
        first = await arrivals.recent(unit, limit=3)
        rest = await arrivals.recent(unit, before=first[-1].id)
        assert [one.id for one in (*first, *rest)] == ids[::-1]
        same = await arrivals.the_same(unit, "mail", remote_id="m1", digest="d", but=ids[1])
        assert [one.id for one in same] == [ids[0], *ids[2:4]], "a refused one is no first"


async def test_messages_are_forgotten_rows_stay(
    store: Store, cast: Cast, clock: FixedClock
) -> None:
    async with store.unit(SHOP, write=True) as unit:
        kept = await arrivals.record(unit, MAIL)
        gone = await arrivals.record(unit, MAIL)
        await arrivals.end(unit, gone, Became("ticketed"))
        clock.advance(DAY_US)
        assert await arrivals.forget_raw(unit, clock.now_us()) == [], "the other still has it"
        await arrivals.end(unit, kept, Became("joined"))
        clock.advance(DAY_US)
        assert await arrivals.forget_raw(unit, clock.now_us()) == [MAIL.raw_sha256]
        assert len(await arrivals.recent(unit)) == 2
        assert await arrivals.waiting(unit, clock.now_us()) == []
