"""A list's rows are made once a minute for those who read the same; never for anybody else."""

from __future__ import annotations

import re

import pytest

from runtime.again import Again
from runtime.clock import FixedClock
from runtime.store import people
from tests.web.conftest import one_database
from tests.web.spruce import SPRUCE, Browser, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")
# What is remembered is above the store; that a row is decoded alike is tested in tests/store.
store_url = one_database
LIST = f"/t/{SPRUCE}/desk/views/desk_all"


async def _row(browser: Browser, number: str) -> str:
    page = await browser.open_page(LIST)
    found = re.search(rf'<tr data-row="{number}".*?</tr>', page.text, re.DOTALL)
    assert found is not None
    return re.sub(r"<[^>]*>", " ", found[0])


@pytest.fixture(scope="module")
def known() -> dict[str, str]:
    return {}


async def _number(spruce: Spruce, known: dict[str, str]) -> str:
    if not known:
        ann = await spruce.browser("ann")
        known["number"] = await ann.submit(subject="Green lamp", iban="DE zqsecret")
    return known["number"]


async def test_each_reads_what_is_theirs_whoever_looked_before(
    spruce: Spruce, known: dict[str, str]
) -> None:
    number = await _number(spruce, known)
    ivy, cleo, ben = [await spruce.browser(who) for who in ("ivy", "cleo", "ben")]
    for _ in range(2):
        assert "zqsecret" in await _row(ivy, number)
        masked = await _row(cleo, number)
        assert "zqsecret" not in masked
        assert masked.count("••••") == 2  # the account, and the customer's pin
        hidden = await _row(ben, number)
        assert "zqsecret" not in hidden
        assert hidden.count("••••") == 1


async def test_what_changed_is_seen_at_once(spruce: Spruce, known: dict[str, str]) -> None:
    number = await _number(spruce, known)
    ivy = await spruce.browser("ivy")
    assert "Annabel" not in await _row(ivy, number)
    async with spruce.site.store.unit(SPRUCE, write=True) as unit:
        was = await people.person_by_id(unit, spruce.ids["ann"])
        assert was is not None
        await people.change_person(unit, was.id, name="Annabel")
    assert "Annabel" in await _row(ivy, number)
    async with spruce.site.store.unit(SPRUCE, write=True) as unit:
        await people.change_person(unit, was.id, name=was.name)
    assert "Annabel" not in await _row(ivy, number)


async def test_time_goes_on(spruce: Spruce, known: dict[str, str], moment: FixedClock) -> None:
    number = await _number(spruce, known)
    ivy = await spruce.browser("ivy")
    assert "min ago" not in await _row(ivy, number)
    moment.advance(300_000_000)
    assert re.search(r"5\s*min", await _row(ivy, number))


async def test_only_the_very_same_things_give_the_same() -> None:
    again: Again[list[object]] = Again(2)
    one, like = [1], [1]
    first = again.of((one,), "a", list)
    assert again.of((one,), "a", list) is first
    assert again.of((like,), "a", list) is not first
    assert again.of((one,), "b", list) is not first
    assert again.of((one,), "a", list) is not first  # two are kept
