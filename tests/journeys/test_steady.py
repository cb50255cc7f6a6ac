"""Pages stand still: nothing jumps while one loads, and only where one acts while one types."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.pages import Stop, visit
from tests.journeys.people import DESK, DESKTOP, PHONE, PORTAL, House

# Every shift counts that no key or click of the half second before explains.
WATCH = """window.shifts = [];
new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput)
  window.shifts.push([e.value, ...e.sources.map(s => (s.node?.outerHTML || "").slice(0, 90))]);
}).observe({ type: "layout-shift", buffered: true });"""
MOST = 0.01
STOPS = (
    (Stop("home", "ann", f"{PORTAL}/"), PHONE),
    (Stop("form", "ann", f"{PORTAL}/new/refund"), PHONE),
    (Stop("ticket", "ann", f"{PORTAL}/tickets/RF"), PHONE),
    (Stop("list", "ben", f"{DESKTOP}/views/all"), DESK),
    (Stop("desk ticket", "ben", f"{DESKTOP}/tickets/RF"), DESK),
)


def shifts(tab: Page) -> list[list[object]]:
    """What moved so far, with what it was."""
    tab.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
    return list(tab.evaluate("window.shifts"))


def steady(tab: Page, where: str) -> None:
    """Nothing moved that one would notice."""
    found = shifts(tab)
    assert sum(float(str(each[0])) for each in found) < MOST, (where, found)


@pytest.mark.parametrize(("stop", "size"), STOPS, ids=lambda each: getattr(each, "name", ""))
def test_a_page_stands_still_while_it_loads(house: House, stop: Stop, size: dict[str, int]) -> None:
    tab = house.view(stop.who, size=size)
    tab.context.add_init_script(WATCH)
    visit(tab, stop)
    tab.wait_for_load_state("networkidle") if size is PHONE else tab.wait_for_load_state("load")
    if stop.name == "desk ticket":
        # Its live line never rests; the articles are what comes last.
        tab.locator("#ticket-articles-found").wait_for()
    steady(tab, stop.name)


def test_a_form_moves_only_where_one_acts(house: House) -> None:
    """A branch and suggested articles come within half a second of what was pressed or typed."""
    tab = house.view("ann", size=PHONE)
    tab.context.add_init_script(WATCH)
    tab.goto(f"{PORTAL}/new/refund")
    tab.locator("label[for=f-reason-1]").click()
    tab.locator(".branch input").first.wait_for()
    steady(tab, "a branch")
    tab.goto(f"{PORTAL}/new/complaint")
    tab.locator("[name=subject]").press_sequentially("退款多久到账", delay=30)
    expect(tab.locator("[name=subject]")).to_be_focused()
    steady(tab, "suggestions")
