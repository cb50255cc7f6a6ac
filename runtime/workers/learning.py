"""Learns from finished tickets: which are alike, so that a new one can be compared with them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

import structlog

from engine.facts import Value
from engine.model.desk import Desk
from engine.suggest.likeness import Learner
from engine.suggest.traits import Traits, traits_of
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.site.learned import About, keep, read_about
from runtime.site.standing import person_values
from runtime.store import jobs, past, people
from runtime.store.jobs import Job
from runtime.store.past import Finished, Standing
from runtime.store.rows import Person
from runtime.store.unit import Unit
from runtime.workers.handling import Bench, LostLease, TryAgain, complete
from runtime.workers.keeping import DAY_US

log = structlog.get_logger()
MOST = 100_000
"""So many of the newest finished tickets are learned from: older ones were another business."""
PAGE = 500
_HELD = 20 * PAGE
_GROWN = 1.05


async def learn(bench: Bench, job: Job) -> None:
    """Learn anew if there is enough that is new; else there is nothing to do."""
    site = bench.site
    live = site.desks.get(job.tenant_id)
    if live is None:
        raise TryAgain("the tenant's desk is not loaded here")
    async with site.store.unit(job.tenant_id) as unit:
        there = await past.standing(unit)
    about = await asyncio.to_thread(read_about, site.files.root, site.store.keys, live.tenant)
    if _is_due(about, there, live.desk.digest, site.clock.now_us()):
        await learn_tenant(site, live, there, partial(_hold, site, job))
    async with site.store.unit(job.tenant_id, write=True) as unit:
        await complete(unit, job)


async def _hold(site: Site, job: Job) -> None:
    """Keep the lease: a large tenant on a busy machine takes longer than one lasts."""
    async with site.store.unit(job.tenant_id, write=True) as unit:
        if not await jobs.extend(unit, job):
            raise LostLease(job.key)


async def _nobody_waits() -> None:
    """There is no lease to keep."""


def _is_due(about: About | None, there: Standing, desk: str, now_us: int) -> bool:
    """A young desk learns by the hour, an old one by the day, and each after a publish."""
    if about is None:
        return there.count > 0
    if about.desk != desk:
        return True
    grown = there.count >= about.tickets * _GROWN or there.count < about.tickets
    old = now_us - about.learned_us >= DAY_US and there.changed_us > about.changed_us
    return (grown and there.count != about.tickets) or old


async def learn_tenant(
    site: Site, live: Live, there: Standing, hold: Callable[[], Awaitable[None]] = _nobody_waits
) -> int:
    """Learn from the newest finished tickets and keep it; gives from how many.

    `hold` is called now and then, and may raise to end the work.
    """
    learner, traits = Learner(), traits_of(live.desk)
    last: Finished | None = None
    while len(learner.ids) < MOST:
        async with site.store.unit(live.tenant) as unit:
            rows = await past.finished(unit, last, min(PAGE, MOST - len(learner.ids)))
            persons = await _people(unit, traits, rows)
        if not rows:
            break
        await asyncio.to_thread(_add, learner, traits, live.desk, rows, persons)
        last = rows[-1]
        if len(learner.ids) % _HELD == 0:
            await hold()
    await hold()
    likeness = await asyncio.to_thread(learner.learn)
    about = About(live.tenant, live.desk.digest, there.count, there.changed_us, site.clock.now_us())
    size = await asyncio.to_thread(keep, site.files.root, site.store.keys, about, likeness)
    log.info("learned from past tickets", tenant=live.tenant, tickets=len(likeness), bytes=size)
    return len(likeness)


async def _people(unit: Unit, traits: Traits, rows: Sequence[Finished]) -> dict[str, Person]:
    if not traits.people:
        return {}
    ids = {one for row in rows for one in (row.requester_id, row.customer_id) if one}
    return await people.persons_by_id(unit, ids)


def _add(
    learner: Learner,
    traits: Traits,
    desk: Desk,
    rows: Sequence[Finished],
    persons: Mapping[str, Person],
) -> None:
    for row in rows:
        known: dict[str, Value] = {}
        for word, person_id in (("requester", row.requester_id), ("customer", row.customer_id)):
            if person_id and person_id in persons:
                known |= person_values(desk, word, persons[person_id])
        found = traits.of(row.type_key, row.subject, row.description, row.values, known)
        learner.add(row.id, row.type_key, found)
