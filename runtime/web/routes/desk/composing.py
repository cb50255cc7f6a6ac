"""What helps to write: words kept for answers, and what a text under way can be completed with."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from engine.normal import fold
from runtime.actions.keep_quick_text import Words, Wrong, drop_quick_text, keep_quick_text
from runtime.queries.composing import names_for, texts_for, texts_of
from runtime.queries.read_ticket import Seen, see_ticket
from runtime.web.pages import go, show
from runtime.web.requests import AnyRequest, NotHere, Visit, of_staff, posted
from runtime.web.screens.build_side import side
from runtime.web.screens.desk.build_quick_texts import quick_texts_screen

QUICK = "/t/{tenant:str}/desk/quick-texts"


@get(QUICK)
async def quick_texts(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """One's own quick texts and those of one's teams."""
    return await _page(await of_staff(request, tenant))


async def _page(
    found: Visit, tried: Words | None = None, wrong: Wrong | None = None
) -> Response[str]:
    texts = await texts_of(found.site, found.desk.tenant, found.viewer)
    screen = quick_texts_screen(found, await side(found, ""), texts, tried, wrong)
    return show(found, "pages/desk_quick_texts.html", screen, 422 if wrong else 200)


@post(QUICK, status_code=303)
async def keep(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Keep a new text, or one that is there with other words."""
    found = await of_staff(request, tenant)
    form = await posted(request)
    words = Words(
        form.one("shortcut"), form.one("title"), form.one("body"), form.one("team"), form.one("id")
    )
    try:
        wrong = await keep_quick_text(found.site, tenant, found.viewer, words)
    except LookupError:
        raise NotHere from None
    if wrong is not None:
        return await _page(found, words, wrong)
    return go(found, found.links.desk("quick-texts"), "edited")


@post(f"{QUICK}/{{text_id:str}}/drop", status_code=303)
async def drop(request: AnyRequest, tenant: FromPath[str], text_id: FromPath[str]) -> Response[Any]:
    """Throw a text away."""
    found = await of_staff(request, tenant)
    if not await drop_quick_text(found.site, tenant, found.viewer, text_id):
        raise NotHere
    return go(found, found.links.desk("quick-texts"), "quick_dropped")


@post("/t/{tenant:str}/desk/tickets/{number:str}/complete", status_code=200)
async def complete(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str]
) -> Response[dict[str, Any]]:
    """What a text under way can go on with: after `@` colleagues, after `/` quick texts.

    The words are posted, so that no name stands in an address.
    """
    found = await of_staff(request, tenant)
    seen = await see_ticket(found.site, tenant, found.viewer, number)
    if seen is None:
        raise NotHere
    form = await posted(request)
    words = form.one("q").strip()[:60]
    of = _names if form.one("sort") == "names" else _texts
    answer = {"items": await of(found, seen, words)}
    return Response(answer, headers={"cache-control": "no-store"})


async def _names(found: Visit, seen: Seen, words: str) -> list[dict[str, str]]:
    named = await names_for(found.site, found.desk.tenant, found.viewer, seen, words)
    away = found.say("away")
    return [
        {"label": one.name, "hint": away if one.absent else "", "insert": f"@{one.name} "}
        for one in named
    ]


async def _texts(found: Visit, seen: Seen, words: str) -> list[dict[str, str]]:
    low = fold(words)
    texts = await texts_for(found.site, found.desk.tenant, found.viewer, seen, found.locale)
    return [
        {"label": one.title, "hint": f"/{one.shortcut}", "insert": one.body}
        for one in texts
        if low in fold(one.shortcut) or low in fold(one.title)
    ][:50]


ROUTES: list[Any] = [quick_texts, keep, drop, complete]
