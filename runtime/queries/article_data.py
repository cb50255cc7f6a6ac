"""Articles as programs get them: what a reader may read, and all of it for who writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.facts import Viewer
from engine.reading.readers import Reach, may_edit, may_publish, may_review
from runtime.queries.articles import browse, reach, search_articles, spoken
from runtime.queries.ticket_data import api_url, instant
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.store import articles, people
from runtime.store.rows import Article, ArticleHead, ArticleText
from runtime.store.unit import Unit

STATES: Final = (articles.DRAFT, articles.REVIEW, articles.PUBLISHED, articles.RETIRED)
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class ArticleAsk:
    """Which articles: by words, state (for who writes), category, in which language."""

    words: str = ""
    state: str = ""
    category: str = ""
    locale: str = ""
    after: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class ArticleList:
    """A page of articles, and the id after which the next one begins ("" on the last)."""

    items: Sequence[dict[str, Any]]
    after: str


def writes(live: Live, viewer: Viewer) -> bool:
    """Whether somebody writes articles or agrees to them, and so sees what readers do not."""
    return may_edit(viewer) or may_review(live.desk, viewer)


async def reach_for(site: Site, live: Live, viewer: Viewer) -> Reach:
    """What the caller reads."""
    async with site.store.unit(live.tenant) as unit:
        person = await people.person_by_id(unit, viewer.person_id or "")
        return reach(live, viewer, person, unit.now_us())


async def article_list(site: Site, live: Live, viewer: Viewer, ask: ArticleAsk) -> ArticleList:
    """Published articles within reach; with a state, those of that state, for who writes them.

    Words rank what they find and give one page; else the last changed comes first.
    """
    locale = ask.locale or live.desk.tenant.locales[0]
    within = await reach_for(site, live, viewer)
    if ask.state:
        rows = await _of_state(site, live, ask, locale)
    elif ask.words:
        categories = sorted(live.desk.knowledge.under(ask.category)) if ask.category else ()
        found = await search_articles(
            site, live, within, ask.words, locale, categories=categories, most=ask.limit
        )
        rows = [(one.article, one.text) for one in found.found]
    else:
        rows = await browse(site, live, within, locale, ask.category, _MOST)
    ids = [row.id for row, _ in rows]
    start = ids.index(ask.after) + 1 if ask.after in ids else 0
    page = rows[start : start + ask.limit]
    more = len(rows) > start + ask.limit
    items = [_line(live, row, text) for row, text in page]
    return ArticleList(items, page[-1][0].id if more else "")


async def _of_state(
    site: Site, live: Live, ask: ArticleAsk, locale: str
) -> list[tuple[Article, ArticleText]]:
    categories = sorted(live.desk.knowledge.under(ask.category)) if ask.category else None
    async with site.store.unit(live.tenant) as unit:
        rows = await articles.listed(unit, states=[ask.state], categories=categories, most=_MOST)
        heads = await articles.heads(unit, [row.id for row in rows])
        found = []
        for row in rows:
            text = await _newest(unit, live, row.id, heads.get(row.id, ()), locale)
            if text is not None and ask.words.casefold() in text.title.casefold():
                found.append((row, text))
    return found


async def _newest(
    unit: Unit, live: Live, id: str, heads: Sequence[ArticleHead], locale: str
) -> ArticleText | None:
    """The newest text, in the language that comes nearest."""
    last = {head.locale: head for head in heads}
    order = (locale, *live.desk.tenant.locales, *last)
    chosen = next((last[name] for name in order if name in last), None)
    return await articles.version(unit, id, chosen.locale, chosen.last_n) if chosen else None


async def one_article(
    site: Site, live: Live, viewer: Viewer, name: str, locale: str
) -> dict[str, Any] | None:
    """An article by id or by the word of its address; to readers what is published of it.

    Who writes articles gets the newest text, and how far it is.
    """
    within = await reach_for(site, live, viewer)
    asked = locale or live.desk.tenant.locales[0]
    async with site.store.unit(live.tenant) as unit:
        row = await articles.read(unit, name) or await articles.by_slug(unit, name)
        if row is None:
            return None
        inside = writes(live, viewer)
        if not inside and not (row.state == articles.PUBLISHED and within.reads(row)):
            return None
        heads = (await articles.heads(unit, [row.id])).get(row.id, [])
        live_texts = (await articles.live_texts(unit, [row.id])).get(row.id, {})
        if inside:
            text = await _newest(unit, live, row.id, heads, asked)
        else:
            text = spoken(live_texts, asked, live.desk.tenant.locales) if live_texts else None
    if text is None:
        return None
    told = _line(live, row, text) | {"body": text.body, "version": text.n}
    shown = heads if inside else [head for head in heads if head.locale in live_texts]
    told["locales"] = [head.locale for head in shown]
    if inside:
        told |= _inside(live, viewer, row, text, {head.locale: head for head in heads})
    return told


def _inside(
    live: Live, viewer: Viewer, row: Article, text: ArticleText, heads: Mapping[str, ArticleHead]
) -> dict[str, Any]:
    """What only those who write articles are told."""
    return {
        "published_version": heads[text.locale].live_n,
        "review_asked_at": instant(live.desk, row.wanted_us),
        "author": row.author_id,
        "may_publish": may_publish(live.desk, viewer, row.author_id),
    }


def _line(live: Live, row: Article, text: ArticleText) -> dict[str, Any]:
    return {
        "id": row.id,
        "slug": row.slug,
        "url": api_url(live.tenant, "articles", row.id),
        "title": text.title,
        "locale": text.locale,
        "category": row.category,
        "tags": list(row.tags),
        "audience": row.audience or "all",
        "state": row.state,
        "created_at": instant(live.desk, row.created_us),
        "updated_at": instant(live.desk, row.changed_us),
        "published_at": instant(live.desk, row.published_us),
    }
