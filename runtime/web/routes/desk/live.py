"""What changes on an open page of the desk, as server-sent events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any

import msgspec
from litestar import MediaType, Response, get
from litestar.params import FromPath
from litestar.response import Stream

from runtime.queries.filters import filters_of
from runtime.queries.live import (
    LASTS_S,
    ListChange,
    NoticeChange,
    TicketChange,
    list_changes,
    notice_changes,
    ticket_changes,
)
from runtime.queries.read_ticket import see_ticket
from runtime.web.asked import asked_of, narrowed
from runtime.web.lists import view_of
from runtime.web.requests import AnyRequest, NotHere, Visit, of_staff
from runtime.web.screens.build_side import side

_NAMES = {ListChange: "list", TicketChange: "ticket", NoticeChange: "notices"}
_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


@get("/t/{tenant:str}/desk/live/views/{view_id:str}")
async def live_list(request: AnyRequest, tenant: FromPath[str], view_id: FromPath[str]) -> Stream:
    """Tickets of a list that change: their numbers alone, the page asks for the rest."""
    found = await of_staff(request, tenant)
    view, _ = view_of(found, view_id)
    asked = asked_of(found)
    wanted = await narrowed(
        found, view, asked, filters_of(found.desk.desk, found.viewer, asked.filters or {})
    )
    heard = list_changes(found.site, tenant, found.viewer, wanted, _lasts(found))
    return _stream(heard)


@get("/t/{tenant:str}/desk/live/tickets/{number:str}")
async def live_ticket(request: AnyRequest, tenant: FromPath[str], number: FromPath[str]) -> Stream:
    """Who else is at a ticket, and whether it has changed since the page was made."""
    found = await of_staff(request, tenant)
    if await see_ticket(found.site, tenant, found.viewer, number) is None:
        raise NotHere
    text = found.query("since")
    since = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
    heard = ticket_changes(found.site, tenant, found.viewer, number, since, _lasts(found))
    return _stream(heard)


@get("/t/{tenant:str}/desk/live/notices")
async def live_notices(request: AnyRequest, tenant: FromPath[str]) -> Stream:
    """What the person is told; lists and tickets tell it in their own streams."""
    found = await of_staff(request, tenant)
    return _stream(notice_changes(found.site, tenant, found.viewer, _lasts(found)))


@get("/t/{tenant:str}/desk/live/counts")
async def live_counts(request: AnyRequest, tenant: FromPath[str]) -> Response[bytes]:
    """The numbers beside the entries of the navigation, by address: count and badge."""
    found = await of_staff(request, tenant)
    nav = await side(found, "")
    counts = {link.href: (link.count, link.badge) for group in nav.groups for link in group.links}
    return Response(
        msgspec.json.encode(counts), media_type=MediaType.JSON,
        headers={"cache-control": "no-store"},
    )  # fmt: skip


def _lasts(found: Visit) -> float:
    """How long it goes on: as long as it may, or shorter where the page says so."""
    text = found.query("lasts")
    return min(LASTS_S, float(text)) if text.isascii() and text.isdigit() else LASTS_S


def _stream(heard: AsyncIterator[ListChange | TicketChange | NoticeChange | None]) -> Stream:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"retry: 2000\n\n"
        async for each in heard:
            if each is None:
                yield b": here\n\n"
            else:
                yield b"event: " + _NAMES[type(each)].encode() + b"\ndata: " + _said(each) + b"\n\n"

    return Stream(pieces(), media_type="text/event-stream", headers=_HEADERS)


def _said(change: Any) -> bytes:
    return msgspec.json.encode(asdict(change))


ROUTES: list[Any] = [live_list, live_ticket, live_notices, live_counts]
