"""What tickets write back to other systems, each told until it is taken or refused."""

from __future__ import annotations

from typing import Final

from engine.decide.verdict import Called
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.gather import params_of
from runtime.site.desks import Live
from runtime.site.standing import SYSTEM
from runtime.sources.asking import Away
from runtime.store import people, tickets
from runtime.store.jobs import Job
from runtime.store.tickets import TicketRow
from runtime.workers.handling import Bench, TryAgain, complete

KIND: Final = "call"
ATTEMPTS: Final = 30
"""10 s, 20 s … then every hour: about a day."""
_SAID: Final = 200


async def call(bench: Bench, job: Job) -> None:
    """Tell one system; the same key goes along however often it is told."""
    site, tenant = bench.site, job.tenant_id
    if site.desks.get(tenant) is None:
        raise TryAgain("the tenant's desk is not loaded here")
    async with site.store.unit(tenant) as unit:
        row = await tickets.read(unit, str(job.body["ticket"]))
        live = await site.desks.of(unit, row) if row is not None else None
    if row is None or live is None:
        async with site.store.unit(tenant, write=True) as unit:
            await complete(unit, job, undone="the ticket is gone")
        return
    told = await _told(bench, job, live, row)
    change = Change(told, idempotency_key=job.key)
    await change_ticket(site, tenant, SYSTEM, row.number, change)
    async with site.store.unit(tenant, write=True) as unit:
        await complete(unit, job, undone="" if told.went_well else told.said)


async def _told(bench: Bench, job: Job, live: Live, row: TicketRow) -> Called:
    args = job.body["args"]
    source, name = str(args["source"]), str(args["call"])
    model = live.desk.sources.get(source)
    found = model.calls.get(name) if model is not None else None
    if model is None or found is None:
        return Called(source, name, False, "the source has no such call any more")
    title = found.title.say(live.desk.tenant.locales[0])
    async with bench.site.store.unit(job.tenant_id) as unit:
        person = await people.person_by_id(unit, row.requester_id or "")
    params = {
        **(params_of(person) if person is not None else {}),
        **args["with"],
        "key": str(args["key"]),
        "ticket.number": row.number,
    }
    try:
        shown = await bench.site.records.call(live, model, found, params, job.key)
    except Away as wrong:
        if wrong.again and job.attempts < ATTEMPTS:
            raise TryAgain(str(wrong)) from None
        return Called(source, title, False, str(wrong))
    text = shown.reply.decode("utf-8", "replace")[:_SAID]
    return Called(source, title, True, f"HTTP {shown.status} {text}".strip())
