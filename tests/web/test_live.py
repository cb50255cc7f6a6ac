"""What an open page hears of changes by another process, on each database, within its rights."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
import pytest_asyncio

from engine.decide.verdict import Comment
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.outcome import Done
from runtime.clock import FixedClock
from runtime.queries import live
from runtime.queries.list_tickets import EVERY, Wanted, of_words, unassigned
from runtime.queries.live import ListChange, TicketChange, list_changes, ticket_changes
from runtime.site.changes import MOST_OF_ONE
from runtime.site.handles import Site
from runtime.store.open import Store
from tests.web.asking import opened
from tests.web.spruce import SPRUCE, Spruce, site_over

pytestmark = pytest.mark.asyncio(loop_scope="module")
T = TypeVar("T")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def other(
    spruce: Spruce, store_url: str, web_folder: Path, moment: FixedClock
) -> AsyncIterator[Site]:
    """The handles of a second process over the same store."""
    store = await Store.open(store_url, key_file=web_folder / "keys.json", clock=moment)
    made = site_over(store, web_folder, moment)
    await made.desks.load()
    yield made
    await store.close()


async def _next(heard: AsyncIterator[T | None]) -> T:
    """The next thing that is more than a sign of life."""
    async with asyncio.timeout(10):
        async for each in heard:
            if each is not None:
                return each
    raise AssertionError("it ended without a word")


async def _hears(heard: AsyncIterator[ListChange | None], number: str) -> None:
    """Until a list hears of a ticket; of those before it may hear too, as the clock stands."""
    while number not in (await _next(heard)).seen:
        pass


async def test_a_list_hears_of_tickets_that_another_process_opens(
    spruce: Spruce, other: Site
) -> None:
    ben, bob = await spruce.viewer("ben"), await spruce.viewer("bob")
    every = list_changes(other, SPRUCE, ben, Wanted(EVERY))
    own = list_changes(other, SPRUCE, ben, Wanted(unassigned()))
    lamps, sofas = [
        list_changes(other, SPRUCE, ben, Wanted(await of_words(other, SPRUCE, ben, word)))
        for word in ("lam", "sofa")
    ]
    theirs = list_changes(other, SPRUCE, bob, Wanted(EVERY), lasts_s=1.0)
    assert [await anext(each) for each in (every, own, lamps, sofas, theirs)] == [None] * 5
    number = (await opened(spruce)).number
    assert await _next(every) == ListChange((number,), (number,))
    assert await _next(own) == ListChange((number,), ())
    assert await _next(lamps) == ListChange((number,), (number,))
    assert await _next(sofas) == ListChange((number,), ())
    assert [each async for each in theirs if each] == [], "bob's team has no part in it"
    for each in (every, own, lamps, sofas):
        await each.aclose()  # type: ignore[attr-defined]
    assert other.changes.open == {}


async def test_one_change_is_read_once_for_all_open_desks(
    spruce: Spruce, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [await spruce.viewer(name) for name in ("ben", "cleo", "ivy")]
    desks = [list_changes(spruce.site, SPRUCE, each, Wanted(EVERY)) for each in people * 3]
    for each in desks:
        await anext(each)
    reads: list[object] = []
    real = live._facts_of

    async def counted(*args: Any) -> Any:
        reads.append(args)
        return await real(*args)

    monkeypatch.setattr(live, "_facts_of", counted)
    number = (await opened(spruce)).number
    await asyncio.gather(*(_hears(each, number) for each in desks))
    # What was before, opening, and what follows it may be told at one look or at three.
    assert 1 <= len(reads) <= 3
    for each in desks:
        await each.aclose()  # type: ignore[attr-defined]


async def test_rows_and_counts_are_asked_for_by_themselves(spruce: Spruce) -> None:
    ben, numbers = await spruce.browser("ben"), [(await opened(spruce)).number for _ in range(2)]
    rows = await ben.get(f"/t/{SPRUCE}/desk/views/all?only={numbers[0]},RF-0&sort=-created_at")
    assert rows.status_code == 200
    assert re.findall(r'data-row="([^"]+)"', rows.text) == [numbers[0]]
    assert 'class="side"' not in rows.text
    counts = (await ben.get(f"/t/{SPRUCE}/desk/live/counts")).json()
    assert int(counts[f"/t/{SPRUCE}/desk/views/all"][0]) >= 2


async def test_a_ticket_says_who_is_there_and_who_answered(spruce: Spruce, other: Site) -> None:
    ben, cleo = await spruce.viewer("ben"), await spruce.viewer("cleo")
    done = await opened(spruce)
    here = ticket_changes(spruce.site, SPRUCE, ben, done.number, 1)
    first = await _next(here)
    assert first == TicketChange(first.version, ())
    there = ticket_changes(other, SPRUCE, cleo, done.number, first.version)
    assert (await _next(there)).others == ("Ben",)
    assert (await _next(here)).others == ("Cleo",)
    said = await change_ticket(other, SPRUCE, cleo, done.number, Change(Comment("We look at it")))
    assert isinstance(said, Done)
    answered = await _next(here)
    assert (answered.answered_by, answered.version) == ("Cleo", first.version + 1)
    await there.aclose()  # type: ignore[attr-defined]
    assert (await _next(here)).others == ()
    await here.aclose()  # type: ignore[attr-defined]


async def test_an_answer_that_crosses_another_waits_to_be_sent_again(
    spruce: Spruce, other: Site
) -> None:
    done = await opened(spruce)
    ben = await spruce.browser("ben")
    url = f"/t/{SPRUCE}/desk/tickets/{done.number}"
    page = await ben.open_page(url)
    cleo = await spruce.viewer("cleo")
    await change_ticket(other, SPRUCE, cleo, done.number, Change(Comment("Mine was first")))
    form = {"text": "Crossing", "visibility": "public", "_version": page.version}
    crossed = await ben.post(f"{url}/comment", form)
    assert crossed.status_code == 409
    assert "Cleo answered meanwhile" in crossed.text
    assert ">Crossing</textarea>" in crossed.text
    note = await ben.post(f"{url}/comment", {**form, "visibility": "internal", "text": "A note"})
    assert note.status_code == 303
    fresh = await ben.open_page(url)
    assert (
        await ben.post(f"{url}/comment", {**form, "_version": fresh.version})
    ).status_code == 303


async def test_one_person_has_so_many_connections_and_no_more(spruce: Spruce) -> None:
    ben = await spruce.viewer("ben")
    many = [list_changes(spruce.site, SPRUCE, ben, Wanted(EVERY)) for _ in range(MOST_OF_ONE + 2)]
    for place, each in enumerate(many, start=1):
        await anext(each)
        assert spruce.site.changes.living() == min(place, MOST_OF_ONE)
    for oldest in many[:2]:
        assert [each async for each in oldest] == []
    assert spruce.site.changes.open[SPRUCE] == MOST_OF_ONE
    for each in many:
        await each.aclose()  # type: ignore[attr-defined]
    ended = await (await spruce.browser("ben")).get(f"/t/{SPRUCE}/desk/live/views/all?lasts=0")
    assert ended.headers["content-type"].startswith("text/event-stream")
    assert ended.text.startswith("retry: 2000")
