"""Which words stand in which articles, as far as readers see them; the same on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, distinct, func, insert, or_, select

from engine.reading.find import Hit
from engine.reading.readers import Reach
from runtime.store.articles import PUBLISHED, forget_words
from runtime.store.tables.knowledge import article, article_word
from runtime.store.unit import Unit

MOST_HITS: Final = 20_000
_VOCABULARY: Final = 4_000
_w = article_word.c


@dataclass(frozen=True, slots=True)
class Placed:
    """A word of a text: `weight` of the best place it stands in, `count` how often."""

    weight: int
    count: int


async def keep(unit: Unit, id: str, texts: Mapping[str, Mapping[str, Placed]]) -> None:
    """Make an article found by these words: locale → word → place."""
    await forget_words(unit, id)
    key = {"tenant_id": unit.tenant_id, "article_id": id}
    rows = [
        {**key, "locale": locale, "word": word, "weight": one.weight, "count": one.count}
        for locale, found in texts.items()
        for word, one in found.items()
    ]
    if rows:
        await unit.run(insert(article_word), rows)


def readable(unit: Unit, reach: Reach) -> ColumnElement[bool]:
    """What a reader may see of the articles: the right stands in the query itself."""
    c = article.c
    mine = [c.tenant_id == unit.tenant_id, c.state == PUBLISHED]
    mine.append(c.category.in_(sorted(reach.categories)))
    if not reach.is_staff:
        mine.append(c.audience != "staff")
    return and_(*mine)


async def hits(
    unit: Unit, reach: Reach, words: Iterable[str], categories: Sequence[str] = ()
) -> list[Hit]:
    """Where words stand in articles that the reader may see."""
    wanted = sorted(set(words))
    if not wanted or not reach.categories:
        return []
    same = and_(article.c.tenant_id == _w.tenant_id, article.c.id == _w.article_id)
    query = (
        select(_w.word, _w.article_id, _w.locale, _w.weight, _w.count)
        .join(article, same)
        .where(_w.tenant_id == unit.tenant_id, _w.word.in_(wanted), readable(unit, reach))
    )
    if categories:
        query = query.where(article.c.category.in_(categories))
    query = query.order_by(_w.word, _w.article_id.desc(), _w.locale).limit(MOST_HITS)
    rows = await unit.rows_long(query)
    return [Hit(r.word, r.article_id, r.locale, r.weight, r._mapping["count"]) for r in rows]


def _from(start: str) -> ColumnElement[bool]:
    # Text sorts by code point on both databases, so the words with one beginning stand together.
    return and_(_w.word >= start, _w.word < start[:-1] + chr(ord(start[-1]) + 1))


async def beginning(unit: Unit, start: str, most: int = 12) -> list[str]:
    """Words that begin so, the shortest first."""
    query = (
        select(_w.word)
        .where(_w.tenant_id == unit.tenant_id, _from(start))
        .group_by(_w.word)
        .order_by(func.length(_w.word), _w.word)
        .limit(most)
    )
    return [row.word for row in await unit.rows(query)]


async def alike(unit: Unit, word: str, most: int) -> list[tuple[str, int]]:
    """Words of about the length of a mistyped one that share one of its first two letters."""
    starts = or_(*(_from(letter) for letter in dict.fromkeys(word[:2])))
    long = func.length(_w.word).between(len(word) - most, len(word) + most)
    query = (
        select(_w.word, func.count(distinct(_w.article_id)).label("held"))
        .where(_w.tenant_id == unit.tenant_id, long, starts)
        .group_by(_w.word)
        .order_by(_w.word)
        .limit(_VOCABULARY)
    )
    return [(row.word, int(row.held)) for row in await unit.rows_long(query)]


async def known(unit: Unit, words: Iterable[str]) -> set[str]:
    """Which of these words stand in any article."""
    wanted = sorted(set(words))
    if not wanted:
        return set()
    query = select(_w.word).where(_w.tenant_id == unit.tenant_id, _w.word.in_(wanted)).distinct()
    return {row.word for row in await unit.rows(query)}
