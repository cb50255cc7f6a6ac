"""A person's own notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.facts import Viewer
from runtime.site.handles import Site
from runtime.store import notices, tickets
from runtime.store.rows import Notice

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Bell:
    """How many things have unread notices, at most 100, and the urgent ones among these."""

    unread: int
    pinned: tuple[Notice, ...] = ()


async def bell(site: Site, tenant: str, viewer: Viewer) -> Bell:
    """What the viewer has not read."""
    async with site.store.unit(tenant) as unit:
        me = viewer.person_id or ""
        unread, urgent = await notices.bell(unit, me)
        return Bell(unread, tuple(await notices.pinned(unit, me)) if urgent else ())


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the centre is looked at: `open`, `unread` or `done`, of one sort, before an id."""

    which: str = "open"
    sort: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """Notices, the newest first, and the numbers of the tickets that they are about by id."""

    rows: tuple[Notice, ...]
    numbers: Mapping[str, str]


async def read_inbox(site: Site, tenant: str, viewer: Viewer, asked: Asked) -> Told:
    """The viewer's notices, newest first."""
    async with site.store.unit(tenant) as unit:
        rows = await notices.inbox(
            unit, viewer.person_id or "", before=asked.before or None, limit=PAGE,
            which=asked.which, sort=asked.sort,
        )  # fmt: skip
        about = {row.ticket_id for row in rows if row.ticket_id}
        known = await tickets.numbers_of(unit, about)
    return Told(tuple(rows), known)


async def read_notice(site: Site, tenant: str, viewer: Viewer, notice_id: str) -> Notice | None:
    """One notice of the viewer's own."""
    async with site.store.unit(tenant) as unit:
        return await notices.one(unit, viewer.person_id or "", notice_id)
