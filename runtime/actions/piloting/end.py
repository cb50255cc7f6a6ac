"""Ends a pilot: promoted, its revision is live and its tickets with it; stopped, they come back.

A stop goes in batches, each whole: the pilot takes no new ticket from its first act on, and goes on
deciding about those that it still has. Whoever goes on with it, begins where it was left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.apply import Step
from engine.decide.deadline import deadlines, retimed
from engine.decide.verdict import Verdict
from engine.facts import Facts, Value, Viewer
from engine.model.desk import Desk
from runtime.actions.let_through import NO_WORD, Held, Passed, Word
from runtime.actions.piloting.begin import Ended, audit
from runtime.actions.piloting.gate import as_ended, let_promote
from runtime.actions.piloting.stranded import Maps, stranded, wrong_map
from runtime.actions.publish_desk import ask_to_retime, follow_moves, reconcile
from runtime.actions.turn_moves import StillGoingBack
from runtime.actions.write import Deed, write_change
from runtime.site.desks import Live
from runtime.site.facts import read_facts
from runtime.site.handles import Site
from runtime.site.pilot import PILOT
from runtime.site.standing import SYSTEM, ask_of
from runtime.store import desks, jobs, plans, tickets
from runtime.store.desks import Pointer, PublishConflict
from runtime.store.jobs import NewJob
from runtime.store.roster import roster
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit

KIND = "pilot_end"
BATCH = 100


@dataclass(frozen=True, slots=True)
class _Both:
    """The pilot and the live desk with their places."""

    pilot: Live
    live: Live
    at: Pointer
    live_at: Pointer


async def _both(site: Site, unit: Unit) -> _Both | None:
    at, live_at = await desks.pointer(unit, PILOT), await desks.pointer(unit)
    if at is None or at.ended or live_at is None:
        return None
    await site.desks.follow(unit, live_at)
    await site.desks.follow(unit, at)
    pilot, live = site.desks.get(unit.tenant_id, PILOT), site.desks.get(unit.tenant_id)
    return _Both(pilot, live, at, live_at) if pilot is not None and live is not None else None


async def promote_pilot(
    site: Site, tenant: str, viewer: Viewer, *, over: int | None = None, word: Word = NO_WORD
) -> Ended:
    """Make the pilot's revision live, and its tickets live ones, in one act.

    What was published since it began would be undone: then `over` has to name that revision. It
    passes the gate of every publish; `word`: approvals that come with it.
    """
    if site.desks.get(tenant) is None:
        return Ended("no_tenant", (tenant,))
    async with site.store.unit(tenant) as unit:
        seen = await _ready(site, unit, over)
    if isinstance(seen, Ended):
        return seen
    desk = seen.pilot.desk
    passed = await let_promote(site, tenant, viewer, desk, seen.at, seen.live_at, word)
    if isinstance(passed, Held):
        return as_ended(passed)
    return await _promoted(site, tenant, viewer, seen, passed)


async def _ready(site: Site, unit: Unit, over: int | None) -> _Both | Ended:
    """The pilot and what it would take the place of, or why that can't be."""
    both = await _both(site, unit)
    if both is None:
        return Ended("no_pilot")
    if both.pilot.pilot.ending:
        return Ended("ending")
    if both.live_at.revision_n not in (both.pilot.pilot.base, over):
        base = f"v{both.pilot.pilot.base}"
        return Ended("newer_live", (f"v{both.live_at.revision_n}", base))
    return both


async def _promoted(site: Site, tenant: str, viewer: Viewer, seen: _Both, passed: Passed) -> Ended:
    """The act itself, on just what was let through."""
    try:
        async with site.store.unit(tenant, write=True) as unit:
            both = await _both(site, unit)
            if both is None or (both.at, both.live_at) != (seen.at, seen.live_at):
                return Ended("meanwhile")
            moved = await desks.point(unit, both.at.revision_n, expected=both.live_at)
            # Ended first: that waits for whoever just gives it a ticket, which then comes along.
            ended = await _ended(unit, both, "promoted")
            count = await tickets.leave(unit, PILOT)
            said = {"tickets": count, "over": both.live_at.revision_n}
            await desks.add_approvals(unit, moved.revision_n, passed.approvals)
            if passed.saved is not None:
                done = {"state": plans.PUBLISHED, "revision_n": moved.revision_n}
                await plans.change(unit, passed.saved.id, **done)
            cause = await audit(unit, viewer, "pilot_promoted", moved, said)
            was = await desks.read_revision(unit, both.live_at.revision_n)
            assert was is not None  # live stood there
            await follow_moves(site, unit, was, moved, both.pilot.desk, cause)
            await ask_to_retime(site, unit, both.pilot.desk, both.live_at, moved)
    except PublishConflict:
        return Ended("meanwhile")
    except StillGoingBack as step:
        return Ended("goes_back", (str(step),))
    for pointer in (moved, ended):
        await site.desks.take(pointer)
    await reconcile(site)
    return Ended(revision=moved.revision_n, counts={"tickets": count})


async def _ended(unit: Unit, both: _Both, outcome: str) -> Pointer:
    data = {**both.pilot.pilot.data(), "ended_us": unit.now_us(), "outcome": outcome}
    return await desks.point(unit, both.at.revision_n, name=PILOT, expected=both.at, data=data)


async def stop_pilot(
    site: Site, tenant: str, viewer: Viewer, maps: Mapping[str, str] | None = None
) -> Ended:
    """End the pilot and bring its tickets back to live; what live does not have needs a map.

    Nothing happens while something has none. Told again, it goes on with what is left.
    """
    if site.desks.get(tenant) is None:
        return Ended("no_tenant", (tenant,))
    try:
        async with site.store.unit(tenant, write=True) as unit:
            both = await _both(site, unit)
            if both is None:
                return Ended("no_pilot")
            kept = Maps({**dict((both.at.data or {}).get("maps", {})), **(maps or {})})
            wrong = _wrong(both, kept)
            if wrong:
                return Ended("bad_map", tuple(wrong))
            left = await _counted(unit, both, kept)
            if left:
                return Ended("stranded", revision=both.at.revision_n, counts=left)
            data = {**both.pilot.pilot.data(), "ending": True, "maps": dict(kept.by_name)}
            data |= {"ended_by": viewer.name or "cli"}
            number = both.at.revision_n
            at = await desks.point(unit, number, name=PILOT, expected=both.at, data=data)
            await audit(unit, viewer, "pilot_stopping", at, {"maps": dict(kept.by_name)})
            again = NewJob(KIND, str(at.generation), unit.now_us(), {})
            await jobs.enqueue(unit, [again])
    except PublishConflict:
        return Ended("meanwhile")
    await site.desks.take(at)
    return await bring_back(site, tenant)


def _wrong(both: _Both, maps: Maps) -> list[str]:
    told = (
        (name, wrong_map(both.live.desk, both.pilot.desk, name, becomes))
        for name, becomes in maps.by_name.items()
    )
    return [f"{name}: {why}" for name, why in told if why]


async def _counted(unit: Unit, both: _Both, maps: Maps) -> dict[str, int]:
    """How many tickets hold what live does not have and no map covers."""
    found: Counter[str] = Counter()
    after = ""
    while rows := await tickets.in_environment(unit, PILOT, after, 500):
        for row in rows:
            missing = {str(h) for h in stranded(both.live.desk, row) if not maps.covers(h)}
            found.update(missing)
        after = rows[-1].id
    return dict(sorted(found.items()))


async def bring_back(site: Site, tenant: str) -> Ended:
    """Bring the tickets of an ending pilot back, batch by batch, then end it."""
    back, changed = 0, 0
    after = ""
    while True:
        async with site.store.unit(tenant, write=True) as unit:
            both = await _both(site, unit)
            if both is None or not both.pilot.pilot.ending:
                return Ended(counts={"tickets": back, "changed": changed})
            maps = Maps(dict((both.at.data or {}).get("maps", {})))
            rows = await tickets.in_environment(unit, PILOT, after, BATCH)
            for row in rows:
                changed += await _back(unit, both, maps, row.id)
            if not rows:
                return await _finished(site, unit, both, maps, back, changed)
            back, after = back + len(rows), rows[-1].id


async def _finished(
    site: Site, unit: Unit, both: _Both, maps: Maps, back: int, changed: int
) -> Ended:
    """The end, unless a ticket moved meanwhile to where live has nothing."""
    left = await _counted(unit, both, maps)
    if left:
        return Ended("stranded", revision=both.at.revision_n, counts=left)
    ended = await _ended(unit, both, "stopped")
    body = {"tickets": back, "changed": changed, "maps": dict(maps.by_name)}
    await audit(unit, SYSTEM, "pilot_stopped", ended, body)
    unit.after_commit(lambda: site.desks.drop(ended))
    return Ended(revision=ended.revision_n, counts={"tickets": back, "changed": changed})


async def _back(unit: Unit, both: _Both, maps: Maps, ticket_id: str) -> bool:
    """One ticket back under the live desk; whether anything of it changed."""
    row = await tickets.lock(unit, ticket_id)
    if row is None or row.environment != PILOT:
        return False
    if any(not maps.covers(held) for held in stranded(both.live.desk, row)):
        return False
    verdict = await _returned(unit, both, maps, row)
    await tickets.set_environment(unit, row.id, None)
    if not verdict.steps and not verdict.reasons:
        return False
    deed = Deed("returned", SYSTEM, {"pilot": both.at.revision_n})
    await write_change(unit, both.live, row, verdict, deed, await roster(unit))
    return True


async def _returned(unit: Unit, both: _Both, maps: Maps, row: TicketRow) -> Verdict:
    """The ticket with what live has in the place of what it has not, under live's promises."""
    live = both.live.desk
    before = await read_facts(unit, both.pilot.desk, row)
    after = before.with_values(_mapped(live, maps, row, before))
    moved = after.get("state") != before.get("state")
    ask = ask_of(live, SYSTEM, unit.now_us())
    found = retimed(both.pilot.desk, live, after, ask)
    if moved:
        known = Facts(after.values, after.refs, found.clocks)
        entered = (f"entered:{after.text('state')}",)
        found = deadlines(live, before, known, entered, ask)
    if tickets.is_open(row.phase) or moved:
        after = Facts({**after.values, **found.values}, after.refs, found.clocks)
    steps = _steps(before, after)
    return Verdict(after, steps=steps, dues=found.dues, events=("returned",))


def _mapped(live: Desk, maps: Maps, row: TicketRow, before: Facts) -> dict[str, Value]:
    state = maps.state(row)
    found: dict[str, Value] = {
        "state": state,
        "phase": live.types[row.type_key].states[state].phase,
        "team": maps.team(row.team_key),
        "home_team": maps.team(row.home_team_key),
    }
    teams = tuple(filter(None, (maps.team(team) for team in row.teams)))
    found["teams"] = tuple(dict.fromkeys(teams))
    for key in row.values:
        value = before.get(key)
        becomes = maps.value(row, key, list(value) if isinstance(value, tuple) else value)
        found[key] = tuple(becomes) if isinstance(becomes, list) else becomes
    return found


def _steps(before: Facts, after: Facts) -> tuple[Step, ...]:
    names: Sequence[str] = [*after.values]
    return tuple(
        Step(name, before.get(name), after.get(name), "pilot")
        for name in names
        if before.get(name) != after.get(name)
    )
