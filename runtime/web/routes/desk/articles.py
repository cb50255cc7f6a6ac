"""The desk's rooms of the knowledge base: the list, the editor, versions, what is missing."""

from __future__ import annotations

from typing import Any, cast

from litestar import Response, get, post
from litestar.params import FromPath

from engine.reading.readers import may_edit
from runtime.actions.articles import Step, Written, deal_with, step_article, write_article
from runtime.actions.articles import forget_missing as forget_miss
from runtime.actions.outcome import Conflict, NotFound, Refused
from runtime.queries.edit_articles import EditorPage, enters, list_for_editors, read_for_editor
from runtime.render.articles import article_html
from runtime.render.catalogues import N_
from runtime.site.links import with_query
from runtime.web.pages import go, page, show
from runtime.web.requests import AnyRequest, Form, NotHere, Visit, of_staff, posted
from runtime.web.screens.build_side import side
from runtime.web.screens.knowledge.articles import PreviewScreen
from runtime.web.screens.knowledge.build_articles import (
    Typed,
    articles_screen,
    diff_screen,
    editor_screen,
    new_screen,
)
from runtime.web.screens.refusals import by_place

ONE = "/t/{tenant:str}/desk/articles/{article:str}"
_SAVED_MEANWHILE = N_(
    "Somebody else has saved this text meanwhile (version %(n)s); yours is below, save again to put"
    " it over theirs"
)
_STEPS = ("review", "publish", "return", "retire", "reopen")


async def _entered(request: AnyRequest, tenant: str) -> Visit:
    """A visit of somebody who writes or reviews articles; to others the pages do not exist."""
    found = await of_staff(request, tenant)
    if not enters(found.desk, found.viewer):
        raise NotHere
    return found


@get("/t/{tenant:str}/desk/articles")
async def articles(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """All articles with their figures, and what readers looked for in vain."""
    found = await _entered(request, tenant)
    listed = await list_for_editors(
        found.site,
        found.desk,
        show=found.query("show"),
        state=found.query("state"),
        category=found.query("category"),
        question=found.query("q"),
    )
    screen = articles_screen(found, await side(found, "articles"), listed)
    return show(found, "pages/desk_articles.html", screen)


@get("/t/{tenant:str}/desk/articles/new")
async def article_new(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """An empty article; `title` from what somebody looked for."""
    found = await _entered(request, tenant)
    if not may_edit(found.viewer):
        raise NotHere
    typed = Typed(title=found.query("title"), locale=found.desk.desk.tenant.locales[0])
    return show(
        found, "pages/desk_article.html", new_screen(found, await side(found, "articles"), typed)
    )


@post("/t/{tenant:str}/desk/articles/new", status_code=303)
async def article_begin(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Keep a new article as a draft."""
    found = await _entered(request, tenant)
    typed = _typed(await posted(request))
    done = await write_article(found.site, tenant, found.viewer, _written(typed))
    if isinstance(done, Refused):
        typed = typed.with_errors(by_place(found, done.refusals))
        screen = new_screen(found, await side(found, "articles"), typed)
        return show(found, "pages/desk_article.html", screen, 422)
    if isinstance(done, NotFound | Conflict):
        raise NotHere
    url = with_query(found.links.desk("articles", done.id), lang=typed.locale)
    return go(found, url, "article_kept")


def _typed(form: Form) -> Typed:
    return Typed(
        title=form.one("title"),
        body=form.one("body"),
        category=form.one("category"),
        audience=form.one("audience"),
        tags=form.one("tags"),
        slug=form.one("slug"),
        locale=form.one("lang"),
        last_n=form.whole("_version") or 0,
    )


def _written(typed: Typed, id: str = "") -> Written:
    tags = typed.tags.replace("，", ",").replace("、", ",").split(",")
    return Written(
        locale=typed.locale,
        title=typed.title,
        body=typed.body,
        category=typed.category,
        tags=tags,
        audience=typed.audience,
        slug=typed.slug,
        id=id,
        last_n=typed.last_n,
    )


async def _page(
    found: Visit, id: str, typed: Typed | None = None, status: int = 200, lang: str = "", n: int = 0
) -> Response[str]:
    shown = await _shown(found, id, typed.locale if typed else lang, n)
    screen = editor_screen(found, await side(found, "articles"), shown, typed)
    return show(found, "pages/desk_article.html", screen, status)


async def _shown(found: Visit, id: str, lang: str, n: int = 0) -> EditorPage:
    shown = await read_for_editor(found.site, found.desk, found.viewer, id, lang, n)
    if shown is None:
        raise NotHere
    return shown


@get(ONE)
async def article(
    request: AnyRequest, tenant: FromPath[str], article: FromPath[str]
) -> Response[str]:
    """One article in one language (`lang`), as it was written last."""
    found = await _entered(request, tenant)
    return await _page(found, article, lang=found.query("lang"))


@post(ONE, status_code=303)
async def article_write(
    request: AnyRequest, tenant: FromPath[str], article: FromPath[str]
) -> Response[Any]:
    """Keep what was written, and go on to review or publish if that was asked for at once."""
    found = await _entered(request, tenant)
    form = await posted(request)
    typed = _typed(form)
    done = await write_article(found.site, tenant, found.viewer, _written(typed, article))
    if isinstance(done, NotFound):
        raise NotHere
    if isinstance(done, Conflict):
        said = found.say(_SAVED_MEANWHILE, n=done.version)
        typed = typed.over(done.version, said)
        return await _page(found, article, typed, 409)
    if isinstance(done, Refused):
        return await _page(found, article, typed.with_errors(by_place(found, done.refusals)), 422)
    step = form.one("step")
    if step in _STEPS:
        return await _take(found, article, cast(Step, step), typed.locale)
    url = with_query(found.links.desk("articles", article), lang=typed.locale)
    return go(found, url, "article_kept")


async def _take(found: Visit, id: str, step: Step, lang: str) -> Response[Any]:
    done = await step_article(found.site, found.desk.tenant, found.viewer, id, step)
    if isinstance(done, NotFound):
        raise NotHere
    if isinstance(done, Refused):
        shown = await _shown(found, id, lang)
        typed = Typed.of(shown).with_errors(by_place(found, done.refusals))
        return await _page(found, id, typed, 422)
    url = with_query(found.links.desk("articles", id), lang=lang)
    return go(found, url, f"article_{step}")


@post(f"{ONE}/step/{{step:str}}", status_code=303)
async def article_step(
    request: AnyRequest, tenant: FromPath[str], article: FromPath[str], step: FromPath[str]
) -> Response[Any]:
    """Review, publish, send back, take from readers, or begin again."""
    found = await _entered(request, tenant)
    form = await posted(request)
    if step not in _STEPS:
        raise NotHere
    return await _take(found, article, cast(Step, step), form.one("lang"))


@post("/t/{tenant:str}/desk/articles/preview", status_code=200)
async def article_preview(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """The text as readers will see it; writes nothing."""
    found = await _entered(request, tenant)
    form = await posted(request)
    screen = PreviewScreen(page(found, ""), article_html(form.one("body"), found.desk.tenant))
    return show(found, "parts/article_preview.html", screen)


@get(f"{ONE}/versions")
async def article_versions(
    request: AnyRequest, tenant: FromPath[str], article: FromPath[str]
) -> Response[str]:
    """A version (`n`) beside the newest one, line by line."""
    found = await _entered(request, tenant)
    n = found.query("n")
    number = int(n) if n.isascii() and n.isdigit() and len(n) < 9 else 0
    old = await _shown(found, article, found.query("lang"), number)
    new = await _shown(found, article, found.query("lang"))
    if old.text is None or new.text is None:
        raise NotHere
    screen = diff_screen(found, await side(found, "articles"), old, new)
    return show(found, "pages/desk_article_diff.html", screen)


@post(f"{ONE}/restore", status_code=303)
async def article_restore(
    request: AnyRequest, tenant: FromPath[str], article: FromPath[str]
) -> Response[Any]:
    """Write an older version anew; nothing is lost, readers see it when it is published."""
    found = await _entered(request, tenant)
    form = await posted(request)
    lang, number = form.one("lang"), form.whole("n") or 0
    old, new = await _shown(found, article, lang, number), await _shown(found, article, lang)
    if not number or old.text is None or new.text is None:
        raise NotHere
    typed = Typed.of(old).over(new.text.n, "")
    done = await write_article(found.site, tenant, found.viewer, _written(typed, article))
    if not isinstance(done, Refused | NotFound | Conflict):
        url = with_query(found.links.desk("articles", article), lang=lang)
        return go(found, url, "article_restored", str(number))
    raise NotHere


@post(f"{ONE}/done", status_code=303)
async def article_done(
    request: AnyRequest, tenant: FromPath[str], article: FromPath[str]
) -> Response[Any]:
    """What readers said of the article so far is dealt with."""
    found = await _entered(request, tenant)
    if isinstance(await deal_with(found.site, tenant, found.viewer, article), NotFound):
        raise NotHere
    return go(found, found.links.desk("articles", article), "edited")


@post("/t/{tenant:str}/desk/articles/missing", status_code=303)
async def article_missing(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Forget something that readers looked for in vain."""
    found = await _entered(request, tenant)
    form = await posted(request)
    await forget_miss(found.site, tenant, found.viewer, form.one("words"))
    return go(found, with_query(found.links.desk("articles"), show="missing"), "edited")


ROUTES = [
    articles,
    article_new,
    article_begin,
    article_preview,
    article_missing,
    article,
    article_write,
    article_step,
    article_versions,
    article_restore,
    article_done,
]
