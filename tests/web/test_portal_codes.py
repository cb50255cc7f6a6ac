"""Signing in by a code: one live code, few tries, alike for every address, in one tenant alone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio

from engine.decide import access
from engine.facts import Viewer
from runtime.actions.guests import spend
from runtime.clock import FixedClock
from runtime.queries.list_tickets import Wanted, list_tickets
from runtime.site.standing import SYSTEM, ask_of, viewer_of
from runtime.store import organisations, people
from runtime.web.requests import SESSION
from tests.web.portal_doors import AT, OPEN, Post, post_of, publish_portal, said
from tests.web.spruce import LARCH, SPRUCE, Browser, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")
MINUTE_US = 60_000_000


@pytest.fixture(scope="module")
def store_url(one_database: str) -> str:
    """One is enough: each statement of the doors is plain, and the store's tests try both."""
    return one_database


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def post(spruce: Spruce) -> AsyncIterator[Post]:
    """The tenant with codes, and tickets of an organisation shown to its people."""
    await publish_portal(spruce, OPEN, "    see: organisation\n")
    async with spruce.site.store.unit(SPRUCE, write=True) as unit:
        await organisations.add(unit, "Shop", domains=["shop.example"])
    async with post_of(spruce) as made:
        yield made


async def asked(browser: Browser, email: str) -> str:
    """Ask for a code; gives the id under which it is typed in."""
    page = await browser.open_page(f"{AT}/enter")
    browser.csrf = page.csrf
    answer = await browser.post(f"{AT}/enter", {"email": email})
    assert answer.status_code == 303, answer.text[:500]
    return parse_qs(urlsplit(answer.headers["location"]).query)["key"][0]


def code_in(letter: Any) -> str:
    """The digits of a letter."""
    return re.findall(r"\b\d{6}\b", said(letter))[0]


async def entered(browser: Browser, key: str, code: str, **more: str) -> Any:
    """Type a code in."""
    page = await browser.open_page(f"{AT}/enter/code?key={key}")
    browser.csrf = page.csrf
    return await browser.post(f"{AT}/enter/code", {"key": key, "code": code, **more})


async def test_somebody_new_signs_up_and_belongs_to_their_organisation(
    spruce: Spruce, post: Post
) -> None:
    browser = await spruce.browser()
    key = await asked(browser, "Gil@Shop.example")
    (letter,) = await post.letters()
    assert code_in(letter) in letter["Subject"]
    code = code_in(letter)
    answer = await entered(browser, key, f" {code[:3]} {code[3:]}", name="Gil")
    assert answer.headers["location"] == f"{AT}/"
    assert (await browser.get(f"{AT}/tickets")).status_code == 200
    async with spruce.site.store.unit(SPRUCE) as unit:
        (gil,) = await people.persons_with_email(unit, "gil@shop.example")
    assert gil.name == "Gil"
    assert gil.account_id
    assert gil.organisation_id
    # The session is this tenant's, whatever the account may be elsewhere.
    assert (await browser.get(f"/t/{LARCH}/p/tickets")).status_code == 404
    again = await entered(await spruce.browser(), key, code_in(letter))
    assert again.status_code == 422  # a code is used once


async def test_people_of_one_organisation_read_each_others_tickets(
    spruce: Spruce, post: Post
) -> None:
    browsers = []
    for name in ("one", "two"):
        browser = await spruce.browser()
        key = await asked(browser, f"{name}@shop.example")
        (letter,) = await post.letters()
        await entered(browser, key, code_in(letter))
        browsers.append(browser)
    one, two = browsers
    one.csrf = (await one.open_page(f"{AT}/new/refund")).csrf
    number = await one.submit(subject="Of the shop")
    page = await two.open_page(f"{AT}/tickets/{number}")
    assert "Of the shop" in page.text
    assert f"{number}/comment" not in page.text
    listed = await two.get(f"{AT}/tickets?whose=organisation")
    assert number in listed.text
    assert number not in (await two.get(f"{AT}/tickets")).text
    two.csrf = page.csrf
    refused = await two.post(f"{AT}/tickets/{number}/comment", {"body": "For them"})
    assert refused.status_code == 422
    assert (await (await spruce.browser("ann")).get(f"{AT}/tickets/{number}")).status_code == 404
    await post.letters()


async def test_python_and_sql_see_the_same_tickets(spruce: Spruce, post: Post) -> None:
    live = spruce.site.desks.get(SPRUCE)
    assert live is not None
    async with spruce.site.store.unit(SPRUCE) as unit:
        everybody = await people.search_persons(unit, kind="customer")
        standings = [await people.standing(unit, one.id) for one in everybody]
    whole = await list_tickets(spruce.site, SPRUCE, SYSTEM, Wanted(limit=500))
    link = frozenset({whole.lines[0].row.id})
    counted = []
    for standing in standings:
        assert standing is not None
        viewer = viewer_of(live.desk, standing)
        counted.append(await agree(spruce, viewer))
        assert await agree(spruce, replace(viewer, only=frozenset())) == 0
        assert await agree(spruce, replace(viewer, only=link)) <= 1
    assert max(counted) > 0


async def agree(spruce: Spruce, viewer: Viewer) -> int:
    """How many tickets a viewer sees, asked of each ticket and of the database at once."""
    live = spruce.site.desks.get(SPRUCE)
    assert live is not None
    whole = await list_tickets(spruce.site, SPRUCE, SYSTEM, Wanted(limit=500))
    ask = ask_of(live.desk, viewer, spruce.site.clock.now_us())
    one_by_one = {
        line.row.number for line in whole.lines if access.rights(live.desk, line.facts, ask).see
    }
    at_once = await list_tickets(spruce.site, SPRUCE, viewer, Wanted(limit=500))
    assert {line.row.number for line in at_once.lines} == one_by_one
    return len(one_by_one)


async def test_answers_are_alike_for_every_address(spruce: Spruce, post: Post) -> None:
    addresses = ("nobody@shop.example", "ann@example.com", "ben@example.com")
    answers = []
    for email in addresses:
        browser = await spruce.browser()
        page = await browser.open_page(f"{AT}/enter")
        browser.csrf = page.csrf
        answer = await browser.post(f"{AT}/enter", {"email": email})
        shape = re.sub(r"key=[\w-]+", "", answer.headers["location"])
        answers.append((answer.status_code, shape, sorted(answer.headers)))
    assert len({repr(one) for one in answers}) == 1
    told = {str(one["To"]) for one in await post.letters(whole=True)}
    # Staff have passwords, and the portal says that customers alone come by code.
    assert told == {"nobody@shop.example", "ann@example.com"}


async def test_five_tries_ten_minutes_and_the_newest_code_alone(
    spruce: Spruce, post: Post, moment: FixedClock
) -> None:
    browser = await spruce.browser()
    key = await asked(browser, "ann@example.com")
    letters = await post.letters(whole=True)
    code = code_in(letters[-1])
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert (await entered(browser, key, wrong)).status_code == 422
    assert (await entered(browser, key, code)).status_code == 422
    old = await asked(browser, "ann@example.com")
    first = code_in((await post.letters(whole=True))[-1])
    new = await asked(browser, "ann@example.com")
    second = code_in((await post.letters(whole=True))[-1])
    assert (await entered(browser, old, first)).status_code == 422
    moment.advance(11 * MINUTE_US)
    assert (await entered(browser, new, second)).status_code == 422
    last = await asked(browser, "ann@example.com")
    third = code_in((await post.letters(whole=True))[-1])
    assert (await entered(browser, last, third, next="//evil.example")).headers[
        "location"
    ] == f"{AT}/"
    assert SESSION in browser.http.cookies


async def test_so_many_codes_an_hour(spruce: Spruce, post: Post) -> None:
    limits = {"code:somebody": 2}
    found = [await spend(spruce.site, SPRUCE, limits) for _ in range(3)]
    assert found[:2] == [None, None]
    assert found[2] is not None
    assert found[2].wait_s > 60
