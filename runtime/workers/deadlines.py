"""Timers of tickets: what is due is done in one transaction with the timer's next instant."""

from __future__ import annotations

from runtime.actions.fall_due import fall_due
from runtime.clock import SECOND_US
from runtime.store import jobs, tickets, timers
from runtime.store.jobs import Job
from runtime.workers.handling import Bench, LostLease, complete

_NO_DESK_US = 10 * SECOND_US


async def fire(bench: Bench, job: Job) -> None:
    """Look at the ticket of a timer and set the timer anew."""
    site, ticket_id = bench.site, str(job.body["ticket"])
    async with site.store.unit(job.tenant_id, write=True) as unit:
        row = await tickets.lock(unit, ticket_id)
        live = await site.desks.of(unit, row) if row else site.desks.get(job.tenant_id)
        if live is None:
            # The desk is published but not compiled here yet; the ticket can wait a moment.
            await jobs.put_off(unit, job, unit.now_us() + _NO_DESK_US)
            return
        next_us = await fall_due(unit, live, ticket_id)
        if next_us is None:
            await complete(unit, job)
        elif not await timers.rearm(unit, job, next_us):
            raise LostLease(job.key)
