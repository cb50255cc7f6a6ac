"""An agent's day without a mouse."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.people import DESKTOP, House


def test_from_the_list_to_the_sent_reply_by_keys_alone(house: House) -> None:
    tab = house.view("ben", locale="en")
    tab.goto(f"{DESKTOP}/views/all")
    press = tab.keyboard.press
    press("j")
    press("j")
    press("k")
    first = tab.locator("tr[data-row]").first
    expect(first).to_have_attribute("data-focus", "")
    expect(first.locator("a.rowlink")).to_be_focused()
    press("j")
    wanted = tab.locator("tr[data-focus]").get_attribute("data-row")
    press("Enter")
    tab.wait_for_url(re.compile(f"/tickets/{wanted}"))

    press("r")
    expect(tab.locator("#reply")).to_be_focused()
    tab.keyboard.type("Written without a mouse: jk/?n")
    press("Control+Enter")
    expect(tab.locator("#timeline .msg").last).to_contain_text("Written without a mouse: jk/?n")

    press("n")
    expect(tab.locator(".composer__lock")).to_be_visible()
    tab.keyboard.type("For us only")
    press("Control+Enter")
    expect(tab.locator("#timeline .msg--note").last).to_contain_text("For us only")

    press("?")
    dialog = tab.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    press("Escape")
    expect(dialog).to_be_hidden()

    press("/")
    tab.keyboard.type(wanted or "")
    press("Enter")
    expect(tab.locator("tr[data-row]").first).to_have_attribute("data-row", wanted or "")


def test_every_control_shows_where_the_focus_is(house: House) -> None:
    for who, path in (("ben", f"{DESKTOP}/views/all"), ("ann", "/t/ecommerce/p/new/refund")):
        tab = house.view(who)
        tab.goto(path)
        for _ in range(25):
            tab.keyboard.press("Tab")
            shown = tab.evaluate(
                """() => { const at = document.activeElement;
                const ring = e => { const s = getComputedStyle(e);
                  return (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0)
                    || s.boxShadow !== "none"; };
                if (at === document.body) return "";
                for (let e = at; e && e !== document.body; e = e.parentElement)
                  if (ring(e)) return "";
                return at.outerHTML.slice(0, 120); }"""
            )
            assert shown == ""
