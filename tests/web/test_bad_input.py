"""What comes in wrong, twice, too large or too late: a clear answer, and nothing lost."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import select

from engine.model.field import FieldModel
from engine.model.text import NO_WORDS
from runtime.store import journal, sessions, tickets
from runtime.store.tables.work import job
from runtime.store.tickets import TicketRow
from runtime.web.answers import read_answers
from runtime.web.app import MAX_BODY
from runtime.web.requests import SESSION, Form
from tests.engine.decide.shop import shop
from tests.engine.language import PLACE
from tests.web.asking import PNG
from tests.web.spruce import SPRUCE, Browser, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")

NEW = "/t/spruce/p/new/refund"
GOOD = {"subject": "Lamp", "amount": "10", "reason": "damaged"}


async def row_of(spruce: Spruce, number: str) -> TicketRow:
    async with spruce.site.store.unit(SPRUCE) as unit:
        found = await tickets.by_number(unit, number)
    assert found is not None
    return found


async def last_number(spruce: Spruce) -> int:
    """The number of a fresh ticket; the next one shows how many came between."""
    return int((await (await spruce.browser("abe")).submit())[3:])


async def everything(spruce: Spruce) -> str:
    """A digest of all tickets, of their journals' heads and of what waits to be told."""
    digest = hashlib.sha256()
    async with spruce.site.store.unit(SPRUCE) as unit:
        for number in range(1, 400):
            row = await tickets.by_number(unit, f"RF-{number}")
            if row is not None:
                digest.update(
                    repr((row.number, row.version, row.head_hash, row.updated_us)).encode()
                )
        rows = await unit.rows(
            select(job.c.id, job.c.state).where(job.c.tenant_id == SPRUCE).order_by(job.c.id)
        )
        digest.update(repr([tuple(row) for row in rows]).encode())
    return digest.hexdigest()


# -- CSRF ---------------------------------------------------------------------------------------


async def test_a_form_that_is_not_ours_is_refused(spruce: Spruce) -> None:
    ann, abe = await spruce.browser("ann"), await spruce.browser("abe")
    nobody = await spruce.browser()
    await nobody.open_page("/sign-in")
    before = await everything(spruce)
    for token in ("", "wrong", abe.csrf, nobody.csrf, "\u0000", "é"):
        answer = await ann.post(NEW, GOOD, csrf=token)
        assert answer.status_code == 403, token
        assert "What you typed is kept" in answer.text
    for url in ("/sign-out", "/preferences", "/t/spruce/files", "/sign-in"):
        assert (await ann.post(url, {"locale": "en"}, csrf="")).status_code == 403
        assert (await nobody.post(url, {"locale": "en"}, csrf=ann.csrf)).status_code == 403
    assert (await ann.http.post(NEW, json=GOOD)).status_code == 403
    # In the address a token is no proof: addresses are seen by others.
    assert (await ann.http.post(f"{NEW}?_csrf={ann.csrf}", data=GOOD)).status_code == 403
    assert await everything(spruce) == before
    sent = await ann.http.post(NEW, data=GOOD, headers={"x-csrf-token": ann.csrf})
    assert sent.status_code == 303


async def test_other_methods_are_no_way_round(spruce: Spruce) -> None:
    ann = await spruce.browser("ann")
    for method in ("PUT", "PATCH", "DELETE", "GET"):
        answer = await ann.http.request(
            method, f"{NEW}/check", headers={"x-http-method-override": "POST"}
        )
        assert answer.status_code in (403, 404, 405), method


# -- twice, stale -------------------------------------------------------------------------------


async def test_a_form_sent_twice_makes_one_ticket(spruce: Spruce) -> None:
    ann = await spruce.browser("ann")
    page = await ann.open_page(NEW)
    form = {**GOOD, "_idempotency": page.key}
    start = await last_number(spruce)
    first, second = await ann.post(NEW, form), await ann.post(NEW, form)
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    other = await ann.post(NEW, {**form, "subject": "Another lamp"})
    assert other.status_code == 422
    assert "sent before with other answers" in other.text
    assert "Another lamp" in other.text, "what was typed stays"
    assert await last_number(spruce) == start + 2
    # Somebody else's key is their own affair.
    abe = await spruce.browser("abe")
    assert (await abe.post(NEW, form)).headers["location"] != first.headers["location"]


async def test_a_reply_sent_twice_is_said_once_and_other_words_are_not_lost(spruce: Spruce) -> None:
    ann, ben = await spruce.browser("ann"), await spruce.browser("ben")
    number = await ann.submit()
    url = f"/t/spruce/desk/tickets/{number}"
    page = await ben.open_page(url)
    reply = {"text": "We look into it", "visibility": "public", "_idempotency": page.key}
    for _ in range(2):
        assert (await ben.post(f"{url}/comment", reply)).status_code == 303
    async with spruce.site.store.unit(SPRUCE) as unit:
        events = await journal.read(unit, (await row_of(spruce, number)).id)
    assert [e.verb for e in events].count("commented") == 1
    changed = await ben.post(f"{url}/comment", {**reply, "text": "We looked and found it"})
    assert changed.status_code == 422
    assert "We looked and found it" in changed.text
    assert "sent before with other answers" in changed.text
    # Other forms of the same page carry the same key and are other things to do.
    assert (
        await ben.post(f"{url}/edit", {"field": "fee", "fee": "5", "_idempotency": page.key})
    ).status_code == 303
    assert (
        await ben.post(f"{url}/edit", {"field": "story", "story": "s", "_idempotency": page.key})
    ).status_code == 303
    closed = await ben.post(f"{url}/move/close", {"note": "n", "_idempotency": page.key})
    assert closed.status_code == 303
    row = await row_of(spruce, number)
    assert (row.values["fee"], row.values["story"], row.phase) == ("5", "s", "solved")


async def test_a_stale_edit_shows_both_sides(spruce: Spruce) -> None:
    ann, ben, cleo = [await spruce.browser(who) for who in ("ann", "ben", "cleo")]
    url = f"/t/spruce/desk/tickets/{await ann.submit()}"
    page = await ben.open_page(url)
    hers = await cleo.post(
        f"{url}/edit", {"field": "fee", "fee": "hers 7", "_version": page.version}
    )
    assert hers.status_code == 303
    his = await ben.post(f"{url}/edit", {"field": "fee", "fee": "his 9", "_version": page.version})
    assert his.status_code == 409
    assert "hers 7" in his.text
    assert "his 9" in his.text
    assert "Cleo" in his.text
    assert (await row_of(spruce, url.rpartition("/")[2])).values["fee"] == "hers 7"
    # Another field may still be changed from the same page.
    fine = await ben.post(f"{url}/edit", {"field": "story", "story": "x", "_version": page.version})
    assert fine.status_code == 303
    new = re.search(r'name="_version" value="(\d+)"', his.text)
    assert new
    again = await ben.post(f"{url}/edit", {"field": "fee", "fee": "his 9", "_version": new[1]})
    assert again.status_code == 303
    assert (await row_of(spruce, url.rpartition("/")[2])).values["fee"] == "his 9"


# -- host, size ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "evil@localhost", "", "127.0.0.2", "[::2]"]
)
async def test_a_host_that_is_not_ours_is_sent_away(spruce: Spruce, host: str) -> None:
    ann = await spruce.browser("ann")
    answer = await ann.get("/t/spruce/p/", headers={"host": host})
    assert answer.status_code == 421
    assert "evil" not in answer.text
    assert answer.headers["x-frame-options"] == "DENY"


async def test_a_body_over_the_limit_is_refused_with_or_without_a_length(spruce: Spruce) -> None:
    ann = await spruce.browser("ann")
    kind = {"content-type": "application/x-www-form-urlencoded", "x-csrf-token": ann.csrf}
    answer = await ann.http.post(
        NEW, content=b"a", headers={**kind, "content-length": str(MAX_BODY + 1)}
    )
    assert answer.status_code == 413
    assert (
        await ann.http.post(NEW, content=b"a", headers={**kind, "content-length": "-1"})
    ).status_code in (400, 413)

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range((MAX_BODY >> 20) + 2):
            yield b"a" * (1 << 20)

    answer = await ann.http.post(NEW, content=chunks(), headers=kind)
    assert answer.status_code == 413, answer.status_code


# -- rights and conditions ----------------------------------------------------------------------


async def test_a_hidden_field_that_is_posted_is_refused(spruce: Spruce) -> None:
    ann, ben = await spruce.browser("ann"), await spruce.browser("ben")
    for name, value in (
        ("fee", "1"),
        ("risk", "fine"),
        ("grade", "low"),
        ("cost_no", "9001"),
        ("risk_note", "x"),
    ):
        answer = await ann.post(NEW, {**GOOD, name: value})
        assert answer.status_code == 422, name
        assert "not yours to fill in" in answer.text
    url = f"/t/spruce/desk/tickets/{await ann.submit(iban='DE1 2')}"
    for name in ("iban", "risk"):
        assert (await ben.post(f"{url}/edit", {"field": name, name: "x"})).status_code == 422
        moved = await ben.post(f"{url}/move/close", {"note": "n", name: "fine"})
        assert moved.status_code == 422, name
    row = await row_of(spruce, url.rpartition("/")[2])
    assert "risk" not in row.values
    assert row.phase == "new"
    page = (await ann.get(url.replace("/desk/", "/p/"))).text
    assert "DE1 2" in page, "a save by one who may not see it leaves the value"


async def test_a_needed_field_that_is_hidden_does_not_close_the_way(spruce: Spruce) -> None:
    ann = await spruce.browser("ann")
    page = await ann.open_page(NEW)
    assert 'name="grade"' not in page.text
    assert (await ann.submit()).startswith("RF-")


async def test_checks_write_nothing(spruce: Spruce) -> None:
    ann, ben = await spruce.browser("ann"), await spruce.browser("ben")
    before = await everything(spruce)
    late = await ann.post(
        f"{NEW}/check", {**GOOD, "reason": "late"}, headers={"hx-request": "true"}
    )
    damaged = await ann.post(
        f"{NEW}/check", {**GOOD, "order_no": "1001"}, headers={"hx-request": "true"}
    )
    assert 'name="photo"' not in late.text
    assert 'name="photo"' in damaged.text
    assert "Lamp" in damaged.text
    assert "<html" not in damaged.text
    assert (await ben.post("/t/spruce/desk/new/refund/check", GOOD)).status_code == 200
    assert await everything(spruce) == before
    # What is not shown is not kept, even when it is posted.
    token = (await ann.post("/t/spruce/files", files={"files": ("dent.png", PNG)})).json()["token"]
    number = await ann.submit(reason="late", photo=token)
    assert "photo" not in (await row_of(spruce, number)).values
    assert "dent.png" not in (await ann.get(f"/t/spruce/p/tickets/{number}")).text


async def test_a_record_of_others_is_no_record(spruce: Spruce) -> None:
    ann = await spruce.browser("ann")
    theirs = await ann.post(NEW, {**GOOD, "order_no": "1002"})
    none = await ann.post(NEW, {**GOOD, "order_no": "9999"})
    assert theirs.status_code == none.status_code == 422
    assert scrub(theirs).replace("1002", "") == scrub(none).replace("9999", "")
    assert (await ann.post("/t/spruce/find/orders", {"q": "1002"})).text.count("1002") == 0


def scrub(answer: httpx.Response) -> str:
    text = re.sub(r'name="_(csrf|idempotency)" value="[^"]+"', "", answer.text)
    return re.sub(r'content="[0-9A-Za-z_-]{24,}"', "", text)


async def test_files_of_others_are_not_taken(spruce: Spruce) -> None:
    ann, abe = await spruce.browser("ann"), await spruce.browser("abe")
    token = (await abe.post("/t/spruce/files", files={"files": ("a.png", PNG)})).json()["token"]
    assert (await ann.get(f"/t/spruce/files/{token}")).status_code == 404
    answer = await ann.post(NEW, {**GOOD, "photo": token})
    assert answer.status_code == 422
    assert "a.png" not in answer.text
    assert (await abe.post(NEW, {**GOOD, "photo": token})).status_code == 303
    # Once it is a ticket's, it can't be taken a second time.
    assert (await abe.post(NEW, {**GOOD, "photo": token})).status_code == 422


# -- sessions -----------------------------------------------------------------------------------


async def test_a_session_that_ends_in_mid_form_leads_back_to_it(spruce: Spruce) -> None:
    ann = await spruce.browser("ann")
    assert 'data-draft="' in (await ann.open_page(NEW)).text, "the browser keeps what is typed"
    token = ann.http.cookies[SESSION]
    async with spruce.site.store.system(write=True) as unit:
        await sessions.end(unit, sessions.token_hash(token))
    before = await everything(spruce)
    came = {"referer": f"http://localhost{NEW}"}
    answer = await ann.post(NEW, GOOD, headers=came)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?")
    assert f"next={NEW.replace('/', '%2F')}" in answer.headers["location"]
    part = await ann.post(f"{NEW}/check", GOOD, headers={**came, "hx-request": "true"})
    assert part.status_code == 401
    assert "next=%2Ft%2Fspruce%2Fp%2F" in part.headers["hx-redirect"]
    page = await ann.get(answer.headers["location"])
    assert "what you typed is kept" in page.text
    assert f'name="next" value="{NEW}"' in page.text
    evil = await ann.post(NEW, GOOD, headers={"referer": "http://evil.example/t/spruce/p/"})
    assert "evil" not in evil.headers["location"]
    assert await everything(spruce) == before


async def test_errors_keep_the_visitors_language(spruce: Spruce) -> None:
    nobody = Browser(spruce.app)
    answer = await nobody.get("/nowhere", headers={"accept-language": "zh-CN,zh;q=0.9"})
    assert answer.status_code == 404
    assert 'lang="zh-CN"' in answer.text
    assert "Nothing here" not in answer.text


async def test_the_forms_of_an_error_page_work(spruce: Spruce) -> None:
    """A person who is signed in stays that person on the page that refuses them."""
    ann = await spruce.browser("ann")
    refused = await ann.post(NEW, GOOD, csrf="wrong")
    elsewhere = await ann.get("/t/nowhere/p/")
    assert (refused.status_code, elsewhere.status_code) == (403, 404)
    for page in (refused, elsewhere):
        token = re.search(r'name="_csrf" value="([^"]+)"', page.text)
        assert token
        sent = await ann.post("/preferences", {"locale": "en"}, csrf=token[1])
        assert sent.status_code == 303


async def test_an_address_that_no_route_has_knows_who_is_there(spruce: Spruce) -> None:
    """Its error page carries the person's own token, and a stranger's for a stranger."""
    ann = await spruce.browser("ann")
    page = await ann.get("/nowhere/at/all")
    assert page.status_code == 404
    token = re.search(r'name="_csrf" value="([^"]+)"', page.text)
    assert token
    assert token[1] == ann.csrf
    assert (await ann.post("/preferences", {"locale": "en"}, csrf=token[1])).status_code == 303
    stranger = await Browser(spruce.app).get("/nowhere/at/all")
    assert stranger.status_code == 404
    assert ann.csrf not in stranger.text


async def test_a_form_sent_again_with_another_file_is_not_taken_for_the_first(
    spruce: Spruce,
) -> None:
    """The same picture sent twice is the same content, whatever its token; another is not."""
    ann = await spruce.browser("ann")
    form = {**GOOD, "_idempotency": (await ann.open_page(NEW)).key}
    first = await ann.post(NEW, form, files={"photo": ("a.png", PNG)})
    assert first.status_code == 303
    again = await ann.post(NEW, form, files={"photo": ("a.png", PNG)})
    assert again.headers.get("location") == first.headers["location"]
    more = await ann.post(NEW, form, files={"photo": ("b.png", PNG + b"more")})
    assert more.status_code == 422
    assert "sent before with other answers" in more.text


async def test_more_files_than_a_form_may_name_are_refused_at_once(spruce: Spruce) -> None:
    ann = await spruce.browser("ann")
    answer = await ann.post(NEW, {**GOOD, "photo": [f"no-token-{n}" for n in range(101)]})
    assert answer.status_code == 422
    assert "At most 100 files" in answer.text


async def test_a_row_with_thousands_of_digits_for_its_number_is_no_row() -> None:
    texts = {f"parts.{'9' * 5000}.name": ("x",), "parts.2.name": ("lamp",)}
    name = FieldModel("name", "name", "text", NO_WORDS, PLACE)
    parts = FieldModel("parts", "parts", "lines", NO_WORDS, PLACE, columns={"name": name})
    model = next(iter(shop().types.values()))
    read = read_answers(replace(model, fields={"parts": parts}), Form(texts, {}))
    assert read["parts"] == [{"name": "lamp"}]
