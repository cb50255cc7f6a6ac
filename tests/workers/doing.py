"""Does what is due, as the loop would, until nothing is left."""

from __future__ import annotations

from sqlalchemy import select

from runtime.store import jobs, journal
from runtime.store.notices import inbox
from runtime.store.open import Store
from runtime.store.rows import Event, Notice
from runtime.store.tables.work import job
from runtime.workers.handling import Bench
from runtime.workers.loop import QUEUES, attend
from tests.workers.shop import SHOP, Shop

BY_KIND = {kind: queue for queue in QUEUES for kind in queue.kinds}


async def drain(bench: Bench, *kinds: str) -> int:
    """Handle every job of these kinds that is due (of all kinds when none is named)."""
    count = 0
    wanted = kinds or tuple(BY_KIND)
    while taken := await jobs.lease(bench.site.store, wanted, 10):
        for one in taken:
            await attend(bench, BY_KIND[one.kind], one)
            count += 1
    return count


async def events(shop: Shop, number: str, verb: str = "fell_due") -> list[Event]:
    """The ticket's events of one verb."""
    row = await shop.row(number)
    async with shop.store.unit(SHOP) as unit:
        return [event for event in await journal.read(unit, row.id) if event.verb == verb]


async def fallen(shop: Shop, number: str) -> list[tuple[str, str]]:
    """What has fallen due, in the journal's order: (clock, what)."""
    found = []
    for event in await events(shop, number):
        assert event.body is not None
        found.append((event.body["clock"], event.body["what"]))
    return found


async def told(shop: Shop, person: str) -> list[Notice]:
    """A person's inbox, oldest first."""
    async with shop.store.unit(SHOP) as unit:
        return list(reversed(await inbox(unit, person, limit=1000)))


async def states(store: Store, kind: str) -> list[tuple[str, str | None]]:
    """The (state, last error) of all jobs of a kind."""
    async with store.unit(SHOP) as unit:
        query = select(job.c.state, job.c.last_error).where(
            job.c.tenant_id == SHOP, job.c.kind == kind
        )
        return [(row.state, row.last_error) for row in await unit.rows(query.order_by(job.c.id))]
