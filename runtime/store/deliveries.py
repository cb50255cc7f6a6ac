"""Events on their way to webhooks: each a row with its tries, in strands of one ticket each.

A strand is the events of one ticket for one webhook. It has one job, whose kind names the webhook:
so the events of a ticket go out one after the other, and the work of one webhook can be told from
that of others before it is taken up. A strand's job is armed in the transaction of the event.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from sqlalchemy import Row, and_, func, insert, or_, select, update

from runtime.store import jobs
from runtime.store.bell import ring
from runtime.store.jobs import Job
from runtime.store.open import Store
from runtime.store.tables.doors import delivery, webhook_state
from runtime.store.tables.people import tenant
from runtime.store.tables.tickets import ticket
from runtime.store.tables.work import job
from runtime.store.unit import Unit
from runtime.store.upsert import inserting, put

KIND: Final = "webhook:"
_AFTER: Final = "webhook;"
_ENDPOINT = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event for one webhook; `key` is its id for the receiver, the same at every try.

    `strand`: the ticket, or what stands for one; `log`: what became of each try, the last 20.
    """

    id: str
    webhook_id: str
    ticket_id: str | None
    event_id: str | None
    event: str
    seq: int
    key: str
    state: str
    body: bytes
    attempts: int
    log: Sequence[Mapping[str, Any]]
    created_us: int
    due_us: int
    ended_us: int | None

    @property
    def strand(self) -> str:
        """What its order holds within."""
        return self.ticket_id or self.id


@dataclass(frozen=True, slots=True)
class HookState:
    """Whether a webhook is called: not while `stopped`, nor before `resume_us`."""

    webhook_id: str
    stopped: bool = False
    reason: str = ""
    failures: int = 0
    resume_us: int | None = None


_c = delivery.c
_TOLD = [_c[f.name] for f in fields(Delivery) if f.name != "body"]
_WAITING = "waiting"


async def add(unit: Unit, new: Sequence[Delivery]) -> None:
    """Keep events; those that wait have their strands' jobs armed."""
    unit.must_write()
    sealer = unit.sealer
    for one in new:
        row = {f.name: getattr(one, f.name) for f in fields(Delivery)}
        row |= {"tenant_id": unit.tenant_id, "key_id": sealer.active, "log": list(one.log)}
        row["body"] = sealer.seal_bytes(one.body, _about(one.key))
        await unit.run(insert(delivery), row)
        if one.state == _WAITING:
            await arm(unit, one.webhook_id, one.strand, one.due_us)


async def arm(unit: Unit, webhook_id: str, strand: str, due_us: int) -> None:
    """Have a strand looked at by `due_us`, whatever became of its job.

    A worker that holds the job at this moment waits for this row, and then sees what is new.
    """
    unit.must_write()
    again = {"state": "ready", "due_us": due_us, "attempts": 0, "ended_us": None}
    row = {
        "tenant_id": unit.tenant_id,
        "id": unit.new_id(),
        "kind": KIND + webhook_id,
        "key": strand,
        "lease_until_us": None,
        "fence": 0,
        "body": {"webhook": webhook_id, "strand": strand},
        "created_us": unit.now_us(),
        "last_error": None,
        **again,
    }
    new = inserting(job, unit.dialect).values(row)
    key = ["tenant_id", "kind", "key"]
    await unit.run(new.on_conflict_do_update(index_elements=key, set_=again))
    unit.after_commit(ring)


async def next_of(unit: Unit, webhook_id: str, strand: str) -> Delivery | None:
    """The first event of a strand that waits, with its body.

    Raises:
        SealError: the key file is not the one it was sealed with.
    """
    where = or_(_c.ticket_id == strand, and_(_c.ticket_id.is_(None), _c.id == strand))
    query = select(*_TOLD, _c.body, _c.key_id).where(
        _c.tenant_id == unit.tenant_id, _c.webhook_id == webhook_id, _c.state == _WAITING, where
    )
    row = await unit.row(query.order_by(_c.seq, _c.id).limit(1))
    return _opened(unit, row) if row is not None else None


async def change(unit: Unit, delivery_id: str, **changes: Any) -> None:
    """Write columns of one event."""
    unit.must_write()
    mine = update(delivery).where(_c.tenant_id == unit.tenant_id, _c.id == delivery_id)
    await unit.run(mine.values(**changes))


async def by_id(unit: Unit, delivery_id: str) -> Delivery | None:
    """One event with its body.

    Raises:
        SealError: the key file is not the one it was sealed with.
    """
    query = select(*_TOLD, _c.body, _c.key_id)
    row = await unit.row(query.where(_c.tenant_id == unit.tenant_id, _c.id == delivery_id))
    return _opened(unit, row) if row is not None else None


async def listed(
    unit: Unit, webhook_id: str = "", state: str = "", *, before: str = "", limit: int = 50
) -> list[Delivery]:
    """Events without their bodies, newest first, those before the id `before`."""
    query = select(*_TOLD).where(_c.tenant_id == unit.tenant_id)
    query = query.where(_c.webhook_id == webhook_id) if webhook_id else query
    query = query.where(_c.state == state) if state else query
    query = query.where(_c.id < before) if before else query
    rows = await unit.rows(query.order_by(_c.id.desc()).limit(limit))
    return [Delivery(**row._mapping, body=b"") for row in rows]


async def numbers(unit: Unit, ticket_ids: Collection[str]) -> dict[str, str]:
    """The numbers of tickets by id."""
    c = ticket.c
    query = select(c.id, c.number).where(c.tenant_id == unit.tenant_id, c.id.in_(set(ticket_ids)))
    return {row.id: row.number for row in await unit.rows(query)} if ticket_ids else {}


async def counts(unit: Unit) -> dict[tuple[str, str], int]:
    """How many events are kept by webhook and state."""
    query = select(_c.webhook_id, _c.state, func.count().label("n"))
    query = query.where(_c.tenant_id == unit.tenant_id).group_by(_c.webhook_id, _c.state)
    return {(row.webhook_id, row.state): row.n for row in await unit.rows(query)}


async def replay(unit: Unit, found: Collection[Delivery]) -> int:
    """Let ended events be tried again from the beginning, under their own ids; gives how many."""
    unit.must_write()
    number, now = 0, unit.now_us()
    for one in found:
        mine = update(delivery).where(
            _c.tenant_id == unit.tenant_id, _c.id == one.id, _c.state != _WAITING
        )
        again = {"state": _WAITING, "attempts": 0, "due_us": now, "ended_us": None}
        if (await unit.run(mine.values(**again))).rowcount == 1:
            number += 1
            await arm(unit, one.webhook_id, one.strand, now)
    return number


async def give_up(unit: Unit, webhook_id: str, reason: str) -> int:
    """All events of a webhook that wait are dead; gives how many."""
    return await _end(unit, {"code": reason}, _c.webhook_id == webhook_id)


async def give_up_old(unit: Unit, before_us: int) -> int:
    """Events that were due before an instant and wait still are dead: nobody was ever there."""
    return await _end(unit, {"code": "expired"}, _c.due_us < before_us)


async def sweep(unit: Unit, kept_us: int) -> int:
    """Delete events that ended more than `kept_us` ago."""
    unit.must_write()
    old = delivery.delete().where(
        _c.tenant_id == unit.tenant_id, _c.ended_us < unit.now_us() - kept_us
    )
    return (await unit.run(old)).rowcount


async def _end(unit: Unit, said: Mapping[str, Any], *which: Any) -> int:
    unit.must_write()
    now = unit.now_us()
    waiting = (_c.tenant_id == unit.tenant_id, _c.state == _WAITING, *which)
    rows = await unit.rows(select(_c.id, _c.log).where(*waiting).with_for_update())
    for row in rows:
        log = [*row.log, {"at": now, **said}][-20:]
        await change(unit, row.id, state="dead", ended_us=now, log=log)
    return len(rows)


# -- webhooks as a whole ------------------------------------------------------------------------


async def states(unit: Unit) -> dict[str, HookState]:
    """What is kept of webhooks; one that never failed is not there."""
    c = webhook_state.c
    query = select(*(c[f.name] for f in fields(HookState))).where(c.tenant_id == unit.tenant_id)
    return {row.webhook_id: _state(row) for row in await unit.rows(query)}


async def put_state(unit: Unit, state: HookState) -> None:
    """Keep how a webhook stands."""
    row = {f.name: getattr(state, f.name) for f in fields(HookState)}
    row |= {"tenant_id": unit.tenant_id, "at_us": unit.now_us()}
    await put(unit, webhook_state, row)


# -- taking work up -----------------------------------------------------------------------------


async def lease(
    store: Store, limit: int, most: int, busy: Mapping[_ENDPOINT, int], lasts_us: int
) -> list[Job]:
    """Take due strands, of each webhook so many that no more than `most` of it run.

    `busy`: how many run already by (tenant, webhook). Webhooks of which the fewest run come first,
    and one whose receiver did not answer the last time has one call at a time: so one that hangs
    holds up nobody else.
    """
    now = store.clock.now_us()
    async with store.system() as system:
        found = await _endpoints(system, now)
    wanting = sorted(found, key=lambda one: busy.get(one, 0))
    taken: list[Job] = []
    if not wanting:
        return taken
    share = max(1, limit // len(wanting))
    async with store.system(write=True) as system:
        for endpoint in wanting:
            mine = (1 if found[endpoint] else most) - busy.get(endpoint, 0)
            room = min(share, mine, limit - len(taken))
            if room > 0:
                tenant_id, kind = endpoint[0], (KIND + endpoint[1],)
                taken += await jobs.lease_of(system, tenant_id, kind, room, lasts_us)
    return taken


async def next_due_us(store: Store) -> int | None:
    """When the next strand of any webhook wants to be looked at."""
    async with store.system() as system:
        query = select(func.min(job.c.due_us)).where(*_strands(), job.c.lease_until_us.is_(None))
        found = await system.value(query.select_from(_tenants()))
    return None if found is None else int(found)


async def _endpoints(system: Unit, now_us: int) -> dict[_ENDPOINT, bool]:
    """(tenant, webhook) of all strands that are due, and whether its receiver is silent.

    Webhooks that are stopped or left alone for a while are not among them.
    """
    c = webhook_state.c
    resting = or_(c.stopped, func.coalesce(c.resume_us, 0) > now_us).label("resting")
    query = select(c.tenant_id, c.webhook_id, c.failures, resting)
    known = {(row.tenant_id, row.webhook_id): row for row in await system.rows(query)}
    free = or_(job.c.lease_until_us.is_(None), job.c.lease_until_us <= now_us)
    query = select(job.c.tenant_id, job.c.kind).distinct().select_from(_tenants())
    rows = await system.rows(query.where(*_strands(), job.c.due_us <= now_us, free))
    due = [(row.tenant_id, row.kind.removeprefix(KIND)) for row in rows]
    return {
        one: one in known and known[one].failures > 0
        for one in due
        if one not in known or not known[one].resting
    }


def _tenants() -> Any:
    """Jobs by way of their tenants, for the index of jobs begins with the tenant."""
    return tenant.join(job, job.c.tenant_id == tenant.c.id)


def _strands() -> tuple[Any, ...]:
    return job.c.state == "ready", job.c.kind >= KIND, job.c.kind < _AFTER


def _opened(unit: Unit, row: Row[Any]) -> Delivery:
    told = {f.name: row._mapping[f.name] for f in fields(Delivery) if f.name != "body"}
    body = unit.sealer.open_bytes(row.key_id, bytes(row.body), _about(row.key))
    return Delivery(**told, body=body)


def _state(row: Row[Any]) -> HookState:
    said = {f.name: row._mapping[f.name] for f in fields(HookState)}
    return HookState(**{**said, "reason": said["reason"] or ""})


def _about(key: str) -> str:
    return f"delivery:{key}"
