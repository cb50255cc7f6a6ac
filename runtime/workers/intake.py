"""Understands what was put on record: mails, in the jail and then in one unit."""

from __future__ import annotations

from runtime.actions.intake.understand import NotYet, understand
from runtime.store.jobs import Job
from runtime.store.unit import Unit
from runtime.workers.handling import Bench, TryAgain, complete


async def take_in(bench: Bench, job: Job) -> None:
    """Bring one arrival to its end."""

    async def finish(unit: Unit) -> None:
        await complete(unit, job)

    arrival_id = str(job.body["arrival"])
    try:
        await understand(bench.site, bench.mails, job.tenant_id, arrival_id, finish)
    except NotYet as why:
        raise TryAgain(str(why)) from None
