"""An agent at a list: many tickets at once, the palette, a board, what others do meanwhile."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.people import DESKTOP, PHONE, House


def test_many_tickets_by_keys_with_what_refuses_before_it_is_done(house: House) -> None:
    tab = house.view("cleo", locale="en")
    tab.goto(f"{DESKTOP}/views/all?sort=-created_at&phase=new")
    press = tab.keyboard.press
    press("j")
    press("x")
    press("j")
    press("Shift+X")
    expect(tab.locator("[data-bulk-count]")).to_have_text("2 selected")
    press("l")
    tab.wait_for_url(re.compile("/desk/bulk/label/check"))
    tab.locator("#b-value").select_option("high")
    do = tab.get_by_role("button", name=re.compile(r"Do it on \d ticket"))
    do.click()
    tab.wait_for_url(re.compile("/desk/acts/"))
    expect(tab.locator("#act .note").first).to_contain_text("Done on")
    tab.get_by_role("link", name="Back to the list").last.click()
    tab.wait_for_url(re.compile("/desk/views/all"))


def test_the_palette_goes_where_it_says(house: House) -> None:
    tab = house.view("ben", locale="en")
    tab.goto(f"{DESKTOP}/views/mine")
    tab.keyboard.press("Control+k")
    expect(tab.get_by_role("combobox", name=re.compile("^Number"))).to_be_focused()
    tab.keyboard.type("unassigned")
    chosen = tab.locator("#cmdk").get_by_role("option", selected=True)
    expect(chosen).to_contain_text("Unassigned")
    tab.keyboard.press("Enter")
    tab.wait_for_url(re.compile("/desk/views/unassigned"))
    phone = house.view("ben", size=PHONE)
    phone.goto(f"{DESKTOP}/views/complaints")
    wide = phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert wide, "the board scrolls by itself, the page does not"


def test_a_card_that_may_not_go_there_comes_back_and_says_why(house: House) -> None:
    tab = house.view("ben", locale="en")
    tab.goto(f"{DESKTOP}/views/complaints")
    card = tab.locator("[data-card]").first
    number, home = card.get_attribute("data-card"), card.locator("xpath=ancestor::section")
    before = home.get_attribute("data-lane")
    allowed = (card.get_attribute("data-to") or "").split()
    lanes = [lane.get_attribute("data-lane") or "" for lane in tab.locator("[data-lane]").all()]
    barred = next(lane for lane in lanes if lane not in (before, *allowed))
    card.drag_to(tab.locator(f'[data-lane="{barred}"]'))
    expect(tab.locator("#toasts .toast")).to_be_visible()
    there = tab.locator(f'[data-lane="{before}"] [data-card="{number}"]')
    expect(there).to_be_visible()


def test_what_another_does_shows_without_a_reload(house: House) -> None:
    ben, cleo = house.view("ben", locale="en"), house.view("cleo", locale="en")
    ben.goto(f"{DESKTOP}/views/all")
    number = ben.locator("tr[data-row]").first.get_attribute("data-row")
    ben.goto(f"{DESKTOP}/tickets/{number}")
    cleo.goto(f"{DESKTOP}/tickets/{number}")
    expect(ben.locator("[data-live-here]")).to_contain_text("is looking at this ticket")
    cleo.fill("#reply", "I have looked into it")
    cleo.locator(".composer button.btn--primary[type=submit]").click()
    expect(ben.locator("[data-live-stale]")).to_contain_text("answered while you were here")
    ben.fill("#reply", "My answer would cross it")
    ben.locator(".composer button.btn--primary[type=submit]").click()
    expect(ben.locator(".composer .note")).to_contain_text("answered meanwhile")
    expect(ben.locator("#reply")).to_have_value("My answer would cross it")
