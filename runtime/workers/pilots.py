"""Goes on with a pilot that is being stopped, wherever whoever began it was interrupted."""

from __future__ import annotations

import structlog

from runtime.actions.piloting.end import bring_back
from runtime.store.jobs import Job
from runtime.workers.handling import Bench, TryAgain, complete

log = structlog.get_logger()


async def end(bench: Bench, job: Job) -> None:
    """Bring back what is left; what live has no place for waits for somebody's map."""
    if bench.site.desks.get(job.tenant_id) is None:
        raise TryAgain("the tenant's desk is not loaded here")
    done = await bring_back(bench.site, job.tenant_id)
    if done.code:
        log.warning("a pilot could not be ended", tenant=job.tenant_id, left=dict(done.counts))
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        await complete(unit, job, undone=done.code)
