"""The portal as an app: what a phone asks for, what it keeps, what a first view weighs."""

from __future__ import annotations

import gzip
import json
import re

import pytest
import pytest_asyncio

from runtime.render.environment import TEMPLATES
from tests.web.portal_doors import AT, OPEN, publish_portal
from tests.web.spruce import SPRUCE, Browser, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")
BUDGET = 60_000
"""Bytes on the wire of a first view, heads of answers included, without pictures and icons."""


@pytest.fixture(scope="module")
def store_url(one_database: str) -> str:
    """One is enough: no statement is new here."""
    return one_database


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def opened(spruce: Spruce) -> None:
    """The portal as a shop has it."""
    await publish_portal(spruce, OPEN)


async def _wire(browser: Browser, url: str) -> tuple[int, str]:
    """How many bytes an answer has on its way, and its text."""
    size = 0
    async with browser.http.stream("GET", url, headers={"accept-encoding": "gzip"}) as answer:
        raw = [piece async for piece in answer.aiter_raw()]
        size = sum(map(len, raw)) + sum(len(a) + len(b) + 4 for a, b in answer.headers.raw)
        whole = b"".join(raw)
        packed = answer.headers.get("content-encoding") == "gzip"
        assert answer.status_code == 200, url
    return size, (gzip.decompress(whole) if packed else whole).decode("utf-8", "replace")


async def test_a_first_view_weighs_60_kb_at_most(spruce: Spruce) -> None:
    browser = await spruce.browser("ann")
    for _ in range(3):
        number = await browser.submit()
    weights = {}
    for url in (f"{AT}/", f"{AT}/new/refund", f"{AT}/tickets/{number}", f"{AT}/help"):
        total, text = await _wire(browser, url)
        loaded = re.findall(r'(?:<link rel="stylesheet" href|<script src)="([^"]+)"', text)
        assert loaded
        for one in (*loaded, f"{AT}/notices/bell"):
            total += (await _wire(browser, one))[0]
        weights[url] = total
    assert max(weights.values()) <= BUDGET, weights


async def test_files_are_packed_and_kept_under_the_digest_of_their_content(spruce: Spruce) -> None:
    browser = await spruce.browser()
    _, text = await _wire(browser, f"{AT}/")
    for url in re.findall(r'="(/static/[^"#]+)', text):
        answer = await browser.get(url, headers={"accept-encoding": "gzip"})
        assert "immutable" in answer.headers["cache-control"]
        assert re.search(r"\?v=[0-9a-f]{10}$", url)
        if not url.partition("?")[0].endswith(".png") and len(answer.content) > 500:
            assert answer.headers["content-encoding"] == "gzip", url


async def test_the_manifest_names_the_tenant_and_icons_that_are_there(spruce: Spruce) -> None:
    browser = await spruce.browser()
    page = (await browser.get(f"{AT}/")).text
    (url,) = re.findall(r'<link rel="manifest" href="([^"]+)"', page)
    said = json.loads((await browser.get(url)).text)
    assert said["start_url"] == said["scope"] == f"{AT}/"
    assert said["theme_color"] == "#3056d3"
    assert said["name"]
    sizes = set()
    for one in said["icons"]:
        answer = await browser.get(one["src"])
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(one["type"])
        sizes.add(one["sizes"])
    assert sizes == {"any", "192x192", "512x512"}
    assert "#3056d3" in (await browser.get(f"{AT}/icon.svg")).text


async def test_the_worker_keeps_the_shell_and_nobodys_page(spruce: Spruce) -> None:
    ann = await spruce.browser("ann")
    worker = await ann.get(f"{AT}/sw.js")
    assert worker.headers["service-worker-allowed"] == f"{AT}/"
    kept = json.loads(re.findall(r"const SHELL = (.*);", worker.text)[0])
    offline = json.loads(re.findall(r"const OFFLINE = (.*);", worker.text)[0])
    for url in kept:
        assert url.startswith("/static/")
        assert (TEMPLATES / url.partition("?")[0].lstrip("/")).is_file()
        assert (await ann.get(url)).status_code == 200
    page = await ann.get(offline)
    assert "You are offline" in page.text
    assert "Ann" not in page.text
    assert ann.csrf not in page.text
    assert "set-cookie" not in page.headers
    # What it may put into its cache is written in one place.
    assert worker.text.count("addAll(") == 1
    assert "cache.put" not in worker.text
    assert "worker-src 'self'" in (await ann.get(f"{AT}/")).headers["content-security-policy"]
    assert f"/t/{SPRUCE}/p/sw.js" in (await ann.get(f"{AT}/")).text


async def test_what_one_asked_already_is_told_and_nobody_elses(spruce: Spruce) -> None:
    ann, abe = await spruce.browser("ann"), await spruce.browser("abe")
    number = await ann.submit(subject="The garden lamp flickers", order_no="1001")
    url = f"{AT}/new/refund/suggest"
    for form in ({"subject": "garden lamp flickering"}, {"subject": "Help", "order_no": "1001"}):
        told = await ann.post(url, form)
        assert number in told.text, form
        assert "asked about this already" in told.text
        assert number not in (await abe.post(url, form)).text
    guest = await spruce.browser()
    guest.csrf = (await guest.open_page(f"{AT}/new/refund")).csrf
    told = await guest.post(url, {"subject": "garden lamp flickering"})
    assert told.status_code == 200
    assert number not in told.text
    assert number not in (await ann.post(url, {"subject": "Where is my invoice"})).text
    assert number not in (await ann.post(url, {"subject": ""})).text
