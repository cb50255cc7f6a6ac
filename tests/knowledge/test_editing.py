"""Articles on the desk: drafts, review, publishing, versions, pictures, made of a ticket."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from engine.reading.blot import MARK, blotted, suspicious
from runtime.actions.import_starters import import_starters
from runtime.clock import FixedClock
from runtime.queries.edit_articles import differences
from runtime.render.articles import article_html, article_words
from runtime.store import articles
from runtime.store.open import Store
from tests.stores import MONDAY_US
from tests.web.conftest import sqlite_url
from tests.web.spruce import SPRUCE, Browser, Spruce, let_in, site_over, specs

pytestmark = pytest.mark.asyncio(loop_scope="module")
HELP, DESK = f"/t/{SPRUCE}/p/help", f"/t/{SPRUCE}/desk/articles"
NEW = {
    "title": "How to dim a lamp",
    "body": "Turn the **wheel**.",
    "category": "lamps",
    "lang": "en",
}
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


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


async def _made(ivy: Browser, **other: str) -> str:
    await ivy.open_page(DESK)
    answer = await ivy.post(f"{DESK}/new", {**NEW, **other})
    assert answer.status_code == 303, answer.text[:2000]
    return answer.headers["location"].partition("?")[0]


async def test_a_draft_becomes_an_article_and_goes_again(spruce: Spruce) -> None:
    ivy, nobody = await spruce.browser("ivy"), await spruce.browser()
    url = await _made(ivy, slug="dim-a-lamp", tags="dimmer, wheel")
    assert (await nobody.get(f"{HELP}/dim-a-lamp")).status_code == 404
    assert (await ivy.post(f"{url}/step/publish", {"lang": "en"})).status_code == 303
    assert "<strong>wheel</strong>" in (await nobody.get(f"{HELP}/dim-a-lamp")).text
    assert "dim-a-lamp" in (await nobody.get(f"{HELP}?q=dimmers")).text
    # A new text stays with its editors until it is published.
    more = {**NEW, "body": "Turn the knob.", "_version": "1", "slug": "dim-a-lamp"}
    assert (await ivy.post(url, more)).status_code == 303
    assert "knob" not in (await nobody.get(f"{HELP}/dim-a-lamp")).text
    assert "Published, changed since" in (await ivy.get(url)).text
    await ivy.post(f"{url}/step/publish", {"lang": "en"})
    assert "knob" in (await nobody.get(f"{HELP}/dim-a-lamp")).text
    # The one before is looked at beside it and comes back as a draft.
    beside = (await ivy.get(f"{url}/versions?lang=en&n=1")).text
    assert "Turn the **wheel**." in beside
    assert "Turn the knob." in beside
    assert (await ivy.post(f"{url}/restore", {"lang": "en", "n": "1"})).status_code == 303
    assert "Turn the **wheel**." in (await ivy.get(url)).text
    await ivy.post(f"{url}/step/retire", {"lang": "en"})
    assert (await nobody.get(f"{HELP}/dim-a-lamp")).status_code == 404
    assert "dim-a-lamp" not in (await nobody.get(f"{HELP}?q=dim")).text


async def test_two_editors_do_not_overwrite_each_other(spruce: Spruce) -> None:
    ivy = await spruce.browser("ivy")
    url = await _made(ivy)
    assert (await ivy.post(url, {**NEW, "body": "A", "_version": "1"})).status_code == 303
    late = await ivy.post(url, {**NEW, "body": "B, typed long ago", "_version": "1"})
    assert late.status_code == 409
    assert "B, typed long ago" in late.text
    assert 'name="_version" value="2"' in late.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "is needed"),
        ({"title": "x" * 201}, "longer than 200"),
        ({"body": "x" * 60_001}, "longer than 60000"),
        ({"category": "nowhere"}, "is needed"),
        ({"slug": "No Word"}, "An address is small letters"),
        ({"slug": "lamp"}, "Another article has the address"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(
    spruce: Spruce, wrong: dict[str, str], said: str
) -> None:
    ivy = await spruce.browser("ivy")
    await ivy.open_page(DESK)
    answer = await ivy.post(f"{DESK}/new", {**NEW, **wrong})
    assert answer.status_code == 422
    assert said in answer.text


async def test_a_picture_is_seen_by_who_may_read_its_article(spruce: Spruce) -> None:
    ivy, nobody = await spruce.browser("ivy"), await spruce.browser()
    await ivy.open_page(DESK)
    files = {"file": ("lamp.png", PICTURE, "image/png")}
    token = (await ivy.post(f"/t/{SPRUCE}/files", files=files)).json()["token"]
    url = await _made(ivy, body=f"![A lamp](upload:{token})", slug="picture")
    at = f"/t/{SPRUCE}/files/{token}"
    assert (await ivy.get(at)).status_code == 200
    assert (await nobody.get(at)).status_code == 303
    assert (await (await spruce.browser("ann")).get(at)).status_code == 404
    await ivy.post(f"{url}/step/publish", {"lang": "en"})
    assert f'src="{at}"' in (await nobody.get(f"{HELP}/picture")).text
    assert (await nobody.get(at)).content == PICTURE


async def test_a_starter_is_never_put_over_what_somebody_wrote(spruce: Spruce) -> None:
    live = spruce.site.desks.get(SPRUCE)
    assert live is not None
    files = specs() | {"knowledge/shade.md": _starter("One")}
    assert await import_starters(spruce.site, live.desk, files) == 1
    files |= {"knowledge/shade.md": _starter("Two")}
    assert await import_starters(spruce.site, live.desk, files) == 1
    nobody, ivy = await spruce.browser(), await spruce.browser("ivy")
    assert "Two" in (await nobody.get(f"{HELP}/shade")).text
    async with spruce.site.store.unit(SPRUCE) as unit:
        found = await articles.by_slug(unit, "shade")
    assert found is not None
    await ivy.open_page(DESK)
    await ivy.post(
        f"{DESK}/{found.id}", {**NEW, "title": "Shades", "body": "Mine", "_version": "2"}
    )
    files |= {"knowledge/shade.md": _starter("Three")}
    assert await import_starters(spruce.site, live.desk, files) == 0
    assert "Mine" in (await ivy.get(f"{DESK}/{found.id}")).text


def _starter(word: str) -> bytes:
    return f"---\ntitle: Shades\ncategory: lamps\n---\n{word}\n".encode()


async def test_a_solved_ticket_becomes_a_draft_without_its_people(spruce: Spruce) -> None:
    ann, ivy = await spruce.browser("ann"), await spruce.browser("ivy")
    said = "Ann here, ann@example.com, 138 0013 8000: the lamp of order 20461 flickers"
    number = await ann.submit(subject="Flickering lamp of Ann", description=said)
    ticket = f"/t/{SPRUCE}/desk/tickets/{number}"
    await ivy.open_page(DESK)
    answer = {"text": "Tighten the bulb, Ann.", "visibility": "public"}
    assert (await ivy.post(f"{ticket}/comment", answer)).status_code == 303
    note = {"text": "zq they are rude", "visibility": "internal"}
    assert (await ivy.post(f"{ticket}/comment", note)).status_code == 303
    beside = (await ivy.get(f"{ticket}/articles")).text
    assert "A lamp that does not light" in beside
    assert "data-insert=" in beside
    made = await ivy.post(f"{ticket}/article")
    assert made.status_code == 303
    text = (await ivy.get(made.headers["location"])).text
    body = re.search(r'<textarea[^>]*id="body".*?>(.*?)</textarea>', text, re.DOTALL)
    assert body is not None
    assert f"Tighten the bulb, {MARK}." in body[1]
    for leak in ("Ann", "ann@", "138", "8000", "20461", "rude"):
        assert leak not in body[1]
    ben = await spruce.browser("ben")
    await ben.open_page(f"/t/{SPRUCE}/desk/inbox")
    assert (await ben.post(f"{ticket}/article")).status_code == 404


async def test_markdown_becomes_html_that_can_do_no_harm() -> None:
    made = str(
        article_html(
            "# T\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![p](https://x.example/a.png)"
            " ![q](upload:abcdefghijklmnop) [y](article:lamp)\n\n| a |\n|---|\n| b |",
            SPRUCE,
        )
    )
    assert "<h2>T</h2>" in made
    assert "<script" not in made
    assert 'href="javascript' not in made
    assert "x.example" not in made
    assert f'src="/t/{SPRUCE}/files/abcdefghijklmnop"' in made
    assert f'href="/t/{SPRUCE}/p/help/lamp"' in made
    assert "<table>" in made
    assert article_words("# One\n\n- *two*\n- three") == "One\ntwo\nthree"
    assert len(article_words("> " * 5_000 + "x")) < 60_000


async def test_what_is_somebodys_is_found_in_texts() -> None:
    assert blotted("Ann Lee, AN, 13800138000", ["Ann Lee"]) == (f"{MARK}, AN, {MARK}", 2)
    assert blotted("李雷的订单", ["李雷"])[0] == f"{MARK}的订单"
    assert suspicious("mail me@example.com or 138 0013 8000") == {
        "mail": "me@example.com",
        "number": "138 0013 8000",
    }
    assert suspicious("48 hours, 3–7 days, [x](upload:1234567890123456)") == {}
    assert differences("a\nb", "a\nc") == [("same", "a"), ("removed", "b"), ("added", "c")]
