"""A file that leaves by the browser: streamed, never cached, and on record."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from litestar.response import Stream

from runtime.actions.record_export import recorded
from runtime.queries.export import MEDIA, Counted, Format
from runtime.web.requests import Visit


def saved(
    found: Visit,
    pieces: AsyncIterator[bytes],
    what: Mapping[str, object],
    counted: Counted,
    name: str,
    form: Format,
) -> Stream:
    """The pieces as a file to save, called `name` with the ending of its form."""
    told = recorded(found.site, found.desk, found.viewer, what, pieces, lambda: counted.rows)
    headers = {
        "content-disposition": f'attachment; filename="{name}.{form}"',
        "cache-control": "no-store",
    }
    return Stream(told, media_type=MEDIA[form], headers=headers)
