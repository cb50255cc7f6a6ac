"""When an absence begins: what presses goes to who stands in."""

from __future__ import annotations

from runtime.actions.set_absence import cover_absent
from runtime.store.jobs import Job
from runtime.workers.handling import Bench, TryAgain, complete


async def begin(bench: Bench, job: Job) -> None:
    """Hand on the tickets of somebody whose absence begins; nothing if it was taken back."""
    if bench.site.desks.get(job.tenant_id) is None:
        raise TryAgain("the tenant's desk is not loaded here")
    person, everything = str(job.body["person"]), bool(job.body["everything"])
    handed = await cover_absent(bench.site, job.tenant_id, person, everything=everything)
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        await complete(unit, job, "" if handed else "no ticket had to change hands")
