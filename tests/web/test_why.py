"""Why a ticket is where it is, on the desk, and what would have changed it: within rights."""

from __future__ import annotations

import re

import pytest

from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done
from tests.web.conftest import one_database
from tests.web.spruce import SPRUCE, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")
# What pages say of specs; the statements beneath are tried on both databases in tests/store.
store_url = one_database
FRAGMENT = {"hx-request": "true"}


async def _opened(spruce: Spruce, **values: object) -> str:
    new = NewTicket(
        "refund", {"amount": "10", "reason": "damaged", "grade": "low", **values}, "A lamp",
        requester=spruce.ids["ann"],
    )  # fmt: skip
    made = await open_ticket(spruce.site, SPRUCE, await spruce.viewer("ivy"), new)
    assert isinstance(made, Done), made
    return f"/t/{SPRUCE}/desk/tickets/{made.number}"


def _plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def test_the_ticket_page_leads_to_what_would_have_changed_it(spruce: Spruce) -> None:
    url, ivy = await _opened(spruce, reason="late"), await spruce.browser("ivy")
    page = (await ivy.get(url)).text
    assert "Smallest change" not in page
    assert f'hx-get="{url}/why?topic=team"' in page
    part = await ivy.get(f"{url}/why?topic=team", headers=FRAGMENT)
    said = _plain(part.text)
    # The label is said once, and the rows behind the one that decided are there.
    assert "Reason is Late was Late" in said
    assert "2 rules after it" in said
    assert "Risk is Zqrisktitle was – Smallest change: Risk is Zqrisktitle" in said
    assert "It held as well, but “late” stands before it" in said
    assert "Smallest change: Reason is Damaged" in said
    whole = await ivy.get(f"{url}/why?topic=team")
    assert whole.text.startswith("<!doctype html>")
    assert "Why this deadline" in whole.text


async def test_in_chinese(spruce: Spruce) -> None:
    url, ivy = await _opened(spruce), await spruce.browser("ivy")
    await ivy.post("/preferences", {"locale": "zh-CN"})
    try:
        said = _plain((await ivy.get(f"{url}/why")).text)
    finally:
        await ivy.post("/preferences", {"locale": "en"})
    assert "最小改动：Reason 是 Late" in said
    assert "提交了工单" in said


async def test_a_field_one_may_not_see_is_not_told_by_any_way(spruce: Spruce) -> None:
    """Of two tickets that differ in hidden values alone Ben is shown the very same."""
    told = []
    ben = await spruce.browser("ben")
    for values in ({}, {"risk": "fine", "iban": "zqanother 9"}):
        url = await _opened(spruce, **values)
        texts = [
            (await ben.get(f"{url}/why?topic=team", headers=FRAGMENT)).text,
            (await ben.get(f"{url}/why")).text,
            (await ben.get(f"{url}/why", headers={"accept": "application/json"})).text,
        ]
        shown = " ".join(texts).lower()
        for word in ("zqrisk", "fine", "zqiban", "zqanother"):
            assert word not in shown
        assert "a field you may not see" in shown
        number = url.rpartition("/")[2]
        told.append(re.sub(r'csrf[^>]*>|"at": ?"[^"]*"|datetime="[^"]*"|\d\d:\d\d', "", texts[0]))
        assert number not in told[-1]
    assert told[0] == told[1]


async def test_data_for_the_api_and_only_for_who_sees_the_ticket(spruce: Spruce) -> None:
    url, json = await _opened(spruce), {"accept": "application/json"}
    answer = await (await spruce.browser("cleo")).get(f"{url}/why", headers=json)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["format"] == 1
    for who in ("fay", "ann", "dora"):
        assert (
            await (await spruce.browser(who)).get(f"{url}/why", headers=json)
        ).status_code == 404
    assert (await (await spruce.browser("cleo")).get(f"{url}/why?topic=x", headers=FRAGMENT)
            ).status_code == 404  # fmt: skip


async def test_a_step_that_is_closed_says_what_would_open_it(spruce: Spruce) -> None:
    """`approve` wants the risk not to be fine; who may not see the risk is told no change."""
    url = await _opened(spruce, risk="fine")
    seen = _plain((await (await spruce.browser("cleo")).get(url)).text)
    unseen = _plain((await (await spruce.browser("ben")).get(url)).text)
    assert "because of a field you may not see" in unseen
    assert "It hangs on a field you may not see" in unseen
    assert "Smallest change: Risk is Zqrisktitle" in seen
