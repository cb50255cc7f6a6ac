"""Understands what was put on record: mails, in the jail and then in one unit; events once more."""

from __future__ import annotations

import structlog

from runtime.actions.intake.ending import Finish
from runtime.actions.intake.set_aside import set_aside
from runtime.actions.intake.understand import NotYet, understand
from runtime.actions.take_event.take import take_again
from runtime.store import arrivals, jobs
from runtime.store.jobs import Job
from runtime.store.unit import Unit
from runtime.workers.handling import Bench, LostLease, TryAgain, complete

log = structlog.get_logger()

EVENTS = ("webhook", "phone")
"""Ways whose messages are understood when they come, and here only when they are replayed."""


async def take_in(bench: Bench, job: Job) -> None:
    """Bring one arrival to its end; where every try fails that is the quarantine."""
    arrival_id = str(job.body["arrival"])

    async def finish(unit: Unit) -> None:
        await complete(unit, job)

    try:
        await _understand(bench, job, arrival_id, finish)
    except LostLease:
        raise
    except Exception as wrong:
        if job.attempts < jobs.MAX_ATTEMPTS:
            if isinstance(wrong, NotYet):
                raise TryAgain(str(wrong)) from None
            raise
        log.exception("an arrival was set aside", tenant=job.tenant_id, arrival=arrival_id)
        why = str(wrong) if isinstance(wrong, NotYet) else type(wrong).__name__
        await set_aside(bench.site, job.tenant_id, arrival_id, why, finish)


async def _understand(bench: Bench, job: Job, arrival_id: str, finish: Finish) -> None:
    async with bench.site.store.unit(job.tenant_id) as unit:
        arrival = await arrivals.read(unit, arrival_id)
    if arrival is not None and arrival.way in EVENTS and arrival.state == arrivals.ARRIVED:
        await take_again(bench.site, job.tenant_id, arrival, finish)
    else:
        await understand(bench.site, bench.mails, job.tenant_id, arrival_id, finish)
