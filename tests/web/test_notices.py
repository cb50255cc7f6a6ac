"""The centre of notices over HTTP, on each database: groups, acts, the bell, what is urgent."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import pytest

from runtime.choices import Choices, kept
from runtime.queries.live import NoticeChange, notice_changes
from runtime.store import notices, people
from runtime.store.rows import Notice
from tests.web.asking import opened
from tests.web.spruce import SPRUCE, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")
INBOX = f"/t/{SPRUCE}/desk/inbox"
MINE = f"/t/{SPRUCE}/p/notices"


async def tell(spruce: Spruce, who: str, title: str, ticket: str = "", *, urgent: int = 0) -> str:
    """A notice of somebody."""
    async with spruce.site.store.unit(SPRUCE, write=True) as unit:
        made = unit.new_id()
        new = Notice(
            id=made, person_id=spruce.ids[who], ticket_id=ticket or None, notification_key="n",
            subject=title, body="see https://x.example/t/spruce/desk/tickets/RF-1", link="/t/x",
            key=made, created_us=unit.now_us(), urgent=urgent or None,
        )  # fmt: skip
        await notices.add(unit, new)
    return made


async def test_notices_of_one_ticket_are_one_and_are_put_away_together(spruce: Spruce) -> None:
    ticket = await opened(spruce)
    ids = [await tell(spruce, "ben", f"Word {n}", ticket.ticket_id) for n in range(5)]
    await tell(spruce, "ben", "Alone")
    ben = await spruce.browser("ben")
    page = (await ben.open_page(INBOX)).text
    assert "2 unread" in page
    assert ticket.number in page
    assert "2 earlier notices" in page
    assert "x.example" not in page, "the line itself leads there"
    form = {"notice": ids, "state": "done", "next": f"{INBOX}?show=unread"}
    answer = await ben.post(f"{INBOX}/mark", form)
    assert answer.headers["location"] == f"{INBOX}?show=unread"
    page = (await ben.open_page(INBOX)).text
    assert "Word" not in page
    assert "1 unread" in page
    assert "Word 4" in (await ben.open_page(f"{INBOX}?show=done")).text
    await ben.post(f"{INBOX}/mark", {"notice": ids[0], "state": "unread"})
    page = (await ben.open_page(f"{INBOX}?show=unread")).text
    assert "Word 0" in page
    assert "Word 1" not in page
    assert "No notice fits" in (await ben.open_page(f"{INBOX}?sort=approval_late")).text


async def test_nobody_marks_what_another_was_told_and_no_way_leads_out(spruce: Spruce) -> None:
    mine = await tell(spruce, "ann", "Yours, Ann")
    bob = await spruce.browser("bob")
    answer = await bob.post(f"{INBOX}/mark", {"notice": mine, "state": "done", "next": "//evil"})
    assert answer.headers["location"] == INBOX
    ann = await spruce.browser("ann")
    assert "Yours, Ann" in (await ann.open_page(MINE)).text
    assert (await ann.get(f"{MINE}/open/{mine}")).headers["location"] == "/t/x"
    bell = await ann.get(f"{MINE}/bell")
    assert "bell__count" not in bell.text
    await tell(spruce, "ann", "More")
    assert re.search(r"bell__count[^>]*>1<", (await ann.get(f"{MINE}/bell")).text)
    assert (await ann.post(f"{MINE}/read")).status_code == 303
    assert "bell__count" not in (await ann.get(f"{MINE}/bell")).text


async def test_what_is_urgent_stands_on_every_page_until_it_is_read(spruce: Spruce) -> None:
    urgent = await tell(spruce, "cleo", "The store burns", urgent=1)
    cleo = await spruce.browser("cleo")
    page = f"/t/{SPRUCE}/desk/views/mine"
    assert "The store burns" in (await cleo.open_page(page)).text
    await cleo.post(f"{INBOX}/mark", {"notice": urgent, "state": "read", "next": page})
    assert "The store burns" not in (await cleo.open_page(page)).text


async def _next(heard: AsyncIterator[NoticeChange | None]) -> NoticeChange:
    async with asyncio.timeout(10):
        async for each in heard:
            if each is not None:
                return each
    raise AssertionError("it ended without a word")


async def test_an_open_page_hears_of_it_and_keeps_still_in_quiet_hours(spruce: Spruce) -> None:
    fay = await spruce.viewer("fay")
    heard = notice_changes(spruce.site, SPRUCE, fay)
    assert await anext(heard) is None
    await tell(spruce, "fay", "A word")
    await tell(spruce, "bob", "Not hers")
    assert await _next(heard) == NoticeChange(1, "A word", urgent=False, quiet=False)
    async with spruce.site.store.unit(SPRUCE, write=True) as unit:
        quiet = kept(Choices(quiet=(0, 24 * 60 - 1)))
        await people.change_person(unit, spruce.ids["fay"], profile=quiet)
    await tell(spruce, "fay", "Another")
    assert await _next(heard) == NoticeChange(2, "Another", urgent=False, quiet=True)
    await heard.aclose()  # type: ignore[attr-defined]
