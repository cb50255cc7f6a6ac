"""Puts on record that data leaves the house: who took what, and how many rows went out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping

from engine.facts import Viewer
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.store import journal
from runtime.store.journal import NewEvent


async def recorded(
    site: Site,
    live: Live,
    viewer: Viewer,
    what: Mapping[str, object],
    pieces: AsyncIterator[bytes],
    rows: Callable[[], int],
) -> AsyncIterator[bytes]:
    """The pieces as they are; the journal has `exported` before the first of them goes out, and
    `export_ended` with the count when the last one did, or when the reader went away."""
    (began,) = await _write(site, live, viewer, NewEvent("exported", dict(what), ""))
    whole = False
    try:
        async for piece in pieces:
            yield piece
        whole = True
    finally:
        body = {"rows": rows(), "whole": whole}
        await _write(site, live, viewer, NewEvent("export_ended", body, "", cause_event_id=began))


async def _write(site: Site, live: Live, viewer: Viewer, event: NewEvent) -> tuple[str, ...]:
    made = NewEvent(
        verb=event.verb,
        body=event.body,
        actor_kind="system" if viewer.is_system else "person",
        actor_id=viewer.person_id,
        revision=live.revision,
        desk_digest=live.desk.digest,
        cause_event_id=event.cause_event_id,
    )
    async with site.store.unit(live.tenant, write=True) as unit:
        return await journal.append_admin(unit, [made])
