"""Attachments as pages show them."""

from __future__ import annotations

from runtime.queries.files import look_of
from runtime.store.rows import FileRow
from runtime.web.requests import Visit
from runtime.web.screens.base import FileMark


def file_mark(visit: Visit, row: FileRow) -> FileMark:
    """An attachment with its address, and how a page can show it."""
    look, size = look_of(visit.site, row)
    pixels = ""
    if size is not None and not look:
        pixels = visit.say("%(wide)s × %(high)s pixels", wide=size.width, high=size.height)
    url = visit.links.files(row.token)
    return FileMark(row.name, row.size, url, image=look == "image", look=look, pixels=pixels)
