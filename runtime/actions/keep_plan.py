"""Plans as saved values: kept, approved, sent back; who may agree, and what agreeing covers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.change.plan import Plan, plan_body, plan_of
from engine.facts import Viewer
from engine.model.desk import Desk
from runtime.site.handles import Site
from runtime.site.links import Links
from runtime.store import desks, journal, notices, plans
from runtime.store.counting import Holder, holders_of
from runtime.store.journal import NewEvent
from runtime.store.plans import ASKED, OPEN, RETURNED, SavedPlan
from runtime.store.rows import Notice
from runtime.store.unit import Unit

PUBLISH: Final = "publish_specs"


async def save_plan(
    site: Site,
    plan: Plan,
    files: Mapping[str, bytes],
    viewer: Viewer,
    message: str = "",
    *,
    asking: bool = False,
) -> SavedPlan:
    """Keep a plan under a number of its own. `asking` tells those who may approve it.

    The same plan of the same author, still open, is kept once.
    """
    async with site.store.unit(plan.tenant, write=True) as unit:
        for one in await plans.in_state(unit, OPEN, ASKED):
            if (one.digest, one.author_id) == (plan.digest, viewer.person_id):
                return await _again(unit, one, message, asking=asking)
        saved = SavedPlan(
            id=await plans.new_id(unit),
            state=ASKED if asking else OPEN,
            author=viewer.name or "cli",
            author_id=viewer.person_id,
            message=message,
            base_n=plan.base_n,
            tree=plan.tree,
            digest=plan.digest,
            files=await desks.put_files(unit, files),
            body=plan_body(plan),
            at_us=unit.now_us(),
        )
        await plans.add(unit, saved)
        if asking:
            await _ask(site, unit, saved)
    return saved


async def _again(unit: Unit, saved: SavedPlan, message: str, *, asking: bool) -> SavedPlan:
    if asking and saved.state != ASKED:
        await plans.change(unit, saved.id, state=ASKED, message=message or saved.message)
    found = await plans.read(unit, saved.id)
    assert found is not None
    return found


# ---------------------------------------------------------------- agreeing


@dataclass(frozen=True, slots=True)
class Refused:
    """Why it can't be done, as a sentence."""

    why: str


async def approve_plan(
    site: Site, tenant: str, id: str, viewer: Viewer, says: str = ""
) -> SavedPlan | Refused:
    """Agree to all classes of a plan that want an approval.

    Whoever publishes may; the author only if nobody else could, and the record says so.
    """
    async with site.store.unit(tenant, write=True) as unit:
        saved = await plans.hold(unit, id)
        why = await _fault(site, unit, saved, viewer)
        if saved is None or why:
            return Refused(why or f"there is no plan {id}")
        approval = approval_of(viewer, plan_of(saved.body).approvals, unit.now_us(), says)
        if viewer.person_id == saved.author_id:
            approval["alone"] = True
        approvals = [*saved.approvals, approval]
        await plans.change(unit, id, approvals=approvals)
        await _record(unit, "plan_approved", id, viewer, says)
        await _tell(unit, saved, viewer, f"{viewer.name} approved plan {id}", says)
        found = await plans.read(unit, id)
    assert found is not None
    return found


async def return_plan(
    site: Site, tenant: str, id: str, viewer: Viewer, says: str
) -> SavedPlan | Refused:
    """Send a plan back to its author, with words."""
    async with site.store.unit(tenant, write=True) as unit:
        saved = await plans.hold(unit, id)
        if saved is None or saved.state not in (OPEN, ASKED):
            return Refused(f"there is no open plan {id}")
        if PUBLISH not in viewer.functions and not viewer.is_system:
            return Refused(f"only who holds the function `{PUBLISH}` can send a plan back")
        entry = {**approval_of(viewer, (), unit.now_us(), says), "returned": True}
        await plans.change(unit, id, state=RETURNED, approvals=[*saved.approvals, entry])
        await _record(unit, "plan_returned", id, viewer, says)
        await _tell(unit, saved, viewer, f"{viewer.name} sent plan {id} back", says)
        found = await plans.read(unit, id)
    assert found is not None
    return found


def approval_of(
    viewer: Viewer, classes: Sequence[str], at_us: int, says: str = ""
) -> dict[str, Any]:
    """Somebody's word for some classes of change, as plan and revision keep it."""
    return {
        "by": viewer.name or "cli",
        "person": viewer.person_id,
        "classes": list(classes),
        "at_us": at_us,
        "says": says,
    }


def missing(plan: Plan, approvals: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The classes that want an approval and have none yet."""
    given = {name for one in approvals if not one.get("returned") for name in one["classes"]}
    return tuple(name for name in plan.approvals if name not in given)


async def _fault(site: Site, unit: Unit, saved: SavedPlan | None, viewer: Viewer) -> str:
    if saved is None or saved.state not in (OPEN, ASKED):
        return "" if saved is None else f"plan {saved.id} is {saved.state}"
    if PUBLISH not in viewer.functions:
        return f"only who holds the function `{PUBLISH}` can approve a plan"
    if viewer.person_id != saved.author_id:
        return ""
    others = [one for one in await publishers(site, unit) if one.id != viewer.person_id]
    if others:
        names = ", ".join(one.name for one in others[:5])
        return f"the author can't approve their own plan; {names} can"
    return ""


async def publishers(site: Site, unit: Unit) -> list[Holder]:
    """The active people who may publish, by name."""
    live = site.desks.get(unit.tenant_id)
    return await holders_of(unit, _roles(live.desk)) if live is not None else []


def _roles(desk: Desk) -> list[str]:
    return sorted(name for name, role in desk.roles.items() if PUBLISH in role.functions)


# ---------------------------------------------------------------- telling


async def _ask(site: Site, unit: Unit, saved: SavedPlan) -> None:
    """Tell everybody who may approve that a plan waits for them."""
    subject = f"{saved.author} asks for an approval: plan {saved.id}"
    for one in await publishers(site, unit):
        if one.id != saved.author_id:
            await notices.add(
                unit, _notice(unit, saved, one.id, "plan_asked", subject, saved.message)
            )


async def _tell(unit: Unit, saved: SavedPlan, viewer: Viewer, subject: str, says: str) -> None:
    """Tell the author what became of their plan."""
    if saved.author_id and saved.author_id != viewer.person_id:
        word = f"plan_answered.{len(saved.approvals)}"
        await notices.add(unit, _notice(unit, saved, saved.author_id, word, subject, says))


def _notice(
    unit: Unit, saved: SavedPlan, person: str, word: str, subject: str, body: str
) -> Notice:
    return Notice(
        id=unit.new_id(),
        person_id=person,
        notification_key=word.partition(".")[0],
        subject=subject,
        body=body,
        link=Links(unit.tenant_id).studio("plans", saved.id),
        key=f"{word}:{saved.id}",
        created_us=unit.now_us(),
    )


async def _record(unit: Unit, verb: str, id: str, viewer: Viewer, says: str) -> None:
    event = NewEvent(
        verb=verb,
        body={"plan": id, "says": says},
        actor_kind="system" if viewer.is_system else "person",
        actor_id=viewer.person_id,
    )
    await journal.append_admin(unit, [event])
