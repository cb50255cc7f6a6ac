"""The studio's backtest: asked for on the page, run by the worker, looked at, kept."""

from __future__ import annotations

import pytest

from runtime.actions.let_through import ANYTHING
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done
from runtime.actions.publish_desk import publish_desk
from runtime.actions.save_draft import open_bench, save_text
from runtime.render.notices import NoticeRenderer
from runtime.site.standing import SYSTEM
from runtime.store import jobs
from runtime.workers import backtesting
from runtime.workers.handling import Bench
from tests.web.conftest import one_database
from tests.web.spruce import SPRUCE, Spruce, specs

pytestmark = pytest.mark.asyncio(loop_scope="module")
# What pages say of specs; the statements beneath are tried on both databases in tests/store.
store_url = one_database

PAGE = f"/t/{SPRUCE}/studio/backtest"
ROUTES = "routing/refund.yaml"
LATE = "late:   [any, any, late, "


async def _edit(spruce: Spruce, was: str, becomes: str) -> None:
    bench = await open_bench(spruce.site, SPRUCE, await spruce.viewer("ivy"))
    text = bench.text(ROUTES)
    assert was in text
    await save_text(spruce.site, bench, ROUTES, text.replace(was, becomes), bench.seen(ROUTES))


async def _work(spruce: Spruce) -> int:
    """Let the worker do what was asked for; gives how many."""
    held = await jobs.lease(spruce.site.store, [backtesting.KIND])
    for job in held:
        await backtesting.run(Bench(spruce.site, NoticeRenderer()), job)
    return len(held)


async def test_from_asking_to_the_tickets(spruce: Spruce) -> None:
    new = NewTicket(
        "refund", {"amount": "10", "reason": "late", "grade": "low"}, "A lamp",
        requester=spruce.ids["ann"],
    )  # fmt: skip
    made = await open_ticket(spruce.site, SPRUCE, SYSTEM, new)
    assert isinstance(made, Done)
    ivy = await spruce.browser("ivy")
    assert "nothing to compare" in (await ivy.get(PAGE)).text
    await _edit(spruce, f"{LATE}second", f"{LATE}first")
    assert "Run the backtest" in (await ivy.get(PAGE)).text

    await ivy.open_page(PAGE)
    asked = await ivy.post(PAGE, {"days": "30"})
    assert (asked.status_code, asked.headers["location"]) == (303, f"{PAGE}?days=30")
    waiting = (await ivy.get(f"{PAGE}?days=30")).text
    assert "waiting for a worker" in waiting
    assert 'hx-trigger="every 1s"' in waiting
    assert "Run the backtest" in (await ivy.get(f"{PAGE}?days=90")).text
    assert (await ivy.post(PAGE, {"days": "30"})).status_code == 303
    assert await _work(spruce) == 1, "a second click asks for no second run"

    done = (await ivy.get(f"{PAGE}?days=30")).text
    assert "worked out in" in done
    assert "1 of them went through the whole decision as well; all agree" in done
    assert "row “late” decides otherwise" in done
    tickets = await ivy.get(f"{PAGE}?days=30&cell=0")
    assert made.number in tickets.text
    assert "routing/refund.late" in tickets.text
    assert (await ivy.get(f"{PAGE}?days=30&cell=99")).status_code == 404
    assert (await ivy.get(f"{PAGE}?days=30&cell=x")).status_code == 404

    await _edit(spruce, f"{LATE}first, normal", f"{LATE}first, high")
    assert "Run the backtest" in (await ivy.get(f"{PAGE}?days=30")).text
    await _edit(spruce, f"{LATE}first, high", f"{LATE}first, normal")
    assert "worked out in" in (await ivy.get(f"{PAGE}?days=30")).text, "kept by tree and period"


async def test_a_publish_meanwhile_is_told_and_a_fresh_one_can_be_asked_for(spruce: Spruce) -> None:
    await _edit(spruce, "otherwise: [first, normal]", "otherwise: [first, low]")
    ivy = await spruce.browser("ivy")
    await ivy.open_page(PAGE)
    await ivy.post(PAGE, {"days": "180"})
    changed = specs(sla__refund=("[4h]", "[5h]"))
    done = await publish_desk(spruce.site, changed, SYSTEM, "meanwhile", word=ANYTHING)
    assert done.revision > 1, done.problems
    assert await _work(spruce) == 1
    page = (await ivy.get(f"{PAGE}?days=180")).text
    assert "Run the backtest" in page, "over another revision it is another backtest"


async def test_nobody_without_the_right_gets_there(spruce: Spruce) -> None:
    for who in ("ben", "ann", "dora"):
        browser = await spruce.browser(who)
        assert (await browser.get(PAGE)).status_code == 404, who
        assert (await browser.post(PAGE, {"days": "30"})).status_code == 404, who
