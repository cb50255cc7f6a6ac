"""Rewrites one ticket for a data move: what a published `map` or `convert` says, and the way back.

A worker walks the tickets in batches (`runtime.workers.moving`); whoever writes a ticket that was
not reached yet has it moved first, in the same transaction (`hold`). Both go through `move_ticket`,
so each ticket is moved once, with an event of its own and what it held before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.apply import Step
from engine.change.moving import recast, shifted
from engine.decide.deadline import Deadlines, deadlines
from engine.decide.verdict import Verdict
from engine.facts import ClockState, Facts, Value
from engine.model.clock import clock_from, clock_values
from engine.model.desk import Desk
from engine.model.sla import STATE_LIMIT
from engine.model.ticket_type import TypeModel
from engine.moved import RECASTS, STILL
from runtime.actions.write import Deed, write_change
from runtime.site.desks import Live
from runtime.site.facts import read_facts
from runtime.site.moves import recast_of, shift_of
from runtime.site.standing import SYSTEM, ask_of
from runtime.site.stored import frozen, secret_names, thawed
from runtime.store import moves, tickets
from runtime.store.crypto import is_sealed
from runtime.store.moves import Run
from runtime.store.roster import roster
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit

# --- one ticket -----------------------------------------------------------------------------------


async def hold(unit: Unit, live: Live, ticket_id: str) -> TicketRow | None:
    """A ticket held until the end of the unit, as `tickets.lock`, after what still has to be moved
    on it was moved."""
    row = await tickets.lock(unit, ticket_id)
    return await reached(unit, live, row) if row is not None else None


async def reached(unit: Unit, live: Live, row: TicketRow) -> TicketRow:
    """A ticket that the caller holds, after every running move has done its step on it."""
    if not live.desk.moved:
        return row
    for run in await moves.runs(unit, running=True):
        row, _ = await move_ticket(unit, live, run, row)
    return row


async def move_ticket(unit: Unit, live: Live, run: Run, row: TicketRow) -> tuple[TicketRow, str]:
    """Do a run's step on a ticket that the caller holds.

    Gives the ticket as it is now and what became of it: `moved`, `aside` (a value that can't be
    read as the new type), `left` (changed by somebody since), or "" when there was nothing to do.
    """
    type_model = live.desk.types.get(row.type_key)
    if type_model is None:
        return row, ""
    desk = replace(live.desk, moved=STILL)
    facts = await read_facts(unit, desk, row)
    found, what = await _found(unit, desk, run, row, facts)
    if not found.values:
        return row, what
    after, times = _after(unit, desk, facts, found)
    if run.way > 0:
        kept = _kept(unit, desk, type_model, run, facts, after, found.values)
        await moves.keep_before(unit, run.id, row.id, kept)
    await _write(unit, replace(live, desk=desk), run, row, facts, found.values, after, times)
    moved = await tickets.read(unit, row.id)
    assert moved is not None  # it is held
    return moved, what


@dataclass(frozen=True, slots=True)
class _Found:
    """The names that change, with their new values, and the clocks where they are known."""

    values: Mapping[str, Value]
    clocks: Mapping[str, ClockState] | None = None


async def _found(
    unit: Unit, desk: Desk, run: Run, row: TicketRow, facts: Facts
) -> tuple[_Found, str]:
    if run.way < 0:
        return await _undone(unit, desk, run, row, facts)
    shift, one = shift_of(run), recast_of(run)
    if shift is not None:
        found = shifted(desk, shift, facts)
        return _Found(found), "moved" if found else ""
    if one is not None:
        return _told(recast(desk, one, facts), one.name, facts)
    return _Found({}), ""


def _told(found: dict[str, Value], name: str, facts: Facts) -> tuple[_Found, str]:
    if not found or facts.get(name) is None:
        return _Found({}), ""
    return _Found(found), "aside" if found.get(name) is None else "moved"


async def _undone(
    unit: Unit, desk: Desk, run: Run, row: TicketRow, facts: Facts
) -> tuple[_Found, str]:
    """What the ticket held before, for all that nobody has changed since."""
    of = str(run.body["of"])
    kept = await moves.before_of(unit, of, row.id)
    if kept is not None:
        await moves.forget_before(unit, of, row.id)
    before, after = _opened(unit, of, row.id, kept or {})
    same = {name for name, value in after.items() if facts.get(name) == value}
    if "state" in after and not {"state", "state_since"} <= same:
        # It has moved on meanwhile, or came back: where it is now was somebody's decision.
        same -= {"state", "phase", "solved_at", "closed_at"}
    found = {n: before.get(n) for n in same if before.get(n) != facts.get(n)}
    one = recast_of(run)
    if one is not None and one.name not in found:
        return _told(recast(desk, one, facts), one.name, facts)
    left = any(name not in same for name in after if name not in (RECASTS, "state_since"))
    before_clocks, after_clocks = ((kept or {}).get(side) for side in ("clocks", "clocks_after"))
    # Clocks that nobody touched since run on as if nothing had been.
    untouched = not left and after_clocks == _clocks_kept(facts)
    clocks = {k: clock_from(c) for k, c in (before_clocks or {}).items()} if untouched else None
    return _Found(found, clocks), "left" if left else "moved" if found else ""


# --- what was before ------------------------------------------------------------------------------


def _kept(
    unit: Unit,
    desk: Desk,
    type_model: TypeModel,
    run: Run,
    facts: Facts,
    after: Facts,
    found: Mapping[str, Value],
) -> dict[str, Any]:
    """What the ticket held and what it holds now; secrets stay sealed."""
    names = {*found, "state_since"} if "state" in found else {*found}
    secret = secret_names(desk, type_model)
    kept: dict[str, Any] = {"clocks": _clocks_kept(facts), "clocks_after": _clocks_kept(after)}
    for side, whole in (("before", facts), ("after", after)):
        kept[side] = {}
        for name in sorted(names):
            plain = thawed(whole.get(name))
            about = f"{run.id}/{facts.text('id')}/{name}/{side}"
            kept[side][name] = unit.sealer.seal(plain, about) if name in secret else plain
    return kept


def _opened(
    unit: Unit, run_id: str, ticket_id: str, kept: Mapping[str, Any]
) -> tuple[dict[str, Value], dict[str, Value]]:
    found: list[dict[str, Value]] = []
    for side in ("before", "after"):
        values: dict[str, Value] = {}
        for name, value in kept.get(side, {}).items():
            about = f"{run_id}/{ticket_id}/{name}/{side}"
            plain = unit.sealer.open(value, about) if is_sealed(value) else value
            values[name] = frozen(plain)
        found.append(values)
    return found[0], found[1]


def _clocks_kept(facts: Facts) -> dict[str, Any]:
    return {key: clock_values(clock) for key, clock in sorted(facts.clocks.items())}


def _after(unit: Unit, desk: Desk, facts: Facts, found: _Found) -> tuple[Facts, Deadlines]:
    """The ticket with what changes, its clocks and all that falls due."""
    ask = ask_of(desk, SYSTEM, unit.now_us())
    changed = facts.with_values(found.values)
    if found.clocks is not None:
        changed = replace(changed, clocks=found.clocks)
        times = deadlines(desk, changed, changed, (), ask)
    else:
        clocks = dict(facts.clocks)
        if "state" in found.values:
            # The limit of the state it was in is none of the new one's.
            clocks.pop(STATE_LIMIT, None)
        times = deadlines(desk, facts, replace(changed, clocks=clocks), (), ask)
    return Facts({**changed.values, **times.values}, facts.refs, times.clocks), times


async def _write(
    unit: Unit,
    live: Live,
    run: Run,
    row: TicketRow,
    facts: Facts,
    found: Mapping[str, Value],
    after: Facts,
    times: Deadlines,
) -> None:
    changes = [(name, value, run.step) for name, value in found.items() if name != RECASTS]
    changes += [(name, value, "sla") for name, value in times.values.items()]
    steps = tuple(
        Step(name, facts.get(name), value, by)
        for name, value, by in changes
        if facts.get(name) != value
    )
    verb = "converted" if run.body["verb"] == "convert" else "mapped"
    verdict = Verdict(after, steps=steps, dues=times.dues, reasons=times.reasons, events=(verb,))
    body: dict[str, Any] = {"step": run.step, "revision": run.revision_n}
    body |= {"undone": True} if run.way < 0 else {}
    deed = Deed(verb, SYSTEM, body, cause=run.body["cause"])
    await write_change(unit, live, row, verdict, deed, await roster(unit))
