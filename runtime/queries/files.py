"""Files as their viewers may have them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from engine.facts import Viewer
from engine.reading.readers import Reach
from runtime.pictures import Size, measure
from runtime.queries.read_ticket import rights_on
from runtime.site.handles import Site
from runtime.store import articles, files
from runtime.store.rows import FileRow

Look = Literal["", "image", "video", "audio", "pdf", "text"]
LOOKS: Final[dict[str, Look]] = {
    **dict.fromkeys(("image/png", "image/jpeg", "image/gif", "image/webp"), "image"),
    **dict.fromkeys(("video/mp4", "video/webm"), "video"),
    **dict.fromkeys(("audio/mpeg", "audio/ogg", "audio/x-wav", "audio/mp4"), "audio"),
    "application/pdf": "pdf",
    **dict.fromkeys(("text/plain", "text/csv", "application/json"), "text"),
}
"""What a browser shows without running anything of it; all else is saved."""


@lru_cache(maxsize=20_000)
def _measured(path: Path) -> Size | None:
    """Bytes at an address of their content never change."""
    return measure(path)


def look_of(site: Site, row: FileRow) -> tuple[Look, Size | None]:
    """How a file is shown, and the size of a picture; one too large to show is only saved."""
    look = LOOKS.get(row.type_found, "")
    if look != "image":
        return look, None
    size = _measured(site.files.path(row.sha256))
    return (look if size is not None and size.is_safe else ""), size


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
        rows = [await files.by_token(unit, token) for token in sorted(tokens)[:100]]
    return [row for row in rows if row and row.state == "held" and row.owner == viewer.holder]


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
                Download(row, site.files.path(row.sha256)) if row.owner == viewer.holder else None
            )
        rights = await rights_on(site, unit, viewer, row.ticket_id or "")
    if rights is None or (row.visibility != "public" and not viewer.is_staff):
        return None
    if row.field_key and not rights.reads(row.field_key):
        return None
    return Download(row, site.files.path(row.sha256))
