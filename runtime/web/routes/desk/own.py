"""Lists that a person saves for themselves, and how they see the others."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath

from runtime.actions.keep_views import (
    drop_view,
    keep_display,
    keep_view,
    move_view,
    pin_view,
    rename_view,
)
from runtime.queries.personal_views import views_of
from runtime.web.asked import DISPLAY, Address, asked_in, asked_of
from runtime.web.lists import view_of
from runtime.web.pages import go, page, show
from runtime.web.requests import AnyRequest, NotHere, of_staff, posted
from runtime.web.screens.build_side import own_href, side
from runtime.web.screens.desk.pages import OwnLine, OwnScreen

OWN = "/t/{tenant:str}/desk/own"
VIEW = "/t/{tenant:str}/desk/views/{view_id:str}"


@post(f"{VIEW}/keep", status_code=303)
async def own_keep(
    request: AnyRequest, tenant: FromPath[str], view_id: FromPath[str]
) -> Response[Any]:
    """Save the list as its address asks for it now; the address comes as the form's own."""
    found = await of_staff(request, tenant)
    view_of(found, view_id)
    form = await posted(request)
    asked = asked_of(found)
    kept = {name: value for name, value in asked.kept(asked.filters or {}).items() if value}
    made = await keep_view(
        found.site, tenant, found.viewer, form.one("title"), view_id, urlencode(kept)
    )
    url = found.links.view(view_id)
    query = urlencode({**kept, "own": made} if made else kept)
    return go(found, f"{url}?{query}" if query else url, "view_kept" if made else "view_not_kept")


@post(f"{VIEW}/display", status_code=303)
async def own_display(
    request: AnyRequest, tenant: FromPath[str], view_id: FromPath[str]
) -> Response[Any]:
    """Keep columns, order, groups, density and layout of a list; `reset` forgets them.

    The address of the form holds the filters, which stay.
    """
    found = await of_staff(request, tenant)
    view_of(found, view_id)
    form = await posted(request)
    pairs = tuple((name, text) for name, texts in form.texts.items() for text in texts)
    chosen = asked_in(found, Address(pairs))
    kept = {name: text for name, text in chosen.kept({}).items() if text and name in DISPLAY}
    query = "" if form.one("reset") else urlencode(kept)
    await keep_display(found.site, tenant, found.viewer, view_id, query)
    asked = asked_of(found)
    rest = asked.kept(asked.filters or {})
    address = urlencode({n: text for n, text in rest.items() if text and n not in DISPLAY})
    url = found.links.view(view_id)
    return go(found, f"{url}?{address}" if address else url)


@get(OWN)
async def own_views(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """One's own lists: to be named, ordered, pinned, thrown away."""
    found = await of_staff(request, tenant)
    own = await views_of(found.site, tenant, found.viewer)
    lines = tuple(
        OwnLine(
            each.title, own_href(found, each), found.links.desk("own", each.id), each.pinned,
            first=at == 0, last=at == len(own) - 1,
        )
        for at, each in enumerate(own)
    )  # fmt: skip
    screen = OwnScreen(page(found, found.say("My views"), "desk"), await side(found, "own"), lines)
    return show(found, "pages/desk_own.html", screen)


@post(f"{OWN}/{{own_id:str}}/{{do:str}}", status_code=303)
async def own_do(
    request: AnyRequest, tenant: FromPath[str], own_id: FromPath[str], do: FromPath[str]
) -> Response[Any]:
    """Do something to one's own list; another person's is not there."""
    found = await of_staff(request, tenant)
    form, here = await posted(request), (found.site, tenant, found.viewer, own_id)
    match do:
        case "drop":
            done = await drop_view(*here)
        case "rename":
            done = await rename_view(*here, form.one("title"))
        case "pin" | "unpin":
            done = await pin_view(*here, on=do == "pin")
        case "up" | "down":
            done = await move_view(*here, do)
        case _:
            done = False
    if not done:
        raise NotHere
    return go(found, found.links.desk("own"), "view_dropped" if do == "drop" else "")


ROUTES: list[Any] = [own_keep, own_display, own_views, own_do]
