"""Tickets of a customer's record that was merged away move over, however many they are."""

from __future__ import annotations

from typing import Final

from runtime.actions.merge_people import move_tickets
from runtime.store import jobs
from runtime.store.jobs import Job
from runtime.workers.handling import Bench, LostLease, complete

_BATCH: Final = 100


async def move_over(bench: Bench, job: Job) -> None:
    """Batch by batch; one that moved already is not looked at again."""
    was, after = str(job.body["was"]), ""
    while after := await move_tickets(bench.site, job.tenant_id, was, _BATCH, after):
        async with bench.site.store.unit(job.tenant_id, write=True) as unit:
            if not await jobs.extend(unit, job):
                raise LostLease(job.key)
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        await complete(unit, job)
