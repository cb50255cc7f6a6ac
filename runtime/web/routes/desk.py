"""The desk: lists by view, the inbox, new tickets on behalf, dashboards."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from litestar import Response, get, post

from engine.model.desk import ViewModel
from engine.model.text import Words
from engine.predicate import AnyOf, Op, Path, Predicate, Test
from engine.values.registry import fold
from runtime.actions.read_notices import read_notices
from runtime.queries.list_tickets import Wanted, list_tickets, mine, of_view, unassigned
from runtime.queries.notices import read_inbox
from runtime.web.pages import go, moment, page, show
from runtime.web.requests import AnyRequest, NotHere, Visit, of_staff, posted
from runtime.web.screens.build_list import Asked, list_screen
from runtime.web.screens.build_side import is_for, side
from runtime.web.screens.desk import InboxScreen, Notice

FILTERS = {
    "phase": Path("phase", "phase", "phase"),
    "priority": Path("priority", "priority", "priority"),
    "type": Path("type", "type", "type"),
    "team": Path("team", "team", "team"),
}
_TEXTS = (
    Path("number", "number", "text"),
    Path("subject", "subject", "text"),
    Path("description", "description", "long_text"),
)


@get("/t/{tenant:str}/desk/")
async def desk_home(request: AnyRequest, tenant: str) -> Response[Any]:
    """The first view that is for this person, else what is assigned to them."""
    found = await of_staff(request, tenant)
    views = [v for v in found.desk.desk.views.values() if v.id != "all"]
    first = next(
        (v.id for v in views if v.who and is_for(found.desk.desk, v.who, found.viewer)), "mine"
    )
    return go(found, found.links.view(first))


def view_of(found: Visit, view_id: str) -> tuple[ViewModel, str]:
    """A view by id with its title: one of the specs that is for this person, or a built-in one."""
    desk = found.desk.desk
    every = desk.views["all"]
    built_in: dict[str, tuple[Predicate, str]] = {
        "mine": (mine(found.viewer), found.say("Assigned to me")),
        "unassigned": (unassigned(), found.say("Unassigned")),
    }
    if view_id in built_in:
        where, title = built_in[view_id]
        return replace(every, id=view_id, filter=where, title=Words({found.locale: title})), title
    view = desk.views.get(view_id)
    if view is None or not is_for(desk, view.who, found.viewer):
        raise NotHere
    title = found.say("All tickets") if view_id == "all" else view.title.say(found.locale)
    return view, title


def asked_of(found: Visit) -> Asked:
    """What the address asks for."""
    return Asked(
        query=found.query("q").strip()[:100],
        filters={name: found.query(name) for name in FILTERS},
        sort=found.query("sort"),
        after=found.query("after"),
        compact=found.query("density") == "compact",
    )


def narrowed(view: ViewModel, asked: Asked) -> Wanted:
    """The view with the address's words, filters and order."""
    extra: list[Predicate] = [
        Test(FILTERS[name], Op.IS, value) for name, value in (asked.filters or {}).items() if value
    ]
    for word in fold(asked.query).split()[:8]:
        extra.append(AnyOf(tuple(Test(path, Op.CONTAINS, word) for path in _TEXTS)))
    wanted = of_view(view, extra, asked.after)
    name = asked.sort.lstrip("-")
    path = sort_path(view, name)
    if path is not None:
        return replace(wanted, sort=((path, asked.sort.startswith("-")),))
    return wanted


_SORTABLE = {
    "number": "text", "priority": "priority", "state": "state", "type": "type", "team": "team",
    "created_at": "datetime", "updated_at": "datetime", "solved_at": "datetime",
    "state_since": "datetime", "reopened": "integer", "rating": "integer",
}  # fmt: skip


def sort_path(view: ViewModel, name: str) -> Path | None:
    """The path to sort by: what every ticket has, or one of the view's own columns."""
    if name in _SORTABLE:
        return Path(name, name, _SORTABLE[name])
    if name.startswith("due.") and name in view.columns:
        return Path(name, name, "datetime")
    return next((path for path, _ in view.sort if path.name == name), None)


@get("/t/{tenant:str}/desk/views/{view_id:str}")
async def desk_view(request: AnyRequest, tenant: str, view_id: str) -> Response[str]:
    """A view's list, narrowed by the address."""
    found = await of_staff(request, tenant)
    view, title = view_of(found, view_id)
    asked = asked_of(found)
    listed = await list_tickets(found.site, tenant, found.viewer, narrowed(view, asked))
    screen = list_screen(found, view, listed, asked, await side(found, view_id), title)
    return show(found, "pages/desk_list.html", screen)


@get("/t/{tenant:str}/desk/inbox")
async def inbox(request: AnyRequest, tenant: str) -> Response[str]:
    """The person's notices."""
    found = await of_staff(request, tenant)
    rows = await read_inbox(found.site, tenant, found.viewer, found.query("before"))
    nav = await side(found, "inbox")
    notices = tuple(
        Notice(
            id=row.id,
            title=row.subject,
            text=row.body,
            at=moment(row.created_us),
            href=row.link or found.links.desk("inbox"),
            read=row.read_us is not None,
        )
        for row in rows
    )
    url = found.links.desk("inbox")
    screen = InboxScreen(
        page=page(found, found.say("Inbox"), "desk"),
        nav=nav,
        notices=notices,
        unread=nav.unread,
        read_action=found.links.desk("inbox", "read"),
        older_href=f"{url}?before={rows[-1].id}" if len(rows) == 50 else "",
        newer_href=url if found.query("before") else "",
    )
    return show(found, "pages/desk_inbox.html", screen)


@post("/t/{tenant:str}/desk/inbox/read", status_code=303)
async def inbox_read(request: AnyRequest, tenant: str) -> Response[Any]:
    """Mark one notice or all read; one leads to its ticket."""
    found = await of_staff(request, tenant)
    form = await posted(request)
    await read_notices(found.site, tenant, found.viewer, form.one("notice"))
    return go(found, found.links.desk("inbox"), "read")


ROUTES = [desk_home, desk_view, inbox, inbox_read]
