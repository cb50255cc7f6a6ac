"""Articles of the knowledge base: their rows, their texts by locale and version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, insert, select, update

from runtime.store.rows import Article, ArticleHead, ArticleText
from runtime.store.tables.knowledge import (
    article,
    article_file,
    article_text,
    article_version,
    article_word,
)
from runtime.store.tables.tickets import file
from runtime.store.unit import Unit
from runtime.store.upsert import add_new, put

DRAFT, REVIEW, PUBLISHED, RETIRED = "draft", "review", "published", "retired"
_COLUMNS = [article.c[f.name] for f in fields(Article)]
_TEXT = [article_version.c[f.name] for f in fields(ArticleText)]
_BEGUN = [
    func.substr(_one, 1, bindparam("length")).label("body") if _one.name == "body" else _one
    for _one in _TEXT
]
_HEAD = [article_text.c[f.name] for f in fields(ArticleHead)]
_v, _t = article_version.c, article_text.c


def _mine(unit: Unit, id: str) -> ColumnElement[bool]:
    return and_(article.c.tenant_id == unit.tenant_id, article.c.id == id)


async def add(unit: Unit, new: Article) -> bool:
    """Keep a new article; False when its slug is taken."""
    row = {f.name: getattr(new, f.name) for f in fields(Article)} | {"tags": list(new.tags)}
    return await add_new(unit, article, {"tenant_id": unit.tenant_id, **row}) > 0


async def read(unit: Unit, id: str) -> Article | None:
    """An article by its id."""
    row = await unit.row(select(*_COLUMNS).where(_mine(unit, id)))
    return Article(**row._mapping) if row else None


async def by_slug(unit: Unit, slug: str) -> Article | None:
    """An article by the word in its address."""
    query = select(*_COLUMNS).where(article.c.tenant_id == unit.tenant_id, article.c.slug == slug)
    row = await unit.row(query)
    return Article(**row._mapping) if row else None


async def several(unit: Unit, ids: Iterable[str]) -> dict[str, Article]:
    """Articles by their ids."""
    wanted = list(ids)
    if not wanted:
        return {}
    query = select(*_COLUMNS).where(article.c.tenant_id == unit.tenant_id, article.c.id.in_(wanted))
    return {row.id: Article(**row._mapping) for row in await unit.rows(query)}


async def listed(
    unit: Unit,
    *,
    states: Sequence[str] = (),
    categories: Sequence[str] | None = None,
    for_staff: bool = True,
    most: int = 500,
) -> list[Article]:
    """Articles, the last changed first; of these states and categories where some are named."""
    c = article.c
    wanted = [c.tenant_id == unit.tenant_id]
    if states:
        wanted.append(c.state.in_(states))
    if categories is not None:
        wanted.append(c.category.in_(categories))
    if not for_staff:
        wanted.append(c.audience != "staff")
    query = select(*_COLUMNS).where(*wanted).order_by(c.changed_us.desc(), c.id.desc())
    return [Article(**row._mapping) for row in await unit.rows(query.limit(most))]


async def change(unit: Unit, id: str, **values: Any) -> None:
    """Write columns of an article."""
    unit.must_write()
    await unit.run(update(article).where(_mine(unit, id)).values(**values))


# -- texts


async def heads(unit: Unit, ids: Iterable[str]) -> dict[str, list[ArticleHead]]:
    """id → its languages, in the order of their names."""
    wanted = list(ids)
    if not wanted:
        return {}
    query = select(*_HEAD).where(_t.tenant_id == unit.tenant_id, _t.article_id.in_(wanted))
    found: dict[str, list[ArticleHead]] = {}
    for row in await unit.rows(query.order_by(_t.article_id, _t.locale)):
        found.setdefault(row.article_id, []).append(ArticleHead(**row._mapping))
    return found


async def write_text(
    unit: Unit, id: str, locale: str, title: str, body: str, author: str | None
) -> int:
    """Keep a new version of an article in one language; gives its number."""
    unit.must_write()
    query = select(_t.live_n, _t.last_n).where(
        _t.tenant_id == unit.tenant_id, _t.article_id == id, _t.locale == locale
    )
    before = await unit.row(query)
    n = before.last_n + 1 if before else 1
    key = {"tenant_id": unit.tenant_id, "article_id": id, "locale": locale}
    live = before.live_n if before else None
    await put(unit, article_text, {**key, "live_n": live, "last_n": n, "title": title})
    row = {**key, "n": n, "title": title, "body": body, "author_id": author}
    await unit.run(insert(article_version), {**row, "at_us": unit.now_us()})
    return n


async def version(unit: Unit, id: str, locale: str, n: int) -> ArticleText | None:
    """One version."""
    query = select(*_TEXT).where(
        _v.tenant_id == unit.tenant_id, _v.article_id == id, _v.locale == locale, _v.n == n
    )
    row = await unit.row(query)
    return ArticleText(**row._mapping) if row else None


async def versions(unit: Unit, id: str, locale: str, most: int = 100) -> list[ArticleText]:
    """The versions in one language, newest first."""
    query = select(*_TEXT).where(
        _v.tenant_id == unit.tenant_id, _v.article_id == id, _v.locale == locale
    )
    rows = await unit.rows(query.order_by(_v.n.desc()).limit(most))
    return [ArticleText(**row._mapping) for row in rows]


async def live_texts(
    unit: Unit, ids: Iterable[str], beginning: int = 0
) -> dict[str, dict[str, ArticleText]]:
    """id → locale → the version that readers see, of its body so many characters where asked."""
    wanted = list(ids)
    if not wanted:
        return {}
    same = and_(
        _t.tenant_id == _v.tenant_id,
        _t.article_id == _v.article_id,
        _t.locale == _v.locale,
        _t.live_n == _v.n,
    )
    query = (
        select(*(_BEGUN if beginning else _TEXT))
        .join(article_text, same)
        .where(_v.tenant_id == unit.tenant_id, _v.article_id.in_(wanted))
    )
    found: dict[str, dict[str, ArticleText]] = {}
    ordered = query.order_by(_v.article_id, _v.locale)
    for row in await unit.rows(ordered, {"length": beginning} if beginning else {}):
        found.setdefault(row.article_id, {})[row.locale] = ArticleText(**row._mapping)
    return found


async def go_live(unit: Unit, id: str, locale: str, n: int, approved_by: str | None) -> None:
    """Make a version the one that readers see."""
    unit.must_write()
    here = and_(_t.tenant_id == unit.tenant_id, _t.article_id == id, _t.locale == locale)
    await unit.run(update(article_text).where(here).values(live_n=n))
    there = and_(
        _v.tenant_id == unit.tenant_id, _v.article_id == id, _v.locale == locale, _v.n == n
    )
    said = {"approved_by": approved_by, "published_us": unit.now_us()}
    await unit.run(update(article_version).where(there).values(**said))


async def forget_words(unit: Unit, id: str) -> None:
    """Take an article out of what can be found."""
    unit.must_write()
    c = article_word.c
    await unit.run(delete(article_word).where(c.tenant_id == unit.tenant_id, c.article_id == id))


async def count_live(unit: Unit) -> int:
    """How many articles readers may find."""
    c = article.c
    query = select(func.count()).where(c.tenant_id == unit.tenant_id, c.state == PUBLISHED)
    return int(await unit.value(query) or 0)


# -- pictures


async def show_files(unit: Unit, id: str, tokens: Iterable[str], owner: str | None) -> None:
    """Keep the files that an article shows: the writer's own uploads, by token."""
    unit.must_write()
    wanted = list(tokens)[:200]
    if not wanted:
        return
    c = file.c
    here = and_(
        c.tenant_id == unit.tenant_id,
        c.token.in_(wanted),
        c.ticket_id.is_(None),
        (c.owner == owner) & (c.state == "held") | (c.state == "attached"),
    )
    for row in await unit.rows(select(c.id).where(here)):
        kept = {"tenant_id": unit.tenant_id, "file_id": row.id, "article_id": id}
        await add_new(unit, article_file, kept)
        mine = (c.tenant_id == unit.tenant_id) & (c.id == row.id)
        await unit.run(update(file).where(mine).values(state="attached"))


async def showing(unit: Unit, file_id: str) -> list[Article]:
    """The articles that show a file."""
    same = and_(
        article_file.c.tenant_id == article.c.tenant_id, article_file.c.article_id == article.c.id
    )
    query = (
        select(*_COLUMNS)
        .join(article_file, same)
        .where(article.c.tenant_id == unit.tenant_id, article_file.c.file_id == file_id)
    )
    return [Article(**row._mapping) for row in await unit.rows(query.limit(50))]
