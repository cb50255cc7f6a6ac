"""The knowledge base in the portal: found, read, and whether it helped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from engine.reading.readers import Reach, may_edit
from runtime.actions.outcome import NotFound
from runtime.actions.read_articles import count_article, note_miss, say_of_article
from runtime.queries.articles import ArticlePage, Search, browse, read_article, search_articles
from runtime.queries.list_tickets import Line
from runtime.queries.own_alike import own_alike
from runtime.site.links import with_query
from runtime.web.answers import read_answers
from runtime.web.embedding import both
from runtime.web.filling import filling, offer_of
from runtime.web.pages import go, show
from runtime.web.reading import has_articles, reach_of_visit
from runtime.web.requests import AnyRequest, NotHere, Visit, posted, visit
from runtime.web.screens.knowledge.build_help import (
    BEGINNING,
    article_screen,
    help_screen,
    noted_screen,
    suggest_screen,
    thanks_screen,
)
from runtime.web.screens.knowledge.help import FeedbackBox
from runtime.web.screens.portal.build_pages import asked_before

_SUGGESTED = 3
_NOTHING_FOUND = Search((), {})


async def _reader(request: AnyRequest, tenant: str) -> tuple[Visit, Reach]:
    found = await visit(request, tenant)
    if not has_articles(found):
        raise NotHere
    return found, reach_of_visit(found)


@get(both("/help"))
async def help_articles(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """All articles, those of a category, or those that answer a question."""
    found, reach = await _reader(request, tenant)
    category, question = found.query("category"), found.query("q")
    if category and category not in reach.categories:
        raise NotHere
    if question.strip():
        search = await search_articles(found.site, found.desk, reach, question, found.locale)
        if not search.found and not found.is_fragment:
            await note_miss(found.site, found.desk.tenant, question)
        screen = help_screen(found, reach, "", (), search)
    else:
        rows = await browse(
            found.site, found.desk, reach, found.locale, category, beginning=BEGINNING
        )
        screen = help_screen(found, reach, category, rows, None)
    return show(found, "pages/portal_help.html", screen)


async def _article(found: Visit, reach: Reach, slug: str, locale: str) -> ArticlePage:
    shown = await read_article(found.site, found.desk, reach, slug, locale or found.locale)
    if shown is None:
        raise NotHere
    return shown


@get(both("/help/{slug:str}"))
async def help_article(
    request: AnyRequest, tenant: FromPath[str], slug: FromPath[str]
) -> Response[str]:
    """One article; that it was read is counted, unless by somebody who writes them."""
    found, reach = await _reader(request, tenant)
    shown = await _article(found, reach, slug, found.query("lang"))
    viewer = found.visitor.viewer if found.visitor else None
    if not may_edit(viewer):
        await count_article(found.site, found.desk.tenant, reach, slug, "seen")
    given: Any = found.query("said")
    box = FeedbackBox(
        url=found.links.article(slug, "feedback"), given=given if given in ("yes", "no") else ""
    )
    asks = found.desk.desk.knowledge.feedback
    return show(
        found, "pages/portal_article.html", article_screen(found, shown, box if asks else None)
    )


@post(both("/help/{slug:str}/feedback"), status_code=303)
async def article_feedback(
    request: AnyRequest, tenant: FromPath[str], slug: FromPath[str]
) -> Response[Any]:
    """Whether an article helped, with words if there are any; on a form, one goes on with it."""
    found, reach = await _reader(request, tenant)
    form = await posted(request)
    helpful = form.one("helpful") == "yes"
    viewer = found.visitor.viewer if found.visitor else None
    way = "form" if form.one("way") == "form" else "page"
    said = await say_of_article(
        found.site,
        found.desk.tenant,
        reach,
        viewer,
        slug,
        form.one("lang"),
        helpful=helpful,
        words=form.one("words"),
        way=way,
    )
    if isinstance(said, NotFound):
        raise NotHere
    if way == "form" and found.is_fragment:
        return show(found, "parts/suggest_noted.html", noted_screen(found))
    answer = "yes" if helpful else "no"
    url = with_query(found.links.article(slug), lang=form.one("lang"), said=answer)
    return go(found, f"{url}#helped", "said")


@post(both("/help/{slug:str}/solved"), status_code=303)
async def article_solved(
    request: AnyRequest, tenant: FromPath[str], slug: FromPath[str]
) -> Response[Any]:
    """An article was the answer: no ticket is made, and that is counted."""
    found, reach = await _reader(request, tenant)
    done = await count_article(found.site, found.desk.tenant, reach, slug, "solved")
    if isinstance(done, NotFound):
        raise NotHere
    return go(found, found.links.article(slug, "thanks"))


@get(both("/help/{slug:str}/thanks"))
async def article_thanks(
    request: AnyRequest, tenant: FromPath[str], slug: FromPath[str]
) -> Response[str]:
    """That no ticket is needed any more, and the way on."""
    found, reach = await _reader(request, tenant)
    shown = await _article(found, reach, slug, "")
    return show(found, "pages/portal_thanks.html", thanks_screen(found, shown))


@post(both("/new/{type_id:str}/suggest"), status_code=200)
async def suggest_for_form(
    request: AnyRequest, tenant: FromPath[str], type_id: FromPath[str]
) -> Response[str]:
    """Articles that may answer what is being typed; writes nothing (decisions.md 16)."""
    found = await filling(request, tenant, type_id)
    desk = found.desk.desk
    type_model = desk.types[offer_of(found.desk, type_id).type]
    form = await posted(request)
    question = form.one("subject") or form.one("description")
    search = _NOTHING_FOUND
    if has_articles(found) and question.strip():
        search = await search_articles(
            found.site,
            found.desk,
            reach_of_visit(found),
            question,
            found.locale,
            categories=sorted(
                {c for one in type_model.knowledge for c in desk.knowledge.under(one)}
            ),
            most=_SUGGESTED,
            typing=True,
            told=True,
        )
    asked: Sequence[Line] = ()
    if found.is_known:
        values = read_answers(type_model, form)
        asked = await own_alike(
            found.site, found.desk.tenant, found.viewer, type_model, question, values
        )
    return show(
        found,
        "parts/suggest.html",
        suggest_screen(found, type_id, search, asked_before(found, asked)),
    )


ROUTES = [
    help_articles,
    help_article,
    article_feedback,
    article_solved,
    article_thanks,
    suggest_for_form,
]
