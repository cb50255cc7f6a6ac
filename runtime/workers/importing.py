"""Steps of imports that were begun on the desk, kept leased for as long as they take."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from runtime.actions.import_rows import Busy, Halted
from runtime.actions.import_runs import KIND as KIND
from runtime.actions.import_runs import do_step
from runtime.store import jobs
from runtime.store.jobs import LEASE_US, Job
from runtime.workers.handling import Bench, LostLease, TryAgain, complete

_KEEP_S = LEASE_US / 4_000_000


async def step(bench: Bench, job: Job) -> None:
    """One step; broken off, it goes on at the last batch that was written."""
    live = bench.site.desks.get(job.tenant_id)
    if live is None:
        raise TryAgain("the tenant's desk is not loaded here")
    undone = ""
    async with _kept(bench, job):
        try:
            await do_step(bench.site, live, str(job.body["run"]), str(job.body["step"]))
        except Halted as word:
            undone = str(word)
        except Busy:
            undone = "another process goes on with it"
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        await complete(unit, job, undone)


@contextlib.asynccontextmanager
async def _kept(bench: Bench, job: Job) -> AsyncIterator[None]:
    """The job stays leased; whoever lost it stops at the next batch, which holds the position."""
    keeper = asyncio.create_task(_keep(bench, job))
    try:
        yield
    finally:
        keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError, LostLease):
            await keeper


async def _keep(bench: Bench, job: Job) -> None:
    while True:
        await asyncio.sleep(_KEEP_S)
        async with bench.site.store.unit(job.tenant_id, write=True) as unit:
            if not await jobs.extend(unit, job):
                raise LostLease(job.key)
