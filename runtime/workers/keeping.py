"""Housekeeping: what nobody asked for but somebody would miss — sweeping, anchors, lost timers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from runtime.actions.intake.record import KIND as INTAKE
from runtime.clock import SECOND_US
from runtime.site.handles import Site
from runtime.store import (
    accounts,
    anchors,
    answers,
    arrivals,
    deliveries,
    door_keys,
    files,
    held_mail,
    imports,
    jobs,
    patterns,
    people,
    rates,
    sessions,
    source_cache,
    tickets,
    timers,
)
from runtime.store.jobs import Job, NewJob
from runtime.workers.handling import Bench, complete

HOUR_US = 3600 * SECOND_US
DAY_US = 24 * HOUR_US
KEPT_US = 7 * DAY_US
MESSAGES_KEPT_US = 90 * DAY_US
"""How long a message stays as it came, once it was understood; in quarantine for ever."""
_FORGOTTEN_US = 300 * SECOND_US
# What a webhook's receiver took no notice of, and how long what was sent can be looked at.
_SENT_WITHIN_US = 3 * DAY_US
_TOLD_US = 30 * DAY_US
_FRESH_S = 3600
SWEEP, ANCHOR, LEARN = "sweep", "anchor", "learn"


async def plan_chores(site: Site) -> None:
    """Ask for each tenant's sweep and lesson of the hour and anchor of the day, once each."""
    now = site.store.clock.now_us()
    at = datetime.fromtimestamp(now / 1e6, UTC)
    for tenant in site.desks.tenants():
        async with site.store.unit(tenant, write=True) as unit:
            wanted = [
                NewJob(SWEEP, f"{at:%Y-%m-%dT%H}", now),
                NewJob(LEARN, f"{at:%Y-%m-%dT%H}", now),
                NewJob(ANCHOR, f"{at:%Y-%m-%d}", now, {"day": f"{at:%Y-%m-%d}"}),
            ]
            await jobs.enqueue(unit, wanted)
    async with site.store.system(write=True) as system:
        await sessions.sweep(system)


async def anchor(bench: Bench, job: Job) -> None:
    """Sign the tenant's journal as it is."""
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        await anchors.sign(unit, str(job.body["day"]))
        await complete(unit, job)


async def sweep(bench: Bench, job: Job) -> None:
    """Throw away what has had its time, and set timers that got lost or should look again."""
    site = bench.site
    async with site.store.unit(job.tenant_id, write=True) as unit:
        now = unit.now_us()
        stale = await files.stale(unit, now - DAY_US)
        digests = await files.erase(unit, stale)
        digests += await arrivals.forget_raw(unit, now - MESSAGES_KEPT_US)
        digests += await imports.forget_files(unit, now - MESSAGES_KEPT_US)
        await arrivals.forget_refused(unit, now - MESSAGES_KEPT_US)
        await answers.sweep(unit, now - KEPT_US)
        await rates.sweep(unit)
        await held_mail.sweep(unit, now - KEPT_US)
        await door_keys.sweep(unit, now - MESSAGES_KEPT_US)
        await jobs.sweep(unit, KEPT_US)
        await source_cache.sweep(unit)
        await deliveries.give_up_old(unit, now - _SENT_WITHIN_US)
        await deliveries.sweep(unit, _TOLD_US)
        await patterns.sweep(unit, now - DAY_US, now - KEPT_US)
        # A mail whose job was lost is asked for anew, once an hour.
        await jobs.enqueue(
            unit,
            [
                NewJob(INTAKE, f"{one.id}:{now // HOUR_US}", now, {"arrival": one.id})
                for one in await arrivals.waiting(unit, now - HOUR_US)
            ],
        )
        for ticket_id in await timers.forgotten(unit, now - _FORGOTTEN_US):
            row = await tickets.lock(unit, ticket_id)
            if row is not None and row.next_due_us is not None:
                await timers.set_timer(unit, ticket_id, row.next_due_us)
        await timers.look_at_requests(unit)
        await complete(unit, job)
    await _remove(site, digests)


async def _remove(site: Site, digests: Sequence[str]) -> None:
    """Delete bytes that nothing of any tenant names; fresh ones may be named in a moment."""
    if not digests:
        return
    async with site.store.system() as system:
        everyone = await accounts.tenants(system)
    used: set[str] = set()
    for tenant in everyone:
        async with site.store.unit(tenant) as unit:
            used |= await files.named(unit, digests) | await arrivals.named(unit, digests)
            used |= await imports.named(unit, digests)
            used |= await people.pictures_named(unit, digests)
    for digest in set(digests) - used:
        if await asyncio.to_thread(_old, site, digest):
            await site.files.remove(digest)


def _old(site: Site, digest: str) -> bool:
    path = site.files.path(digest)
    return path.exists() and time.time() - path.stat().st_mtime > _FRESH_S
