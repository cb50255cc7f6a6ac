"""Lists that a person saves for themselves."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Response, post
from litestar.params import FromPath

from runtime.actions.keep_views import drop_view, keep_view
from runtime.web.asked import asked_of
from runtime.web.lists import view_of
from runtime.web.pages import go
from runtime.web.requests import AnyRequest, NotHere, of_staff, posted

OWN = "/t/{tenant:str}/desk/own"


@post("/t/{tenant:str}/desk/views/{view_id:str}/keep", status_code=303)
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


@post(f"{OWN}/{{own_id:str}}/drop", status_code=303)
async def own_drop(
    request: AnyRequest, tenant: FromPath[str], own_id: FromPath[str]
) -> Response[Any]:
    """Throw one's own list away; another person's is not there."""
    found = await of_staff(request, tenant)
    if not await drop_view(found.site, tenant, found.viewer, own_id):
        raise NotHere
    return go(found, found.links.view("all"), "view_dropped")


ROUTES: list[Any] = [own_keep, own_drop]
