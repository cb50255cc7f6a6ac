"""Takes an upload: bytes first, what they really are by their content, then a held row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import dataclass

import filetype

from engine.facts import Viewer
from runtime.site.handles import Site
from runtime.store import files
from runtime.store.files import TooLarge
from runtime.store.rows import FileRow

MAX_BYTES = 20 << 20
MAX_HELD = 200 << 20
"""How much one person may have uploaded without sending the form."""

_BY_ENDING = {
    "csv": "text/csv",
    "txt": "text/plain",
    "log": "text/plain",
    "json": "application/json",
}
_OFFICE = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_MARKUP = re.compile(rb"^\s*(<\?xml|<!doctype|<html|<svg|<script|<head|<body)", re.I)


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
        if await files.held_bytes(unit, viewer.person_id or "") > MAX_HELD:
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
        return await files.hold(unit, kept, name=clean, type_found=found, owner=viewer.person_id)


def clean_name(name: str) -> str:
    """A file name without folders, controls or directions that would make it look like another."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(
        c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] != "C"
    )
    return kept.strip(". ")[:150] or "file"


def sniff(start: bytes, name: str) -> str:
    """The type by content; text by its ending; markup is never taken for text."""
    guess = filetype.guess(start)
    ending = _ending(name)
    if guess is not None:
        # The office formats are zip archives whose first bytes say no more than that.
        if guess.mime == "application/zip" and ending in _OFFICE:
            return _OFFICE[ending]
        return str(guess.mime)
    if _MARKUP.match(start):
        return "image/svg+xml" if b"<svg" in start[:1024].lower() else "text/html"
    try:
        start.decode("utf-8", errors="strict")
    except UnicodeDecodeError as wrong:
        # The last character may be cut by the end of what was kept.
        if wrong.start < len(start) - 4:
            return "application/octet-stream"
    return _BY_ENDING.get(ending, "text/plain")


def honest(found: str, name: str) -> bool:
    """Whether an ending that promises a picture, video or PDF is kept by the content."""
    if _ending(name) == "svg":
        return found == "image/svg+xml"
    promised = filetype.get_type(ext=_ending(name))
    if promised is None:
        return True
    family = promised.mime.partition("/")[0]
    if family in ("image", "video", "audio"):
        return found.startswith(f"{family}/") and found != "image/svg+xml"
    return promised.mime == found if promised.mime == "application/pdf" else True


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()
