"""The connector `http` against the example's back office, well and broken."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator

import pytest

from runtime.outbound.door import Door
from runtime.reach import read_allowed
from runtime.sources.asking import Away
from runtime.sources.http import HttpConnector
from tests.sources.office import ORDERS, Office, asking, model_of

# No test here speaks TLS, and reading all authorities takes longer than the tests.
TRUST = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
ORDER = "2026112200640"
EMAIL = {"requester.email": "ann@example.com"}


@pytest.fixture
async def connector() -> AsyncIterator[HttpConnector]:
    """A connector whose door opens to this machine."""
    async with Door(read_allowed(["127.0.0.1"]), trust=TRUST) as door:
        yield HttpConnector(door)


async def test_a_record_is_mapped_by_type(shop: Office, connector: HttpConnector) -> None:
    """Money is scaled, dates are dates, what is null is empty; the title is what a picker shows."""
    question = asking(model_of(), shop.url)
    answer = await connector.get(question, ORDER, {})
    assert (answer.state, answer.why) == ("found", "")
    assert answer.record is not None
    assert answer.record.values == {
        "order_no": ORDER, "name": "观止 平板 11 英寸", "pieces": 1, "paid": 219900,
        "ordered": "2026-11-22", "signed": None, "buyer_email": "ann@example.com",
    }  # fmt: skip
    assert answer.record.title == "观止 平板 11 英寸 · ¥2,199.00"
    assert len(answer.digest) == 64
    ref = answer.snapshot()
    assert ref is not None
    assert ref.fetched_us == question.now_us
    assert question.trace[0].headers["authorization"] == "•••"


async def test_a_record_that_is_not_there(shop: Office, connector: HttpConnector) -> None:
    """404 says that there is none, which is another thing than no answer."""
    answer = await connector.get(asking(model_of(), shop.url), "nothing", {})
    assert (answer.state, answer.record) == ("none", None)


@pytest.mark.parametrize("key", ["../customers/ann@x.cn", "..", "a/b?c#d", "%2e%2e", "单 1"])
async def test_a_key_stays_one_part_of_the_path(
    shop: Office, connector: HttpConnector, key: str
) -> None:
    """Whatever is typed asks for an order, and for none of another place."""
    answer = await connector.get(asking(model_of(), shop.url), key, {})
    assert answer.state == "none"
    assert shop.asked[-1].startswith("GET /shop/orders/")
    assert shop.asked[-1].count("/") == 3


BROKEN = {
    "html": "web page",
    "500": "HTTP 500",
    "429": "slow down",
    "moved": "redirects are not followed",
    "deep": "nested too deep",
    "twice": "`no` twice",
    "numbers": "number of 20,000 digits",
    "exponent": "larger than any amount",
    "list": "no object",
    "empty": "is empty",
    "cut": "",
    "bytes": "not UTF-8",
    "drop": "",
    "huge": "larger than 1048576 bytes",
}


@pytest.mark.parametrize("kind", BROKEN)
async def test_a_broken_answer_is_told_with_its_reason(
    shop: Office, connector: HttpConnector, kind: str
) -> None:
    """Nothing raises, nothing is taken over, and the reason says what came."""
    shop.break_("/shop", kind)
    answer = await connector.get(asking(model_of(), shop.url), ORDER, {})
    assert (answer.state, answer.record) == ("away", None)
    assert BROKEN[kind] in answer.why
    assert answer.why


@pytest.mark.parametrize("kind", ["slow", "drip"])
async def test_a_slow_answer_ends_at_the_limit(
    shop: Office, connector: HttpConnector, kind: str
) -> None:
    """The time is that of the whole answer, so dripping bytes gain nothing."""
    shop.break_("/shop", kind, seconds=0.4)
    question = asking(model_of(ORDERS + "timeout_ms: 100\n"), shop.url)
    begun = asyncio.get_running_loop().time()
    answer = await connector.get(question, ORDER, {})
    assert answer.state == "away"
    assert "within" in answer.why
    assert asyncio.get_running_loop().time() - begun < 0.35


async def test_values_that_do_not_fit_are_empty_with_the_reason(
    shop: Office, connector: HttpConnector
) -> None:
    """A key in a list is no key, so there is no record; other values only stay empty."""
    shop.break_("/shop", "types")
    answer = await connector.get(asking(model_of(), shop.url), ORDER, {})
    assert answer.state == "away"
    assert "no key at `outputs.order_no`" in answer.why
    model = model_of(
        ORDERS.replace("at: $.item.name }", "at: $.paid }").replace("type: date, label: O",
                                                                 "type: integer, label: O")
    )  # fmt: skip
    shop.mend()
    answer = await connector.get(asking(model, shop.url), ORDER, {})
    assert answer.record is not None
    assert answer.record.values["name"] is None
    assert answer.record.values["ordered"] is None
    told = {doubt.output: (doubt.raw, doubt.why) for doubt in answer.record.doubts}
    assert told["name"] == (
        '{"amount": "2199.00", "currency": "CNY"}',
        "an object stands where one value is wanted",
    )
    assert told["ordered"][0] == "2026-11-22"


async def test_a_search_reads_pages_within_bounds(shop: Office, connector: HttpConnector) -> None:
    """It asks for as many pages as it needs, and says when there is more."""
    found = await connector.search(asking(model_of(), shop.url), "", {}, 45)
    assert (found.state, len(found.records), found.more) == ("found", 45, True)
    pages = [one.partition("page=")[2] for one in shop.asked if "page=" in one]
    assert pages == ["1", "2", "3"]
    mine = await connector.search(asking(model_of(), shop.url), "平板 11", EMAIL, 8)
    assert [one.key for one in mine.records] == [ORDER]
    assert not mine.more


PLANT = """kind: Source
title: Devices
connector: http
url: { setting: office_url }
auth: { basic: { user: { setting: plant_user }, password: { secret: plant_password } } }
lookup: { path: "/plant/devices/{key}" }
find: { path: "/plant/devices?search={words}", items: "$['items']", next: $.next, pages: 2 }
key: id
outputs:
  id: { type: text, label: Number }
  hours: { type: integer, label: Hours, at: $.meter.hours }
"""


async def test_a_search_follows_links_of_the_same_place_alone(
    shop: Office, connector: HttpConnector
) -> None:
    """A link that leads elsewhere would carry our password there."""
    model = model_of(PLANT)
    found = await connector.search(asking(model, shop.url), "", {}, 50)
    assert (len(found.records), found.more) == (10, True)
    elsewhere = model_of(PLANT.replace("next: $.next", "next: \"$['items'][0].id\""))
    found = await connector.search(asking(elsewhere, shop.url), "", {}, 50)
    assert shop.asked[-1].startswith("GET /plant/HL-")


SCHOOL = """kind: Source
title: Enrolments
connector: http
url: { setting: office_url }
auth:
  oauth2:
    token_url: { setting: token_url }
    client_id: { setting: school_id }
    client_secret: { secret: school_secret }
lookup: { path: "/school/enrolments/{key}" }
find: { method: POST, path: /school/enrolments/find, items: $.found,
        body: { words: "{words}", guardian: "{requester.email}" } }
key: enrol
outputs:
  enrol: { type: text, label: Number, at: $.no }
  fee: { type: money, label: Fee }
"""


async def test_one_token_serves_many_and_is_fetched_anew_when_refused(
    shop: Office, connector: HttpConnector
) -> None:
    """Of ten that want one at once, one asks; after a 401 one new token is tried."""
    question = asking(model_of(SCHOOL), shop.url)
    question = type(question)(
        question.model, {**question.settings, "token_url": f"{shop.url}/school/oauth/token"},
        "en", "UTC", question.now_us,
    )  # fmt: skip
    answers = await asyncio.gather(*(connector.get(question, "QH26A0101", {}) for _ in range(10)))
    assert {answer.state for answer in answers} == {"found"}
    assert shop.asked.count("POST /school/oauth/token") == 1
    shop.server.backoffice.tokens.clear()
    again = await connector.search(question, "Python", {"requester.email": "lu@example.com"}, 5)
    assert [one.values["fee"] for one in again.records] == [480000]
    assert shop.asked.count("POST /school/oauth/token") == 2


@pytest.mark.parametrize("kind", ["html", "500", "list", "drop"])
async def test_no_token_no_answer(shop: Office, connector: HttpConnector, kind: str) -> None:
    """What is wrong with the token's address is told like what is wrong with the reply."""
    shop.break_("/school/oauth", kind)
    question = asking(model_of(SCHOOL), shop.url)
    settings = {**question.settings, "token_url": f"{shop.url}/school/oauth/token"}
    question = type(question)(question.model, settings, "en", "UTC", question.now_us)
    answer = await connector.get(question, "QH26A0101", {})
    assert answer.state == "away"
    assert answer.why.startswith("no token")


async def test_a_refund_is_written_once(shop: Office, connector: HttpConnector) -> None:
    """The same key told twice makes one refund; what is handed over keeps its type."""
    model = model_of()
    call = model.calls["mark_refunded"]
    assert call.takes == ("amount", "reason")
    params = {"key": ORDER, "amount": "12.50", "reason": "late", "ticket.number": "RF-1"}
    made = [
        await connector.call(asking(model, shop.url), call.request, params, "k1") for _ in (1, 2)
    ]
    assert [one.status for one in made] == [201, 200]
    assert made[0].value == made[1].value == {
        "refund": "R00001", "order": ORDER, "amount": "12.50", "why": "late of RF-1",
    }  # fmt: skip
    with pytest.raises(Away) as refused:
        await connector.call(
            asking(model, shop.url), call.request, {**params, "key": "no such"}, "k2"
        )
    assert not refused.value.again
    shop.break_("/shop", "500")
    with pytest.raises(Away) as broken:
        await connector.call(asking(model, shop.url), call.request, params, "k3")
    assert broken.value.again


async def test_a_place_that_is_not_allowed_is_not_called(shop: Office) -> None:
    """Without the operator's word nothing on this machine is reached."""
    async with Door(trust=TRUST) as door:
        answer = await HttpConnector(door).get(asking(model_of(), shop.url), ORDER, {})
    assert answer.state == "away"
    assert "open internet" in answer.why
    assert shop.asked == []
