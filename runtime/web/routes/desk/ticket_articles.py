"""Articles beside a ticket: what may answer it, and an article made of its solution."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from engine.reading.readers import SUGGEST, may_edit
from runtime.actions.article_of_ticket import article_of_ticket
from runtime.actions.outcome import Conflict, NotFound, Refused
from runtime.queries.articles import reach_of_requester, search_articles
from runtime.queries.read_ticket import read_ticket, see_ticket
from runtime.web.pages import go, show
from runtime.web.reading import has_articles, reach_of_visit
from runtime.web.requests import AnyRequest, NotHere, Visit, of_staff, posted
from runtime.web.screens.knowledge.build_articles import ticket_articles_screen

_MOST = 4


async def _entered(request: AnyRequest, tenant: str) -> Visit:
    found = await of_staff(request, tenant)
    if not has_articles(found) or not (SUGGEST in found.viewer.functions or may_edit(found.viewer)):
        raise NotHere
    return found


@get("/t/{tenant:str}/desk/tickets/{number:str}/articles")
async def ticket_articles(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str]
) -> Response[str]:
    """Articles that may answer the ticket; `q` asks for others."""
    found = await _entered(request, tenant)
    seen = await see_ticket(found.site, tenant, found.viewer, number)
    if seen is None:
        raise NotHere
    question = found.query("q")
    asked = question.strip() or f"{seen.row.subject} {seen.row.description[:200]}"
    search = await search_articles(
        found.site, found.desk, reach_of_visit(found), asked, found.locale, most=_MOST,
        typing=bool(question), told=not question.strip(),
    )  # fmt: skip
    open_to = await reach_of_requester(found.site, found.desk, seen.row.requester_id or "")
    screen = ticket_articles_screen(found, number, question, search, open_to=open_to.categories)
    return show(found, "parts/ticket_articles.html", screen)


@post("/t/{tenant:str}/desk/tickets/{number:str}/article", status_code=303)
async def article_from_ticket(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[str]
) -> Response[Any]:
    """The draft of an article out of the ticket's question and public answers."""
    found = await _entered(request, tenant)
    await posted(request)
    shown = await read_ticket(found.site, tenant, found.viewer, number)
    if shown is None:
        raise NotHere
    headings = (found.say("Question"), found.say("Answer"))
    done = await article_of_ticket(found.site, tenant, found.viewer, shown, found.locale, headings)
    if isinstance(done, NotFound | Conflict | Refused):
        raise NotHere
    return go(found, found.links.desk("articles", done.id), "article_drafted", number)


ROUTES = [ticket_articles, article_from_ticket]
