"""The centre of notices: on the desk, and a small one in the portal."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from runtime.actions.read_notices import NoticeState, mark_notices, read_notices
from runtime.queries.notices import Asked, bell, read_inbox, read_notice
from runtime.web.pages import go, local, page, show
from runtime.web.requests import AnyRequest, NotHere, Visit, of_person, of_staff, posted
from runtime.web.screens.build_side import side
from runtime.web.screens.people.build_notices import notice_box
from runtime.web.screens.people.notices import (
    BellScreen,
    InboxScreen,
    NoticeBox,
    PortalNoticesScreen,
)

DESK, PORTAL = "/t/{tenant:str}/desk/inbox", "/t/{tenant:str}/p/notices"
_STATES: Final[dict[str, NoticeState]] = {
    "read": "read", "unread": "unread", "done": "done", "undone": "undone",
}  # fmt: skip


async def _visit(request: AnyRequest, tenant: str) -> tuple[Visit, str]:
    """Who came, and the address of the centre that they use."""
    if request.url.path.startswith(f"/t/{tenant}/desk/"):
        found = await of_staff(request, tenant)
        return found, found.links.desk("inbox")
    found = await of_person(request, tenant)
    return found, found.links.portal("notices")


@get(DESK)
async def inbox(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """The person's notices, grouped by ticket."""
    found, home = await _visit(request, tenant)
    nav = await side(found, "inbox")
    box = await _box(found, home, found.links.desk("profile"), nav.unread)
    screen = InboxScreen(page(found, found.say("Inbox"), "desk"), nav, box)
    return show(found, "pages/desk_inbox.html", screen)


@get(PORTAL)
async def portal_notices(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """The same for somebody who asks for something."""
    found, home = await _visit(request, tenant)
    unread = (await bell(found.site, tenant, found.viewer)).unread
    box = await _box(found, home, found.links.portal("profile"), unread)
    screen = PortalNoticesScreen(page(found, found.say("Notices"), "notices"), box)
    return show(found, "pages/portal_notices.html", screen)


@get(f"{PORTAL}/bell")
async def portal_bell(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """The bell with how many are unread, for a page that was loaded."""
    found, home = await _visit(request, tenant)
    unread = (await bell(found.site, tenant, found.viewer)).unread
    return show(found, "parts/bell.html", BellScreen(page(found, ""), home, unread))


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


@post([f"{DESK}/read", f"{PORTAL}/read"], status_code=303)
async def read(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Mark one notice or all read."""
    found, home = await _visit(request, tenant)
    form = await posted(request)
    await read_notices(found.site, tenant, found.viewer, form.one("notice"))
    return go(found, home, "read")


@post([f"{DESK}/mark", f"{PORTAL}/mark"], status_code=303)
async def mark(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Mark some notices read, unread, done, or take them up again."""
    found, home = await _visit(request, tenant)
    form = await posted(request)
    state = _STATES.get(form.one("state"))
    if state is not None:
        await mark_notices(found.site, tenant, found.viewer, form.many("notice"), state)
    return go(found, local(form.one("next"), home))


@get([f"{DESK}/open/{{notice:str}}", f"{PORTAL}/open/{{notice:str}}"], status_code=303)
async def follow(
    request: AnyRequest, tenant: FromPath[str], notice: FromPath[str]
) -> Response[Any]:
    """Mark a notice read and go where it leads; another person's is not there."""
    found, home = await _visit(request, tenant)
    row = await read_notice(found.site, tenant, found.viewer, notice)
    if row is None:
        raise NotHere
    await read_notices(found.site, tenant, found.viewer, notice)
    return go(found, local(row.link or "", home))


ROUTES = [inbox, portal_notices, portal_bell, read, mark, follow]
