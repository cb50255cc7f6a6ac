"""What was typed is never lost, and nothing is done twice."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.people import DESKTOP, PHONE, PORTAL, House, sign_in
from tests.journeys.served import TENANT
from tests.web.asking import PNG

FORM = f"{PORTAL}/new/complaint"
SUBMIT = ".submitbar button[type=submit]"


def fill_complaint(tab: Page, subject: str) -> None:
    """The least that a complaint wants."""
    tab.locator("label", has=tab.locator("input[name=about]")).first.click()
    tab.fill("[name=subject]", subject)
    tab.fill("[name=description]", "It took two weeks.")


def test_a_reload_in_the_middle_restores_the_text(house: House) -> None:
    tab = house.view("sun.li", size=PHONE)
    tab.goto(FORM)
    fill_complaint(tab, "Half a sentence")
    expect(tab.locator("[data-draft-kept]")).to_be_visible()
    tab.reload()
    expect(tab.locator("[name=subject]")).to_have_value("Half a sentence")
    expect(tab.locator("[name=description]")).to_have_value("It took two weeks.")
    expect(tab.locator("[data-draft-restored]")).to_be_visible()


def test_a_double_click_makes_one_ticket_and_back_does_not_make_another(house: House) -> None:
    tab = house.view("sun.li", size=PHONE)
    tab.goto(FORM)
    fill_complaint(tab, "Sent once only")
    expect(tab.locator("[data-draft-kept]")).to_be_visible()
    other = tab.context.new_page()
    other.goto(FORM)
    expect(other.locator("[name=subject]")).to_have_value("Sent once only")
    tab.locator(SUBMIT).dblclick()
    tab.wait_for_url(re.compile(r"/p/tickets/CP-\d+"))
    ticket = tab.url
    other.locator("[data-draft-sent]").wait_for()
    tab.go_back()
    # What was sent is not there again, and the form says where it went: so do other windows.
    for window in (tab, other):
        link = window.locator("[data-draft-sent] a")
        expect(link).to_be_visible()
        assert ticket.endswith(str(link.get_attribute("href")))
    expect(tab.locator("[name=subject]")).to_have_value("")
    expect(tab.locator("[name=description]")).to_have_value("")
    tab.goto(f"{PORTAL}/tickets")
    expect(tab.get_by_role("link", name="Sent once only")).to_have_count(1)


def test_another_language_keeps_words_files_and_what_hangs_on_an_answer(house: House) -> None:
    tab = house.view("sun.li", size=PHONE, locale="zh-CN")
    tab.goto(f"{PORTAL}/new/refund")
    tab.locator("label", has=tab.locator("input[name=reason][value=damaged]")).click()
    tab.locator("input[type=file]").set_input_files(
        {"name": "dent.png", "mimeType": "image/png", "buffer": PNG}
    )
    expect(tab.locator(".file[data-state=held]")).to_have_count(1)
    tab.fill("[name=description]", "半句话")
    tab.locator(".portal__bar button[name=locale]").click()
    expect(tab.locator("html")).to_have_attribute("lang", "en")
    expect(tab.locator("[name=description]")).to_have_value("半句话")
    expect(tab.locator("input[name=reason]:checked")).to_have_value("damaged")
    # The box for pictures comes with the answer, and the picture with the box.
    expect(tab.locator(".file__name").filter(has_text="dent.png")).to_be_visible()
    tab.evaluate("localStorage.clear()")


def test_an_ended_session_keeps_the_text(house: House) -> None:
    tab = house.view(size=PHONE)
    sign_in(tab, "luo.yiyi")
    tab.goto(FORM)
    fill_complaint(tab, "Written before the session ended")
    expect(tab.locator("[data-draft-kept]")).to_be_visible()
    _end_the_session(house, tab)
    tab.locator(SUBMIT).click()
    tab.wait_for_url("**/p/enter**")
    sign_in(tab, "luo.yiyi")
    tab.goto(FORM)
    expect(tab.locator("[name=subject]")).to_have_value("Written before the session ended")
    tab.locator(SUBMIT).click()
    tab.wait_for_url(re.compile(r"/p/tickets/CP-\d+"))


def test_an_edit_from_a_stale_tab_shows_both_sides(house: House) -> None:
    ben, cleo = house.view("ben"), house.view("cleo")
    ticket = _some_refund(ben)
    for tab in (ben, cleo):
        tab.goto(ticket)
    _edit(cleo, "amount", "21")
    expect(_fact(cleo, "amount")).to_contain_text("21.00")
    _edit(ben, "amount", "22")
    clash = ben.locator("#conflict")
    expect(clash).to_contain_text("许可")
    expect(clash).to_contain_text("21.00")
    expect(clash).to_contain_text("22")
    clash.get_by_role("button").click()
    expect(_fact(ben, "amount")).to_contain_text("22.00")
    expect(ben.locator("#timeline")).to_contain_text("22.00")


def test_a_step_from_a_stale_tab_says_so_and_keeps_the_words(house: House) -> None:
    ben, cleo = house.view("ben", locale="en"), house.view("cleo", locale="en")
    ticket = _some_refund(ben)
    for tab in (ben, cleo):
        tab.goto(ticket)
    for tab, word in ((cleo, "A photo, please"), (ben, "Which parcel was it?")):
        move = tab.locator("details.acts", has=tab.locator("form[action$='/move/ask']"))
        move.locator("summary").click()
        move.locator("textarea[name=comment]").fill(word)
        move.locator("button[type=submit]").click()
        tab.wait_for_load_state()
    expect(cleo.locator("#timeline")).to_contain_text("A photo, please")
    expect(ben.locator("[role=alert]").first).to_be_visible()
    assert "Which parcel was it?" in ben.content()
    expect(ben.locator("#timeline")).not_to_contain_text("Which parcel was it?")


def _end_the_session(house: House, tab: Page) -> None:
    """Signed out from another window with the same session."""
    other = house.browser.new_context(
        base_url=house.desk.base, storage_state=tab.context.storage_state()
    )
    page = other.new_page()
    page.goto(f"{PORTAL}/")
    page.locator("form[action='/sign-out']").evaluate("form => form.submit()")
    page.wait_for_url("**/sign-in**")
    other.close()


def _some_refund(tab: Page) -> str:
    """A refund in review that may be edited, opened from the list by its state."""
    tab.goto(f"{DESKTOP}/views/after_sales_open")
    names = tab.locator("tr[data-row^='RF-']").evaluate_all("rows => rows.map(r => r.dataset.row)")
    for name in names:
        tab.goto(f"{DESKTOP}/tickets/{name}")
        if tab.locator("form[action$='/move/ask']").count():
            return f"/t/{TENANT}/desk/tickets/{name}"
    raise AssertionError("no refund is in review")


def _fact(tab: Page, field: str) -> Locator:
    return tab.locator(".props > div", has=tab.locator(f"form input[name=field][value={field}]"))


def _edit(tab: Page, field: str, value: str) -> None:
    fact = _fact(tab, field)
    fact.locator("summary").click()
    fact.locator(f"[name={field}]").fill(value)
    fact.locator("button[type=submit]").click()
    tab.wait_for_load_state()
