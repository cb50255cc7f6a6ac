"""Understands what was put on record: mails, in the jail and then in one unit; events once more."""

from __future__ import annotations

from runtime.actions.intake.understand import NotYet, understand
from runtime.actions.take_event.take import take_again
from runtime.store import arrivals
from runtime.store.jobs import Job
from runtime.store.unit import Unit
from runtime.workers.handling import Bench, TryAgain, complete

EVENTS = ("webhook", "phone")
"""Ways whose messages are understood when they come, and here only when they are replayed."""


async def take_in(bench: Bench, job: Job) -> None:
    """Bring one arrival to its end."""

    async def finish(unit: Unit) -> None:
        await complete(unit, job)

    arrival_id = str(job.body["arrival"])
    async with bench.site.store.unit(job.tenant_id) as unit:
        arrival = await arrivals.read(unit, arrival_id)
    if arrival is not None and arrival.way in EVENTS and arrival.state == arrivals.ARRIVED:
        await take_again(bench.site, job.tenant_id, arrival, finish)
        return
    try:
        await understand(bench.site, bench.mails, job.tenant_id, arrival_id, finish)
    except NotYet as why:
        raise TryAgain(str(why)) from None
