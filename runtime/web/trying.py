"""Asks a source as somebody's draft has it, or as it is live where they have none."""

from __future__ import annotations

import asyncio

from engine.change.keys import keys_after
from engine.facts import Viewer
from runtime.actions.put_setting import FUNCTION
from runtime.actions.save_draft import Bench
from runtime.queries.try_source import Tried, try_source
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.sources.checking import checked, tables_of


async def try_draft_source(
    site: Site, bench: Bench, viewer: Viewer, source: str, text: str, *, search: bool
) -> Tried | None:
    """One question past cache and breaker; None where there is no such source to be asked.

    What comes back is the other system's data, and goes only to who may say what is live.
    """
    if not (viewer.is_system or FUNCTION in viewer.functions):
        return None
    live = await asyncio.to_thread(_drafted, site, bench) if bench.changes else None
    live = live or site.desks.get(bench.tenant)
    if live is None or source not in live.desk.sources:
        return None
    if search:
        return await try_source(site, live, source, words=text)
    return await try_source(site, live, source, key=text)


def _drafted(site: Site, bench: Bench) -> Live | None:
    """The draft compiled; None while something stands in its way."""
    present = site.desks.get(bench.tenant)
    desk, _ = checked(bench.specs, [], keys_after(bench.specs, {}))
    if desk is None:
        return None
    tables, _ = tables_of(desk, bench.files)
    own = {name: one for name, one in tables.items() if not one.model.is_remote}
    revision = present.revision if present is not None else 0
    return Live(bench.tenant, desk, revision, 0, tables=own)
