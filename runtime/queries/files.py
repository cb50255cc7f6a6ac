"""Files as their viewers may have them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.facts import Viewer
from engine.reading.readers import Reach
from runtime.queries.read_ticket import rights_on
from runtime.site.handles import Site
from runtime.store import articles, files
from runtime.store.rows import FileRow


@dataclass(frozen=True, slots=True)
class Download:
    """A file that the viewer may have: its row and where its bytes lie."""

    row: FileRow
    path: Path


async def held_files(
    site: Site, tenant: str, viewer: Viewer, tokens: Iterable[str]
) -> list[FileRow]:
    """The viewer's own uploads that wait for a form, of these tokens."""
    async with site.store.unit(tenant) as unit:
        rows = [await files.by_token(unit, token) for token in sorted(tokens)[:50]]
    return [row for row in rows if row and row.state == "held" and row.owner == viewer.person_id]


async def picture(site: Site, tenant: str, reach: Reach, token: str) -> Download | None:
    """A file that an article shows, for whoever may read that article."""
    async with site.store.unit(tenant) as unit:
        row = await files.by_token(unit, token)
        if row is None or row.state != "attached" or row.ticket_id is not None:
            return None
        shown = await articles.showing(unit, row.id)
    readable = (
        reach.reads(one) and (one.state == articles.PUBLISHED or reach.writes) for one in shown
    )
    return Download(row, site.files.path(row.sha256)) if any(readable) else None


async def download(site: Site, tenant: str, viewer: Viewer, token: str) -> Download | None:
    """An attachment, within the rights on its ticket and field; notes' files are for staff."""
    async with site.store.unit(tenant) as unit:
        row = await files.by_token(unit, token)
        if row is None:
            return None
        if row.state == "held":
            return (
                Download(row, site.files.path(row.sha256))
                if row.owner == viewer.person_id
                else None
            )
        rights = await rights_on(site, unit, viewer, row.ticket_id or "")
    if rights is None or (row.visibility != "public" and not viewer.is_staff):
        return None
    if row.field_key and not rights.reads(row.field_key):
        return None
    return Download(row, site.files.path(row.sha256))
