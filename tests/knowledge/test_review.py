"""A knowledge base that asks for a review: the author's way and the reviewer's, on screen and by
REST; in two languages."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from runtime.actions.api_tokens import SCOPES, Made, new_token
from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.clock import FixedClock
from runtime.site.standing import SYSTEM
from runtime.store.open import Store
from tests.stores import MONDAY_US
from tests.web.conftest import sqlite_url
from tests.web.spruce import ORIGIN, SPRUCE, Spruce, let_in, site_over, specs

pytestmark = pytest.mark.asyncio(loop_scope="module")
HELP, DESK = f"/t/{SPRUCE}/p/help", f"/t/{SPRUCE}/desk/articles"
NEW = {"title": "Dim a lamp", "body": "Turn it.", "category": "lamps", "lang": "en"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def spruce(
    store_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Spruce]:
    """Leads agree to articles before readers see them."""
    folder, clock = tmp_path_factory.mktemp("house"), FixedClock(MONDAY_US)
    url = sqlite_url(store_template, tmp_path_factory)
    store = await Store.open(url, key_file=folder / "keys.json", clock=clock)
    try:
        made = await let_in(site_over(store, folder, clock))
        files = specs(
            SPRUCE, knowledge=("kind: Knowledge", "kind: Knowledge\nreview: { role: head }")
        )
        done = await publish_desk(made.site, files, SYSTEM, "review", word=ANYTHING)
        assert done.revision == 2, done.problems
        yield made
    finally:
        await store.close()


async def test_the_author_asks_and_another_agrees(spruce: Spruce) -> None:
    ivy, cleo, nobody = [await spruce.browser(who) for who in ("ivy", "cleo", "")]
    await ivy.open_page(DESK)
    url = (await ivy.post(f"{DESK}/new", {**NEW, "slug": "dim"})).headers["location"]
    url = url.partition("?")[0]
    page = (await ivy.open_page(url)).text
    assert 'value="publish"' not in page, "never by the author"
    assert 'value="review"' in page
    alone = await ivy.post(f"{url}/step/publish", {"lang": "en"})
    assert "Only somebody who reviews articles" in alone.text
    asked = await ivy.post(url, {**NEW, "slug": "dim", "_version": "1", "step": "review"})
    assert asked.status_code == 303, asked.text[-3000:]
    assert (await nobody.get(f"{HELP}/dim")).status_code == 404

    waiting = (await cleo.open_page(f"{DESK}?show=review")).text
    assert "Dim a lamp" in waiting
    seen = (await cleo.open_page(url)).text
    assert 'name="title"' not in seen, "who agrees to a text does not write it"
    assert "Turn it." in seen
    returned = await cleo.post(f"{url}/step/return", {"lang": "en"})
    assert returned.status_code == 303
    ivys = (await ivy.open_page(url)).text
    assert 'value="review"' in ivys, "it is theirs again"
    mended = {**NEW, "slug": "dim", "body": "Turn it left.", "_version": "1", "step": "review"}
    assert (await ivy.post(url, mended)).status_code == 303
    form = re.search(rf'action="({re.escape(url)}/step/publish)"', (await cleo.open_page(url)).text)
    assert form
    assert (await cleo.post(form[1], {"lang": "en"})).status_code == 303
    assert "Turn it left." in (await nobody.open_page(f"{HELP}/dim")).text
    assert "published by Cleo" in (await ivy.open_page(url)).text


async def test_what_is_published_stands_until_the_next_text_is_agreed_to(spruce: Spruce) -> None:
    ivy, cleo, nobody = [await spruce.browser(who) for who in ("ivy", "cleo", "")]
    await ivy.open_page(DESK)
    url = (await ivy.post(f"{DESK}/new", {**NEW, "slug": "two"})).headers["location"]
    url = url.partition("?")[0]
    await ivy.post(f"{url}/step/review", {"lang": "en"})
    await cleo.open_page(url)
    await cleo.post(f"{url}/step/publish", {"lang": "en"})
    await ivy.post(url, {**NEW, "slug": "two", "body": "Another way.", "_version": "1"})
    chinese = {**NEW, "slug": "two", "title": "调暗灯", "body": "转动。", "lang": "zh-CN"}
    assert (await ivy.post(url, {**chinese, "_version": "0", "step": "review"})).status_code == 303
    assert "Turn it." in (await nobody.open_page(f"{HELP}/two")).text
    assert "调暗灯" not in (await nobody.open_page(f"{HELP}/two?lang=zh-CN")).text
    await cleo.post(f"{url}/step/publish", {"lang": "zh-CN"})
    assert "Another way." in (await nobody.open_page(f"{HELP}/two")).text
    assert "调暗灯" in (await nobody.open_page(f"{HELP}/two?lang=zh-CN")).text


async def test_the_same_by_rest(spruce: Spruce) -> None:
    async def program(who: str) -> httpx.AsyncClient:
        viewer = await spruce.viewer(who)
        made = await new_token(
            spruce.site, SPRUCE, viewer.person_id or "", viewer, "program", SCOPES, 1
        )
        assert isinstance(made, Made)
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=spruce.app),
            base_url=f"{ORIGIN}/t/{SPRUCE}/api/v1",
            headers={"authorization": f"Bearer {made.text}", "accept-language": "en"},
        )

    async with await program("ivy") as ivy, await program("cleo") as cleo:
        body = {"title": "By rest", "body": "Words.", "category": "lamps", "slug": "by-rest"}
        url = f"/articles/{(await ivy.post('/articles', json=body)).json()['id']}"
        refused = await ivy.post(f"{url}/steps/publish", json={})
        assert refused.json()["errors"][0]["code"] == "article_review"
        assert (await ivy.post(f"{url}/steps/review", json={})).json()["state"] == "review"
        waiting = (await cleo.get("/articles?state=review")).json()["items"]
        assert "by-rest" in [one["slug"] for one in waiting]
        assert (await cleo.get(url)).json()["may_publish"]
        assert (await cleo.patch(url, json={"title": "Mine"})).status_code == 404
        done = await cleo.post(f"{url}/steps/publish", json={})
        assert (done.json()["state"], done.json()["published_version"]) == ("published", 1)
