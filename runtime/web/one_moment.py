"""A page that only reads, in one transaction: what its parts read fits together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from runtime.web.requests import Visit


@asynccontextmanager
async def in_one_moment(found: Visit) -> AsyncIterator[Visit]:
    """The visit, all of whose reads see one moment of the store."""
    async with found.site.store.reading(found.desk.tenant) as store:
        yield replace(found, site=replace(found.site, store=store))
