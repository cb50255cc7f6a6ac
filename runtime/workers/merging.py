"""Tickets of a customer's record that was merged away move over, or back, however many they are."""

from __future__ import annotations

from typing import Final

from runtime.actions.merge_people import move_tickets
from runtime.actions.part_people import take_back
from runtime.store import jobs
from runtime.store.jobs import Job
from runtime.workers.handling import Bench, LostLease, complete

_BATCH: Final = 100


async def move_over(bench: Bench, job: Job) -> None:
    """Batch by batch; one that moved already is not looked at again."""
    after = ""
    while after := await _some(bench, job, after):
        async with bench.site.store.unit(job.tenant_id, write=True) as unit:
            if not await jobs.extend(unit, job):
                raise LostLease(job.key)
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        await complete(unit, job)


async def _some(bench: Bench, job: Job, after: str) -> str:
    """One batch; gives where to go on, "" at the end. A job with `from` undoes a merge."""
    if "from" in job.body:
        return await take_back(bench.site, job.tenant_id, {**job.body, "after": after}, _BATCH)
    return await move_tickets(bench.site, job.tenant_id, str(job.body["was"]), _BATCH, after)
