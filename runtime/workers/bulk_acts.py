"""Acts on many tickets that are too many to wait for, a batch a job."""

from __future__ import annotations

from runtime.actions.bulk_runs import KIND as KIND
from runtime.actions.bulk_runs import go_on, go_on_later
from runtime.store.jobs import Job
from runtime.workers.handling import Bench, TryAgain, complete


async def act(bench: Bench, job: Job) -> None:
    """Do one batch and ask for the next; broken off, it goes on where it was."""
    site, run = bench.site, str(job.body["run"])
    if site.desks.get(job.tenant_id) is None:
        raise TryAgain("the tenant's desk is not loaded here")
    more = await go_on(site, job.tenant_id, run)
    async with site.store.unit(job.tenant_id, write=True) as unit:
        await complete(unit, job)
        if more:
            await go_on_later(unit, run)
