"""A shadow: a revision that decides along with live, is compared, and does nothing."""

from __future__ import annotations

from dataclasses import replace

from engine.facts import Viewer
from runtime.actions.piloting.begin import Ended, Trying, audit, desk_of, put_beside
from runtime.site.handles import Site
from runtime.site.pilot import SHADOW, Pilot
from runtime.store import comparisons, desks
from runtime.store.desks import PublishConflict


async def start_shadow(site: Site, tenant: str, viewer: Viewer, trying: Trying) -> Ended:
    """Let a revision decide along with live from now on, or say what stands against it."""
    live = site.desks.get(tenant)
    if live is None:
        return Ended("no_tenant", (tenant,))
    desk, problems, why = await desk_of(site, tenant, trying.files, trying.revision)
    if desk is None:
        return replace(why, problems=tuple(problems))
    shadow = Pilot(
        base=live.revision,
        started_us=site.store.clock.now_us(),
        by=viewer.name or "cli",
        message=trying.message,
    )
    return await put_beside(site, tenant, viewer, SHADOW, trying, desk, shadow.data(), problems)


async def stop_shadow(site: Site, tenant: str, viewer: Viewer) -> Ended:
    """End the shadow; what was compared stays."""
    if site.desks.get(tenant) is None:
        return Ended("no_tenant", (tenant,))
    try:
        async with site.store.unit(tenant, write=True) as unit:
            at = await desks.pointer(unit, SHADOW)
            if at is None or at.ended:
                return Ended("no_shadow")
            data = {**(at.data or {}), "ended_us": unit.now_us(), "outcome": "stopped"}
            ended = await desks.point(unit, at.revision_n, name=SHADOW, expected=at, data=data)
            count, agree = await comparisons.counts(unit, SHADOW, at.revision_n)
            said = {"compared": count, "agree": agree}
            await audit(unit, viewer, "shadow_stopped", ended, said)
    except PublishConflict:
        return Ended("meanwhile")
    await site.desks.take(ended)
    return Ended(revision=ended.revision_n, counts=said)
