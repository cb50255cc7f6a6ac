"""Visits, time spent and missed promises, as the ticket's page takes and shows them."""

from __future__ import annotations

import re

import pytest

from engine.decide.say import Speaker
from engine.predicate import Op, Path
from engine.predicate import Test as Asked
from runtime.clock import SECOND_US, FixedClock
from runtime.queries.filters import name_of
from runtime.queries.list_tickets import Wanted, list_tickets
from runtime.store import people, tickets
from tests.stores import MONDAY_US
from tests.web.spruce import SPRUCE, Browser, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOUR_US = 3_600 * SECOND_US
FORM = {"day": "2026-03-03", "time": "14:00", "minutes": "90", "place": "Elm Road 7", "note": "Key"}


def url_of(number: str) -> str:
    return f"/t/spruce/desk/tickets/{number}"


async def visit_us(spruce: Spruce, number: str) -> int | None:
    async with spruce.site.store.unit(SPRUCE) as unit:
        row = await tickets.by_number(unit, number)
    assert row is not None
    return row.visit_us


async def open_visit(browser: Browser, number: str) -> str:
    """The address that ends the visit which is still planned."""
    page = (await browser.open_page(url_of(number))).text
    found = re.search(r'action="([^"]+/end)"', page)
    assert found, "no visit is planned"
    return found[1]


async def test_a_visit_is_planned_moved_and_done_and_the_requester_knows(spruce: Spruce) -> None:
    ann, ben = await spruce.browser("ann"), await spruce.browser("ben")
    number = await ann.submit()
    plan = f"{url_of(number)}/visits"
    for _ in range(2):
        form = {**FORM, "person": spruce.ids["ben"], "_idempotency": "the same form"}
        assert (await ben.post(plan, form)).status_code == 303
    at = MONDAY_US + 29 * HOUR_US  # Tuesday 14:00 in Shanghai
    assert await visit_us(spruce, number) == at
    page = (await ben.open_page(url_of(number))).text
    assert "planned a visit: 3 Mar 14:00–15:30 · Ben · Elm Road 7" in page
    own = (await ann.open_page(f"/t/spruce/p/tickets/{number}")).text
    assert "14:00" in own
    assert "Key" not in own
    file = await ann.get(f"/t/spruce/p/tickets/{number}/visits.ics")
    assert "DTSTART:20260303T060000Z\r\n" in file.text
    assert "LOCATION:Elm Road 7" in file.text
    assert "Key" not in file.text
    visit = (await open_visit(ben, number)).split("/")[-2]
    moved = await ben.post(plan, {**FORM, "visit": visit, "time": "16:00"})
    assert moved.status_code == 303, moved.text
    assert await visit_us(spruce, number) == at + 2 * HOUR_US
    end = await open_visit(ben, number)
    once = {"became": "done", "_idempotency": "a page of its own"}
    for _ in range(2):
        assert (await ben.post(end, once)).status_code == 303
    assert await visit_us(spruce, number) is None
    assert (await ben.post(end, {"became": "missed"})).status_code == 404
    assert "the visit took place: 3 Mar 16:00–17:30" in (await ben.open_page(url_of(number))).text


async def test_where_somebody_is_elsewhere_or_away_it_is_asked_about_first(
    spruce: Spruce, moment: FixedClock
) -> None:
    ann, ben, bob = [await spruce.browser(who) for who in ("ann", "ben", "bob")]
    number, other = await ann.submit(), await ann.submit()
    form = {**FORM, "day": "2026-03-10", "person": spruce.ids["ben"]}
    assert (await ben.post(f"{url_of(other)}/visits", form)).status_code == 303
    plan = f"{url_of(number)}/visits"
    clash = await ben.post(plan, {**form, "time": "15:00"})
    assert clash.status_code == 409
    assert f"Ben has another visit then: {other}" in clash.text
    assert await visit_us(spruce, number) is None
    assert (await ben.post(plan, {**form, "time": "15:30"})).status_code == 303  # just after it
    assert (await ben.post(plan, {**form, "time": "15:00", "anyway": "yes"})).status_code == 303
    now = moment.now_us()
    async with spruce.site.store.unit(SPRUCE, write=True) as unit:
        away = {"absent_from_us": now, "absent_to_us": now + 90 * 24 * HOUR_US}
        await people.change_person(unit, spruce.ids["fay"], **away)
    away_then = await ben.post(plan, {**form, "person": spruce.ids["fay"]})
    assert "Fay is away then" in away_then.text
    assert (await bob.post(plan, form)).status_code == 404


async def test_the_calendar_has_every_visit_of_the_tickets_that_one_sees(spruce: Spruce) -> None:
    ben, number = await spruce.browser("ben"), await (await spruce.browser("ann")).submit()
    plan, lines = f"{url_of(number)}/visits", "/t/spruce/desk/views/all?layout=calendar"
    times = {"2026-03-03": "missed", "2026-03-05": "cancelled", "2026-03-06": "done"}
    for day, became in times.items():
        sent = await ben.post(plan, {**FORM, "day": day, "time": "09:15", "place": "Oak Road 3"})
        assert sent.status_code == 303, sent.text
        await ben.post(await open_visit(ben, number), {"became": became})
    for time in ("09:15", "18:00"):
        sent = await ben.post(
            plan, {**FORM, "time": time, "person": spruce.ids["ben"], "place": ""}
        )
        assert sent.status_code == 303, sent.text

    async def shown(browser: Browser, asked: str = "&week=2026-03-04") -> list[tuple[str, ...]]:
        page = (await browser.open_page(f"{lines}{asked}")).text
        found: list[tuple[str, ...]] = []
        for one in re.findall(rf'<a href="[^"]*{number}[^"]*#visits".*?</a>', page):
            state, at = re.search(r'state="(\w+)".*?datetime="([^"]+)', one).groups()  # type: ignore[union-attr]
            who = re.search(r'week__who" dir="auto">([^<]*)', one)
            found.append((at[:16], state, who[1] if who else ""))
        return found

    week = [
        ("2026-03-03T09:15", "missed", "Oak Road 3"), ("2026-03-03T09:15", "planned", "Ben"),
        ("2026-03-03T18:00", "planned", "Ben"), ("2026-03-06T09:15", "done", "Oak Road 3"),
    ]  # fmt: skip
    assert sorted(await shown(ben)) == week
    assert sorted(await shown(ben, "&week=2026-03-20&span=month")) == week
    assert await shown(ben, "&week=2026-03-09") == []
    assert await shown(ben, "&week=2026-03-04&phase=closed") == []
    assert await shown(await spruce.browser("bob")) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"day": ""}, "Choose a day and a time"),
        ({"day": "2026-02-01"}, "This time has passed"),
        ({"minutes": "2"}, "from 5 minutes to 24 hours"),
        ({"minutes": "9999999"}, "from 5 minutes to 24 hours"),
        ({"day": "2031-01-01"}, "at most two years ahead"),
    ],
)
async def test_a_visit_at_no_sane_time_is_refused_and_the_words_stay(
    spruce: Spruce, wrong: dict[str, str], said: str
) -> None:
    ann, ben = await spruce.browser("ann"), await spruce.browser("ben")
    number = await ann.submit()
    refused = await ben.post(f"{url_of(number)}/visits", {**FORM, **wrong})
    assert refused.status_code == 422
    assert said in refused.text
    assert 'value="Elm Road 7"' in refused.text


async def test_time_is_booked_summed_and_taken_back_by_who_booked_it(spruce: Spruce) -> None:
    ann, ben, cleo = [await spruce.browser(who) for who in ("ann", "ben", "cleo")]
    number = await ann.submit()
    book = f"{url_of(number)}/time"
    page = await ben.open_page(url_of(number))
    once = {"amount": "1h 20m", "note": "On the phone", "_idempotency": page.key}
    for _ in range(2):
        assert (await ben.post(book, once)).status_code == 303
    assert (await ben.post(book, {**once, "amount": "3h"})).status_code == 422
    assert (await cleo.post(book, {"amount": "20分钟", "day": "2026-03-01"})).status_code == 303
    text = (await ben.open_page(url_of(number))).text
    assert "1h 40m" in text
    long = Asked(Path("time_spent", "time_spent", "duration"), Op.AT_LEAST, 6_000)
    listed = await list_tickets(spruce.site, SPRUCE, await spruce.viewer("cleo"), Wanted(long))
    assert [line.row.number for line in listed.lines] == [number]
    lists = "/t/spruce/desk/views/all"
    shown = await cleo.get(f"{lists}?cols=time_spent&time_spent.at_least=1h&sort=-time_spent")
    assert re.findall(r'data-row="([^"]+)"', shown.text) == [number]
    assert "1h 40m" in shown.text
    file = await cleo.get(f"{lists}/export?cols=time_spent&columns=shown&time_spent.at_least=1h")
    assert file.text.splitlines()[1:] == [f"{number},Lamp,1h 40m"]
    undo = re.findall(r'action="([^"]+/time/[^"]+/undo)"', text)
    assert len(undo) == 1  # his own alone
    taken = await cleo.post(undo[0])
    assert taken.status_code == 422
    assert "Only who booked the time takes it back" in taken.text
    assert (await ben.post(undo[0])).status_code == 303
    after = (await ben.open_page(url_of(number))).text
    assert "took booked time back: 1h 20m" in after
    assert (await ben.post(undo[0])).status_code == 404
    for wrong in ({"amount": "soon"}, {"amount": "25h"}, {"amount": "5", "day": "2026-03-09"}):
        assert (await ben.post(book, wrong)).status_code == 422
    assert "booked time" not in (await ann.open_page(f"/t/spruce/p/tickets/{number}")).text


async def test_the_assignee_or_lead_is_asked_why_a_promise_was_missed(
    spruce: Spruce, moment: FixedClock
) -> None:
    ann, ben, cleo = [await spruce.browser(who) for who in ("ann", "ben", "cleo")]
    number = await ann.submit()
    url = url_of(number)
    form = {"clock": "solved", "reason": "parts", "words": "The lamp came late"}
    early = await cleo.post(f"{url}/late", form)
    assert "No reason is wanted here" in early.text
    moment.advance(8 * HOUR_US)
    # Whatever is decided after the due time notes that it was missed.
    assert (await ben.post(f"{url}/comment", {"text": "Sorry"})).status_code == 303
    assert "“Solving” was missed. What was the reason?" in (await cleo.open_page(url)).text
    for wrong in ({"reason": ""}, {"reason": "weather"}):
        refused = await cleo.post(f"{url}/late", {**form, **wrong})
        assert refused.status_code == 422
        assert "The lamp came late" in refused.text
    assert (await cleo.post(f"{url}/late", form)).status_code == 303
    page = (await ben.open_page(url)).text
    assert "“Solving” was missed: Waiting for parts" in page
    assert (
        "said why the promise was missed: Solving · Waiting for parts · The lamp came late" in page
    )
    assert "What was the reason?" not in page
    # Views and reports read it, on either database.
    said = Asked(Path("breach_reason.solved", "breach_reason.solved", "text"), Op.IS, "parts")
    listed = await list_tickets(spruce.site, SPRUCE, await spruce.viewer("cleo"), Wanted(said))
    assert [line.row.number for line in listed.lines] == [number]
    # In lists, their filters and files for people it stands as the policy calls it.
    lists, asked = "/t/spruce/desk/views/all", "cols=breach_reason.solved"
    held = await cleo.get(f"{lists}?{asked}&breach_reason.solved.one_of=parts,load")
    assert "Reason for missing it (Solving)" in held.text
    assert "<b>Waiting for parts, Too many at once</b>" in held.text
    assert re.search(
        rf'data-row="{number}".*?<td[^>]*>Waiting for parts</td>', held.text, re.DOTALL
    )
    offered = await cleo.get(f"{lists}?pick=breach_reason.solved")
    assert re.search(r'value="load"[^>]*>.{0,40}Too many at once', offered.text, re.DOTALL)
    export = f"{lists}/export?{asked}&columns=shown&words=titles&breach_reason.solved=parts"
    assert (await cleo.get(export)).text.strip().endswith("Waiting for parts")
    live = spruce.site.desks.get(SPRUCE)
    assert live is not None
    assert name_of(said.path) == "breach_reason.solved"
    assert Speaker.of(live.desk, "en").value(said.path, "parts") == "Waiting for parts"
    assert Speaker.of(live.desk, "zh-CN").value(said.path, "-") == "见说明"
    moment.set(MONDAY_US)  # the other database begins there too
