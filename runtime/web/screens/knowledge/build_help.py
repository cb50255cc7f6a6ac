"""The portal's screens of the knowledge base from what queries found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.reading.readers import Reach, may_edit
from runtime.queries.articles import ArticlePage, Found, Search
from runtime.render.articles import article_html, article_words
from runtime.render.catalogues import LOCALES
from runtime.site.links import with_query
from runtime.store.rows import Article, ArticleText
from runtime.web.pages import moment, page
from runtime.web.requests import Visit
from runtime.web.screens.knowledge.help import (
    ArticleLink,
    ArticleScreen,
    Asked,
    CategoryLink,
    Crumb,
    FeedbackBox,
    HelpScreen,
    NotedScreen,
    Suggested,
    SuggestScreen,
    ThanksScreen,
    Variant,
)

_CUT = 80
BEGINNING = 2_000
"""Characters of an article that a list reads: what stands before its first words is no longer."""


def language(locale: str) -> str:
    """The name of a language in itself."""
    return LOCALES.get(locale, locale)


def foreign(visit: Visit, text: ArticleText) -> str:
    """The name of a text's language, where it is not the reader's."""
    return "" if text.locale.split("-")[0] == visit.locale.split("-")[0] else language(text.locale)


def plain_link(visit: Visit, article: Article, text: ArticleText) -> ArticleLink:
    """An article with the words it begins with."""
    words = article_words(text.body).partition("\n")[0]
    cut = words if len(words) <= _CUT else f"{words[:_CUT].rstrip()}…"
    url = visit.links.article(article.slug)
    return ArticleLink(url, [(text.title, False)], [(cut, False)], foreign(visit, text))


def found_link(visit: Visit, found: Found) -> ArticleLink:
    """An article that was found, with what was looked for marked."""
    url = visit.links.article(found.article.slug)
    return ArticleLink(url, found.title, found.excerpt, foreign(visit, found.text))


def understood(visit: Visit, search: Search) -> str:
    """The words that were looked for instead of mistyped ones."""
    return visit.listed(dict.fromkeys(search.instead.values()))


def categories(
    visit: Visit, reach: Reach, rows: Sequence[tuple[Article, ArticleText]], parent: str = ""
) -> tuple[CategoryLink, ...]:
    """The categories right under one, those with something to read in them."""
    knowledge, found = visit.desk.desk.knowledge, []
    for one in knowledge.categories.values():
        if one.parent != parent or one.id not in reach.categories:
            continue
        below = knowledge.under(one.id)
        count = sum(article.category in below for article, _ in rows)
        if count:
            url = with_query(visit.links.portal("help"), category=one.id)
            title, help = one.title.say(visit.locale), one.help.say(visit.locale)
            found.append(CategoryLink(url, title, help, one.icon or "file-text", count))
    return tuple(found)


def crumbs(visit: Visit, category: str, *, whole: bool) -> tuple[Crumb, ...]:
    """The way to a category: all articles, the categories above and, if `whole`, itself."""
    known = visit.desk.desk.knowledge.categories
    home = visit.links.portal("help")
    way: list[Crumb] = []
    step = category if whole else known[category].parent if category in known else ""
    while step in known and len(way) < len(known):
        way.append(Crumb(known[step].title.say(visit.locale), with_query(home, category=step)))
        step = known[step].parent
    return (Crumb(visit.say("Articles"), home), *reversed(way))


def help_screen(
    visit: Visit,
    reach: Reach,
    category: str,
    rows: Sequence[tuple[Article, ArticleText]],
    search: Search | None,
) -> HelpScreen:
    """All articles, those of a category, or those that were found."""
    knowledge = visit.desk.desk.knowledge
    here = knowledge.categories.get(category)
    heading = here.title.say(visit.locale) if here else visit.say("Articles")
    links: Iterable[ArticleLink] = (
        (plain_link(visit, *row) for row in rows)
        if search is None
        else (found_link(visit, one) for one in search.found)
    )
    return HelpScreen(
        page=page(visit, heading, "help"),
        heading=heading,
        help=here.help.say(visit.locale) if here else "",
        crumbs=crumbs(visit, category, whole=False) if here else (),
        search_url=visit.links.portal("help"),
        query=visit.query("q"),
        categories=categories(visit, reach, rows, category) if search is None else (),
        articles=tuple(links),
        instead=understood(visit, search) if search else "",
    )


def article_screen(visit: Visit, found: ArticlePage, box: FeedbackBox | None) -> ArticleScreen:
    """One article, in the language that was chosen for it."""
    text, url = found.text, visit.links.article(found.article.slug)
    viewer = visit.visitor.viewer if visit.visitor else None
    return ArticleScreen(
        page=page(visit, text.title, "help"),
        title=text.title,
        lang=text.locale,
        body=article_html(text.body, visit.desk.tenant),
        updated_at=moment(text.published_us or text.at_us),
        crumbs=crumbs(visit, found.article.category, whole=True),
        variants=tuple(
            Variant(language(name), name, with_query(url, lang=name))
            for name in found.locales
            if name != text.locale
        ),
        related=tuple(plain_link(visit, *one) for one in found.related),
        feedback=box,
        foreign=foreign(visit, text),
        edit_url=visit.links.desk("articles", found.article.id) if may_edit(viewer) else "",
        new_url=visit.links.portal(),
    )


def suggest_screen(
    visit: Visit, type_id: str, search: Search, asked: tuple[Asked, ...] = ()
) -> SuggestScreen:
    """The articles that may make a ticket unneeded, each whole, so that nobody leaves the form."""
    return SuggestScreen(
        page=page(visit, ""),
        type=type_id,
        articles=tuple(
            Suggested(
                title=one.text.title,
                lang=one.text.locale,
                body=article_html(one.text.body, visit.desk.tenant),
                url=visit.links.article(one.article.slug),
                solved_url=visit.links.article(one.article.slug, "solved"),
                feedback_url=visit.links.article(one.article.slug, "feedback"),
            )
            for one in search.found
        ),
        asked=asked,
    )


def thanks_screen(visit: Visit, found: ArticlePage) -> ThanksScreen:
    """That no ticket is needed."""
    return ThanksScreen(
        page=page(visit, visit.say("Glad it is solved"), "home"),
        title=found.text.title,
        article_url=visit.links.article(found.article.slug),
        home_url=visit.links.portal(),
    )


def noted_screen(visit: Visit) -> NotedScreen:
    """That it was noted; the form stays as it is."""
    return NotedScreen(page(visit, ""))
