"""Records whose source gave no answer when a ticket was made: asked for until it does."""

from __future__ import annotations

from runtime.actions.enrich import KIND
from runtime.actions.outcome import Conflict, Done, Stale
from runtime.actions.refresh_records import refresh_records
from runtime.site.standing import SYSTEM
from runtime.store import tickets
from runtime.store.jobs import Job
from runtime.workers.handling import Bench, TryAgain, complete

__all__ = ["ATTEMPTS", "KIND", "enrich"]

# 10 s, 20 s … then every hour: a day and a half in all.
ATTEMPTS = 45


async def enrich(bench: Bench, job: Job) -> None:
    """Look up what is not known yet; a record that does not exist is noted and left."""
    site, tenant = bench.site, job.tenant_id
    if site.desks.get(tenant) is None:
        raise TryAgain("the tenant's desk is not loaded here")
    async with site.store.unit(tenant) as unit:
        row = await tickets.read(unit, str(job.body["ticket"]))
    why = "the ticket is gone"
    if row is not None:
        fields = [str(one) for one in job.body["fields"]]
        whose = str(job.body.get("whose", ""))
        done = await refresh_records(
            site, tenant, SYSTEM, row.number, fields, late=True, whose=whose
        )
        if done.away or isinstance(done.outcome, (Stale, Conflict)):
            raise TryAgain(done.why or "the ticket was changed meanwhile")
        why = "" if isinstance(done.outcome, Done) else done.why
    async with site.store.unit(tenant, write=True) as unit:
        await complete(unit, job, undone=why)
