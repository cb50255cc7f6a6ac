"""Many tickets at once: foreseen as it then happens, each by itself, within rights."""

from __future__ import annotations

import re

import pytest

from engine.decide.verdict import Comment
from runtime.actions.bulk import MOST, chosen, foresee
from runtime.actions.bulk_runs import go_on
from runtime.actions.change_ticket import Change, change_ticket
from runtime.queries.read_ticket import read_ticket
from runtime.site.standing import SYSTEM
from tests.web.asking import opened
from tests.web.conftest import one_database
from tests.web.spruce import SPRUCE, Browser, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")
# Each ticket goes by the single action, which is tried over both databases elsewhere.
store_url = one_database
BULK = f"/t/{SPRUCE}/desk/bulk"


async def _three(spruce: Spruce) -> list[str]:
    return [(await opened(spruce)).number for _ in range(3)]


async def test_what_is_foreseen_is_what_happens(spruce: Spruce) -> None:
    ben, number = await spruce.browser("ben"), await _three(spruce)
    closed = await ben.post(f"/t/{SPRUCE}/desk/tickets/{number[0]}/move/close", {"note": "Bye"})
    assert closed.status_code == 303, closed.text
    form = {"number": [*number, "RF-999999"], "value": "close", "note": "All the best"}
    seen = await ben.post(f"{BULK}/move/check", form)
    assert seen.status_code == 200
    assert "2 tickets will change" in seen.text
    assert "2 tickets refuse" in seen.text
    assert "is not possible in the state" in seen.text
    assert "There is no such ticket for you" in seen.text
    still = await spruce.viewer("ben")
    foreseen = await foresee(spruce.site, SPRUCE, still, tuple(number), None)
    assert [each.well for each in foreseen.each] == [True, True, True]
    done = await _do(ben, "move", {**form, "_idempotency": "once"})
    assert "Done on 2 tickets." in done
    assert "1 ticket was left as it is." in done
    assert "1 is no ticket for you." in done
    assert re.findall(r'name="number" value="([^"]+)"', done) == [number[0]]
    page = await ben.open_page(f"/t/{SPRUCE}/desk/tickets/{number[1]}")
    assert page.text.count("All the best") == 1
    again = await ben.post(f"{BULK}/move", {**form, "_idempotency": "once"})
    assert (await ben.open_page(again.headers["location"])).text.count("Done on 2 tickets.") == 1
    cleo = await spruce.browser("cleo")
    assert (await cleo.get(again.headers["location"])).status_code == 404, "another person's"


async def _do(browser: Browser, what: str, form: dict[str, object]) -> str:
    """The page of an act that was done."""
    sent = await browser.post(f"{BULK}/{what}", form)
    assert sent.status_code == 303, sent.text
    return (await browser.open_page(sent.headers["location"])).text


async def _of(spruce: Spruce, number: str) -> dict[str, object]:
    """How a ticket stands."""
    shown = await read_ticket(spruce.site, SPRUCE, SYSTEM, number)
    assert shown is not None
    row = shown.row
    return {
        "state": row.state_key, "phase": row.phase, "priority": row.priority, "tags": row.tags,
        "assignee": row.assignee_id, "team": row.team_key, "values": dict(row.values),
        "clocks": dict(row.clocks), "watchers": row.watchers,
        "due": row.next_due_us, "solved": row.solved_us,
    }  # fmt: skip


async def test_a_stranger_changes_nothing(spruce: Spruce) -> None:
    numbers = await _three(spruce)
    bob = await spruce.browser("bob")
    before = [await _of(spruce, number) for number in numbers]
    page = await _do(bob, "assign", {"number": numbers, "value": "$me"})
    assert "3 are no tickets for you." in page
    assert "Take it back" not in page
    assert [await _of(spruce, number) for number in numbers] == before


@pytest.mark.parametrize(
    ("what", "form"),
    [
        ("assign", {"value": "$nobody"}),
        ("transfer", {"value": "finance", "reason": "Money"}),
        ("move", {"value": "close", "note": "Bye"}),
        ("label", {"value": "urgent"}),
        ("set", {"value": "reason", "f.reason": "late"}),
        ("watch", {"value": "on"}),
    ],
)
async def test_what_was_done_is_taken_back_where_nothing_happened_since(
    spruce: Spruce, what: str, form: dict[str, object]
) -> None:
    cleo, numbers = await spruce.browser("cleo"), await _three(spruce)
    before = [await _of(spruce, number) for number in numbers]
    page = await _do(cleo, what, {"number": numbers, **form})
    assert "Done on 3 tickets." in page
    assert all(
        [await _of(spruce, number) != was for number, was in zip(numbers, before, strict=True)]
    )
    note = Change(Comment("Look here", internal=True))
    await change_ticket(spruce.site, SPRUCE, await spruce.viewer("cleo"), numbers[1], note)
    changed = await _of(spruce, numbers[1])
    undo = re.search(r'action="([^"]+/undo)"', page)
    assert undo
    sent = await cleo.post(undo[1], {})
    back = (await cleo.open_page(sent.headers["location"])).text
    assert "2 tickets are as they were before." in back
    assert "Something has happened to it since" in back
    assert await _of(spruce, numbers[0]) == before[0]
    assert await _of(spruce, numbers[1]) == changed
    assert await _of(spruce, numbers[2]) == before[2]
    told = (await cleo.open_page(f"/t/{SPRUCE}/desk/tickets/{numbers[0]}")).text
    assert "took an act on many tickets back" in told


async def test_words_that_were_sent_stay(spruce: Spruce) -> None:
    ben, numbers = await spruce.browser("ben"), await _three(spruce)
    page = await _do(ben, "comment", {"number": numbers, "value": "public", "text": "We look"})
    assert "Done on 3 tickets." in page
    assert "they can&#39;t be taken back" in page
    assert "/undo" not in page


async def test_all_that_a_list_holds_by_a_worker_in_batches(spruce: Spruce) -> None:
    ann, ivy = await spruce.browser("ann"), await spruce.browser("ivy")
    for _ in range(23):
        await ann.submit(subject="Wholly alike", amount="10")
    address = f"/t/{SPRUCE}/desk/views/all?q=wholly&sort=-created_at"
    lists = (await ivy.open_page(address)).text
    until = re.search(r'name="until" value="(\d+)"', lists)
    assert until
    form = {"all": "1", "until": until[1], "back": address, "value": "high"}
    seen = (await ivy.post(f"{BULK}/label/check", form)).text
    assert "23 tickets will change" in seen
    assert 'name="number"' not in seen
    sent = await ivy.post(f"{BULK}/label", form)
    where = sent.headers["location"]
    run = where.rpartition("/")[2]
    assert "0 of 23" in (await ivy.open_page(where)).text
    assert await go_on(spruce.site, SPRUCE, run, 10), "there is more"
    assert "10 of 23" in (await ivy.open_page(where)).text
    stopped = await ivy.post(f"{where}/stop", {})
    assert (
        "Stopped after 10 of 23 tickets." in (await ivy.open_page(stopped.headers["location"])).text
    )
    assert not await go_on(spruce.site, SPRUCE, run, 10), "it was stopped"
    assert (await ivy.post(f"{BULK}/label", {**form, "back": "/t/spruce/p/"})).status_code == 404
    assert run in (await ivy.open_page(f"/t/{SPRUCE}/desk/acts")).text


async def test_no_more_than_so_many_at_once(spruce: Spruce) -> None:
    assert len(chosen(f"RF-{n % 700}" for n in range(2000))) == MOST
    ben = await spruce.browser("ben")
    sent = await ben.post(f"{BULK}/assign/check", {"number": [f"RF-{n}" for n in range(505)]})
    assert "5 more are left as they are" in sent.text
    nothing = await ben.post(f"{BULK}/assign", {"value": "$me"})
    assert nothing.status_code == 422
    assert "No ticket is chosen" in nothing.text
    assert (await ben.post(f"{BULK}/explode/check", {})).status_code == 404


@pytest.mark.parametrize(
    "what", ["assign", "transfer", "move", "label", "set", "watch", "macro", "comment"]
)
async def test_every_action_asks_for_what_it_needs(spruce: Spruce, what: str) -> None:
    ben, done = await spruce.browser("ben"), await opened(spruce)
    page = await ben.post(f"{BULK}/{what}/check", {"number": [done.number]})
    assert page.status_code == 200
    assert 'name="value"' in page.text
    assert done.number in page.text
