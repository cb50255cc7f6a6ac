"""The centre of notices: on the desk, and a small one in the portal."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from runtime.actions.read_notices import NoticeState, mark_notices, read_notices
from runtime.queries.notices import Asked, bell, read_inbox, read_notice
from runtime.web.pages import go, local, page, show
from runtime.web.requests import AnyRequest, NotHere, Visit, of_person, of_staff, posted
from runtime.web.screens.build_notices import notice_box
from runtime.web.screens.build_side import side
from runtime.web.screens.notices import BellScreen, InboxScreen, NoticeBox, PortalNoticesScreen

_STATES: Final[dict[str, NoticeState]] = {
    "read": "read", "unread": "unread", "done": "done", "undone": "undone",
}  # fmt: skip


@get("/t/{tenant:str}/desk/inbox")
async def inbox(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """The person's notices, grouped by ticket."""
    found = await of_staff(request, tenant)
    nav = await side(found, "inbox")
    box = await _box(found, found.links.desk("inbox"), found.links.desk("profile"), nav.unread)
    screen = InboxScreen(page(found, found.say("Inbox"), "desk"), nav, box)
    return show(found, "pages/desk_inbox.html", screen)


@get("/t/{tenant:str}/p/notices")
async def portal_notices(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """The same for somebody who asks for something."""
    found = await of_person(request, tenant)
    unread = (await bell(found.site, tenant, found.viewer)).unread
    links = found.links
    box = await _box(found, links.portal("notices"), links.portal("profile"), unread)
    screen = PortalNoticesScreen(page(found, found.say("Notices"), "notices"), box)
    return show(found, "pages/portal_notices.html", screen)


@get("/t/{tenant:str}/p/notices/bell")
async def portal_bell(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """The bell with how many are unread, for a page that was loaded."""
    found = await of_person(request, tenant)
    unread = (await bell(found.site, tenant, found.viewer)).unread
    screen = BellScreen(page(found, ""), found.links.portal("notices"), unread)
    return show(found, "parts/bell.html", screen)


async def _box(found: Visit, url: str, profile: str, unread: int) -> NoticeBox:
    which = found.query("show")
    sort = found.query("sort")
    asked = Asked(
        which if which in ("unread", "done") else "open",
        sort if sort in found.desk.desk.notifications else "",
        found.query("before"),
    )
    told = await read_inbox(found.site, found.desk.tenant, found.viewer, asked)
    return notice_box(found, url, profile, asked, told, unread)


@post("/t/{tenant:str}/desk/inbox/read", status_code=303)
async def inbox_read(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Mark one notice or all read."""
    return await _read(request, await of_staff(request, tenant), "desk")


@post("/t/{tenant:str}/p/notices/read", status_code=303)
async def portal_read(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """The same in the portal."""
    return await _read(request, await of_person(request, tenant), "portal")


async def _read(request: AnyRequest, found: Visit, where: str) -> Response[Any]:
    form = await posted(request)
    await read_notices(found.site, found.desk.tenant, found.viewer, form.one("notice"))
    return go(found, _home(found, where), "read")


def _home(found: Visit, where: str) -> str:
    return found.links.desk("inbox") if where == "desk" else found.links.portal("notices")


@post("/t/{tenant:str}/desk/inbox/mark", status_code=303)
async def inbox_mark(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Mark some notices read, unread, done, or take them up again."""
    return await _mark(request, await of_staff(request, tenant), "desk")


@post("/t/{tenant:str}/p/notices/mark", status_code=303)
async def portal_mark(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """The same in the portal."""
    return await _mark(request, await of_person(request, tenant), "portal")


async def _mark(request: AnyRequest, found: Visit, where: str) -> Response[Any]:
    form = await posted(request)
    state = _STATES.get(form.one("state"))
    if state is not None:
        ids = form.many("notice")
        await mark_notices(found.site, found.desk.tenant, found.viewer, ids, state)
    return go(found, local(form.one("next"), _home(found, where)))


@get("/t/{tenant:str}/desk/inbox/open/{notice:str}", status_code=303)
async def inbox_open(
    request: AnyRequest, tenant: FromPath[str], notice: FromPath[str]
) -> Response[Any]:
    """Mark a notice read and go where it leads; another person's is not there."""
    return await _open(await of_staff(request, tenant), notice, "desk")


@get("/t/{tenant:str}/p/notices/open/{notice:str}", status_code=303)
async def portal_open(
    request: AnyRequest, tenant: FromPath[str], notice: FromPath[str]
) -> Response[Any]:
    """The same in the portal."""
    return await _open(await of_person(request, tenant), notice, "portal")


async def _open(found: Visit, notice: str, where: str) -> Response[Any]:
    row = await read_notice(found.site, found.desk.tenant, found.viewer, notice)
    if row is None:
        raise NotHere
    await read_notices(found.site, found.desk.tenant, found.viewer, notice)
    return go(found, local(row.link or "", _home(found, where)))


ROUTES = [
    inbox, inbox_read, inbox_mark, inbox_open,
    portal_notices, portal_bell, portal_read, portal_mark, portal_open,
]  # fmt: skip
