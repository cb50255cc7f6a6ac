"""Urgent notices that nobody has read: the leads of the ticket's team are told as well."""

from __future__ import annotations

from typing import Final

from engine.model.ticket_type import DONE_PHASES
from runtime.store import jobs, notices, tickets
from runtime.store.jobs import Job, NewJob, effect_key
from runtime.store.roster import roster
from runtime.store.unit import Unit
from runtime.workers.handling import Bench, complete

KIND: Final = "urgent"


def ask_again(unit: Unit, job: Job, after_us: int) -> NewJob:
    """Look after a while whether the notice of `job` was read."""
    return NewJob(KIND, job.key, unit.now_us() + after_us, dict(job.body))


async def repeat(bench: Bench, job: Job) -> None:
    """Tell the leads, if it is still unread and the ticket is not over; no lead is told twice."""
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        told = await notices.by_key(unit, job.key)
        row = await tickets.read(unit, str(job.body["ticket"]))
        unread = told is not None and told.read_us is None and told.done_us is None
        if not unread or row is None or row.phase in DONE_PHASES:
            await complete(unit, job, undone="off: it was read, or the ticket is over")
            return
        leads = (await roster(unit)).leads(row.team_key or "")
        event, word = str(job.body["event"]), str(job.body["notification"])
        known = await notices.told_of(unit, event, word)
        made = [new for lead in leads if lead not in known for new in _to(unit, job, lead)]
        await jobs.enqueue(unit, made)
        await complete(unit, job)


def _to(unit: Unit, job: Job, lead: str) -> list[NewJob]:
    """The same notice for a lead, by both ways; they are the last to hear of it."""
    found = []
    for kind, way in (("notice", "in_app"), ("mail", "mail")):
        key = effect_key(job.tenant_id, job.key, f"repeat:{way}", lead)
        body = {**job.body, "recipient": lead, "effect": key, "last": True}
        found.append(NewJob(kind, key, unit.now_us(), body))
    return found
