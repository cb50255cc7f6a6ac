"""Any text in any field, address, cursor or cookie: kept or refused in words, never our fault."""

from __future__ import annotations

import asyncio

import pytest

from tests.web.conftest import make_database, sqlite_url
from tests.web.spruce import Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")

NEW = "/t/spruce/p/new/refund"
GOOD = {"subject": "Lamp", "amount": "10", "reason": "damaged"}


@pytest.fixture(scope="module")
def store_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """PostgreSQL, which is the stricter about texts; SQLite where there is none."""
    address: str | None = request.getfixturevalue("postgres_server")
    if address is not None:
        return asyncio.run(make_database(address))
    return sqlite_url(request.getfixturevalue("store_template"), tmp_path_factory)


XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}{% if %}${1}"
TEXTS = {
    "xss": XSS,
    "rtl": "\u202eevil\u202c \u2066x",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 20,
    "long word": "w" * 10_000,
    "words": "word " * 10_000,
    "nul": "a\x00b",
    "controls": "a\x01\x07\x1b[31m\x7f\x85b",
    "surrogate": "\ufffd\ufffe",
    "line ends": "a\r\n\r\nb\rc\u2028d",
    "zalgo": "a" + "\u0301" * 500,
    "formula": '=HYPERLINK("http://evil.example")',
}
FIELDS = (
    "subject",
    "description",
    "story",
    "iban",
    "amount",
    "reason",
    "order_no",
    "photo",
    "_idempotency",
    "_version",
    "nowhere",
)


@pytest.mark.parametrize("sort", TEXTS)
async def test_any_text_in_any_field_is_kept_or_refused_in_words(spruce: Spruce, sort: str) -> None:
    text = TEXTS[sort]
    ann, cleo = await spruce.browser("ann"), await spruce.browser("cleo")
    for name in FIELDS:
        for url in (NEW, f"{NEW}/check"):
            answer = await ann.post(url, {**GOOD, name: text})
            assert answer.status_code in (200, 303, 422), (url, name, answer.status_code)
            assert XSS not in answer.text
            if answer.status_code != 303:
                continue
            shown = await ann.get(answer.headers["location"])
            assert shown.status_code == 200, name
            assert "<script>alert" not in shown.text
            desk = await cleo.get(answer.headers["location"].replace("/p/", "/desk/"))
            assert desk.status_code == 200, name
            assert "<script>alert" not in desk.text
    url = f"/t/spruce/desk/tickets/{await ann.submit()}"
    for path, form in (
        ("comment", {"text": text}),
        ("comment", {"text": text, "visibility": text}),
        ("edit", {"field": "fee", "fee": text}),
        ("edit", {"field": text}),
        ("assign", {"assignee": text}),
        ("transfer", {"team": text, "reason": text}),
        ("move/close", {"note": text, "reason": text}),
    ):
        answer = await cleo.post(f"{url}/{path}", form)
        assert answer.status_code in (303, 404, 422), (path, answer.status_code)
        assert "<script>alert" not in answer.text
    assert (await cleo.get(url)).status_code == 200


@pytest.mark.parametrize("sort", TEXTS)
async def test_any_text_in_any_address_is_answered(spruce: Spruce, sort: str) -> None:
    text = TEXTS[sort][:1500]
    for who in ("", "ann", "ivy"):
        browser = await spruce.browser(who)
        for path in (
            "/t/{}/p/",
            "/t/spruce/p/new/{}",
            "/t/spruce/p/tickets/{}",
            "/t/spruce/desk/tickets/{}",
            "/t/spruce/desk/views/{}",
            "/t/spruce/desk/dashboards/{}",
            "/t/spruce/desk/inbox/open/{}",
            "/t/spruce/files/{}",
            "/t/spruce/studio/{}/",
            "/t/spruce/studio/TicketType/{}",
        ):
            safe = "".join(f"%{byte:02X}" for byte in text.encode())
            answer = await browser.get(path.format(safe))
            assert answer.status_code in (303, 404, 405), (who, path, answer.status_code)
            assert "<script>alert" not in answer.text
        for path, name in (
            ("/t/spruce/p/", "q"),
            ("/t/spruce/p/tickets", "after"),
            ("/t/spruce/p/tickets", "show"),
            ("/sign-in", "tenant"),
            ("/sign-in", "next"),
            ("/t/spruce/desk/new", "q"),
            ("/t/spruce/desk/new", "requester"),
            ("/t/spruce/studio/files", "path"),
            *(
                ("/t/spruce/desk/views/desk_all", n)
                for n in (
                    "q",
                    "sort",
                    "after",
                    "type",
                    "team",
                    "state",
                    "priority",
                    "phase",
                    "assignee",
                    "field.fee",
                    "created_at.from",
                    "reopened",
                    "rating",
                    "report",
                    text,
                )
            ),
            ("/t/spruce/desk/inbox", "before"),
            ("/t/spruce/desk/dashboards/figures", "period"),
        ):
            answer = await browser.get(path, params={name: text})
            assert answer.status_code in (200, 303, 404), (who, path, name, answer.status_code)
            assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "cursor",
    [
        "WzEsMl0=",
        "W10=",
        "WyJ4IiwgImEiXQ==",
        "W251bGwsIG51bGxd",
        "W3RydWUsIDFd",
        "WzFlOTk5LCAieCJd",
        "W1sxXSwiYSJd",
        "bm90IGpzb24=",
        "WzEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzLCAiYSJd",
        "WyJcdTAwMDAiLCAiYSJd",
        "WzEsIDIsIDMsIDQsICJhIl0=",
    ],
)
async def test_a_cursor_made_by_hand_is_no_fault_of_ours(spruce: Spruce, cursor: str) -> None:
    cursor = f"{cursor}.{'0' * 32}"
    for who, path in (
        ("ben", "/t/spruce/desk/views/desk_all"),
        ("ben", "/t/spruce/desk/views/all"),
        ("ann", "/t/spruce/p/tickets"),
    ):
        browser = await spruce.browser(who)
        assert (await browser.get(path, params={"after": cursor})).status_code == 200, path


async def test_a_locale_or_cookie_made_by_hand_is_ignored(spruce: Spruce) -> None:
    for name in ("specdesk_session", "specdesk_visit", "specdesk_flash", "specdesk_locale"):
        for value in ("x" * 3000, "created:<script>", "%00", "../..", "moved:%(number)s"):
            browser = await spruce.browser()
            browser.http.cookies.set(name, value)
            answer = await browser.get("/t/spruce/p/", headers={"accept-language": value})
            assert answer.status_code == 200
            assert "<script>" not in answer.text.replace('<script src="', "")
