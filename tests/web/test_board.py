"""A board's cards go by the workflow; what refuses says why; lines and weeks hold what is due."""

from __future__ import annotations

import re

import pytest

from runtime.queries.read_ticket import read_ticket
from runtime.site.standing import SYSTEM
from tests.web.asking import opened
from tests.web.conftest import one_database
from tests.web.spruce import SPRUCE, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")
# A move is the single action, which is tried over both databases elsewhere.
store_url = one_database
DESK = f"/t/{SPRUCE}/desk"
JSON = {"accept": "application/json"}


async def test_a_card_says_where_it_may_go_and_goes_there(spruce: Spruce) -> None:
    ben, number = await spruce.browser("ben"), (await opened(spruce)).number
    page = (await ben.open_page(f"{DESK}/views/all?layout=kanban&type=refund&group=phase")).text
    card = re.search(rf'data-card="{number}" data-to="([^"]*)"', page)
    assert card
    assert set(card[1].split()) == {"active", "waiting", "solved"}
    assert re.findall(r'data-lane="(\w+)"', page)[:3] == ["new", "active", "waiting"]
    moved = await ben.post(
        f"{DESK}/board", {"number": number, "lane": "active", "by": "phase"}, headers=JSON
    )
    assert moved.json()["done"], moved.text
    after = (await (await spruce.browser("fay")).open_page(f"{DESK}/tickets/{number}")).text
    assert "Paying" in after


async def test_what_refuses_says_why_and_where_to_go_on(spruce: Spruce) -> None:
    ben, number = await spruce.browser("ben"), (await opened(spruce)).number
    needs = await ben.post(
        f"{DESK}/board", {"number": number, "lane": "waiting", "by": "phase"}, headers=JSON
    )
    assert needs.status_code == 422
    assert needs.json()["why"] == "A reply is needed"
    assert needs.json()["href"].endswith(number)
    nowhere = await ben.post(
        f"{DESK}/board", {"number": number, "lane": "closed", "by": "phase"}, headers=JSON
    )
    assert nowhere.json()["why"].startswith("No step leads from Fresh to there")
    plain = await ben.post(f"{DESK}/board", {"number": number, "lane": "waiting", "by": "phase"})
    assert plain.headers["location"].endswith(number)
    bob = await spruce.browser("bob")
    foreign = await bob.post(
        f"{DESK}/board", {"number": number, "lane": "active", "by": "phase"}, headers=JSON
    )
    assert foreign.status_code == 404


async def test_a_card_in_a_persons_lane_is_theirs_and_in_a_teams_lane_goes_over(
    spruce: Spruce,
) -> None:
    cleo, number = await spruce.browser("cleo"), (await opened(spruce)).number
    ben, bob = spruce.ids["ben"], spruce.ids["bob"]
    page = (await cleo.open_page(f"{DESK}/views/all?layout=kanban&group=assignee")).text
    lanes = re.findall(r'data-lane="([^"]*)" aria-label="([^"]*)"', page)
    assert lanes[0][0] == "$nobody"
    assert "Ben" in [title for _, title in lanes], "empty or not"
    card = re.search(rf'data-card="{number}" data-to="([^"]*)"', page)
    assert card
    assert bob not in card[1].split()

    async def put(lane: str, by: str) -> dict[str, str]:
        sent = await cleo.post(
            f"{DESK}/board", {"number": number, "lane": lane, "by": by}, headers=JSON
        )
        found: dict[str, str] = sent.json()
        return found

    assert (await put(ben, "assignee"))["done"]
    assert (await put(bob, "assignee"))["why"] == "This person is not in First line"
    assert (await put("$nobody", "assignee"))["done"]
    assert (await put("finance", "team"))["done"]
    shown = await read_ticket(spruce.site, SPRUCE, SYSTEM, number)
    assert shown is not None
    assert shown.row.team_key == "finance"


async def test_due_times_and_weeks(spruce: Spruce) -> None:
    ben, number = await spruce.browser("ben"), (await opened(spruce)).number
    line = (await ben.open_page(f"{DESK}/views/all?layout=gantt")).text
    assert re.search(rf'{number}.*?<rect x="\d+" y="6" width="\d+"', line, re.DOTALL)
    week = (await ben.open_page(f"{DESK}/views/all?layout=calendar&week=2026-03-05")).text
    assert re.findall(r'<h2><time datetime="([^"]+)"', week)[0] == "2026-03-02"
    assert "data-today" in week
    for strange in ("9999-12-31", "0001-01-01", "soon"):
        page = await ben.open_page(f"{DESK}/views/all?layout=calendar&week={strange}")
        assert len(re.findall(r'class="week__day"', page.text)) == 7
    month = (
        await ben.open_page(f"{DESK}/views/all?layout=calendar&week=2026-03-05&span=month")
    ).text
    days = re.findall(r'<h2><time datetime="([^"]+)"', month)
    assert (days[0], days[-1], len(days)) == ("2026-02-23", "2026-04-05", 42)
    assert month.count("data-outside") == 11
    assert "week=2026-04-" in month
    assert "week=2026-02-" in month


async def test_one_box_finds_places_tickets_and_people(spruce: Spruce) -> None:
    ann, ben = await spruce.browser("ann"), await spruce.browser("ben")
    number = await ann.submit(subject="Cracked mirror", amount="777")

    async def found(words: str) -> str:
        return (await ben.post(f"{DESK}/palette", {"q": words})).text

    assert number in await found(number.lower())
    assert number in await found("cracked MIRROR")
    assert number in await found("amount:>700 mirror")
    assert number in await found("requester:ann reason:Damaged mirror")
    assert number not in await found("amount:<700 mirror")
    assert number not in await found("requester:abe mirror")
    assert number not in await found("iban:x")
    assert f"{DESK}/views/mine" in await found("assigned")
    assert "Their tickets" in await found("Cleo")
    assert "Nothing fits" in await found("qqqqzzz")
    listed = (await ben.open_page(f"{DESK}/views/all?q=amount%3A%3E700+mirror")).text
    assert f'data-row="{number}"' in listed
