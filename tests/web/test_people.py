"""The people pages: one's own absence, a lead's teams, a backlog looked at and shared out."""

from __future__ import annotations

import re

import pytest

from engine.decide.verdict import Assign
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.outcome import Done
from runtime.actions.set_absence import set_absence
from runtime.choices import Choices, kept
from runtime.queries.read_ticket import read_ticket
from runtime.site.standing import SYSTEM
from runtime.store import people
from tests.web.asking import opened
from tests.web.spruce import SPRUCE, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")
PEOPLE = f"/t/{SPRUCE}/desk/people"
_DIGEST = re.compile(r'name="_digest" value="(\w+)"')


async def bens(spruce: Spruce) -> str:
    """A refund that Ben holds."""
    number = (await opened(spruce)).number
    cleo = await spruce.viewer("cleo")
    change = Change(Assign(spruce.ids["ben"]))
    assert isinstance(await change_ticket(spruce.site, SPRUCE, cleo, number, change), Done)
    return number


async def holder(spruce: Spruce, number: str) -> str | None:
    shown = await read_ticket(spruce.site, SPRUCE, SYSTEM, number)
    assert shown is not None
    return shown.row.assignee_id


async def test_one_says_oneself_that_one_is_away(spruce: Spruce) -> None:
    ben = await spruce.browser("ben")
    number = await bens(spruce)
    page = await ben.open_page(f"{PEOPLE}/me")
    assert "Share out the backlog" not in page.text
    form = {"from": "2026-03-02", "until": "2026-03-06", "substitute": spruce.ids["cleo"],
            "everything": "1"}  # fmt: skip
    answer = await ben.post(f"{PEOPLE}/me/absence", form)
    assert answer.status_code == 303
    assert await holder(spruce, number) == spruce.ids["cleo"]
    page = await ben.open_page(f"{PEOPLE}/me")
    assert "Away from 2026-03-02 to 2026-03-06 · Cleo stands in" in page.text
    cleo = await spruce.browser("cleo")
    assert "away, back 2026-03-07" in (await cleo.open_page(PEOPLE)).text
    told = (await cleo.open_page(f"/t/{SPRUCE}/desk/tickets/{number}")).text
    assert "Cleo, who stands in for Ben" in told
    assert (await ben.post(f"{PEOPLE}/me/back")).status_code == 303
    assert "End the absence" not in (await ben.open_page(f"{PEOPLE}/me")).text


async def test_what_is_wrong_stands_beside_it_and_nothing_is_lost(spruce: Spruce) -> None:
    ben = await spruce.browser("ben")
    form = {"from": "2026-03-09", "until": "2026-03-08", "substitute": spruce.ids["ben"]}
    answer = await ben.post(f"{PEOPLE}/me/absence", form)
    assert answer.status_code == 422
    for said in ("The last day lies before the first", "Nobody stands in for themselves"):
        assert said in answer.text
    assert 'value="2026-03-08"' in answer.text
    for day in ("someday", "9999-12-31", "0001-01-01'"):
        answer = await ben.post(f"{PEOPLE}/me/absence", {"from": "2026-03-09", "until": day})
        assert answer.status_code == 422, day
        assert "Write a day like 2026-03-02" in answer.text


async def test_a_lead_looks_and_then_shares_out(spruce: Spruce) -> None:
    numbers = [await bens(spruce) for _ in range(4)]
    cleo = await spruce.browser("cleo")
    url = f"{PEOPLE}/{spruce.ids['ben']}"
    page = await cleo.open_page(url)
    digest = _DIGEST.search(page.text)
    assert digest is not None
    assert {await holder(spruce, number) for number in numbers} == {spruce.ids["ben"]}
    stale = await cleo.post(f"{url}/share", {"_digest": "old"})
    assert stale.status_code == 409
    assert "Tickets changed meanwhile" in stale.text
    answer = await cleo.post(f"{url}/share", {"_digest": digest[1]})
    assert answer.status_code == 303
    held = [await holder(spruce, number) for number in numbers]
    assert spruce.ids["cleo"] in held
    assert spruce.ids["ben"] in held
    moved = numbers[held.index(spruce.ids["cleo"])]
    page = await cleo.open_page(f"/t/{SPRUCE}/desk/tickets/{moved}")
    assert "handed the ticket on, to share out the load" in page.text
    assert "to relieve Ben" in page.text


async def test_a_ticket_says_that_its_assignee_is_away(spruce: Spruce) -> None:
    number = await bens(spruce)
    cleo = await spruce.browser("cleo")
    url = f"{PEOPLE}/{spruce.ids['ben']}"
    answer = await cleo.post(f"{url}/absence", {"from": "2026-03-02", "substitute": ""})
    assert answer.status_code == 303
    page = await cleo.open_page(f"/t/{SPRUCE}/desk/tickets/{number}")
    assert '<span class="badge" data-tone="warn">away</span>' in page.text
    assert await holder(spruce, number) == spruce.ids["ben"], "a normal ticket waits"
    await set_absence(spruce.site, SPRUCE, SYSTEM, spruce.ids["ben"], None)


async def test_another_tenants_people_are_not_there(spruce: Spruce) -> None:
    ivy, dora = await spruce.browser("ivy"), await spruce.browser("dora")
    assert (await ivy.get(f"{PEOPLE}/{spruce.ids['dora']}")).status_code == 404
    assert (await ivy.get(f"{PEOPLE}/{spruce.ids['ann']}")).status_code == 404
    assert (await dora.get(f"{PEOPLE}/{spruce.ids['ben']}")).status_code == 404
    text = (await ivy.open_page(f"{PEOPLE}/{spruce.ids['ben']}")).text
    assert "Zldoraname" not in text


async def test_a_lead_sees_who_is_outside_their_hours(spruce: Spruce) -> None:
    """The store's clock stands on a Monday; Ben works an hour on Sundays."""
    cleo, ben = await spruce.browser("cleo"), spruce.ids["ben"]
    assert "outside working hours" not in (await cleo.open_page(PEOPLE)).text
    async with spruce.site.store.unit(SPRUCE, write=True) as unit:
        profile = kept(Choices(hours={"sun": (600, 660)}))
        await people.change_person(unit, ben, profile=profile)
    assert "outside working hours" in (await cleo.open_page(PEOPLE)).text
    async with spruce.site.store.unit(SPRUCE, write=True) as unit:
        await people.change_person(unit, ben, profile=None)
