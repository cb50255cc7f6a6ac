"""Walks open tickets after a publish, a batch a job, so that it goes on wherever it was stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from engine.compile.desk import desk_from_files
from engine.model.desk import Desk
from runtime.actions.retime_tickets import KIND, retime_tickets, types_to_retime
from runtime.clock import SECOND_US
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from runtime.store import desks, jobs, journal, timers
from runtime.store.jobs import Job, NewJob
from runtime.store.journal import NewEvent
from runtime.store.unit import Unit
from runtime.workers.handling import Bench, GiveUp, TryAgain, complete

BATCH = 100
_WAIT_US = 2 * SECOND_US


async def retime(bench: Bench, job: Job) -> None:
    """Re-time one batch and ask for the next; the last one says in the journal how many changed."""
    site, body = bench.site, job.body
    live = site.desks.get(job.tenant_id)
    if live is None or live.generation < body["generation"]:
        raise TryAgain("the tenant's desk is not loaded here")
    if await _earlier(site, job):
        async with site.store.unit(job.tenant_id, write=True) as unit:
            await jobs.put_off(unit, job, unit.now_us() + _WAIT_US)
        return
    old = await _desk(site, live, body["was"])
    new = await _desk(site, live, body["becomes"])
    async with site.store.unit(job.tenant_id, write=True) as unit:
        await _batch(unit, live, old, new, job)
        await complete(unit, job)


async def _batch(unit: Unit, live: Live, old: Desk, new: Desk, job: Job) -> None:
    body = job.body
    ids = await timers.open_tickets(
        unit,
        types_to_retime(new),
        after=body["after"],
        made_before_us=body["published_us"],
        limit=BATCH,
        not_of=body["becomes"],
    )
    revisions = (body["was"], body["becomes"])
    changed = body["changed"] + await retime_tickets(unit, live, old, new, ids, revisions)
    if len(ids) < BATCH:
        await _finished(unit, live, {**body, "changed": changed})
        return
    rest = {**body, "after": ids[-1], "changed": changed}
    await jobs.enqueue(unit, [NewJob(KIND, f"{body['generation']}:{ids[-1]}", unit.now_us(), rest)])


async def _finished(unit: Unit, live: Live, body: Mapping[str, Any]) -> None:
    said = {name: body[name] for name in ("was", "becomes", "changed")}
    event = NewEvent(
        "retimed",
        said,
        "system",
        SYSTEM.person_id,
        revision=live.revision,
        desk_digest=live.desk.digest,
    )
    await journal.append_admin(unit, [event])


async def _earlier(site: Site, job: Job) -> bool:
    """Whether an earlier publish is still being carried out: spent time is measured in order."""
    async with site.store.unit(job.tenant_id) as unit:
        waiting = await jobs.unfinished(unit, KIND)
    return any(body["generation"] < job.body["generation"] for body in waiting)


async def _desk(site: Site, live: Live, revision: int) -> Desk:
    if live.revision == revision:
        return live.desk
    async with site.store.unit(live.tenant) as unit:
        found = await desks.read_revision(unit, revision)
        if found is None:
            raise GiveUp(f"there is no revision {revision}")
        files = await desks.read_files(unit, found.files)
    desk, _ = await asyncio.to_thread(desk_from_files, files, found.keys, published=True)
    if desk is None:
        raise GiveUp(f"revision {revision} can't be compiled any more")
    return desk
