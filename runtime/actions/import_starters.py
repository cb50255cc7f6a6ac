"""Articles that a tenant's folder brings: taken once, never over what a person has written."""

from __future__ import annotations

from collections.abc import Mapping

from engine.compile.starters import Starter, read_starters
from engine.model.desk import Desk
from runtime.actions.articles import index
from runtime.site.handles import Site
from runtime.store import articles
from runtime.store.rows import Article
from runtime.store.unit import Unit


async def import_starters(site: Site, desk: Desk, files: Mapping[str, bytes]) -> int:
    """Take the starters among published files; gives how many articles are new or renewed.

    An article that a person has touched stays as it is, and so does one whose file did not change.
    """
    found, _ = read_starters(files, desk.tenant.locales, desk.knowledge.categories)
    by_slug: dict[str, list[Starter]] = {}
    for one in found:
        by_slug.setdefault(one.slug, []).append(one)
    taken = 0
    for slug, several in by_slug.items():
        digest = ".".join(f"{one.locale}:{one.digest[:16]}" for one in several)
        async with site.store.unit(desk.tenant.id) as unit:
            known = await articles.by_slug(unit, slug)
        if known is not None and (known.touched or known.starter in (None, digest)):
            continue
        async with site.store.unit(desk.tenant.id, write=True) as unit:
            taken += await _take(unit, several, digest)
    return taken


async def _take(unit: Unit, several: list[Starter], digest: str) -> int:
    first, now = several[0], unit.now_us()
    before = await articles.by_slug(unit, first.slug)
    if before is not None and before.touched:
        return 0
    if before is None:
        before = Article(
            id=unit.new_id(),
            slug=first.slug,
            category=first.category,
            audience=first.audience,
            starter=digest,
            tags=(),
            state=articles.PUBLISHED,
            created_us=now,
            changed_us=now,
            published_us=now,
        )
        if not await articles.add(unit, before):
            return 0
    tags = list(dict.fromkeys(tag for one in several for tag in one.tags))
    as_file = {"category": first.category, "audience": first.audience, "starter": digest}
    await articles.change(unit, before.id, tags=tags, changed_us=now, **as_file)
    for one in several:
        n = await articles.write_text(unit, before.id, one.locale, one.title, one.body, None)
        if before.state == articles.PUBLISHED:
            await articles.go_live(unit, before.id, one.locale, n, None)
    after = await articles.read(unit, before.id)
    assert after is not None
    if after.state == articles.PUBLISHED:
        await index(unit, after)
    return 1
