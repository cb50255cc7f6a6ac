"""Many tickets at once: foreseen as it then happens, each by itself, within rights."""

from __future__ import annotations

import re

import pytest

from engine.decide.verdict import Assign
from runtime.actions.bulk import MOST, chosen, do_each, foresee
from runtime.actions.outcome import Done, NotFound, Refused
from tests.web.asking import opened
from tests.web.conftest import one_database
from tests.web.spruce import SPRUCE, Spruce

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
    assert [e.well for e in await foresee(spruce.site, SPRUCE, still, tuple(number), None)] == [
        True, True, True,
    ]  # fmt: skip
    done = await ben.post(f"{BULK}/move", {**form, "_idempotency": "once"})
    assert "Done on 2 tickets." in done.text
    assert "2 tickets were left as they are." in done.text
    again = re.findall(r'name="number" value="([^"]+)"', done.text)
    assert again == [number[0], "RF-999999"]
    page = await ben.open_page(f"/t/{SPRUCE}/desk/tickets/{number[1]}")
    assert page.text.count("All the best") == 1


async def test_sent_twice_it_acts_once_and_a_stranger_changes_nothing(spruce: Spruce) -> None:
    numbers = tuple(await _three(spruce))
    ben, bob = await spruce.viewer("ben"), await spruce.viewer("bob")
    other = await do_each(spruce.site, SPRUCE, bob, numbers, Assign(bob.person_id or ""), "k")
    assert {type(each.outcome) for each in other} <= {NotFound, Refused}
    assert all(not each.subject or each.live for each in other)
    for _ in range(2):
        mine = await do_each(spruce.site, SPRUCE, ben, numbers, Assign(ben.person_id or ""), "k2")
        assert all(isinstance(each.outcome, Done) for each in mine)
    page = await (await spruce.browser("ben")).open_page(f"/t/{SPRUCE}/desk/tickets/{numbers[2]}")
    assert page.text.count("assigned it") <= 1


async def test_no_more_than_so_many_at_once(spruce: Spruce) -> None:
    assert len(chosen(f"RF-{n % 700}" for n in range(2000))) == MOST
    ben = await spruce.browser("ben")
    sent = await ben.post(f"{BULK}/assign/check", {"number": [f"RF-{n}" for n in range(505)]})
    assert "5 more are left as they are" in sent.text
    nothing = await ben.post(f"{BULK}/assign", {"value": "$me"})
    assert nothing.status_code == 422
    assert "No ticket is chosen" in nothing.text
    assert (await ben.post(f"{BULK}/explode/check", {})).status_code == 404


@pytest.mark.parametrize("what", ["assign", "transfer", "move", "label", "macro", "comment"])
async def test_every_action_asks_for_what_it_needs(spruce: Spruce, what: str) -> None:
    ben, done = await spruce.browser("ben"), await opened(spruce)
    page = await ben.post(f"{BULK}/{what}/check", {"number": [done.number]})
    assert page.status_code == 200
    assert 'name="value"' in page.text
    assert done.number in page.text
