"""Work to be done later: one table for the outbox, deadlines, schedules and enrichment.

A job is written in the transaction that wants it. A worker leases it by one UPDATE that raises the
job's fence; what it did counts only where the fence is still the one it got, so a worker that slept
past its lease can't finish a job that somebody else has taken over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Update, bindparam, delete, exists, func, or_, select, update

from runtime.clock import SECOND_US
from runtime.store.bell import ring
from runtime.store.open import Store
from runtime.store.tables.people import tenant
from runtime.store.tables.work import job
from runtime.store.unit import Unit
from runtime.store.upsert import add_new

LEASE_US = 60 * SECOND_US
MAX_ATTEMPTS = 8
_BACK_OFF_US = 10 * SECOND_US
_BACK_OFF_MOST_US = 3600 * SECOND_US
_ERROR_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be written; of two with one (kind, key) the first stands while it is kept."""

    kind: str
    key: str
    due_us: int
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """A leased job; `fence` proves the lease, `attempts` counts this try too."""

    tenant_id: str
    id: str
    kind: str
    key: str
    due_us: int
    fence: int
    attempts: int
    lease_until_us: int
    body: Mapping[str, Any]


def effect_key(tenant_id: str, cause_event_id: str, effect: str, recipient: str) -> str:
    """The digest that an outside effect carries, as Message-ID and as idempotency key."""
    parts = "\x00".join((tenant_id, cause_event_id, effect, recipient))
    return hashlib.sha256(parts.encode()).hexdigest()


_TAKEN = [job.c[name] for name in Job.__dataclass_fields__]


async def enqueue(unit: Unit, jobs: Sequence[NewJob]) -> None:
    """Write jobs in this transaction; those whose (kind, key) is there already change nothing."""
    unit.must_write()
    now = unit.now_us()
    rows = [
        {
            "tenant_id": unit.tenant_id,
            "id": unit.new_id(),
            "kind": new.kind,
            "key": new.key,
            "state": "ready",
            "due_us": new.due_us,
            "lease_until_us": None,
            "fence": 0,
            "attempts": 0,
            "body": dict(new.body),
            "last_error": None,
            "created_us": now,
            "ended_us": None,
        }
        for new in jobs
    ]
    if rows:
        await add_new(unit, job, rows)
        unit.after_commit(ring)


async def cancel(unit: Unit, kind: str, keys: Sequence[str]) -> int:
    """Take back jobs that are not done yet, leased or not; gives how many."""
    unit.must_write()
    if not keys:
        return 0
    statement = delete(job).where(
        job.c.tenant_id == unit.tenant_id,
        job.c.kind == kind,
        job.c.key.in_(keys),
        job.c.state == "ready",
    )
    return (await unit.run(statement)).rowcount


async def lease(
    store: Store, kinds: Sequence[str], limit: int = 10, lasts_us: int = LEASE_US
) -> list[Job]:
    """Take up to `limit` due jobs of these kinds, each tenant with work getting a fair share."""
    now = store.clock.now_us()
    async with store.system() as system:
        waiting = await _tenants_with_work(system, kinds, now)
    taken: list[Job] = []
    while waiting and len(taken) < limit:
        share = max(1, (limit - len(taken)) // len(waiting))
        still: list[str] = []
        async with store.system(write=True) as system:
            for tenant_id in waiting:
                got = await _lease(
                    system, tenant_id, kinds, now, lasts_us, min(share, limit - len(taken))
                )
                taken += got
                if len(got) == share:
                    still.append(tenant_id)
        waiting = still
    return sorted(taken, key=lambda one: (one.due_us, one.id))


async def lease_of(
    system: Unit, tenant_id: str, kinds: Sequence[str], limit: int, lasts_us: int = LEASE_US
) -> list[Job]:
    """Take up to `limit` due jobs of these kinds of one tenant."""
    return await _lease(system, tenant_id, kinds, system.now_us(), lasts_us, limit)


async def complete(unit: Unit, done: Job, *, undone: str = "") -> bool:
    """Mark a job done, in the transaction of what it did; False if the lease was lost.

    On False the caller must let the transaction fail: somebody else does the job. `undone` says
    why there was nothing to do (`off: SMTP not configured`); `undone_counts` counts these.
    """
    change = {"state": "done", "ended_us": unit.now_us(), "last_error": undone or None}
    return await give_back(unit, done, change)


async def fail(
    unit: Unit, failed: Job, error: str, *, again: bool = True, max_attempts: int = MAX_ATTEMPTS
) -> bool:
    """Put a job back with a growing delay, or among the dead; False if the lease was lost.

    The delay is 10 s, 20 s, 40 s … at most an hour. `again` False, or the last attempt, makes it
    dead: kept with its error until somebody revives it.
    """
    now = unit.now_us()
    if again and failed.attempts < max_attempts:
        delay = min(_BACK_OFF_US << (failed.attempts - 1), _BACK_OFF_MOST_US)
        change: dict[str, Any] = {"due_us": now + delay}
    else:
        change = {"state": "dead", "ended_us": now}
    return await give_back(unit, failed, {**change, "last_error": error[:_ERROR_LENGTH]})


async def extend(unit: Unit, held: Job, lasts_us: int = LEASE_US) -> bool:
    """Keep a lease for longer; False if it was lost."""
    return await give_back(unit, held, {}, until_us=unit.now_us() + lasts_us)


async def put_off(unit: Unit, held: Job, due_us: int) -> bool:
    """Give a job back, to be done at `due_us`, without counting this try."""
    return await give_back(unit, held, {"due_us": due_us, "attempts": held.attempts - 1})


async def dead(unit: Unit, limit: int = 100) -> list[tuple[Job, str]]:
    """The tenant's jobs that were given up, with their last errors, oldest first."""
    query = select(*_TAKEN, job.c.last_error).where(
        job.c.tenant_id == unit.tenant_id, job.c.state == "dead"
    )
    rows = await unit.rows(query.order_by(job.c.ended_us).limit(limit))
    return [(_job(row), row.last_error or "") for row in rows]


async def undone_counts(unit: Unit) -> dict[str, int]:
    """How many kept jobs ended without anything done, by their reason."""
    query = select(job.c.last_error, func.count().label("n")).where(
        job.c.tenant_id == unit.tenant_id, job.c.state == "done", job.c.last_error.is_not(None)
    )
    return {row.last_error: row.n for row in await unit.rows(query.group_by(job.c.last_error))}


async def unfinished(unit: Unit, kind: str) -> list[Mapping[str, Any]]:
    """The bodies of all jobs of a kind that are still to be done, oldest first."""
    query = select(job.c.body).where(
        job.c.tenant_id == unit.tenant_id, job.c.kind == kind, job.c.state == "ready"
    )
    return [row.body for row in await unit.rows(query.order_by(job.c.created_us, job.c.id))]


@dataclass(frozen=True, slots=True)
class JobCount:
    """Kept jobs of a kind and state; `late_s`: how long the oldest that is due has waited."""

    kind: str
    state: str
    count: int
    late_s: float


async def counted(system: Unit) -> list[JobCount]:
    """All jobs of all tenants by kind and state, but for the leaders' rows."""
    oldest = func.min(job.c.due_us).label("oldest")
    query = select(job.c.kind, job.c.state, func.count().label("n"), oldest)
    query = query.where(job.c.state.in_(("ready", "done", "dead")))
    rows = await system.rows_long(query.group_by(job.c.kind, job.c.state))
    now = system.now_us()
    return sorted(
        (JobCount(r.kind, r.state, r.n, max(0, now - r.oldest) / SECOND_US) for r in rows),
        key=lambda one: (one.kind, one.state),
    )


async def revive(unit: Unit, job_id: str) -> bool:
    """Let a dead job be tried again from the beginning."""
    unit.must_write()
    statement = update(job).where(
        job.c.tenant_id == unit.tenant_id, job.c.id == job_id, job.c.state == "dead"
    )
    again = {"state": "ready", "attempts": 0, "ended_us": None, "due_us": unit.now_us()}
    return (await unit.run(statement.values(again))).rowcount == 1


async def sweep(unit: Unit, kept_us: int) -> int:
    """Delete done jobs that ended more than `kept_us` ago; their keys are free again then."""
    unit.must_write()
    statement = delete(job).where(
        job.c.tenant_id == unit.tenant_id,
        job.c.state == "done",
        job.c.ended_us < unit.now_us() - kept_us,
    )
    return (await unit.run(statement)).rowcount


async def next_due_us(system: Unit, kinds: Sequence[str]) -> int | None:
    """When the next job of these kinds wants to be done, over all tenants; None if none waits."""
    query = select(job.c.due_us).where(job.c.state == "ready", job.c.kind.in_(kinds))
    found = await system.value(query.order_by(job.c.due_us).limit(1))
    return None if found is None else int(found)


async def _tenants_with_work(system: Unit, kinds: Sequence[str], now_us: int) -> list[str]:
    due = exists().where(job.c.tenant_id == tenant.c.id, *_leasable(kinds, now_us))
    return [row.id for row in await system.rows(select(tenant.c.id).where(due))]


def _leasable(kinds: Sequence[str], now_us: int) -> tuple[Any, ...]:
    # `state = 'ready'` stands as text, so that SQLite sees that the partial index will do.
    return (
        job.c.state == bindparam("ready", "ready", literal_execute=True),
        job.c.kind.in_(kinds),
        job.c.due_us <= now_us,
        or_(job.c.lease_until_us.is_(None), job.c.lease_until_us <= now_us),
    )


async def _lease(
    system: Unit, tenant_id: str, kinds: Sequence[str], now_us: int, lasts_us: int, share: int
) -> list[Job]:
    # Materialised: PostgreSQL may run a plain subquery again for each row, and lease far more.
    chosen = (
        select(job.c.id)
        .where(job.c.tenant_id == tenant_id, *_leasable(kinds, now_us))
        .order_by(job.c.due_us)
        .limit(share)
        .with_for_update(skip_locked=True)
        .cte("chosen")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    statement = (
        update(job)
        .where(job.c.tenant_id == tenant_id, job.c.id.in_(select(chosen.c.id)))
        .values(
            fence=job.c.fence + 1,
            attempts=job.c.attempts + 1,
            lease_until_us=now_us + lasts_us,
        )
        .returning(*_TAKEN)
    )
    return [_job(row) for row in await system.rows(statement)]


async def give_back(
    unit: Unit, held: Job, change: Mapping[str, Any], until_us: int | None = None
) -> bool:
    """Write `change` into a leased job and end its lease, or let it last `until_us`.

    False if the lease was lost.
    """
    unit.must_write()
    asked = {"of_tenant": held.tenant_id, "of_id": held.id, "of_fence": held.fence}
    row = {"lease_until_us": until_us, **change}
    return (await unit.run(_ending(tuple(row)), {**asked, **row})).rowcount == 1


@lru_cache(maxsize=32)
def _ending(names: tuple[str, ...]) -> Update:
    return (
        update(job)
        .where(
            job.c.tenant_id == bindparam("of_tenant"),
            job.c.id == bindparam("of_id"),
            job.c.fence == bindparam("of_fence"),
            job.c.state == "ready",
        )
        .values({name: bindparam(name, type_=job.c[name].type) for name in names})
    )


def _job(row: Row[Any]) -> Job:
    return Job(**{name: row._mapping[name] for name in Job.__dataclass_fields__})
