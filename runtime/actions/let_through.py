"""The gate of every publish: what a change needs has to be there before it goes live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.change.change import CLASSES
from engine.change.diff import Side
from engine.change.plan import Plan, moved_under, plan_of
from engine.change.wanted import Need
from engine.facts import Viewer
from runtime.actions.keep_plan import approval_of, missing, publishers, save_plan
from runtime.planning.make import make_plan
from runtime.site.handles import Site
from runtime.store import plans
from runtime.store.plans import SavedPlan

EVERYTHING: Final = frozenset(CLASSES)
"""The word of who sets up a store of their own: all classes, and no step or word is asked for."""


@dataclass(frozen=True, slots=True)
class Word:
    """What whoever publishes brings along.

    `classes`: what the operator approves by an explicit word, recorded as such. `plan`: the number
    of a saved plan, which then is published as it is or not at all. `asking`: keep what is missing
    an approval as a plan that waits for it, and tell who may give it.
    """

    classes: frozenset[str] = frozenset()
    plan: str = ""
    asking: bool = False

    @property
    def is_everything(self) -> bool:
        """Whether nothing at all is asked for."""
        return self.classes == EVERYTHING


NO_WORD: Final = Word()
ANYTHING: Final = Word(EVERYTHING)


@dataclass(frozen=True, slots=True)
class Held:
    """Why a publish was held: sentences of what moved, decisions to take, classes to approve.

    `saved` is the plan that was kept, so that somebody can decide about just that.
    """

    plan: Plan
    saved: SavedPlan | None = None
    moved: tuple[str, ...] = ()
    decisions: tuple[Need, ...] = ()
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passed:
    """It may go live, with these approvals; `saved` is then the plan that was published."""

    approvals: tuple[Mapping[str, Any], ...] = ()
    saved: SavedPlan | None = None


async def let_through(
    site: Site,
    files: Mapping[str, bytes],
    after: Side,
    viewer: Viewer,
    message: str,
    word: Word = NO_WORD,
) -> Passed | Held:
    """Whether these files may be published now. The first publish of a tenant needs nothing."""
    tenant = after.desk.tenant.id
    if word.is_everything or site.desks.get(tenant) is None:
        return Passed()
    saved = await _saved(site, tenant, word.plan) if word.plan else None
    made = await make_plan(site, files, tenant=tenant, after=after)
    assert made.plan is not None, "files that were checked have a plan"
    plan = made.plan
    if not plan.changes:
        return Passed()
    if saved is not None:
        moved = _moved(saved, plan)
        if moved:
            return Held(plan, saved, moved=tuple(moved))
    given = await _approvals(site, plan, saved, viewer, word)
    classes = missing(plan, given)
    if not plan.decisions and not classes:
        return Passed(tuple(given), saved)
    if saved is None:
        asking = word.asking and not plan.decisions
        saved = await save_plan(site, plan, files, viewer, message, asking=asking)
    return Held(plan, saved, decisions=plan.decisions, classes=classes)


async def _saved(site: Site, tenant: str, id: str) -> SavedPlan | None:
    async with site.store.unit(tenant) as unit:
        return await plans.read(unit, id)


def _moved(saved: SavedPlan, now: Plan) -> list[str]:
    """What is no longer as the saved plan says: its base, or what tickets would lose."""
    if saved.base_n != now.base_n:
        return [f"live is v{now.base_n} now, the plan was made over v{saved.base_n}"]
    return moved_under(plan_of(saved.body), now)


async def _approvals(
    site: Site, plan: Plan, saved: SavedPlan | None, viewer: Viewer, word: Word
) -> list[Mapping[str, Any]]:
    """Who agreed: in the saved plan, by the operator's word, or alone where nobody else could."""
    given: list[Mapping[str, Any]] = list(saved.approvals) if saved is not None else []
    now = site.clock.now_us()
    said = [name for name in plan.approvals if name in word.classes]
    if said and viewer.is_system:
        given.append({**approval_of(viewer, said, now), "operator": True})
    left = missing(plan, given)
    if left and not viewer.is_system and await _is_alone(site, plan.tenant, viewer):
        given.append({**approval_of(viewer, left, now), "alone": True})
    return given


async def _is_alone(site: Site, tenant: str, viewer: Viewer) -> bool:
    async with site.store.unit(tenant) as unit:
        several: Sequence[Any] = await publishers(site, unit)
    return [one.id for one in several] == [viewer.person_id]
