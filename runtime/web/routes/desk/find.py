"""Pickers of fields that hold a person or another ticket: found by words, to choose from."""

from __future__ import annotations

from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from runtime.web.pages import page, show
from runtime.web.picking import FOUND, at_desk
from runtime.web.requests import AnyRequest, NotHere, of_staff, posted
from runtime.web.screens.build_form import record
from runtime.web.screens.form import FoundScreen


@post("/t/{tenant:str}/desk/find/{what:str}", status_code=200)
async def find(request: AnyRequest, tenant: FromPath[str], what: FromPath[str]) -> Response[str]:
    """Who or what has the words; they may be a name, so they do not stand in an address."""
    found = await of_staff(request, tenant)
    if what not in FOUND:
        raise NotHere
    form = await posted(request)
    words = form.one("q").strip()
    records = tuple(map(record, await at_desk(found, what, words)))
    notice = found.say("Nothing was found") if words and not records else ""
    screen = FoundScreen(page(found, ""), form.one("field"), records, notice)
    return show(found, "pages/portal_found.html", screen)


ROUTES: list[Any] = [find]
