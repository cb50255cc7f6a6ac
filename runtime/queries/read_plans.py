"""Saved plans: one of them with the files of both its sides, and those that wait for somebody."""

from __future__ import annotations

from dataclasses import dataclass

from engine.change.diff import Side
from engine.facts import Viewer
from runtime.planning.sides import live_side, read_side
from runtime.site.handles import Site
from runtime.store import desks, plans
from runtime.store.counting import holders_of
from runtime.store.plans import ASKED, OPEN, RETURNED, SavedPlan

PUBLISH = "publish_specs"


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """A saved plan with what it compares: the files before and after, and their specs."""

    saved: SavedPlan
    before: dict[str, bytes]
    after: dict[str, bytes]
    before_side: Side | None
    after_side: Side | None


async def read_plan(site: Site, tenant: str, id: str) -> KeptPlan | None:
    """A saved plan by its number; the side before is what is live, while that is its base."""
    live = await live_side(site, tenant)
    async with site.store.unit(tenant) as unit:
        saved = await plans.read(unit, id)
        if saved is None:
            return None
        after = await desks.read_files(unit, saved.files)
        base = await desks.read_revision(unit, saved.base_n)
        before = await desks.read_files(unit, base.files) if base is not None else {}
    is_base = live is not None and live.revision.n == saved.base_n
    return KeptPlan(
        saved, before, after, live.side if is_base and live else None, await read_side(after)
    )


async def others_publish(site: Site, tenant: str, viewer: Viewer) -> bool:
    """Whether anybody but the viewer could approve what they want to publish."""
    live = site.desks.get(tenant)
    if live is None:
        return False
    roles = sorted(n for n, role in live.desk.roles.items() if PUBLISH in role.functions)
    async with site.store.unit(tenant) as unit:
        return any(one.id != viewer.person_id for one in await holders_of(unit, roles))


async def waiting_plans(site: Site, tenant: str, viewer: Viewer) -> list[SavedPlan]:
    """Plans that wait for an approval, and the viewer's own that came back, newest first."""
    async with site.store.unit(tenant) as unit:
        found = await plans.in_state(unit, ASKED, OPEN, RETURNED)
    back = (viewer.person_id, RETURNED)
    return [one for one in found if one.state == ASKED or (one.author_id, one.state) == back]
