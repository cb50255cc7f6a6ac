"""What readers do that is counted: look at an article, say whether it helped, find nothing."""

from __future__ import annotations

from typing import Final

from engine.facts import Viewer
from engine.normal import fold
from engine.reading.readers import Reach
from runtime.actions.outcome import NotFound
from runtime.site.handles import Site
from runtime.store import article_figures, articles
from runtime.store.article_figures import Seen
from runtime.store.rows import Article
from runtime.store.unit import Unit

LONGEST_WORDS: Final = 2_000
_LONGEST_MISS: Final = 80


async def count_article(
    site: Site, tenant: str, reach: Reach, slug: str, what: Seen
) -> Article | NotFound:
    """Count that an article was seen, or that it made a ticket unneeded."""
    async with site.store.unit(tenant, write=True) as unit:
        found = await _readable(unit, reach, slug)
        if found is None:
            return NotFound()
        await article_figures.count(unit, found.id, what)
        return found


async def say_of_article(
    site: Site,
    tenant: str,
    reach: Reach,
    viewer: Viewer | None,
    slug: str,
    locale: str,
    *,
    helpful: bool,
    words: str,
    way: str,
) -> Article | NotFound:
    """Keep whether an article helped, and the reader's words, which are cut when very long."""
    async with site.store.unit(tenant, write=True) as unit:
        found = await _readable(unit, reach, slug)
        if found is None:
            return NotFound()
        text = (await articles.live_texts(unit, [found.id])).get(found.id, {}).get(locale)
        await article_figures.say(
            unit,
            found.id,
            locale if text else "",
            text.n if text else None,
            helpful=helpful,
            words=words.strip()[:LONGEST_WORDS],
            way=way,
            person=viewer.person_id if viewer else None,
        )
        return found


async def note_miss(site: Site, tenant: str, question: str) -> None:
    """Keep what was looked for and not found; digits are blotted out, they are somebody's."""
    words = " ".join(fold(question).split())[:_LONGEST_MISS]
    blotted = "".join("#" if letter.isdigit() else letter for letter in words)
    if not any(letter.isalpha() for letter in blotted) or "@" in blotted:
        return
    async with site.store.unit(tenant, write=True) as unit:
        await article_figures.miss(unit, blotted)


async def _readable(unit: Unit, reach: Reach, slug: str) -> Article | None:
    found = await articles.by_slug(unit, slug)
    if found is None or found.state != articles.PUBLISHED or not reach.reads(found):
        return None
    return found
