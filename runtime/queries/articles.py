"""Articles as their readers may have them: found by words, browsed by category, read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.facts import Value, Viewer
from engine.reading import find
from engine.reading.find import Asked, asked_in, ranked
from engine.reading.readers import Reach, reach_of
from engine.reading.spelling import meant as meant_by
from engine.reading.spelling import slips_allowed
from engine.reading.words import is_chinese
from runtime.clock import SECOND_US
from runtime.render.articles import article_words as plain_words
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.site.standing import ask_of, person_values, viewer_of
from runtime.store import article_figures, article_words, articles, people
from runtime.store.rows import Article, ArticleFigures, ArticleText, Person
from runtime.store.unit import Unit

_AROUND: Final = 90
Part = tuple[str, bool]
"""A piece of text, and whether it is what was looked for."""
NOBODY: Final = Viewer(person_id="")
"""Somebody not signed in, for questions that want a viewer."""


@dataclass(frozen=True, slots=True)
class Found:
    """An article that was found: in the reader's language where it has one."""

    article: Article
    text: ArticleText
    title: Sequence[Part]
    excerpt: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Search:
    """What a question found. `instead`: what was looked for where nobody writes a word so."""

    found: Sequence[Found]
    instead: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """An article to be read. `locales`: all languages it has, in the tenant's order."""

    article: Article
    text: ArticleText
    locales: Sequence[str]
    related: Sequence[tuple[Article, ArticleText]]


def reach(live: Live, viewer: Viewer | None, person: Person | None, now_us: int) -> Reach:
    """What a reader may see of a tenant's knowledge base."""
    known: dict[str, Value] = {}
    if person is not None:
        known = person_values(live.desk, "requester", person)
        if person.kind == "customer":
            known |= person_values(live.desk, "customer", person)
    return reach_of(live.desk, viewer, known, ask_of(live.desk, viewer or NOBODY, now_us))


def spoken(texts: Mapping[str, ArticleText], locale: str, locales: Sequence[str]) -> ArticleText:
    """The text for a reader: as asked, else the same language, the tenant's first, any."""
    same = [name for name in texts if name.split("-")[0] == locale.split("-")[0]]
    order = [locale, *same, *locales, *texts]
    return next(texts[name] for name in order if name in texts)


async def search_articles(
    site: Site,
    live: Live,
    reach: Reach,
    question: str,
    locale: str,
    *,
    categories: Sequence[str] = (),
    most: int = 20,
    typing: bool = False,
    told: bool = False,
) -> Search:
    """The articles that answer a question best; `typing`: its last word may not be whole yet.

    `told`: it is somebody's story, of which an article need not hold half.
    """
    asked = asked_in(question, live.desk.knowledge.synonyms)
    if told:
        # A single character of a story says nothing of what it is about.
        asked = [one for one in asked if len(one.word) > 1]
    if not asked:
        return Search((), {})
    async with site.store.unit(live.tenant) as unit:
        instead = await _widened(unit, asked, typing=typing)
        forms = [form for one in asked for form in one.forms]
        hits = await article_words.hits(unit, reach, forms, categories)
        order = ranked(asked, hits, await articles.count_live(unit), most=most, told=told)
        found = await _told(unit, live, [id for id, _ in order], forms, locale)
    return Search(found, instead)


async def _widened(unit: Unit, asked: Sequence[Asked], *, typing: bool) -> dict[str, str]:
    """Add to each word what it may stand for; gives what mistyped words were taken for."""
    known = await article_words.known(unit, [form for one in asked for form in one.forms])
    instead: dict[str, str] = {}
    last = asked[-1]
    for one in asked:
        if (typing and one is last) or (one.word not in known and len(one.word) > 2):
            if not is_chinese(one.word) and len(one.word) > 1:
                find.begun(one, await article_words.beginning(unit, one.word))
        if any(form in known for form in one.forms) or len(one.forms) > 1:
            continue
        most = slips_allowed(one.word)
        if most:
            near = meant_by(one.word, await article_words.alike(unit, one.word, most))
            find.mistyped(one, near)
            if near:
                instead[one.word] = near[0]
    return instead


async def _told(
    unit: Unit, live: Live, ids: Sequence[str], forms: Sequence[str], locale: str
) -> list[Found]:
    rows = await articles.several(unit, ids)
    texts = await articles.live_texts(unit, ids)
    found = []
    for id in ids:
        if id in rows and id in texts:
            text = spoken(texts[id], locale, live.desk.tenant.locales)
            title = marked(text.title, forms)
            found.append(Found(rows[id], text, title, excerpt(plain_words(text.body), forms)))
    return found


def excerpt(words: str, forms: Sequence[str]) -> list[Part]:
    """The piece of a text around the first of the words, with all of them marked."""
    low = words.lower()
    places = [at for form in forms if (at := low.find(form)) >= 0]
    start = max(0, min(places, default=0) - _AROUND // 3)
    piece = words[start : start + 2 * _AROUND].replace("\n", " ")
    before, after = "…" if start else "", "…" if start + 2 * _AROUND < len(words) else ""
    return marked(f"{before}{piece.strip()}{after}", forms)


def marked(text: str, forms: Sequence[str]) -> list[Part]:
    """A text in pieces: what was looked for, and what stands between."""
    low, at, pieces = text.lower(), 0, list[Part]()
    if len(low) != len(text):
        return [(text, False)]
    ordered = sorted({form for form in forms if form}, key=len, reverse=True)
    begin = 0
    while at < len(text):
        hit = next((form for form in ordered if low.startswith(form, at)), "")
        # A word of letters counts where a word begins, not inside of another.
        inside = at > 0 and low[at - 1].isalnum() and not is_chinese(low[at])
        if not hit or inside:
            at += 1
            continue
        if at > begin:
            pieces.append((text[begin:at], False))
        pieces.append((text[at : at + len(hit)], True))
        at += len(hit)
        begin = at
    if begin < len(text):
        pieces.append((text[begin:], False))
    return pieces


async def browse(
    site: Site, live: Live, reach: Reach, locale: str, category: str = "", most: int = 100,
    beginning: int = 0,
) -> list[tuple[Article, ArticleText]]:  # fmt: skip
    """The articles of a category and of all that stand in it, or of all.

    `beginning`: so many characters of each are enough.
    """
    wanted = live.desk.knowledge.under(category) if category else reach.categories
    async with site.store.unit(live.tenant) as unit:
        rows = await articles.listed(
            unit,
            states=[articles.PUBLISHED],
            categories=sorted(wanted & reach.categories),
            for_staff=reach.is_staff,
            most=most,
        )
        texts = await articles.live_texts(unit, [row.id for row in rows], beginning)
    locales = live.desk.tenant.locales
    return [(row, spoken(texts[row.id], locale, locales)) for row in rows if row.id in texts]


async def read_article(
    site: Site, live: Live, reach: Reach, slug: str, locale: str
) -> ArticlePage | None:
    """An article with those that are about the same; None where the reader may see none."""
    async with site.store.unit(live.tenant) as unit:
        row = await articles.by_slug(unit, slug)
        if row is None or row.state != articles.PUBLISHED or not reach.reads(row):
            return None
        texts = (await articles.live_texts(unit, [row.id])).get(row.id, {})
    if not texts:
        return None
    text = spoken(texts, locale, live.desk.tenant.locales)
    about = " ".join([text.title, *row.tags])
    near = await search_articles(site, live, reach, about, text.locale, most=6)
    others = [(one.article, one.text) for one in near.found if one.article.id != row.id]
    order = [name for name in live.desk.tenant.locales if name in texts]
    return ArticlePage(row, text, order, others[:4])


@dataclass(frozen=True, slots=True)
class Standing:
    """Which of some articles stand out: those read most, and those that answered most questions."""

    read: Sequence[tuple[Article, ArticleText]]
    answers: Sequence[tuple[Article, ArticleText]]


def _more_than_not(figures: ArticleFigures) -> bool:
    return figures.helped + figures.solved > figures.missed


async def standing(site: Site, live: Live, rows: Sequence[tuple[Article, ArticleText]]) -> Standing:
    """The five read most in the last thirty days, and the four that helped most, and more than not.

    Of what nobody has read the newest come first; nothing helped before somebody said so.
    """
    async with site.store.unit(live.tenant) as unit:
        since = unit.now_us() - 30 * 86400 * SECOND_US
        known = await article_figures.figures(unit, [row.id for row, _ in rows], since)
    nothing = ArticleFigures()
    read = sorted(rows, key=lambda row: -known.get(row[0].id, nothing).seen)
    helped = {id: one.helped + one.solved for id, one in known.items()}
    good = [row for row in rows if _more_than_not(known.get(row[0].id, nothing))]
    return Standing(read[:5], sorted(good, key=lambda row: -helped[row[0].id])[:4])


async def reach_of_requester(site: Site, live: Live, person_id: str) -> Reach:
    """What the requester of a ticket may read, for who answers with an article."""
    async with site.store.unit(live.tenant) as unit:
        standing = await people.standing(unit, person_id)
    if standing is None:
        return reach(live, None, None, site.clock.now_us())
    return reach(live, viewer_of(live.desk, standing), standing.person, site.clock.now_us())
