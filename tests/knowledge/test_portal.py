"""The knowledge base in the portal: read, found, closed to others, instead of a ticket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from runtime.clock import FixedClock
from runtime.store import article_figures, articles
from runtime.store.open import Store
from runtime.store.rows import ArticleFigures
from runtime.store.tables.tickets import ticket
from tests.stores import MONDAY_US
from tests.web.conftest import sqlite_url
from tests.web.spruce import SPRUCE, Spruce, let_in, site_over

pytestmark = pytest.mark.asyncio(loop_scope="module")
HELP = f"/t/{SPRUCE}/p/help"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def spruce(
    store_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Spruce]:
    folder, clock = tmp_path_factory.mktemp("house"), FixedClock(MONDAY_US)
    url = sqlite_url(store_template, tmp_path_factory)
    store = await Store.open(url, key_file=folder / "keys.json", clock=clock)
    try:
        yield await let_in(site_over(store, folder, clock))
    finally:
        await store.close()


async def _figures(spruce: Spruce) -> ArticleFigures:
    async with spruce.site.store.unit(SPRUCE) as unit:
        found = await articles.by_slug(unit, "lamp")
        assert found is not None
        return (await article_figures.figures(unit, [found.id], 0)).get(found.id, ArticleFigures())


async def test_anybody_finds_and_reads_what_is_open(spruce: Spruce) -> None:
    nobody = await spruce.browser()
    home = await nobody.open_page(f"/t/{SPRUCE}/p/?q=bulbs")
    assert "A <mark>lamp</mark> that" not in home.text
    assert f"{HELP}/lamp" in home.text
    before = await _figures(spruce)
    page = await nobody.open_page(f"{HELP}/lamp")
    assert "<strong>left</strong>" in page.text
    assert (await _figures(spruce)).seen == before.seen + 1
    said = await nobody.post(
        f"{HELP}/lamp/feedback", {"helpful": "no", "words": "Which bulb?", "lang": "en"}
    )
    assert said.status_code == 303
    assert said.headers["location"].endswith("said=no#helped")
    async with spruce.site.store.unit(SPRUCE) as unit:
        (word,) = await article_figures.said(unit)
    assert (word.words, word.helpful, word.n, word.way) == ("Which bulb?", False, 1, "page")


async def test_a_list_reads_no_more_of_an_article_than_its_beginning(spruce: Spruce) -> None:
    async with spruce.site.store.unit(SPRUCE) as unit:
        found = await articles.by_slug(unit, "lamp")
        assert found is not None
        whole = (await articles.live_texts(unit, [found.id]))[found.id]
        begun = (await articles.live_texts(unit, [found.id], 10))[found.id]
    assert {name: one.body[:10] for name, one in whole.items()} == {
        name: one.body for name, one in begun.items()
    }
    assert all(len(one.body) > 10 for one in whole.values())
    assert f"{HELP}/lamp" in (await (await spruce.browser()).get(f"/t/{SPRUCE}/p/")).text


async def test_what_is_for_staff_is_nowhere_for_others(spruce: Spruce) -> None:
    for who in ("", "ann", "dora"):
        browser = await spruce.browser(who)
        for url in (f"{HELP}?q=zqsecretbench", HELP, f"/t/{SPRUCE}/p/?q=cellar+bench+lamp"):
            answer = await browser.get(url)
            assert "How we test" not in answer.text
            assert "stands in" not in answer.text
        assert (await browser.get(f"{HELP}/zqinside")).status_code == 404
        assert (await browser.get(f"{HELP}?category=inside")).status_code == 404
    ben = await spruce.browser("ben")
    assert "How we test" in (await ben.get(f"{HELP}?q=zqsecretbench")).text
    assert (await ben.get(f"{HELP}/zqinside")).status_code == 200


async def test_what_nobody_answers_is_kept_without_numbers(spruce: Spruce) -> None:
    nobody = await spruce.browser()
    for words in ("quantum 4711", "quantum 4712", "me@example.com"):
        assert "No article answers this yet" in (await nobody.get(f"{HELP}?q={words}")).text
    async with spruce.site.store.unit(SPRUCE) as unit:
        missed = {words: count for words, count, _ in await article_figures.misses(unit)}
    assert missed["quantum ####"] == 2
    assert not [words for words in missed if "@" in words or "4711" in words]


async def test_the_form_offers_articles_and_one_of_them_ends_it(spruce: Spruce) -> None:
    ann = await spruce.browser("ann")
    form = await ann.open_page(f"/t/{SPRUCE}/p/new/refund")
    assert f"/t/{SPRUCE}/p/new/refund/suggest" in form.text
    fragment = {"hx-request": "true"}
    part = await ann.post(
        f"/t/{SPRUCE}/p/new/refund/suggest", {"subject": "my lamp is bro"}, headers=fragment
    )
    assert "A lamp that does not light" in part.text
    assert "How we test" not in part.text
    before = await _figures(spruce)
    no = {"helpful": "no", "way": "form", "lang": "en"}
    noted = await ann.post(f"{HELP}/lamp/feedback", no, headers=fragment)
    assert noted.status_code == 200
    assert "Go on with the form" in noted.text
    done = await ann.post(f"{HELP}/lamp/solved", {"subject": "my lamp", "type": "refund"})
    assert done.headers["location"] == f"{HELP}/lamp/thanks"
    assert "No ticket was opened" in (await ann.get(f"{HELP}/lamp/thanks")).text
    after = await _figures(spruce)
    assert (after.missed, after.solved) == (before.missed + 1, before.solved + 1)
    async with spruce.site.store.unit(SPRUCE) as unit:
        rows = await unit.rows(select(ticket.c.id).where(ticket.c.tenant_id == SPRUCE))
    assert rows == []
