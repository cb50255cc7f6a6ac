"""The portal in a frame: who may show it, that nobody is signed in there, and what is refused."""

from __future__ import annotations

import pytest
import pytest_asyncio

from tests.web.portal_doors import AT, NEW, SHARED, publish_portal
from tests.web.spruce import ORIGIN, SPRUCE, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")
IN = f"{AT}/embed"
OURS = {"origin": ORIGIN}


@pytest.fixture(scope="module")
def store_url(one_database: str) -> str:
    """One is enough: it is about headers."""
    return one_database


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def shared(spruce: Spruce) -> None:
    """The portal with a site that may show it."""
    await publish_portal(spruce, SHARED)


async def test_only_frames_pages_may_be_framed_and_only_by_the_sites_named(spruce: Spruce) -> None:
    browser = await spruce.browser()
    for url in ("/", "/new/refund", "/help", "/sent?number=RF-1", "/help/lamp"):
        framed, alone = await browser.get(IN + url), await browser.get(AT + url)
        assert framed.status_code == alone.status_code == 200, url
        policy = framed.headers["content-security-policy"]
        assert "frame-ancestors https://shop.example;" in policy + ";"
        assert "x-frame-options" not in framed.headers or not framed.headers["x-frame-options"]
        assert "frame-ancestors 'none'" in alone.headers["content-security-policy"]
        assert alone.headers["x-frame-options"] == "DENY"
        assert "set-cookie" not in framed.headers
    for url in ("/enter", "/tickets", "/k/none", "/enter/code"):
        assert "frame-ancestors 'none'" in str((await browser.get(AT + url)).headers)
        assert (await browser.get(IN + url)).status_code == 404


async def test_nobody_is_signed_in_inside_a_frame(spruce: Spruce) -> None:
    ann = await spruce.browser("ann")
    number = await ann.submit()
    page = await ann.get(f"{IN}/")
    assert number not in page.text
    assert "Ann" not in page.text
    assert "_guest_email" in (await ann.get(f"{IN}/new/refund")).text
    assert (await ann.get(f"{IN}/tickets/{number}")).status_code == 404


async def test_a_guest_sends_a_form_from_a_frame_without_a_cookie(spruce: Spruce) -> None:
    browser = await spruce.browser()
    page = await browser.open_page(f"{IN}/new/refund")
    assert not browser.http.cookies
    form = {**NEW, "_guest_email": "framed@shop.example", "_idempotency": page.key}
    sent = await browser.post(f"{IN}/new/refund", form, csrf=page.csrf, headers=OURS)
    assert sent.status_code == 303, sent.text[:300]
    assert sent.headers["location"].startswith(f"{IN}/sent?number=RF-")
    assert not browser.http.cookies
    for headers in ({}, {"origin": "https://evil.example"}, {"origin": "null"}):
        refused = await browser.post(f"{IN}/new/refund", form, csrf=page.csrf, headers=headers)
        assert refused.status_code == 403
    assert (
        await browser.post(f"{IN}/new/refund", form, csrf="no", headers=OURS)
    ).status_code == 403
    # A token of frames is nothing outside of them.
    ann = await spruce.browser("ann")
    assert (await ann.post(f"{AT}/new/refund", NEW, csrf=page.csrf)).status_code == 403


async def test_a_frame_keeps_its_language_in_its_address(spruce: Spruce) -> None:
    browser = await spruce.browser()
    form = await browser.get(f"{IN}/en/new/refund")
    assert '<html lang="en"' in form.text
    assert f'action="{IN}/en/new/refund"' in form.text
    assert f'href="{IN}/zh-CN/new/refund"' in form.text
    chinese = await browser.get(f"{IN}/zh-CN/new/refund?x=1")
    assert '<html lang="zh-CN"' in chinese.text
    assert f'href="{IN}/en/new/refund?x=1"' in chinese.text
    for home in (f"{IN}/en", f"{IN}/en/"):
        english = await browser.get(home)
        assert '<html lang="en"' in english.text
        assert f'href="{IN}/zh-CN/"' in english.text
    unknown = await browser.get(f"{IN}/fr/", headers={"accept-language": "en"})
    assert '<html lang="en"' in unknown.text
    assert not browser.http.cookies
    assert (await browser.get(f"{AT}/en/new/refund")).status_code == 404


async def test_the_script_may_be_loaded_by_others_and_nothing_else(spruce: Spruce) -> None:
    browser = await spruce.browser()
    script = await browser.get(f"{AT}/embed.js")
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "javascript" in script.headers["content-type"]
    for url in (f"{IN}/", f"/t/{SPRUCE}/brand.css"):
        answer = await browser.get(url)
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
