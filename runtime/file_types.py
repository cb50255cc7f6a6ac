"""What a file is by its content, and a name for it without tricks."""

from __future__ import annotations

import re
import unicodedata

import filetype

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
