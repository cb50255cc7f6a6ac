"""Sign-in and out: one answer for every wrong pair, no fixation, cookies that stay with us."""

from __future__ import annotations

import re
import time

import httpx
import pytest

from runtime.clock import FixedClock
from runtime.store import people
from runtime.web.requests import SESSION
from tests.web.conftest import one_database
from tests.web.spruce import LARCH, PASSWORD, SPRUCE, Browser, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")
# One database is enough here: what takes time is hashing.
store_url = one_database


async def enter(
    browser: Browser, email: str, password: str = PASSWORD, **more: str
) -> httpx.Response:
    page = await browser.open_page("/sign-in")
    form = {"identity": email, "password": password, **more}
    return await browser.post("/sign-in", form, csrf=page.csrf)


def scrubbed(text: str, *words: str) -> str:
    """A page without what is random in it or was typed."""
    text = re.sub(r'name="_csrf" value="[^"]+"', "", text)
    text = re.sub(r'(<meta name="csrf"[^>]*content=)"[^"]*"', r"\1", text)
    for word in words:
        text = text.replace(word, "…")
    return text


async def test_sign_in_leads_staff_to_the_desk_and_requesters_to_the_portal(spruce: Spruce) -> None:
    for who, place in (
        ("ben", "/t/spruce/desk/"),
        ("ann", "/t/spruce/p/"),
        ("dora", "/t/larch/desk/"),
    ):
        browser = await spruce.browser()
        answer = await enter(browser, f"{who}@example.com")
        assert answer.status_code == 303
        first = await browser.get(answer.headers["location"])
        assert first.headers["location"] == place


async def test_the_door_of_a_tenant_leads_into_it(spruce: Spruce) -> None:
    """Somebody known in two tenants comes into the one at whose door they signed in."""
    async with spruce.site.store.unit(LARCH, write=True) as unit:
        await people.add_person(unit, "Bob", account_id=spruce.accounts["bob"])
    for tenant in (SPRUCE, LARCH):
        browser = await spruce.browser()
        page = await browser.open_page(f"/sign-in?tenant={tenant}")
        door = re.search(r'<form class="stack" action="([^"]+)"', page.text)
        assert door
        form = {"identity": "bob@example.com", "password": "not his"}
        wrong = await browser.post(door[1], form)
        assert wrong.status_code == 422
        assert "Sign in to Spruce" in wrong.text
        right = await browser.post(door[1], {**form, "password": PASSWORD})
        assert right.headers["location"] == f"/t/{tenant}/"


async def test_a_page_with_a_token_is_never_made_smaller(spruce: Spruce) -> None:
    """How far it shrinks would tell about the token beside words of somebody else's choice."""
    ann = await spruce.browser("ann")
    for url in ("/t/spruce/p/tickets", "/t/spruce/p/tickets/brand.css", "/t/spruce/brand.css/"):
        answer = await ann.get(url)
        assert "content-encoding" not in answer.headers, url


async def test_wrong_and_unknown_get_one_answer(spruce: Spruce) -> None:
    browser = await spruce.browser()
    wrong = await enter(browser, "ann@example.com", "not hers")
    nobody = await enter(browser, "nobody@example.com", "not hers")
    assert (wrong.status_code, nobody.status_code) == (422, 422)
    assert scrubbed(wrong.text, "ann@example.com") == scrubbed(nobody.text, "nobody@example.com")
    assert SESSION not in wrong.cookies
    assert dict(wrong.headers).keys() == dict(nobody.headers).keys()


async def test_unknown_takes_as_long_as_wrong(spruce: Spruce) -> None:
    browser = await spruce.browser()
    took: dict[str, list[float]] = {"ann@example.com": [], "nobody2@example.com": []}
    for _ in range(2):
        for email, times in took.items():
            began = time.perf_counter()
            await enter(browser, email, "not hers")
            times.append(time.perf_counter() - began)
    known, unknown = (min(times) for times in took.values())
    # An answer without hashing would take a tenth; a busy machine makes both slower.
    assert 1 / 3 < unknown / known < 3, took


async def test_guessing_is_slowed_for_known_and_unknown_alike(
    spruce: Spruce, moment: FixedClock
) -> None:
    browser = await spruce.browser()
    late: list[str] = []
    for email in ("abe@example.com", "nobody3@example.com"):
        answers = [await enter(browser, email, "guess") for _ in range(11)]
        assert [a.status_code for a in answers] == [422] * 10 + [429]
        # Even the right password has to wait now, else it could be found out.
        refused = await enter(browser, email)
        assert refused.status_code == 429
        late.append(scrubbed(refused.text, email))
    assert late[0] == late[1]
    moment.advance(301_000_000)
    assert (await enter(await spruce.browser(), "abe@example.com")).status_code == 303


async def test_a_session_is_new_after_sign_in_and_dead_after_sign_out(spruce: Spruce) -> None:
    browser = await spruce.browser()
    planted = "planted-by-somebody-else"
    browser.http.cookies.set(SESSION, planted, domain="localhost.local", path="/")
    page = await browser.open_page("/sign-in")
    form = {"identity": "ann@example.com", "password": PASSWORD}
    answer = await browser.post("/sign-in", form, csrf=page.csrf)
    assert answer.status_code == 303, "a cookie that is no session must not shut the door"
    assert "/t/spruce" in answer.headers["location"]
    first = answer.cookies[SESSION]
    assert first != planted
    browser.http.cookies.clear()
    browser.http.cookies.set(SESSION, first, domain="localhost.local", path="/")
    page = await browser.open_page("/t/spruce/p/tickets")
    again = await browser.post("/sign-in", form, csrf=page.csrf)
    second = again.cookies[SESSION]
    stolen = await spruce.browser()
    stolen.http.cookies.set(SESSION, first, domain="localhost.local", path="/")
    assert (await stolen.get("/t/spruce/p/tickets")).status_code == 303, "the old one lives on"

    page = await browser.open_page("/t/spruce/p/tickets")
    out = await browser.post("/sign-out", csrf=page.csrf)
    assert out.status_code == 303
    stolen.http.cookies.set(SESSION, second, domain="localhost.local", path="/")
    assert (await stolen.get("/t/spruce/p/tickets")).status_code == 303


async def test_cookies_are_for_our_pages_only(spruce: Spruce) -> None:
    browser = await spruce.browser()
    visit = (await browser.get("/sign-in")).headers["set-cookie"].lower()
    assert "httponly" in visit
    assert "samesite=strict" in visit
    answer = await enter(browser, "ann@example.com")
    session = next(
        c for c in answer.headers.get_list("set-cookie") if c.startswith(SESSION)
    ).lower()
    assert "httponly" in session
    assert "samesite=lax" in session
    assert "max-age" not in session, "without «remember me» it ends with the browser"
    secure = Browser(spruce.app)
    secure.http.base_url = "https://localhost"
    page = await secure.open_page("/sign-in")
    form = {"identity": "ann@example.com", "password": PASSWORD, "remember": "1"}
    answer = await secure.post("/sign-in", form, csrf=page.csrf)
    session = next(
        c for c in answer.headers.get_list("set-cookie") if c.startswith(SESSION)
    ).lower()
    assert "; secure" in session
    assert "max-age=1209600" in session
    assert answer.headers["strict-transport-security"]


EVIL = (
    "//evil.example",
    "/\\evil.example",
    "https://evil.example/",
    "/\t/evil.example",
    "\t//evil.example",
    "/\r\nset-cookie: a=b",
    "javascript:alert(1)",
    "/\x00/evil.example",
    "///evil.example",
    "/\r/evil.example",
)


@pytest.mark.parametrize("target", EVIL)
async def test_no_way_leads_elsewhere(spruce: Spruce, target: str) -> None:
    browser = await spruce.browser("ann")
    for url, form in (
        ("/preferences", {"locale": "en", "next": target}),
        ("/sign-in", {"identity": "ann@example.com", "password": PASSWORD, "next": target}),
    ):
        if url == "/sign-in":
            browser = await spruce.browser()
            await browser.open_page("/sign-in")
        answer = await browser.post(url, form)
        assert answer.status_code == 303
        where = answer.headers["location"]
        assert "evil" not in where, where
        assert "a=b" not in answer.headers.get("set-cookie", "")
        assert re.fullmatch(r"/[\w/.-]*", where), where
    page = await browser.get("/sign-in", params={"next": target})
    # The page's own address, which carries the parameter, is written with escapes and stays here.
    assert re.findall(r'="[^"?]*evil', page.text) == []
