"""Takes an upload: bytes first, what they really are by their content, then a held row."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from engine.facts import Viewer
from runtime.file_types import clean_name, honest, sniff
from runtime.site.handles import Site
from runtime.store import files
from runtime.store.files import TooLarge
from runtime.store.rows import FileRow

MAX_BYTES = 20 << 20
MAX_HELD = 200 << 20
"""How much one person may have uploaded without sending the form."""


@dataclass(frozen=True, slots=True)
class UploadRefused:
    """Why a file was not taken: too_large, too_many, empty, lying (another type than it says)."""

    code: str
    name: str
    found: str = ""
    most: int = MAX_BYTES


async def upload_file(
    site: Site, tenant: str, viewer: Viewer, name: str, chunks: AsyncIterator[bytes]
) -> FileRow | UploadRefused:
    """Keep an upload as `held` until a form names its token."""
    clean = clean_name(name)
    async with site.store.unit(tenant) as unit:
        if await files.held_bytes(unit, viewer.holder or "") > MAX_HELD:
            return UploadRefused("too_many", clean)
    try:
        kept = await site.files.put(chunks, MAX_BYTES)
    except TooLarge:
        return UploadRefused("too_large", clean)
    if kept.size == 0:
        return UploadRefused("empty", clean)
    found = sniff(kept.start, clean)
    if not honest(found, clean):
        return UploadRefused("lying", clean, found)
    async with site.store.unit(tenant, write=True) as unit:
        return await files.hold(unit, kept, name=clean, type_found=found, owner=viewer.holder)
