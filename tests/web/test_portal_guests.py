"""Guests: a form without an account, the link in a mail, and that it opens one ticket alone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from runtime.actions import guests
from runtime.cli.demo import TENANTS
from runtime.clock import FixedClock
from runtime.store import door_keys, people
from tests.web.asking import PNG
from tests.web.portal_doors import (
    AT,
    NEW,
    OPEN,
    Post,
    as_guest,
    link_in,
    number_of,
    post_of,
    publish_portal,
)
from tests.web.spruce import ORIGIN, SPRUCE, Spruce

LEAF = TENANTS / "ecommerce" / "demo" / "pictures" / "leaf.png"

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOUR_US = 3_600_000_000


@pytest.fixture(scope="module")
def store_url(one_database: str) -> str:
    """One is enough: each statement of the doors is plain, and the store's tests try both."""
    return one_database


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def post(spruce: Spruce) -> AsyncIterator[Post]:
    """The tenant with its portal open, and its letters."""
    await publish_portal(spruce, OPEN)
    async with post_of(spruce) as made:
        yield made


async def test_a_form_sent_after_its_session_says_the_ways_on(spruce: Spruce, post: Post) -> None:
    browser = await spruce.browser()
    await browser.open_page(f"{AT}/new/refund")
    came = {"referer": f"{ORIGIN}{AT}/new/refund"}
    late = await browser.post(f"{AT}/new/refund", NEW, csrf="of-another-session", headers=came)
    assert late.status_code == 403
    assert "data-unsent" in late.text
    ways = re.findall(r'<a class="btn btn--lg[^"]*" href="([^"]+)"', late.text)
    assert ways == [f"{AT}/enter?next=%2Ft%2F{SPRUCE}%2Fp%2Fnew%2Frefund", f"{AT}/new/refund"]
    # Of a page that is no form of ours nothing is offered but the start.
    elsewhere = await browser.post(f"{AT}/new/refund", NEW, csrf="of-another-session")
    assert re.findall(r'<a class="btn btn--lg[^"]*" href="([^"]+)"', elsewhere.text) == [f"{AT}/"]


async def test_a_guest_sends_a_form_and_comes_back_by_the_link(spruce: Spruce, post: Post) -> None:
    browser, answer = await as_guest(spruce, "gil@shop.example")
    number = number_of(answer)
    page = await browser.get(answer.headers["location"])
    assert number in page.text
    assert "gil@" not in page.text
    (letter,) = await post.letters()
    assert letter["To"] == "Gil <gil@shop.example>"
    assert (await browser.get(f"{AT}/tickets/{number}")).status_code == 303
    came = await browser.get(link_in(letter))
    assert came.headers["location"] == f"{AT}/tickets/{number}"
    assert "path=/t/spruce/" in came.headers["set-cookie"].lower()
    page = await browser.open_page(f"{AT}/tickets/{number}")
    assert "Broken lamp" in page.text
    browser.csrf = page.csrf
    sent = await browser.post(f"/t/{SPRUCE}/files", files={"file": ("dent.png", PNG)})
    assert sent.status_code == 201, sent.text
    form = {"body": "More of it", "files": sent.json()["token"], "_idempotency": page.key}
    assert (await browser.post(f"{AT}/tickets/{number}/comment", form)).status_code == 303
    page = await browser.open_page(f"{AT}/tickets/{number}")
    assert "More of it" in page.text
    picture = re.search(rf"/t/{SPRUCE}/files/[\w-]+", page.text)
    assert picture
    assert (await browser.get(picture[0])).status_code == 200
    (later,) = await post.letters()
    assert "More of it" in str(later)
    assert (await browser.get(link_in(later))).status_code == 303
    assert (await (await spruce.browser()).get(picture[0])).status_code == 303


async def test_a_guest_sees_who_answers(spruce: Spruce, post: Post) -> None:
    ben = await spruce.browser("ben")
    files = {"picture": ("me.png", LEAF.read_bytes())}
    sent = await ben.post(f"/t/{SPRUCE}/desk/profile/picture", {}, files=files)
    assert sent.status_code == 303
    browser, answer = await as_guest(spruce, "gina@shop.example")
    number = number_of(answer)
    (letter,) = await post.letters()
    assert (await browser.get(link_in(letter))).status_code == 303
    page = await ben.open_page(f"/t/{SPRUCE}/desk/tickets/{number}")
    form = {"text": "We look", "visibility": "public", "_idempotency": page.key}
    said = await ben.post(f"/t/{SPRUCE}/desk/tickets/{number}/comment", form)
    assert said.status_code == 303, said.text
    (later,) = await post.letters()
    assert "We look" in str(later)
    seen = (await browser.get(f"{AT}/tickets/{number}")).text
    picture = re.search(rf"/t/{SPRUCE}/pictures/[\w-]+/[0-9a-f]+", seen)
    assert picture
    assert (await browser.get(picture[0])).headers["content-type"] == "image/png"
    assert (await (await spruce.browser()).get(picture[0])).status_code == 303


async def test_the_link_opens_nothing_else(spruce: Spruce, post: Post) -> None:
    browser, answer = await as_guest(spruce, "gus@shop.example")
    (letter,) = await post.letters()
    await browser.get(link_in(letter))
    _, other = await as_guest(spruce, "gus@shop.example")
    anns = await (await spruce.browser("ann")).submit()
    for url in (f"tickets/{number_of(other)}", f"tickets/{anns}"):
        assert (await browser.get(f"{AT}/{url}")).status_code == 404
    for url in (f"{AT}/tickets", f"/t/{SPRUCE}/desk/", f"/t/{SPRUCE}/studio/"):
        assert (await browser.get(url)).status_code == 303
    page = await browser.open_page(f"{AT}/tickets/{number_of(answer)}")
    browser.csrf = page.csrf
    assert (await browser.post(f"/t/{SPRUCE}/find/orders", {"q": "10"})).status_code == 303
    form = {"body": "Not mine"}
    assert (await browser.post(f"{AT}/tickets/{anns}/comment", form)).status_code == 404
    bare = await browser.post(f"{AT}/tickets/{number_of(answer)}/comment", form, csrf="no")
    assert bare.status_code in (303, 403)
    home = await browser.get(f"{AT}/")
    assert "Broken lamp" not in home.text
    await post.letters()


async def test_a_link_opened_by_another_person_says_so(spruce: Spruce, post: Post) -> None:
    _, answer = await as_guest(spruce, "gwen@shop.example")
    (letter,) = await post.letters()
    link, number = link_in(letter), number_of(answer)
    ann = await spruce.browser("ann")
    page = await ann.get(link)
    assert page.status_code == 403
    assert "ann@example.com" in page.text
    for secret in ("Broken lamp", "gwen@", number):
        assert secret not in page.text
    assert (await ann.get(f"{AT}/tickets/{number}")).status_code == 404
    away = await ann.post("/sign-out", {"next": "//elsewhere.example"})
    assert away.headers["location"] == "/sign-in"
    ann = await spruce.browser("ann")
    held = re.search(r'name="next" value="([^"]+)"[^>]*><button[^>]*btn--primary', page.text)
    assert held
    out = await ann.post("/sign-out", {"next": held[1]})
    assert (await ann.get(out.headers["location"])).status_code == 303
    assert (await ann.get(f"{AT}/tickets/{number}")).status_code == 200
    ben = await spruce.browser("ben")
    assert (await ben.get(link)).headers["location"] == f"{AT}/tickets/{number}"


async def test_links_add_up_for_one_person_and_not_for_two(spruce: Spruce, post: Post) -> None:
    browser, first = await as_guest(spruce, "gaby@shop.example")
    _, second = await as_guest(spruce, "gaby@shop.example")
    _, foreign = await as_guest(spruce, "else@shop.example")
    letters = await post.letters()
    links = [link_in(one) for one in letters]
    assert len(set(links)) == 3
    for link in links[:2]:
        await browser.get(link)
    for one in (first, second):
        assert (await browser.get(f"{AT}/tickets/{number_of(one)}")).status_code == 200
    await browser.get(links[2])
    assert (await browser.get(f"{AT}/tickets/{number_of(foreign)}")).status_code == 200
    assert (await browser.get(f"{AT}/tickets/{number_of(first)}")).status_code == 404


async def test_a_known_address_is_told_from_an_unknown_by_nothing(
    spruce: Spruce, post: Post
) -> None:
    _, new = await as_guest(spruce, "nobody@shop.example")
    _, known = await as_guest(spruce, "ann@example.com")
    _, staff = await as_guest(spruce, "ben@example.com")
    for one in (known, staff):
        assert one.status_code == new.status_code
        assert one.headers.keys() == new.headers.keys()
        assert re.sub(r"\d+", "", one.headers["location"]) == re.sub(
            r"\d+", "", new.headers["location"]
        )
    texts = {str(one["To"].addresses[0].addr_spec): one for one in await post.letters(whole=True)}
    # Who can sign in does so: their letter leads to the door that they know.
    assert "/p/k/" not in str(texts["ann@example.com"])
    assert "/p/k/" in str(texts["nobody@shop.example"])
    async with spruce.site.store.unit(SPRUCE) as unit:
        assert len(await people.persons_with_email(unit, "ann@example.com")) == 1


async def test_what_is_known_of_a_person_decides_nothing_for_a_guest(
    spruce: Spruce, post: Post
) -> None:
    browser = await spruce.browser()
    page = await browser.get(f"{AT}/new/refund")
    assert "/find/" not in page.text  # no picker: nobody's records are theirs
    _, answer = await as_guest(spruce, "ann@example.com", order_no="1001")
    ticket = await (await spruce.browser("ann")).get(f"{AT}/tickets/{number_of(answer)}")
    assert ticket.status_code == 200
    # Staff read that nobody has proved to be Ann.
    desk = await (await spruce.browser("cleo")).get(f"/t/{SPRUCE}/desk/tickets/{number_of(answer)}")
    assert "without signing in, by the name “Gil”" in desk.text
    await post.letters()


async def test_a_form_sent_twice_is_one_ticket_and_a_wrong_address_is_told(
    spruce: Spruce, post: Post
) -> None:
    browser = await spruce.browser()
    page = await browser.open_page(f"{AT}/new/refund")
    form = {"subject": "Twice", "amount": "10", "reason": "damaged", "_idempotency": page.key}
    form |= {"_guest_email": "twice@shop.example"}
    first, second = [await browser.post(f"{AT}/new/refund", form) for _ in range(2)]
    assert number_of(first) == number_of(second)
    assert len(await post.letters()) == 1
    wrong = await browser.post(f"{AT}/new/refund", {**form, "_guest_email": "no address"})
    assert wrong.status_code == 422
    assert "name@example.com" in wrong.text
    assert "Twice" in wrong.text
    assert (await browser.post(f"{AT}/new/refund", form, csrf="")).status_code == 403


async def test_one_address_and_one_caller_send_so_many_an_hour(
    spruce: Spruce, post: Post, moment: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guests, "SENT_BY_ADDRESS", 2)
    monkeypatch.setattr(guests, "SENT_BY_CALLER", 4)
    moment.advance(2 * HOUR_US)
    statuses = [(await as_guest(spruce, "flood@shop.example"))[1].status_code for _ in range(3)]
    assert statuses == [303] * 2 + [429]
    moment.advance(2 * HOUR_US)
    statuses = [(await as_guest(spruce, f"many{n}@shop.example"))[1].status_code for n in range(5)]
    assert statuses == [303] * 4 + [429]
    moment.advance(2 * HOUR_US)
    await post.letters()


async def test_a_link_runs_out_and_no_other_opens(
    spruce: Spruce, post: Post, moment: FixedClock
) -> None:
    browser, answer = await as_guest(spruce, "late@shop.example")
    (letter,) = await post.letters()
    link = link_in(letter)
    async with spruce.site.store.unit(SPRUCE) as unit:
        kept = await door_keys.by_hash(unit, door_keys.link_hash(link.rpartition("/")[2]))
    assert kept is not None
    assert kept.secret_hash not in link
    assert (await browser.get(f"{AT}/k/{kept.secret_hash}")).status_code == 404
    moment.advance(13 * HOUR_US)
    await browser.get(link)
    assert (await browser.get(f"{AT}/tickets/{number_of(answer)}")).status_code == 200
    moment.advance(13 * HOUR_US)
    assert (await browser.get(f"{AT}/tickets/{number_of(answer)}")).status_code == 303
    moment.advance(30 * 24 * HOUR_US)
    gone = await browser.get(link)
    assert gone.status_code == 404
    assert "opens nothing any more" in gone.text
    browser.csrf = (await browser.open_page(f"{AT}/enter")).csrf
    answers = [await browser.post(f"{one}/again") for one in (link, f"{AT}/k/none")]
    assert [one.status_code for one in answers] == [200, 200]
    assert all("a fresh one is on its way" in one.text for one in answers)
    (fresh,) = await post.letters()
    assert link_in(fresh) != link
    assert (await browser.get(link_in(fresh))).status_code == 303
