"""Tickets joined on their pages: parts, merges seen before they are made, batches, splits, rights.

The actions are tried over both databases elsewhere; here it is their pages.
"""

from __future__ import annotations

import re

import pytest

from engine.decide.verdict import Comment, Move
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.outcome import Done
from tests.web.asking import opened
from tests.web.conftest import one_database
from tests.web.spruce import SPRUCE, Browser, Spruce, faults

pytestmark = pytest.mark.asyncio(loop_scope="module")
store_url = one_database
DESK = f"/t/{SPRUCE}/desk"
NEW = {"subject": "Lamp", "amount": "10", "reason": "damaged", "grade": "low"}


async def some(spruce: Spruce, count: int, who: str = "ann") -> list[str]:
    return [(await opened(spruce, who)).number for _ in range(count)]


async def say(spruce: Spruce, who: str, number: str, text: str, *, internal: bool = False) -> None:
    change = Change(Comment(text, internal))
    viewer = await spruce.viewer(who)
    assert isinstance(await change_ticket(spruce.site, SPRUCE, viewer, number, change), Done)


async def page(browser: Browser, number: str) -> str:
    return (await browser.open_page(f"{DESK}/tickets/{number}")).text


async def test_a_merge_is_seen_before_it_is_made_and_can_be_undone(spruce: Spruce) -> None:
    ben, (one, two) = await spruce.browser("ben"), await some(spruce, 2)
    way = f"{DESK}/tickets/{one}/join"
    looked = await ben.open_page(f"{way}?as=merge&q={two.lower()}")
    assert "is closed, and its deadlines stand still" in looked.text
    assert looked.text.count('<section class="head"') == 2
    assert "go to Ann too" in looked.text
    form = {"as": "merge", "other": two, "then": "closed", "_idempotency": looked.key}
    for _ in range(2):
        done = await ben.post(way, form)
        assert done.status_code == 303, faults(done.text)
        assert done.headers["location"] == f"{DESK}/tickets/{two}#merged-in"
    there = await page(ben, two)
    assert f"merged {one} into this ticket" in there
    assert re.search(r'<option value="closed" selected', there)
    here = await page(ben, one)
    assert "This ticket was merged; it goes on in another." in here
    assert "Undo the merge" in here
    head, _, note = here.partition('class="ticket__head"')[2].partition('id="merged"')
    assert "count in no report" in note
    assert 'class="sla' not in head
    undone = await ben.post(way, {"as": "merge", "undo": "1"})
    assert undone.status_code == 303, faults(undone.text)
    assert f"undid the merge into {two}" in await page(ben, one)
    assert f"undid the merge of {one} into this ticket" in await page(ben, two)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("itself", "joined with itself"),
        ("nothing", "There is no ticket"),
        ("foreign", "There is no ticket"),
        ("closed", "is done; reopen it first"),
    ],
)
async def test_what_can_not_be_merged_says_why(spruce: Spruce, other: str, said: str) -> None:
    ben, (one, done) = await spruce.browser("ben"), await some(spruce, 2)
    named = {"itself": one, "nothing": "RF-99999", "closed": done}.get(other, "")
    if other == "foreign":
        named = (await opened(spruce, "dan")).number.replace("RF-", "ZL-")
    if other == "closed":
        move = Change(Move("close", note="Bye"))
        viewer = await spruce.viewer("ben")
        assert isinstance(await change_ticket(spruce.site, SPRUCE, viewer, done, move), Done)
    refused = await ben.post(f"{DESK}/tickets/{one}/join", {"as": "merge", "other": named})
    assert refused.status_code == 422
    assert said in refused.text
    assert "was merged" not in await page(ben, one)


async def test_parts_are_counted_and_the_requester_sees_them(spruce: Spruce) -> None:
    ben, (whole, part) = await spruce.browser("ben"), await some(spruce, 2)
    form = await ben.open_page(f"{DESK}/new/refund?how=part&from={whole}")
    assert f"A sub-ticket of {whole}" in form.text
    assert 'value="10.00"' in form.text or 'value="10"' in form.text
    sent = {**NEW, "_how": "part", "_from": whole, "_requester": spruce.ids["ann"]}
    made = await ben.post(f"{DESK}/new/refund", {**sent, "_idempotency": form.key})
    assert made.status_code == 303, faults(made.text)
    put = await ben.post(f"{DESK}/tickets/{whole}/join", {"as": "part", "other": part})
    assert put.status_code == 303, faults(put.text)
    done = Change(Move("close", note="Bye"))
    viewer = await spruce.viewer("ben")
    assert isinstance(await change_ticket(spruce.site, SPRUCE, viewer, part, done), Done)
    assert "1 of 2 done" in await page(ben, whole)
    assert f"added the part {part}" in await page(ben, whole)
    again = (await ben.get(f"{DESK}/tickets/{whole}/parts")).text
    assert "1 of 2 done" in again
    assert "<html" not in again
    row = (await ben.get(f"{DESK}/views/all?q={whole}")).text
    assert "</span>1/2</span>" in row
    ann = await (await spruce.browser("ann")).get(f"/t/{SPRUCE}/p/tickets/{whole}")
    assert "Handled in parts" in ann.text
    assert "1 of 2 done" in ann.text
    out = {"as": "part", "other": part, "undo": "1"}
    assert (await ben.post(f"{DESK}/tickets/{whole}/join", out)).status_code == 303
    assert "0 of 1 done" in await page(ben, whole)


async def test_several_go_into_a_new_batch(spruce: Spruce) -> None:
    ben, numbers = await spruce.browser("ben"), await some(spruce, 3)
    looked = await ben.post(f"{DESK}/merge/check", {"number": [*numbers, "RF-99999"]})
    assert looked.status_code == 200
    assert all(number in looked.text for number in numbers)
    assert "at most 100 at once" in looked.text
    heap = {"number": [*numbers, *(f"RF-9{n:04}" for n in range(98))]}
    assert (
        "101 tickets are chosen, and at most 100"
        in (await ben.post(f"{DESK}/merge/check", heap)).text
    )
    every = await ben.post(f"{DESK}/merge/check", {"number": numbers, "all": "1"})
    assert "Only the ticked rows of the page are merged" in every.text
    into = {"number": numbers, "into": numbers[0]}
    seen = await ben.post(f"{DESK}/merge/check", into)
    assert "The others are merged into this one" in seen.text
    assert "2 tickets can be merged" in seen.text
    on = await ben.post(f"{DESK}/merge", {"number": numbers, "batch": "refund"})
    assert on.status_code == 303
    form = await ben.open_page(on.headers["location"])
    sent = {**NEW, "_how": "batch", "_from": numbers, "_requester": spruce.ids["abe"]}
    made = await ben.post(f"{DESK}/new/refund", {**sent, "_idempotency": form.key})
    assert made.status_code == 303, faults(made.text)
    batch = made.headers["location"].rpartition("/")[2]
    text = await page(ben, batch)
    assert all(f"merged {number} into this ticket" in text for number in numbers)
    assert "A reply here goes to each of their requesters too" in text
    portal = await spruce.browser("ann")
    asked = await portal.get(f"/t/{SPRUCE}/p/tickets/{numbers[0]}")
    assert "Handled together with others like it" in asked.text
    assert 'name="body"' in asked.text


async def test_what_was_said_is_split_off_and_notes_stay_notes(spruce: Spruce) -> None:
    ben, (number,) = await spruce.browser("ben"), await some(spruce, 1)
    await say(spruce, "ann", number, "My invoice is wrong too")
    await say(spruce, "ben", number, "Ask finance", internal=True)
    choose = await ben.open_page(f"{DESK}/tickets/{number}/split")
    entries = re.findall(r'name="entry" value="(\d+)"', choose.text)
    assert len(entries) == 2
    nothing = await ben.get(f"{DESK}/tickets/{number}/split?go=1&type=refund")
    assert nothing.status_code == 422
    query = "&".join(f"entry={one}" for one in entries)
    on = await ben.get(f"{DESK}/tickets/{number}/split?go=1&type=refund&{query}")
    assert on.status_code == 303
    form = await ben.open_page(on.headers["location"])
    assert "My invoice is wrong too" in form.text
    assert "Ask finance" not in form.text
    sent = {
        **NEW, "description": "My invoice is wrong too", "_how": "split", "_from": number,
        "_entry": entries, "_requester": spruce.ids["ann"], "_idempotency": form.key,
    }  # fmt: skip
    made = await ben.post(f"{DESK}/new/refund", sent)
    assert made.status_code == 303, faults(made.text)
    new = made.headers["location"].rpartition("/")[2]
    text = await page(ben, new)
    assert f"split the ticket off from {number}" in text
    assert "Ask finance" in text
    ann = await (await spruce.browser("ann")).get(f"/t/{SPRUCE}/p/tickets/{new}")
    assert "My invoice is wrong too" in ann.text
    assert "Ask finance" not in ann.text
    old = await page(ben, number)
    assert f"split {new} off from it" in old
    assert "Split off from this" in old


async def test_watching_links_and_what_was_before(spruce: Spruce) -> None:
    ben, (one, two) = await spruce.browser("ben"), await some(spruce, 2)
    await say(spruce, "ben", two, "Mended on Friday")
    watch = f"{DESK}/tickets/{one}/watch"
    assert (await ben.post(watch, {"person": "$me", "on": "true"})).status_code == 303
    assert (await ben.post(watch, {"person": spruce.ids["cleo"], "on": "true"})).status_code == 303
    text = await page(ben, one)
    assert 'aria-pressed="true"' in text
    assert "lets Cleo watch the ticket" in text
    by_mail = await ben.post(watch, {"email": "fay@example.com", "on": "true"})
    assert by_mail.status_code == 303, faults(by_mail.text)
    assert "lets Fay watch the ticket" in await page(ben, one)
    not_here = await ben.post(watch, {"person": spruce.ids["ann"], "on": "true"})
    assert not_here.status_code == 422
    linked = await ben.post(f"{DESK}/tickets/{one}/join", {"as": "duplicate", "other": two})
    assert linked.status_code == 303
    assert "This is a duplicate of it" in await page(ben, one)
    assert "A duplicate of this" in await page(ben, two)
    past = (await ben.get(f"{DESK}/tickets/{one}/past")).text
    assert "Of the same person" in past
    assert "Mended on Friday" in past
