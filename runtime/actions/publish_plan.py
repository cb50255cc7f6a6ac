"""Publishes exactly what a saved plan says, or nothing."""

from __future__ import annotations

from dataclasses import replace

from engine.facts import Viewer
from runtime.actions.keep_plan import Refused
from runtime.actions.let_through import Word
from runtime.actions.publish_desk import Published, publish_desk
from runtime.site.handles import Site
from runtime.store import desks, plans


async def publish_plan(
    site: Site, tenant: str, id: str, viewer: Viewer, message: str = "", word: Word | None = None
) -> Published | Refused:
    """Publish a plan by its number; what moved under it since holds it (`Published.held`)."""
    async with site.store.unit(tenant) as unit:
        saved = await plans.read(unit, id)
        if saved is None:
            return Refused(f"there is no plan {id}")
        if saved.state not in (plans.OPEN, plans.ASKED):
            was = f" as v{saved.revision_n}" if saved.revision_n else ""
            return Refused(f"plan {id} is {saved.state}{was}")
        files = await desks.read_files(unit, saved.files)
    return await publish_desk(
        site,
        files,
        viewer,
        message or saved.message,
        expected_tenant=tenant,
        provenance={"command": "publish", "plan": id},
        word=replace(word or Word(), plan=id),
    )
