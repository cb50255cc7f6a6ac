"""Makes a plan: what publishing some files would change, do to tickets, and need."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.analyse.lint import lint
from engine.change.change import Change
from engine.change.diff import Side, differences
from engine.change.effects import Effect
from engine.change.plan import Dead, Plan
from engine.change.wanted import needs
from engine.instant import from_us
from runtime.planning.clocks import clock_effects
from runtime.planning.rights import rights_effects
from runtime.planning.sides import Live, draft_side, live_side, tenant_in
from runtime.planning.tickets import ticket_effects
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM, ask_of
from specs.problem import Code, Place, Problem
from specs.spec_set import tree_digest


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with the two sides it is of, or the problems in its way; warnings stand beside it."""

    plan: Plan | None
    problems: tuple[Problem, ...]
    before: Side | None = None
    after: Side | None = None


async def make_plan(
    site: Site,
    files: Mapping[str, bytes],
    *,
    tenant: str = "",
    counted: bool = True,
    after: Side | None = None,
) -> Planned:
    """The plan of publishing these files. `tenant` refuses files of another tenant.

    `counted` False leaves the store's tickets out: what differs and what it needs is said at once.
    `after`: the side of the files, where they were checked already.
    """
    began = time.perf_counter()
    problems: list[Problem] = []
    live: Live | None = None
    if after is None:
        named = tenant_in(files)
        live = await live_side(site, named) if named else None
        after, problems = await asyncio.to_thread(draft_side, files, live)
    if after is None:
        return Planned(None, tuple(problems))
    id = after.desk.tenant.id
    if tenant and id != tenant:
        said = f"these files are of the tenant `{id}`, not of `{tenant}`"
        return Planned(None, (Problem(Code.NO_TENANT, said, Place("tenant.yaml", 1, 1, 1, 1)),))
    live = live or await live_side(site, id)
    before = live.side if live is not None else None
    changes = await asyncio.to_thread(differences, before, after)
    effects: list[Effect] = []
    if before is not None and counted and changes:
        effects = await _effects(site, id, before, after, changes)
    plan = Plan(
        tenant=id,
        base_n=live.revision.n if live is not None else 0,
        tree=tree_digest(files),
        before_desk=before.desk.digest if before is not None else "",
        after_desk=after.desk.digest,
        changes=changes,
        effects=tuple(sorted(effects, key=lambda one: one.change)),
        needs=needs(before, after, changes),
        findings=await _new_findings(site, before, after) if counted and changes else (),
    )
    took = round((time.perf_counter() - began) * 1000)
    return Planned(replace(plan, took_ms=took), tuple(problems), before, after)


async def _effects(
    site: Site, tenant: str, before: Side, after: Side, changes: Sequence[Change]
) -> list[Effect]:
    """All counts of one plan, in one transaction: they speak of one moment."""
    async with site.store.unit(tenant) as unit:
        ask = ask_of(before.desk, SYSTEM, unit.now_us())
        found = await ticket_effects(unit, before, after, changes, ask)
        found += await rights_effects(unit, before, after, changes, ask)
        found += await clock_effects(unit, before, after, changes, ask)
    return found


async def _new_findings(site: Site, before: Side | None, after: Side) -> tuple[Dead, ...]:
    """What lint says of the new specs and did not say of the live ones."""
    year = from_us(site.clock.now_us(), after.desk.tenant.zone).year
    now = await asyncio.to_thread(lint, after.specs, after.desk, year)
    then = await asyncio.to_thread(lint, before.specs, before.desk, year) if before else []
    known = {(one.code, one.place.file, one.message) for one in then}
    if before is None:
        return ()
    return tuple(
        Dead(one.code.number, one.message, one.place)
        for one in now
        if (one.code, one.place.file, one.message) not in known
    )
