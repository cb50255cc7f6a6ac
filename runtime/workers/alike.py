"""Looks for tickets that may be about the same as a new one."""

from __future__ import annotations

from runtime.actions.propose_alike import propose_alike
from runtime.store.jobs import Job
from runtime.store.unit import Unit
from runtime.workers.handling import Bench, complete


async def look_for_alike(bench: Bench, job: Job) -> None:
    """Compare one new ticket with others."""

    async def finish(unit: Unit) -> None:
        await complete(unit, job)

    await propose_alike(bench.site, job.tenant_id, str(job.body["ticket"]), finish)
