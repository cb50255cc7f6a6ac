"""Acts that rules ask for on other tickets: made, linked, merged, looked up again."""

from __future__ import annotations

import structlog

from runtime.actions.act_apart import act_apart
from runtime.store.jobs import Job
from runtime.workers.handling import Bench, TryAgain, complete

log = structlog.get_logger()


async def act(bench: Bench, job: Job) -> None:
    """Do one act; what can't be done is kept with its reason, like a notice to nobody."""
    if bench.site.desks.get(job.tenant_id) is None:
        raise TryAgain("the tenant's desk is not loaded here")
    body = job.body
    undone = await act_apart(
        bench.site,
        job.tenant_id,
        str(body["ticket"]),
        str(body["verb"]),
        body["args"],
        job.key,
        str(body.get("event", "")),
    )
    if undone:
        log.warning("a rule's act was not done", tenant=job.tenant_id, key=job.key, why=undone)
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        await complete(unit, job, undone=undone)
