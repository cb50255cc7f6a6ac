"""Writes articles: drafts, reviews, what readers see, and what they are found by."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from engine.decide.verdict import Refusal
from engine.facts import Viewer
from engine.model.desk import Desk
from engine.reading import readers
from engine.reading.find import BODY, TAG, TITLE
from engine.reading.words import words
from runtime.actions.outcome import Conflict, NotFound, Refused
from runtime.render.articles import LONGEST, article_words, files_named
from runtime.site.handles import Site
from runtime.store import article_figures, articles, journal
from runtime.store import article_words as found_words
from runtime.store.article_words import Placed
from runtime.store.journal import NewEvent
from runtime.store.rows import Article, ArticleText
from runtime.store.unit import Unit

LONGEST_TITLE: Final = 200
MOST_TAGS, LONGEST_TAG = 20, 40
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,79}\Z")
Step = Literal["review", "publish", "return", "retire", "reopen"]


@dataclass(frozen=True, slots=True)
class Written:
    """An article as its editor sent it. `id` "": a new one; `last_n`: of the text it began from."""

    locale: str
    title: str
    body: str
    category: str
    tags: Sequence[str] = ()
    audience: str = ""
    slug: str = ""
    id: str = ""
    last_n: int = 0
    ticket_id: str | None = None


async def write_article(
    site: Site, tenant: str, viewer: Viewer, new: Written
) -> Article | Refused | NotFound | Conflict:
    """Keep a draft; readers go on seeing what is published. Equal texts make no new version."""
    live = site.desks.get(tenant)
    if live is None or not readers.may_edit(viewer):
        return NotFound()
    new = _tidy(new)
    faults = _faults(live.desk, new)
    if faults:
        return Refused(tuple(faults))
    async with site.store.unit(tenant, write=True) as unit:
        if new.id:
            return await _go_on(unit, viewer, new)
        made = await _begin(unit, viewer, new)
        if isinstance(made, Article):
            await tell(unit, viewer, "article_written", made, locale=new.locale)
        return made


def _tidy(new: Written) -> Written:
    tags = dict.fromkeys(_plain(tag) for tag in new.tags)
    return Written(
        locale=new.locale,
        title=_plain(new.title),
        body=new.body.replace("\r\n", "\n").strip() + "\n",
        category=new.category,
        tags=tuple(tag for tag in tags if tag),
        audience=new.audience if new.audience == "staff" else "",
        slug=new.slug.strip().lower(),
        id=new.id,
        last_n=new.last_n,
        ticket_id=new.ticket_id,
    )


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _faults(desk: Desk, new: Written) -> list[Refusal]:
    found = []
    if not new.title:
        found.append(Refusal("required", "title"))
    if len(new.title) > LONGEST_TITLE:
        found.append(Refusal("value_length", "title", args={"most": LONGEST_TITLE}))
    if len(new.body) > LONGEST:
        found.append(Refusal("value_length", "body", args={"most": LONGEST}))
    if new.category not in desk.knowledge.categories:
        found.append(Refusal("required", "category"))
    if new.locale not in desk.tenant.locales:
        found.append(Refusal("required", "locale"))
    if new.slug and not _SLUG.match(new.slug):
        found.append(Refusal("article_slug", "slug", args={"slug": new.slug[:80]}))
    if len(new.tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in new.tags):
        found.append(Refusal("value_length", "tags", args={"most": LONGEST_TAG}))
    return found


def slug_of(title: str) -> str:
    """A word for an address out of a title; "" where it has no letters that may stand there."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-")


async def _begin(unit: Unit, viewer: Viewer, new: Written) -> Article | Refused:
    id = unit.new_id()
    now = unit.now_us()
    guess = slug_of(new.title)
    slug = new.slug or (guess if len(guess) > 3 else f"a-{id[-8:]}")
    if not new.slug and await articles.by_slug(unit, slug):
        slug = f"{slug}-{id[-6:]}"
    made = Article(
        id=id,
        slug=slug,
        category=new.category,
        audience=new.audience,
        tags=new.tags,
        author_id=viewer.person_id,
        ticket_id=new.ticket_id,
        touched=True,
        created_us=now,
        changed_us=now,
    )
    if not await articles.add(unit, made):
        return Refused((Refusal("article_slug_taken", "slug", args={"slug": slug}),))
    await articles.write_text(unit, id, new.locale, new.title, new.body, viewer.person_id)
    await articles.show_files(unit, id, files_named(new.body), viewer.person_id)
    return made


async def _go_on(
    unit: Unit, viewer: Viewer, new: Written
) -> Article | Refused | NotFound | Conflict:
    before = await articles.read(unit, new.id)
    if before is None:
        return NotFound()
    heads = (await articles.heads(unit, [new.id])).get(new.id, [])
    head = next((one for one in heads if one.locale == new.locale), None)
    last = await articles.version(unit, new.id, new.locale, head.last_n) if head else None
    if last is not None and new.last_n != last.n:
        return Conflict({}, {}, last.author_id or "", last.at_us, last.n)
    if new.slug and new.slug != before.slug:
        taken = await articles.by_slug(unit, new.slug)
        if taken is not None:
            return Refused((Refusal("article_slug_taken", "slug", args={"slug": new.slug}),))
    changed = last is None or (last.title, last.body) != (new.title, new.body)
    if changed:
        await articles.write_text(unit, new.id, new.locale, new.title, new.body, viewer.person_id)
        await articles.show_files(unit, new.id, files_named(new.body), viewer.person_id)
    values = {
        "slug": new.slug or before.slug,
        "category": new.category,
        "audience": new.audience,
        "tags": list(new.tags),
        "touched": True,
        "changed_us": unit.now_us(),
    }
    if changed:
        # What was to be agreed to is another text now.
        values |= {"wanted_us": None, "wanted_by": None, "author_id": viewer.person_id}
        values["state"] = articles.DRAFT if before.state == articles.REVIEW else before.state
    await articles.change(unit, new.id, **values)
    after = await articles.read(unit, new.id)
    assert after is not None
    if after.state == articles.PUBLISHED:
        await index(unit, after)
    await tell(unit, viewer, "article_written", after, locale=new.locale)
    return after


async def step_article(
    site: Site, tenant: str, viewer: Viewer, id: str, step: Step
) -> Article | Refused | NotFound:
    """Send for review, publish, send back, take from readers, or begin again as a draft."""
    live = site.desks.get(tenant)
    if live is None or not (readers.may_edit(viewer) or readers.may_review(live.desk, viewer)):
        return NotFound()
    async with site.store.unit(tenant, write=True) as unit:
        before = await articles.read(unit, id)
        if before is None:
            return NotFound()
        refused = _not_now(live.desk, viewer, before, step)
        if refused is not None:
            return Refused((refused,))
        await _STEPS[step](unit, viewer, before)
        after = await articles.read(unit, id)
        assert after is not None
        await tell(unit, viewer, f"article_{step}", after)
        return after


def _not_now(desk: Desk, viewer: Viewer, before: Article, step: Step) -> Refusal | None:
    if step in ("publish", "return") and not readers.may_publish(desk, viewer, before.author_id):
        return Refusal("article_review")
    if step in ("review", "retire", "reopen") and not readers.may_edit(viewer):
        return Refusal("article_review")
    if step == "return" and before.wanted_us is None:
        return Refusal("article_state")
    if step == "retire" and before.state != articles.PUBLISHED:
        return Refusal("article_state")
    return None


async def _review(unit: Unit, viewer: Viewer, before: Article) -> None:
    state = before.state if before.state == articles.PUBLISHED else articles.REVIEW
    asked = {"wanted_us": unit.now_us(), "wanted_by": viewer.person_id}
    await articles.change(unit, before.id, state=state, **asked)


async def _publish(unit: Unit, viewer: Viewer, before: Article) -> None:
    for head in (await articles.heads(unit, [before.id])).get(before.id, []):
        if head.live_n != head.last_n:
            await articles.go_live(unit, before.id, head.locale, head.last_n, viewer.person_id)
    now = unit.now_us()
    done = {"wanted_us": None, "wanted_by": None, "published_us": now, "changed_us": now}
    await articles.change(unit, before.id, state=articles.PUBLISHED, **done)
    await article_figures.deal_with(unit, before.id)
    await index(unit, before)


async def _return(unit: Unit, viewer: Viewer, before: Article) -> None:
    state = before.state if before.state == articles.PUBLISHED else articles.DRAFT
    await articles.change(unit, before.id, state=state, wanted_us=None, wanted_by=None)


async def _retire(unit: Unit, viewer: Viewer, before: Article) -> None:
    await articles.change(unit, before.id, state=articles.RETIRED, wanted_us=None)
    await articles.forget_words(unit, before.id)


async def _reopen(unit: Unit, viewer: Viewer, before: Article) -> None:
    await articles.change(unit, before.id, state=articles.DRAFT, wanted_us=None)
    await articles.forget_words(unit, before.id)


_STEPS: Final = {
    "review": _review,
    "publish": _publish,
    "return": _return,
    "retire": _retire,
    "reopen": _reopen,
}


async def index(unit: Unit, of: Article) -> None:
    """Make an article found by the words of what readers see of it."""
    texts = (await articles.live_texts(unit, [of.id])).get(of.id, {})
    await found_words.keep(unit, of.id, {name: placed(one, of) for name, one in texts.items()})


def placed(text: ArticleText, of: Article) -> Mapping[str, Placed]:
    """The words of an article in one language: where they stand, how often."""
    parts = ((TITLE, text.title), (TAG, "\n".join(of.tags)), (BODY, article_words(text.body)))
    weights: dict[str, int] = {}
    counts: Counter[str] = Counter()
    for weight, part in parts:
        for word in words(part):
            weights[word] = max(weights.get(word, 0), weight)
            counts[word] += 1
    return {word: Placed(weight, counts[word]) for word, weight in weights.items()}


async def tell(unit: Unit, viewer: Viewer, verb: str, of: Article, **more: str) -> None:
    """Note in the history of the house what was done to an article."""
    kind = "system" if viewer.is_system else "person"
    body = {"article": of.id, "slug": of.slug, **more}
    await journal.append_admin(unit, [NewEvent(verb, body, kind, viewer.person_id)])


async def deal_with(site: Site, tenant: str, viewer: Viewer, id: str) -> NotFound | None:
    """What readers said of an article so far is dealt with."""
    if not readers.may_edit(viewer):
        return NotFound()
    async with site.store.unit(tenant, write=True) as unit:
        if await articles.read(unit, id) is None:
            return NotFound()
        await article_figures.deal_with(unit, id)
    return None


async def forget_missing(site: Site, tenant: str, viewer: Viewer, words: str) -> None:
    """Forget something that readers looked for in vain; only for who writes articles."""
    if not readers.may_edit(viewer) or not words:
        return
    async with site.store.unit(tenant, write=True) as unit:
        await article_figures.forget_misses(unit, 0, words)
