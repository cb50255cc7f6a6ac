"""An act on many tickets, carried out ticket by ticket, and taken back.

Each ticket goes by its own action in its own transaction, with what became of it. So it goes on
after a crash where it was, does nothing twice, and one ticket that fails stops no other.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import structlog

from engine.decide import access
from engine.decide.access import Rights
from engine.decide.verdict import Event, Refusal, Restore
from engine.facts import Facts, Viewer
from engine.model.clock import clock_from, clock_values
from runtime.actions.bulk import Said, event_of
from runtime.actions.change_ticket import Change, change_within, gathering
from runtime.actions.outcome import Done, NotFound, Outcome, Refused, Stale, Undo
from runtime.site import refused
from runtime.site.desks import Live
from runtime.site.facts import read_facts
from runtime.site.handles import Site
from runtime.site.standing import ask_of, viewer_of
from runtime.site.stored import MEMORIES, MEMORY, frozen, secret_names, thawed
from runtime.store import answers, bulk_runs, jobs, people, tickets
from runtime.store.bulk_runs import Fate
from runtime.store.bulk_runs import Run as Run
from runtime.store.jobs import NewJob
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit

KIND: Final = "bulk"
AT_ONCE: Final = 20
"""So many tickets are done while the person waits; of more a worker takes care."""
BATCH: Final = 50
"""So many tickets a worker does before others have their turn."""
_QUIET: Final = frozenset({"updated_at", "version"})
log = structlog.get_logger()


async def begin(
    site: Site, tenant: str, viewer: Viewer, what: str, said: Said, numbers: tuple[str, ...],
    key: str, back: str = "",
) -> str:  # fmt: skip
    """Begin an act; gives its id. The same form sent again gives the same act.

    `back`: the list that it came from.
    """
    person = viewer.person_id or ""
    once = f"bulk:{person}:{key}"
    async with site.store.unit(tenant, write=True) as unit:
        if key:
            claim = await answers.claim(unit, once, "")
            if not claim.fresh:
                return str(claim.answer)
        body = {"said": dict(said), "numbers": list(numbers), "back": back}
        run = await bulk_runs.make(unit, person, what, body)
        if key:
            await answers.answer(unit, once, run.id)
        if len(numbers) > AT_ONCE:
            await _enqueue(unit, run)
    if len(numbers) <= AT_ONCE:
        await go_on(site, tenant, run.id)
    return run.id


async def _enqueue(unit: Unit, run: Run) -> None:
    now = unit.now_us()
    key = f"{run.id}:{run.state}:{run.position}"
    await jobs.enqueue(unit, [NewJob(KIND, key, now, {"run": run.id})])


async def read_run(site: Site, tenant: str, viewer: Viewer, run_id: str) -> Run | None:
    """An act of this person; another's is not there."""
    async with site.store.unit(tenant) as unit:
        run = await bulk_runs.read(unit, run_id)
    return run if run is not None and run.person_id == viewer.person_id else None


async def of_person(site: Site, tenant: str, viewer: Viewer) -> list[Run]:
    """What this person has done to many tickets lately, the last first."""
    async with site.store.unit(tenant) as unit:
        return await bulk_runs.of_person(unit, viewer.person_id or "")


async def stop(site: Site, tenant: str, run_id: str) -> None:
    """Let the ticket that is being done be the last."""
    async with site.store.unit(tenant, write=True) as unit:
        run = await bulk_runs.hold(unit, run_id)
        if run is not None and run.state == "running":
            await bulk_runs.change(unit, run_id, state="stopped", ended_us=unit.now_us())


async def undo(site: Site, tenant: str, run_id: str) -> None:
    """Take an act back wherever nothing has happened since."""
    async with site.store.unit(tenant, write=True) as unit:
        run = await bulk_runs.hold(unit, run_id)
        if run is None or run.state not in ("done", "stopped"):
            return
        await bulk_runs.change(unit, run_id, state="undoing", position=0, ended_us=None)
        if run.counts.get("undoable", 0) > AT_ONCE:
            await _enqueue(unit, replace(run, state="undoing", position=0))
    if run.counts.get("undoable", 0) <= AT_ONCE:
        await go_on(site, tenant, run_id)


async def go_on(site: Site, tenant: str, run_id: str, most: int = BATCH) -> bool:
    """Do so many tickets of an act, forwards or back; gives whether there are more."""
    async with site.store.unit(tenant) as unit:
        run = await bulk_runs.read(unit, run_id)
        standing = await people.standing(unit, run.person_id) if run else None
    live = site.desks.get(tenant)
    if run is None or live is None:
        return False
    if standing is None:  # whoever asked for it is gone
        await stop(site, tenant, run_id)
        return False
    viewer = viewer_of(live.desk, standing)
    act = {"running": _forwards, "undoing": _back}.get(run.state)
    return await act(site, tenant, viewer, run, most) if act is not None else False


async def go_on_later(unit: Unit, run_id: str) -> None:
    """Ask for the next batch, in the transaction that ends this one."""
    run = await bulk_runs.read(unit, run_id)
    if run is not None and run.state in ("running", "undoing"):
        await _enqueue(unit, run)


# -- forwards -------------------------------------------------------------------------------------


async def _forwards(site: Site, tenant: str, viewer: Viewer, run: Run, most: int) -> bool:
    numbers: list[str] = run.body["numbers"]
    event = event_of(run.what, run.body["said"], run.person_id)
    for number in numbers[run.position : run.position + most] if event else ():
        assert event is not None
        if not await _one(site, tenant, viewer, run, number, event):
            return False
    async with site.store.unit(tenant, write=True) as unit:
        now = await bulk_runs.hold(unit, run.id)
        if now is None or now.state != "running" or (event and now.position < len(numbers)):
            return now is not None and now.state == "running"
        await bulk_runs.change(unit, run.id, state="done", ended_us=unit.now_us())
    return False


async def _one(
    site: Site, tenant: str, viewer: Viewer, run: Run, number: str, event: Event
) -> bool:
    """One ticket and what became of it; False where the act was stopped."""
    change = Change(event, idempotency_key=f"bulk:{run.id}")
    change = await gathering(site, tenant, viewer, number, change)

    async def act(unit: Unit, row: TicketRow, live: Live) -> Fate:
        facts = await read_facts(unit, live.desk, row)
        done = await change_within(site, unit, viewer, row.id, change)
        if not isinstance(done, Done):
            raise Undo(done)
        after = await tickets.read(unit, row.id)
        assert after is not None
        before, why = _kept(live, facts, await read_facts(unit, live.desk, after), done)
        version = after.version if after.version != row.version else None
        return Fate(ticket_id=row.id, done=True, why=why, version=version, before=before)

    return await _each(site, tenant, viewer, run, number, act)


Act = Callable[[Unit, TicketRow, Live], Awaitable[Fate]]


async def _each(site: Site, tenant: str, viewer: Viewer, run: Run, number: str, act: Act) -> bool:
    """One step of an act: what it does, what it says, how far it is, in one transaction."""
    try:
        async with site.store.unit(tenant, write=True) as unit:
            now = await bulk_runs.hold(unit, run.id)
            if now is None or now.state != run.state:
                return False
            row = await tickets.by_number(unit, number)
            live = await site.desks.of(unit, row) if row else None
            if row is None or live is None:
                raise Undo(NotFound())
            rights = await _rights(unit, live, row, viewer)
            if not rights.see:
                raise Undo(NotFound())
            if not rights.do & {"bulk", "*"}:
                raise Undo(Refused((Refusal("not_yours_to_bulk"),)))
            await _write(unit, now, await act(unit, row, live))
        return True
    except Undo as undo:
        outcome: Outcome | None = undo.outcome
    except answers.OtherBody:
        outcome = Refused((Refusal("sent_twice"),))
    except Exception as wrong:
        log.error("one of many failed", tenant=tenant, number=number, exc_info=wrong)
        outcome = None
    return await _not_done(site, tenant, run, number, outcome)


async def _not_done(
    site: Site, tenant: str, run: Run, number: str, outcome: Outcome | None
) -> bool:
    async with site.store.unit(tenant, write=True) as unit:
        now = await bulk_runs.hold(unit, run.id)
        if now is None or now.state != run.state:
            return False
        row = None if isinstance(outcome, NotFound) else await tickets.by_number(unit, number)
        live = await site.desks.of(unit, row) if row else None
        if row is None or live is None:
            await _write(unit, now, None)
            return True
        back = run.state == "undoing"
        why = refused.kept(live.desk, row.type_key, _refusals(outcome, back=back))
        await _write(unit, now, Fate(ticket_id=row.id, done=back, why=why))
    return True


def _refusals(outcome: Outcome | None, *, back: bool) -> tuple[Refusal, ...]:
    if isinstance(outcome, Refused):
        return outcome.refusals
    if outcome is None:
        return (Refusal("broken"),)
    return (Refusal("undo_since" if back and isinstance(outcome, Stale) else "changed_meanwhile"),)


async def _rights(unit: Unit, live: Live, row: TicketRow, viewer: Viewer) -> Rights:
    facts = await read_facts(unit, live.desk, row)
    return access.rights(live.desk, facts, ask_of(live.desk, viewer, unit.now_us()))


async def _write(unit: Unit, run: Run, fate: Fate | None) -> None:
    """How far the act is now, and what became of this ticket; None: there is none such."""
    counts = dict(run.counts)

    def more(name: str, by: int = 1) -> None:
        counts[name] = counts.get(name, 0) + by

    if fate is None:
        more("none")
    elif run.state == "undoing":
        more("undone" if not fate.done else "kept")
        more("undoable", -1)
    else:
        more("done" if fate.done else "refused")
        more("undoable", int(fate.before is not None))
    if fate is not None:
        await bulk_runs.record(unit, run.id, fate)
    await bulk_runs.change(unit, run.id, position=run.position + 1, counts=counts)


def _kept(live: Live, before: Facts, after: Facts, done: Done) -> tuple[dict[str, Any] | None, str]:
    """What taking it back needs, or why it can't be."""
    changed = {
        name
        for name in {*before.values, *after.values}
        if before.get(name) != after.get(name) and name not in _QUIET and _own(name)
    }
    type_model = live.desk.types[before.text("type")]
    code = ""
    if "commented" in done.events:
        code = "undo_words"
    elif changed & secret_names(live.desk, type_model):
        code = "undo_sealed"
    elif before.refs != after.refs:
        code = "undo_records"
    elif not changed:
        return None, ""
    if code:
        return None, refused.kept(live.desk, type_model.key, [Refusal(code)])
    clocks = {key: clock_values(clock) for key, clock in before.clocks.items()}
    return {"values": {n: thawed(before.get(n)) for n in changed}, "clocks": clocks}, ""


def _own(name: str) -> bool:
    """Whether a name is the ticket's own, not what is read through it."""
    return "." not in name or name in MEMORY or name.startswith(MEMORIES)


# -- back -----------------------------------------------------------------------------------------


async def _back(site: Site, tenant: str, viewer: Viewer, run: Run, most: int) -> bool:
    async with site.store.unit(tenant) as unit:
        fates = await bulk_runs.to_undo(unit, run.id, most)
        rows = [(fate, await tickets.read(unit, fate.ticket_id)) for fate in fates]
    for fate, row in rows:
        if row is not None and not await _put_back(site, tenant, viewer, run, fate, row.number):
            return False
    if len(fates) == most:
        return True
    async with site.store.unit(tenant, write=True) as unit:
        await bulk_runs.change(unit, run.id, state="undone", ended_us=unit.now_us())
    return False


async def _put_back(
    site: Site, tenant: str, viewer: Viewer, run: Run, fate: Fate, number: str
) -> bool:
    assert fate.before is not None
    values = {name: frozen(value) for name, value in fate.before["values"].items()}
    clocks = {key: clock_from(value) for key, value in fate.before["clocks"].items()}
    change = Change(Restore(values, clocks), bound=fate.version)

    async def act(unit: Unit, row: TicketRow, live: Live) -> Fate:
        done = await change_within(site, unit, viewer, row.id, change)
        if not isinstance(done, Done):
            raise Undo(done)
        return Fate(ticket_id=row.id, done=False, why="")

    return await _each(site, tenant, viewer, run, number, act)


@dataclass(frozen=True, slots=True)
class Told:
    """Tickets of an act of which there is something to say, together by what is said."""

    why: tuple[dict[str, Any], ...]
    done: bool
    fates: tuple[Fate, ...]


async def told_of(site: Site, tenant: str, run: Run) -> list[Told]:
    """What became of tickets that were left as they are, or can't be put back."""
    async with site.store.unit(tenant) as unit:
        fates = await bulk_runs.with_reasons(unit, run.id)
    found: dict[tuple[str, bool], list[Fate]] = {}
    for fate in fates:
        found.setdefault((fate.why, fate.done), []).append(fate)
    groups = [
        Told(tuple(json.loads(why)), done, tuple(each)) for (why, done), each in found.items()
    ]
    return sorted(groups, key=lambda group: -len(group.fates))
