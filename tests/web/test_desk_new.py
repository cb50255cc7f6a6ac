"""A new ticket on behalf of somebody, and notices that are read by opening them."""

from __future__ import annotations

import re

import pytest

from runtime.queries.read_ticket import read_ticket
from runtime.site.standing import SYSTEM
from runtime.store import notices
from runtime.store.rows import Notice
from tests.web.spruce import CAST, SPRUCE, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")
NEW = f"/t/{SPRUCE}/desk/new"
REFUND = {"subject": "A lamp", "amount": "10", "reason": "damaged", "grade": "low"}


@pytest.mark.parametrize("words", ["Ann", "ann@exam", "zqannphone"])
async def test_a_requester_is_found_by_name_mail_and_phone(spruce: Spruce, words: str) -> None:
    browser = await spruce.browser("ben")
    page = await browser.open_page(f"{NEW}?q={words}")
    href = f"{NEW}?requester={spruce.ids['ann']}"
    assert href in page.text
    chosen = await browser.open_page(href)
    assert "Ann" in chosen.text
    assert f"{NEW}/refund?requester={spruce.ids['ann']}" in chosen.text


async def test_nobody_of_another_tenant_is_found_or_chosen(spruce: Spruce) -> None:
    browser = await spruce.browser("ben")
    name = CAST["dora"].name
    page = await browser.open_page(f"{NEW}?q={name[:6]}")
    assert "Nobody found" in page.text
    assert name not in page.text
    page = await browser.open_page(f"{NEW}/refund?requester={spruce.ids['dora']}")
    assert name not in page.text
    form = {**REFUND, "_requester": spruce.ids["dora"]}
    answer = await browser.post(f"{NEW}/refund", form)
    assert answer.status_code == 422
    assert "Choose a requester first" in answer.text


async def test_a_ticket_on_behalf_is_the_requesters(spruce: Spruce) -> None:
    """Ben opens it by phone; it is Ann's, came by the desk, and posting twice makes one."""
    ben = await spruce.browser("ben")
    page = await ben.open_page(f"{NEW}/refund?requester={spruce.ids['ann']}")
    assert "Grade" in page.text
    assert "Zqrisktitle" not in page.text
    form = {**REFUND, "_requester": spruce.ids["ann"], "_idempotency": page.key}
    first = await ben.post(f"{NEW}/refund", form)
    again = await ben.post(f"{NEW}/refund", form)
    assert first.status_code == again.status_code == 303
    assert first.headers["location"] == again.headers["location"]
    number = first.headers["location"].rpartition("/")[2]
    shown = await read_ticket(spruce.site, SPRUCE, SYSTEM, number)
    assert shown is not None
    assert shown.row.requester_id == shown.row.customer_id == spruce.ids["ann"]
    assert shown.row.channel == "desk"
    assert shown.facts.get("grade") == "low"
    ann = await spruce.browser("ann")
    assert (await ann.get(f"/t/{SPRUCE}/p/tickets/{number}")).status_code == 200


async def test_a_ticket_for_another_team_leads_home(spruce: Spruce) -> None:
    """Late refunds go to the second team, whose tickets Ben does not see."""
    ben = await spruce.browser("ben")
    form = {**REFUND, "reason": "late", "_requester": spruce.ids["abe"]}
    answer = await ben.post(f"{NEW}/refund", form)
    assert answer.headers["location"] == f"/t/{SPRUCE}/desk/"


async def test_what_is_wrong_is_said_and_nothing_is_lost(spruce: Spruce) -> None:
    ben = await spruce.browser("ben")
    answer = await ben.post(f"{NEW}/refund", {**REFUND, "amount": "a lot"})
    assert answer.status_code == 422
    assert "Choose a requester first" in answer.text
    form = {**REFUND, "amount": "a lot", "_requester": spruce.ids["ann"]}
    answer = await ben.post(f"{NEW}/refund", form)
    assert answer.status_code == 422
    assert 'value="a lot"' in answer.text
    assert f'name="_requester" value="{spruce.ids["ann"]}"' in answer.text


async def test_check_answers_with_the_fields_and_writes_nothing(spruce: Spruce) -> None:
    ivy = await spruce.browser("ivy")
    form = {**REFUND, "risk": "zqriskopt", "_requester": spruce.ids["ann"]}
    part = await ivy.post(f"{NEW}/refund/check", form, headers={"hx-request": "true"})
    assert part.status_code == 200
    assert "<html" not in part.text
    assert "Why risky" in part.text
    whole = await ivy.post(f"{NEW}/refund/check", {**form, "risk": "fine"})
    assert "<html" in whole.text
    assert "Why risky" not in whole.text


async def test_a_hidden_field_posted_is_refused(spruce: Spruce) -> None:
    ben = await spruce.browser("ben")
    form = {**REFUND, "risk": "fine", "_requester": spruce.ids["ann"]}
    assert (await ben.post(f"{NEW}/refund", form)).status_code == 422


async def test_the_desk_is_for_staff_and_types_for_who_may_open_them(spruce: Spruce) -> None:
    for who in ("ann", "dora"):
        browser = await spruce.browser(who)
        assert (await browser.get(NEW)).status_code == 404
        assert (await browser.post(f"{NEW}/refund", REFUND)).status_code == 404
    ben = await spruce.browser("ben")
    assert (await ben.get(f"{NEW}/memo")).status_code == 404
    assert f"{NEW}/memo" not in (await ben.open_page(NEW)).text
    assert f"{NEW}/memo" in (await (await spruce.browser("ivy")).open_page(NEW)).text


# -- notices --------------------------------------------------------------------------------------


async def _notice(spruce: Spruce, who: str, link: str) -> str:
    async with spruce.site.store.unit(SPRUCE, write=True) as unit:
        notice_id = unit.new_id()
        new = Notice(
            id=notice_id, person_id=spruce.ids[who], notification_key="assigned", subject="Yours",
            body="A lamp", link=link, key=notice_id, created_us=unit.now_us(),
        )  # fmt: skip
        await notices.add(unit, new)
    return notice_id


async def test_opening_a_notice_marks_it_read_and_leads_on(spruce: Spruce) -> None:
    ben = await spruce.browser("ben")
    link = f"/t/{SPRUCE}/desk/tickets/RF-1"
    notice_id = await _notice(spruce, "ben", link)
    inbox = await ben.open_page(f"/t/{SPRUCE}/desk/inbox")
    unread = re.findall(r"data-unread>", inbox.text)
    href = f"/t/{SPRUCE}/desk/inbox/open/{notice_id}"
    assert href in inbox.text
    answer = await ben.get(href)
    assert (answer.status_code, answer.headers["location"]) == (303, link)
    after = await ben.open_page(f"/t/{SPRUCE}/desk/inbox")
    assert len(re.findall(r"data-unread>", after.text)) == len(unread) - 1


async def test_a_notice_opens_only_for_its_person_and_leads_nowhere_else(spruce: Spruce) -> None:
    notice_id = await _notice(spruce, "ben", "//elsewhere.example/x")
    url = f"/t/{SPRUCE}/desk/inbox/open/{notice_id}"
    assert (await (await spruce.browser("bob")).get(url)).status_code == 404
    assert (await (await spruce.browser("dora")).get(url)).status_code == 404
    answer = await (await spruce.browser("ben")).get(url)
    assert answer.headers["location"] == f"/t/{SPRUCE}/desk/inbox"
