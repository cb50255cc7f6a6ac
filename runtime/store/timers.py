"""The one timer of each ticket: a job that says when the ticket has to be looked at next.

A ticket has one row, moved and revived as its deadlines change. When it fires, the ticket itself
says what is due; so a timer that fires for nothing does no harm, and one that is missing is found
by `forgotten`, because the ticket keeps the same instant.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, select

from runtime.store.bell import ring
from runtime.store.jobs import Job, NewJob, give_back
from runtime.store.tables.tickets import IS_OPEN, event, ticket
from runtime.store.tables.work import job
from runtime.store.unit import Unit
from runtime.store.upsert import inserting

KIND = "deadline"


def first_timer(ticket_id: str, due_us: int) -> NewJob:
    """The timer of a new ticket."""
    return NewJob(KIND, ticket_id, due_us, {"ticket": ticket_id})


async def set_timer(unit: Unit, ticket_id: str, due_us: int) -> None:
    """Have the ticket looked at by `due_us`, whatever became of its timer; the caller holds it.

    A worker that holds the timer at this moment waits for the ticket and then sees it as it is.
    """
    unit.must_write()
    again = {
        "state": "ready",
        "due_us": due_us,
        "attempts": 0,
        "ended_us": None,
        "last_error": None,
    }
    row = {
        "tenant_id": unit.tenant_id,
        "id": unit.new_id(),
        "kind": KIND,
        "key": ticket_id,
        "lease_until_us": None,
        "fence": 0,
        "body": {"ticket": ticket_id},
        "created_us": unit.now_us(),
        **again,
    }
    key = ["tenant_id", "kind", "key"]
    new = inserting(job, unit.dialect).values(row)
    await unit.run(new.on_conflict_do_update(index_elements=key, set_=again))
    unit.after_commit(ring)


async def rearm(unit: Unit, held: Job, due_us: int) -> bool:
    """Let a timer that fired wait for `due_us`; False if the lease was lost."""
    return await give_back(unit, held, {"due_us": due_us, "attempts": 0, "last_error": None})


async def forgotten(unit: Unit, before_us: int, limit: int = 500) -> list[str]:
    """Tickets that wanted to be looked at before an instant and have no timer that would do it."""
    waiting = exists().where(
        job.c.tenant_id == ticket.c.tenant_id,
        job.c.kind == KIND,
        job.c.key == ticket.c.id,
        job.c.state == "ready",
    )
    query = (
        select(ticket.c.id)
        .where(ticket.c.tenant_id == unit.tenant_id, ticket.c.next_due_us < before_us, ~waiting)
        .order_by(ticket.c.next_due_us)
        .limit(limit)
    )
    return [row.id for row in await unit.rows(query)]


async def look_at_requests(unit: Unit) -> None:
    """Have every ticket that waits for an approval looked at now: who may answer changes."""
    query = select(ticket.c.id).where(
        ticket.c.tenant_id == unit.tenant_id, ticket.c.pending.is_not(None)
    )
    for row in await unit.rows(query):
        await set_timer(unit, row.id, unit.now_us())


async def open_tickets(
    unit: Unit,
    types: Sequence[str],
    *,
    after: str,
    made_before_us: int,
    limit: int,
    not_of: int = 0,
) -> list[str]:
    """Ids of open tickets of some types made before an instant, by id, those after `after`.

    Those of a pilot are not among them: its promises did not change; nor those that were made
    under revision `not_of`, as it was a pilot then.
    """
    c = ticket.c
    under = exists().where(
        event.c.tenant_id == c.tenant_id,
        event.c.ticket_id == c.id,
        event.c.seq == 1,
        event.c.revision == not_of,
    )
    query = select(c.id).where(
        c.tenant_id == unit.tenant_id,
        c.environment.is_(None),
        ~under,
        IS_OPEN,
        c.type_key.in_(types),
        c.created_us < made_before_us,
        c.id > after,
    )
    return [row.id for row in await unit.rows(query.order_by(c.id).limit(limit))]
