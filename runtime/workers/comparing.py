"""Looks at a decision with the desk beside it; what is otherwise is kept, nothing else happens."""

from __future__ import annotations

from runtime.actions.piloting.compare import compare
from runtime.store.jobs import Job
from runtime.workers.handling import Bench, TryAgain, complete


async def look(bench: Bench, job: Job) -> None:
    """Compare one decision."""
    if bench.site.desks.get(job.tenant_id) is None:
        raise TryAgain("the tenant's desk is not loaded here")
    body = job.body
    undone = await compare(
        bench.site, job.tenant_id, str(body["ticket"]), str(body["event"]), str(body["for"])
    )
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        await complete(unit, job, undone=undone)
