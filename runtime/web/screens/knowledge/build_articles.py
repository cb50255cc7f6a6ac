"""The desk's screens of the knowledge base from what queries found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from engine.reading.blot import suspicious
from engine.reading.readers import may_edit
from runtime.queries.articles import Search
from runtime.queries.edit_articles import (
    EditorLine,
    EditorList,
    EditorPage,
    differences,
)
from runtime.render.articles import article_html, article_words
from runtime.render.catalogues import N_
from runtime.site.links import origin, with_query
from runtime.store.rows import Article, ArticleHead, ArticleWord
from runtime.web.pages import moment, page
from runtime.web.requests import Visit
from runtime.web.screens.choosing import Choice
from runtime.web.screens.knowledge.articles import (
    ArticleLine,
    ArticlesScreen,
    DiffScreen,
    EditorScreen,
    HelpForTicket,
    LanguageTab,
    MissedLine,
    SaidLine,
    StepButton,
    Tab,
    TicketArticlesScreen,
    VersionLine,
)
from runtime.web.screens.knowledge.build_help import language
from runtime.web.screens.side import SideNav

STATES: Final[Mapping[str, tuple[str, str]]] = {
    "draft": (N_("Draft"), ""),
    "review": (N_("In review"), "warn"),
    "published": (N_("Published"), "ok"),
    "retired": (N_("Retired"), ""),
}
_TABS: Final = (
    ("", N_("All articles")),
    ("review", N_("Waiting for review")),
    ("said", N_("What readers said")),
    ("missing", N_("Looked for in vain")),
    ("unused", N_("Nobody reads")),
)
_LOOKS_LIKE: Final = {
    "mail": N_("“%(text)s” looks like somebody's mail address"),
    "number": N_("“%(text)s” looks like somebody's number"),
    "name": N_("“%(text)s” looks like somebody's name"),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the editor's form; `errors` by field, "" for the whole."""

    title: str = ""
    body: str = ""
    category: str = ""
    audience: str = ""
    tags: str = ""
    slug: str = ""
    locale: str = ""
    last_n: int = 0
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, shown: EditorPage) -> Typed:
        """What is kept of an article in its language."""
        text, row = shown.text, shown.article
        return cls(
            title=text.title if text else "",
            body=text.body if text else "",
            category=row.category,
            audience=row.audience,
            tags=", ".join(row.tags),
            slug=row.slug,
            locale=shown.locale,
            last_n=text.n if text else 0,
        )

    def with_errors(self, errors: Mapping[str, str]) -> Typed:
        """The same, with what is wrong."""
        return replace(self, errors=errors)

    def over(self, n: int, said: str) -> Typed:
        """The same, to be put over version `n`."""
        return replace(self, last_n=n, errors={"": said} if said else {})


def _title(heads: Iterable[ArticleHead], locale: str) -> str:
    known = {head.locale: head.title for head in heads}
    return known.get(locale) or next(iter(known.values()), "")


def _category(visit: Visit, id: str) -> str:
    known = visit.desk.desk.knowledge.categories.get(id)
    return known.title.say(visit.locale) if known else id


def _categories(visit: Visit) -> tuple[Choice, ...]:
    known = visit.desk.desk.knowledge.categories
    found = []
    for one in known.values():
        above = f"{_category(visit, one.parent)} › " if one.parent in known else ""
        found.append(Choice(one.id, f"{above}{one.title.say(visit.locale)}"))
    return tuple(found)


def _state(visit: Visit, row: Article, *, changed: bool) -> tuple[str, str]:
    word, tone = STATES[row.state]
    if row.state == "published" and row.wanted_us is not None:
        return visit.say("Published, change in review"), "warn"
    if row.state == "published" and changed:
        return visit.say("Published, changed since"), "accent"
    return visit.say(word), tone


def articles_screen(visit: Visit, nav: SideNav, listed: EditorList) -> ArticlesScreen:
    """The editors' list."""
    here, shown = visit.links.desk("articles"), visit.query("show")
    tabs = tuple(
        Tab(
            visit.say(label), with_query(here, show=name), listed.counts.get(name, 0), shown == name
        )
        for name, label in _TABS
    )
    return ArticlesScreen(
        page=page(visit, visit.say("Knowledge base"), "desk"),
        nav=nav,
        show=shown,
        tabs=tabs,
        action=here,
        query=visit.query("q"),
        state=visit.query("state"),
        states=tuple(Choice(name, visit.say(word)) for name, (word, _) in STATES.items()),
        category=visit.query("category"),
        categories=_categories(visit),
        lines=tuple(_line(visit, one) for one in listed.lines),
        missed=tuple(
            MissedLine(words, count, moment(at), with_query(f"{here}/new", title=words))
            for words, count, at in listed.missing
        ),
        said=tuple(_said(visit, word, article) for article, word in listed.said),
        new_url=f"{here}/new" if may_edit(visit.viewer) else "",
        forget_url=f"{here}/missing" if may_edit(visit.viewer) else "",
    )


def _line(visit: Visit, one: EditorLine) -> ArticleLine:
    row, figures = one.article, one.figures
    state, tone = _state(visit, row, changed=one.is_changed)
    return ArticleLine(
        url=visit.links.desk("articles", row.id),
        title=_title(one.heads, visit.locale) or row.slug,
        category=_category(visit, row.category),
        state=state,
        tone=tone,
        languages=" · ".join(head.locale for head in one.heads),
        changed_at=moment(row.changed_us),
        seen=figures.seen,
        helped=figures.helped,
        missed=figures.missed,
        solved=figures.solved,
    )


def _said(visit: Visit, word: ArticleWord, article: Article | None = None) -> SaidLine:
    at = moment(word.at_us)
    if article is None:
        return SaidLine(word.words, word.helpful, at)
    url = visit.links.desk("articles", article.id)
    return SaidLine(word.words, word.helpful, at, article.slug, f"{url}#said")


def new_screen(visit: Visit, nav: SideNav, typed: Typed) -> EditorScreen:
    """An article that is not there yet."""
    heading = visit.say("New article")
    here = visit.links.desk("articles")
    tenant = visit.desk.desk.tenant
    return EditorScreen(
        page=page(visit, heading, "desk"),
        nav=nav,
        heading=heading,
        back_url=here,
        action=f"{here}/new",
        preview_url=f"{here}/preview",
        lang=typed.locale or tenant.locales[0],
        last_n=0,
        title=typed.title,
        body=typed.body,
        category=typed.category,
        categories=_categories(visit),
        audience=typed.audience,
        tags=typed.tags,
        slug=typed.slug,
        errors=dict(typed.errors),
    )


def editor_screen(
    visit: Visit, nav: SideNav, shown: EditorPage, typed: Typed | None = None
) -> EditorScreen:
    """One article in one language."""
    row, held = shown.article, typed or Typed.of(shown)
    url = visit.links.desk("articles", row.id)
    live = {head.locale: head for head in shown.heads}
    changed = any(head.live_n != head.last_n for head in shown.heads)
    state, tone = _state(visit, row, changed=changed)
    made = new_screen(visit, nav, held)
    wanted = shown.people.get(row.wanted_by or "")
    figures = shown.figures
    return replace(
        made,
        heading=_title(shown.heads, shown.locale) or row.slug,
        action=url,
        lang=shown.locale,
        last_n=held.last_n,
        state=state,
        tone=tone,
        languages=tuple(_language(visit, url, shown, name) for name in _locales(visit)),
        steps=tuple(_steps(visit, shown, changed=changed)),
        step_url=f"{url}/step",
        waits=visit.say("%(name)s asks for a review", name=wanted.name) if wanted else "",
        warnings=tuple(
            visit.say(_LOOKS_LIKE[sort], text=text) for sort, text in suspicious(held.body).items()
        ),
        versions=tuple(_versions(visit, url, shown, live.get(shown.locale))),
        said=tuple(_said(visit, word) for word in shown.said),
        done_url=f"{url}/done" if shown.said else "",
        figures=visit.say(
            "In 90 days: reads %(seen)s, helped %(helped)s, did not help %(missed)s, "
            "tickets it made unneeded %(solved)s",
            seen=figures.seen, helped=figures.helped, missed=figures.missed, solved=figures.solved,
        ),
        read_url=visit.links.article(row.slug) if row.state == "published" else "",
        preview=article_html(held.body, visit.desk.tenant),
        writes=may_edit(visit.viewer),
    )  # fmt: skip


def _locales(visit: Visit) -> tuple[str, ...]:
    return visit.desk.desk.tenant.locales


def _language(visit: Visit, url: str, shown: EditorPage, name: str) -> LanguageTab:
    head = next((one for one in shown.heads if one.locale == name), None)
    here = with_query(url, lang=name)
    if head is None:
        return LanguageTab(language(name), here, name == shown.locale, "none")
    if head.live_n is None or shown.article.state != "published":
        return LanguageTab(language(name), here, name == shown.locale, "draft")
    same = head.live_n == head.last_n
    return LanguageTab(language(name), here, name == shown.locale, "live" if same else "changed")


def _steps(visit: Visit, shown: EditorPage, *, changed: bool) -> Iterable[StepButton]:
    row, writes = shown.article, may_edit(visit.viewer)
    news = row.state != "published" or changed
    if shown.may_publish and row.state != "retired":
        yield StepButton(visit.say("Publish"), "publish", "check", primary=True)
    elif writes and news and row.wanted_us is None and row.state != "retired":
        yield StepButton(visit.say("Ask for review"), "review", "eye", primary=True)
    if shown.may_publish and row.wanted_us is not None:
        yield StepButton(visit.say("Send back"), "return", "undo-2")
    if writes and row.state == "published":
        yield StepButton(visit.say("Take from readers"), "retire", "archive")
    if writes and row.state == "retired":
        yield StepButton(visit.say("Begin again as a draft"), "reopen", "rotate-ccw")


def _versions(
    visit: Visit, url: str, shown: EditorPage, head: ArticleHead | None
) -> Iterable[VersionLine]:
    for one in shown.versions:
        who = shown.people.get(one.author_id or "")
        approved = shown.people.get(one.approved_by or "")
        yield VersionLine(
            n=one.n,
            who=who.name if who else visit.say("A file of the tenant"),
            at=moment(one.at_us),
            url=with_query(f"{url}/versions", lang=shown.locale, n=str(one.n)),
            live=bool(head and head.live_n == one.n and shown.article.state == "published"),
            approved=approved.name if approved else "",
        )


def diff_screen(visit: Visit, nav: SideNav, old: EditorPage, new: EditorPage) -> DiffScreen:
    """What changed from a version to the newest."""
    assert old.text is not None
    assert new.text is not None
    url = visit.links.desk("articles", old.article.id)
    writes = may_edit(visit.viewer) and old.text.n != new.text.n
    return DiffScreen(
        page=page(visit, new.text.title, "desk"),
        nav=nav,
        heading=new.text.title,
        back_url=with_query(url, lang=old.locale),
        before=old.text.n,
        after=new.text.n,
        title_before=old.text.title,
        title_after=new.text.title,
        lines=differences(old.text.body, new.text.body),
        restore_url=f"{url}/restore" if writes else "",
        lang=old.locale,
    )


def ticket_articles_screen(
    visit: Visit, number: str, question: str, search: Search, *, open_to: frozenset[str]
) -> TicketArticlesScreen:
    """Articles for the ticket's agent; `open_to`: the categories that its requester may read."""
    url = visit.links.ticket(number)
    found = []
    for one in search.found:
        address = visit.links.article(one.article.slug)
        readable = one.article.category in open_to and one.article.audience != "staff"
        words = f"{article_words(one.text.body)}\n\n{origin(visit.site.settings)}{address}"
        insert = f"{one.text.title}\n\n{words}" if readable else ""
        found.append(HelpForTicket(one.text.title, address, one.excerpt, insert))
    return TicketArticlesScreen(
        page=page(visit, ""),
        search_url=f"{url}/articles",
        query=question,
        articles=tuple(found),
        make_url=f"{url}/article" if may_edit(visit.viewer) else "",
    )
