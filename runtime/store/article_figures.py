"""What readers did with articles: views by day, what they said, what they did not find."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import delete, func, insert, select, update

from runtime.store.rows import ArticleFigures, ArticleWord
from runtime.store.tables.knowledge import article_day, article_feedback, article_miss
from runtime.store.unit import Unit
from runtime.store.upsert import inserting

Seen = Literal["seen", "helped", "missed", "solved"]
_NOTHING = {"seen": 0, "helped": 0, "missed": 0, "solved": 0}
_SAID = [article_feedback.c[f.name] for f in fields(ArticleWord)]
MOST_MISSES = 1_000


def day_of(at_us: int) -> str:
    """The day of an instant, UTC."""
    return f"{datetime.fromtimestamp(at_us / 1e6, UTC):%Y-%m-%d}"


async def count(unit: Unit, id: str, what: Seen) -> None:
    """Count one more for today."""
    unit.must_write()
    row = {"tenant_id": unit.tenant_id, "article_id": id, "day": day_of(unit.now_us())}
    statement = inserting(article_day, unit.dialect).values({**row, **_NOTHING, what: 1})
    key = ["tenant_id", "article_id", "day"]
    more = {what: article_day.c[what] + 1}
    await unit.run(statement.on_conflict_do_update(index_elements=key, set_=more))


async def figures(unit: Unit, ids: Iterable[str], since_us: int) -> dict[str, ArticleFigures]:
    """What became of articles since an instant's day."""
    wanted, c = list(ids), article_day.c
    if not wanted:
        return {}
    sums = [func.sum(c[name]).label(name) for name in _NOTHING]
    query = (
        select(c.article_id, *sums)
        .where(c.tenant_id == unit.tenant_id, c.article_id.in_(wanted), c.day >= day_of(since_us))
        .group_by(c.article_id)
    )
    return {
        row.article_id: ArticleFigures(*(int(row._mapping[name]) for name in _NOTHING))
        for row in await unit.rows(query)
    }


async def say(
    unit: Unit,
    id: str,
    locale: str,
    n: int | None,
    *,
    helpful: bool,
    words: str,
    way: str,
    person: str | None,
) -> None:
    """Keep what a reader said of an article, and count it."""
    await count(unit, id, "helped" if helpful else "missed")
    row: dict[str, Any] = {"tenant_id": unit.tenant_id, "id": unit.new_id(), "article_id": id}
    row |= {"locale": locale, "n": n, "helpful": helpful, "words": words, "way": way}
    await unit.run(insert(article_feedback), {**row, "person_id": person, "at_us": unit.now_us()})


async def said(unit: Unit, id: str = "", most: int = 50) -> list[ArticleWord]:
    """What readers said with words and nobody dealt with yet, newest first."""
    c = article_feedback.c
    query = select(*_SAID).where(c.tenant_id == unit.tenant_id, c.done_us.is_(None))
    query = query.where(c.article_id == id) if id else query.where(c.words != "")
    rows = await unit.rows(query.order_by(c.at_us.desc(), c.id.desc()).limit(most))
    return [ArticleWord(**row._mapping) for row in rows]


async def deal_with(unit: Unit, id: str) -> None:
    """What readers said of an article so far is dealt with."""
    unit.must_write()
    c = article_feedback.c
    mine = (c.tenant_id == unit.tenant_id) & (c.article_id == id) & c.done_us.is_(None)
    await unit.run(update(article_feedback).where(mine).values(done_us=unit.now_us()))


async def miss(unit: Unit, words: str) -> None:
    """Count a search that found nothing; beyond `MOST_MISSES` different ones only known ones."""
    unit.must_write()
    c = article_miss.c
    here = (c.tenant_id == unit.tenant_id) & (c.words == words)
    more = update(article_miss).where(here).values(count=c.count + 1, last_us=unit.now_us())
    if (await unit.run(more)).rowcount:
        return
    kept = select(func.count()).where(c.tenant_id == unit.tenant_id)
    if int(await unit.value(kept) or 0) < MOST_MISSES:
        row = {"tenant_id": unit.tenant_id, "words": words, "count": 1, "last_us": unit.now_us()}
        statement = inserting(article_miss, unit.dialect).values(row)
        await unit.run(statement.on_conflict_do_nothing())


async def misses(unit: Unit, most: int = 50) -> list[tuple[str, int, int]]:
    """What was looked for and not found: words, how often, when last; the most wanted first."""
    c = article_miss.c
    query = select(c.words, c.count, c.last_us).where(c.tenant_id == unit.tenant_id)
    query = query.order_by(c.count.desc(), c.last_us.desc(), c.words).limit(most)
    rows = (row._mapping for row in await unit.rows(query))
    return [(str(row["words"]), int(row["count"]), int(row["last_us"])) for row in rows]


async def forget_misses(unit: Unit, before_us: int, words: str = "") -> None:
    """Forget what was not asked for since, or one of them."""
    unit.must_write()
    c = article_miss.c
    which = c.words == words if words else c.last_us < before_us
    await unit.run(delete(article_miss).where(c.tenant_id == unit.tenant_id, which))
