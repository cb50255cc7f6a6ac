"""Articles as those who write them see them: all states, versions, what readers did and missed."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from engine.facts import Viewer
from engine.normal import fold
from engine.reading.readers import may_edit, may_publish, may_review
from runtime.clock import SECOND_US
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.store import article_figures, articles, people
from runtime.store.rows import (
    Article,
    ArticleFigures,
    ArticleHead,
    ArticleText,
    ArticleWord,
    Person,
)
from runtime.store.unit import Unit

DAYS: Final = 90
_SINCE_US: Final = DAYS * 86_400 * SECOND_US


@dataclass(frozen=True, slots=True)
class EditorLine:
    """An article in the editors' list, with its figures of the last 90 days."""

    article: Article
    heads: Sequence[ArticleHead]
    figures: ArticleFigures

    @property
    def is_changed(self) -> bool:
        """Whether readers see an older text than the newest."""
        return self.article.state == articles.PUBLISHED and any(
            head.live_n != head.last_n for head in self.heads
        )


@dataclass(frozen=True, slots=True)
class EditorList:
    """What the list shows: articles, or what readers looked for in vain."""

    lines: Sequence[EditorLine]
    counts: dict[str, int]
    missing: Sequence[tuple[str, int, int]]
    said: Sequence[tuple[Article, ArticleWord]]


@dataclass(frozen=True, slots=True)
class EditorPage:
    """One article to be written on. `text` None: nothing was written in this language yet."""

    article: Article
    locale: str
    heads: Sequence[ArticleHead]
    text: ArticleText | None
    versions: Sequence[ArticleText]
    said: Sequence[ArticleWord]
    figures: ArticleFigures
    people: dict[str, Person]
    may_publish: bool


def enters(live: Live, viewer: Viewer) -> bool:
    """Whether somebody has to do with the writing of articles at all."""
    return bool(live.desk.knowledge.categories) and (
        may_edit(viewer) or may_review(live.desk, viewer)
    )


async def list_for_editors(
    site: Site,
    live: Live,
    *,
    show: str = "",
    state: str = "",
    category: str = "",
    question: str = "",
) -> EditorList:
    """The articles by state, category and words of their titles; `show`: all, unused, review."""
    async with site.store.unit(live.tenant) as unit:
        rows = await articles.listed(unit)
        heads = await articles.heads(unit, [row.id for row in rows])
        since = unit.now_us() - _SINCE_US
        figures = await article_figures.figures(unit, [row.id for row in rows], since)
        missing = await article_figures.misses(unit)
        said = await article_figures.said(unit)
    by_id = {row.id: row for row in rows}
    lines = [
        EditorLine(row, heads.get(row.id, ()), figures.get(row.id, ArticleFigures()))
        for row in rows
    ]
    counts = {"": len(lines), "missing": len(missing), "said": len(said)}
    for name in ("unused", "review"):
        counts[name] = sum(_is(name, line) for line in lines)
    within = live.desk.knowledge.under(category)
    wanted = fold(question).split()
    shown = [
        line
        for line in lines
        if (not show or _is(show, line))
        and (not state or line.article.state == state)
        and (not category or line.article.category in within)
        and all(word in _title(line) for word in wanted)
    ]
    return EditorList(shown, counts, missing, [(by_id[w.article_id], w) for w in said])


def _title(line: EditorLine) -> str:
    tags = " ".join(line.article.tags)
    return fold(" ".join([line.article.slug, tags, *(head.title for head in line.heads)]))


def _is(show: str, line: EditorLine) -> bool:
    if show == "unused":
        return line.article.state == articles.PUBLISHED and line.figures.seen == 0
    return line.article.wanted_us is not None if show == "review" else True


async def read_for_editor(
    site: Site, live: Live, viewer: Viewer, id: str, locale: str, n: int = 0
) -> EditorPage | None:
    """One article in one language, `n` a version of it, 0 the newest."""
    async with site.store.unit(live.tenant) as unit:
        row = await articles.read(unit, id)
        if row is None:
            return None
        heads = (await articles.heads(unit, [id])).get(id, [])
        known = {head.locale: head for head in heads}
        order = [locale, *live.desk.tenant.locales]
        chosen = locale if locale in live.desk.tenant.locales else ""
        chosen = chosen or next((name for name in order if name in known), order[-1])
        head = known.get(chosen)
        text = await articles.version(unit, id, chosen, n or head.last_n) if head else None
        versions = await articles.versions(unit, id, chosen)
        said = await article_figures.said(unit, id)
        figures = await article_figures.figures(unit, [id], unit.now_us() - _SINCE_US)
        named = await _people(unit, row, versions)
    return EditorPage(
        row, chosen, heads, text, versions, said, figures.get(id, ArticleFigures()), named,
        may_publish(live.desk, viewer, row.author_id),
    )  # fmt: skip


async def _people(unit: Unit, row: Article, versions: Sequence[ArticleText]) -> dict[str, Person]:
    ids = {row.author_id, row.wanted_by}
    for one in versions:
        ids |= {one.author_id, one.approved_by}
    return dict(await people.persons_by_id(unit, {one for one in ids if one}))


DiffLine = tuple[Literal["same", "added", "removed", "gap"], str]


def differences(before: str, after: str) -> list[DiffLine]:
    """Two texts line by line, with three lines around each difference."""
    signs: dict[str, Literal["same", "added", "removed"]] = {
        " ": "same", "+": "added", "-": "removed",
    }  # fmt: skip
    found: list[DiffLine] = []
    for line in difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=3):
        if line.startswith("@@"):
            found.append(("gap", ""))
        elif not line.startswith(("---", "+++")):
            found.append((signs[line[0]], line[1:]))
    return found[1:] if found and found[0][0] == "gap" else found
