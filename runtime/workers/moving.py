"""Walks the tickets for data moves, a batch a job, so that it goes on wherever it was stopped."""

from __future__ import annotations

from typing import Any

from engine.moved import TEAM
from runtime.actions.move_data import move_ticket
from runtime.actions.turn_moves import KIND
from runtime.clock import SECOND_US
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.site.moves import recast_of, shift_of
from runtime.store import jobs, journal, moves, tickets
from runtime.store.jobs import Job, NewJob
from runtime.store.journal import NewEvent
from runtime.store.moves import Run
from runtime.store.unit import Unit
from runtime.workers.handling import Bench, TryAgain, complete

BATCH = 200
_WAIT_US = 1 * SECOND_US


async def move(bench: Bench, job: Job) -> None:
    """Move one batch and ask for the next; the last one says in the journal what became of all.

    The tickets are looked for before the transaction and looked at again inside; the run is held
    through it, so that who stops it waits for the batch, and none is begun afterwards. The walk
    ends with a pass that found nothing to do.
    """
    site = bench.site
    live = site.desks.get(job.tenant_id)
    async with site.store.unit(job.tenant_id) as unit:
        running = await moves.runs(unit, running=True)
    run = next((one for one in running if one.id == job.body["run"]), None)
    if run is not None and (live is None or live.generation < run.body["generation"]):
        raise TryAgain("the tenant's desk is not loaded here")
    if run is None or live is None or running[0].id != run.id:
        await _not_now(site, job, again=run is not None)
        return
    ids = await _ids(site, live, run)
    async with site.store.unit(job.tenant_id, write=True) as unit:
        ended = await _batch(unit, live, run.id, ids, job)
        await complete(unit, job)
    if ended:
        await site.desks.settle(job.tenant_id)


async def _not_now(site: Site, job: Job, *, again: bool) -> None:
    """The run was stopped, or another has to end first."""
    async with site.store.unit(job.tenant_id, write=True) as unit:
        if again:
            await jobs.put_off(unit, job, unit.now_us() + _WAIT_US)
        else:
            await complete(unit, job)


async def _ids(site: Site, live: Live, run: Run) -> list[str]:
    """The next tickets that a run may have to change."""
    shift, one = shift_of(run), recast_of(run)
    after = run.after or ""
    async with site.store.unit(live.tenant) as unit:
        known = await moves.kept_ids(unit, str(run.body["of"]), after, BATCH) if run.way < 0 else []
        if one is not None:
            unread = await moves.candidates(unit, moves.unread(one), after, BATCH)
            return sorted({*known, *unread})[:BATCH]
        if run.way < 0:
            return known
        assert shift is not None
        items = [item for model in live.desk.types.values() for item in model.fields.values()]
        of_team = sorted({i.key for i in items if i.type == "team"}) if shift.name == TEAM else []
        sealed = any(i.sensitive for i in items if i.key == shift.name)
        where = moves.holding(shift, of_team, sealed=sealed)
        return await moves.candidates(unit, where, after, BATCH)


async def _batch(unit: Unit, live: Live, run_id: str, ids: list[str], job: Job) -> bool:
    """Move these tickets; whether the run came to its end."""
    run = await moves.hold(unit, run_id)
    if run is None or run.state != "running":
        return True
    counts = dict(run.counts)
    changed = int(job.body.get("changed", 0))
    for ticket_id in ids:
        row = await tickets.lock(unit, ticket_id)
        if row is None:
            continue
        _, what = await move_ticket(unit, live, run, row)
        if what:
            counts[what] = counts.get(what, 0) + 1
            changed += 1
    is_over = len(ids) < BATCH
    if is_over and not changed:
        await _end(unit, live, run, counts)
        return True
    number = int(job.body.get("pass", 0)) + is_over
    after = "" if is_over else ids[-1]
    await moves.change(unit, run_id, after=after, counts=counts)
    body: dict[str, Any] = {"run": run_id, "pass": number, "changed": 0 if is_over else changed}
    new = NewJob(KIND, f"{run_id}:{number}:{after}", unit.now_us(), body)
    await jobs.enqueue(unit, [new])
    return False


async def _end(unit: Unit, live: Live, run: Run, counts: dict[str, int]) -> None:
    await moves.change(unit, run.id, state="done", counts=counts, ended_us=unit.now_us())
    body = {"step": run.step, "way": run.way, "of_revision": run.revision_n, "counts": counts}
    event = NewEvent(
        "moved_data",
        body,
        "system",
        revision=live.revision,
        desk_digest=live.desk.digest,
        cause_event_id=run.body["cause"] or None,
    )
    await journal.append_admin(unit, [event])
