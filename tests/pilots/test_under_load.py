"""A server under load while ten publishes, a pilot with its promotion and a rollback happen.

Every published desk carries one mark in its words and its routing; so a page that shows two marks,
or a ticket whose team is another mark's, has seen half of one desk and half of another.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from runtime.actions.let_through import ANYTHING
from runtime.actions.piloting.begin import Trying, start_pilot
from runtime.actions.piloting.end import promote_pilot
from runtime.actions.publish_desk import publish_desk
from runtime.clock import SystemClock
from runtime.site.pilot import PILOT
from runtime.site.standing import SYSTEM
from runtime.store import accounts, desks, journal, people, tickets
from runtime.store.open import Store
from runtime.web.requests import SESSION
from tests.bench.serving import serving
from tests.web.spruce import SPRUCE, Browser, Spruce, let_in, site_over, specs

MARK = re.compile(r"Mk(\d+)k")
TEAMS = ("first", "second", "finance")
CUSTOMERS = 8
RATE = 100
"""Requests a second that the load asks for; a slow machine answers fewer."""


def marked(n: int) -> dict[str, bytes]:
    """The specs under a mark: titles, a label and the team of late tickets."""
    team = TEAMS[n % 3]
    files = specs()
    for path, was, becomes in (
        ("types/refund.yaml", "title: { en: Refund,", f"title: {{ en: Mk{n}k,"),
        ("types/refund.yaml", "label: Amount", f"label: Mk{n}k amount"),
        ("portal.yaml", "title: { en: Refund,", f"title: {{ en: Mk{n}k,"),
        ("routing/refund.yaml", "late, second, normal]", f"late, {team}, normal]"),
    ):
        assert was in files[path].decode(), (path, was)
        files[path] = files[path].replace(was.encode(), becomes.encode())
    return files


@dataclass(slots=True)
class Seen:
    """What the clients saw."""

    wrong: list[str] = field(default_factory=list)
    marks: Counter[str] = field(default_factory=Counter)
    numbers: list[str] = field(default_factory=list)
    took: list[float] = field(default_factory=list)

    def page(self, url: str, answer: httpx.Response, want: int = 200) -> None:
        """Note an answer; its marks have to be of one desk."""
        if answer.status_code != want:
            self.wrong.append(f"{url}: {answer.status_code}")
        found = set(MARK.findall(answer.text))
        if len(found) > 1:
            self.wrong.append(f"{url}: marks {sorted(found)}")
        self.marks.update(found)


@dataclass(slots=True)
class Pace:
    """Spreads requests so that no more than `RATE` begin in a second, and times them."""

    seen: Seen
    next_at: float = 0.0

    async def turn(self, request: object) -> httpx.Response:
        """Wait for the turn, then ask."""
        now = time.perf_counter()
        self.next_at = max(self.next_at, now) + 1 / RATE
        await asyncio.sleep(max(0.0, self.next_at - 1 / RATE - now))
        began = time.perf_counter()
        answer: httpx.Response = await request  # type: ignore[misc]
        self.seen.took.append(time.perf_counter() - began)
        return answer


@pytest.fixture
async def spruce(fresh_url: str, tmp_path: Path) -> AsyncIterator[Spruce]:
    """Both tenants with real time; what serves is another process."""
    store = await Store.open(fresh_url, key_file=tmp_path / "keys.json", clock=SystemClock())
    try:
        yield await let_in(site_over(store, tmp_path, SystemClock()))
    finally:
        await store.close()


async def customers(spruce: Spruce) -> list[str]:
    """More who ask, each with a session."""
    found = []
    for n in range(CUSTOMERS):
        name = f"load{n}"
        async with spruce.site.store.unit(SPRUCE, write=True) as unit:
            spruce.accounts[name] = await accounts.add_account(unit, f"{name}@example.com", None)
            spruce.ids[name] = await people.add_person(
                unit, name, account_id=spruce.accounts[name], email=f"{name}@example.com",
                locale="en", values={},
            )  # fmt: skip
        found.append(name)
    return found


async def over_http(spruce: Spruce, who: str, port: int) -> Browser:
    """A browser that speaks to the other process."""
    made = await spruce.browser(who)
    token = made.http.cookies.get(SESSION)
    assert token is not None
    await made.http.aclose()
    made.http = httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}",
        cookies={SESSION: token},
        headers={"accept-language": "en"},
        timeout=30,
    )
    return made


async def asks(browser: Browser, seen: Seen, stop: asyncio.Event, pace: Pace) -> None:
    """A customer: the form, a ticket, a look at it, a reply."""
    form, keys = "/t/spruce/p/new/refund", itertools.count()
    while not stop.is_set():
        seen.page(form, await pace.turn(browser.get(form)))
        values = {"subject": "Lamp", "amount": "10", "reason": "late"}
        values["_idempotency"] = f"{browser.who}.{next(keys)}"
        made = await pace.turn(browser.post(form, values))
        seen.page(f"POST {form}", made, 303)
        if made.status_code != 303:
            continue
        url = made.headers["location"].partition("#")[0]
        seen.numbers.append(url.rpartition("/")[2])
        seen.page(url, await pace.turn(browser.get(url)))
        seen.page("reply", await pace.turn(browser.post(f"{url}/comment", {"body": "and?"})), 303)


async def works(browser: Browser, seen: Seen, stop: asyncio.Event, pace: Pace) -> None:
    """The lead: lists, a ticket, a move of each ticket once."""
    done = 0
    while not stop.is_set():
        listed = await pace.turn(browser.get("/t/spruce/desk/views/desk_all"))
        if listed.status_code != 200:
            seen.wrong.append(f"list: {listed.status_code}")
        while done < len(seen.numbers) and not stop.is_set():
            url = f"/t/spruce/desk/tickets/{seen.numbers[done]}"
            done += 1
            seen.page(url, await pace.turn(browser.get(url)))
            moved = await pace.turn(browser.post(f"{url}/move/close", {"note": "fine"}))
            seen.page(f"close {url}", moved, 303)


async def changes(spruce: Spruce, stop: asyncio.Event) -> dict[int, int]:
    """Five publishes, a pilot and its promotion, a rollback; gives revision → mark."""
    marks: dict[int, int] = {}
    try:
        for n in range(1, 6):
            done = await publish_desk(spruce.site, marked(n), SYSTEM, f"mark {n}", word=ANYTHING)
            assert done.revision, done.problems
            marks[done.revision] = n
            await asyncio.sleep(0.4)
        trying = Trying("mark 11", marked(11), teams=("second",), share=50)
        begun = await start_pilot(spruce.site, SPRUCE, SYSTEM, trying)
        assert begun.done, begun
        marks[begun.revision] = 11
        await asyncio.sleep(2)
        promoted = await promote_pilot(spruce.site, SPRUCE, SYSTEM, word=ANYTHING)
        assert promoted.done, promoted
        await asyncio.sleep(1)
        async with spruce.site.store.unit(SPRUCE, write=True) as unit:
            live = await desks.pointer(unit)
            back = await desks.point(unit, min(marks), expected=live)
        await spruce.site.desks.take(back)
        await asyncio.sleep(1)
    finally:
        stop.set()
    return marks


async def test_no_error_and_every_request_sees_one_snapshot_whole(
    spruce: Spruce, tmp_path: Path
) -> None:
    first = await publish_desk(spruce.site, marked(0), SYSTEM, "mark 0", word=ANYTHING)
    names = await customers(spruce)
    seen, stop = Seen(), asyncio.Event()
    pace = Pace(seen)
    with serving(spruce.site.store.url.render_as_string(hide_password=False), tmp_path) as server:
        browsers = [await over_http(spruce, name, server.port) for name in names]
        lead = await over_http(spruce, "cleo", server.port)
        async with asyncio.timeout(240), asyncio.TaskGroup() as group:
            for browser in browsers:
                group.create_task(asks(browser, seen, stop, pace))
            group.create_task(works(lead, seen, stop, pace))
            changed = group.create_task(changes(spruce, stop))
        for browser in (*browsers, lead):
            await browser.http.aclose()
    assert seen.wrong == []
    marks = {first.revision: 0, **changed.result()}
    assert len(seen.marks) > 5, "the clients met too few desks to tell anything"
    piloted = 0
    for number in seen.numbers:
        async with spruce.site.store.unit(SPRUCE) as unit:
            row = await tickets.by_number(unit, number)
            assert row is not None
            events = await journal.read(unit, row.id)
        created = (events[0].body or {})["changes"]
        home = next(change["after"] for change in created if change["name"] == "home_team")
        assert home == TEAMS[marks[events[0].revision] % 3], number
        assert row.environment is None
        piloted += "pilot" in (events[0].body or {})
    assert piloted > 0
    assert len(seen.numbers) == len(set(seen.numbers))
    assert spruce.site.desks.get(SPRUCE, PILOT) is None
