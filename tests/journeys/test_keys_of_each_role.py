"""What each role does in a day, by keys alone and in both languages: no test here has a mouse."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.keys import press, tab_to, write
from tests.journeys.people import DESKTOP, PORTAL, STUDIO, House

LANGUAGES = ["zh-CN", "en"]


def either(locale: str, zh: str, en: str) -> str:
    """The words of a language."""
    return zh if locale == "zh-CN" else en


def complain(tab: Page, subject: str) -> str:
    """From the portal's home to a sent complaint; gives its number."""
    tab.goto(f"{PORTAL}/")
    press(tab, tab.locator("main a[href$='/new/complaint']"))
    tab.wait_for_url("**/new/complaint")
    press(tab, tab.locator("input[name=about]"), "ArrowDown")
    tab.keyboard.press("ArrowDown")
    expect(tab.locator("input[name=about][value=service]")).to_be_checked()
    write(tab, tab.locator("[name=subject]"), subject)
    write(tab, tab.locator("[name=description]"), "It took two weeks.")
    press(tab, tab.locator(".submitbar button[type=submit]"))
    tab.wait_for_url(re.compile(r"/p/tickets/CP-\d+"))
    return str(re.findall(r"CP-\d+", tab.url)[0])


def follow(tab: Page, action: str, text: str = "", choice: str = "") -> None:
    """Take a step that asks for words: open it, write, send."""
    box = tab.locator("details.acts", has=tab.locator(f"form[action$='{action}']"))
    press(tab, box.locator("summary"))
    form = tab.locator(f"form[action$='{action}']")
    if choice:
        tab_to(tab, form.locator(choice))
        tab.keyboard.press("ArrowDown")
    if text:
        write(tab, form.locator("textarea"), text)
    press(tab, form.locator("button[type=submit]"))
    tab.wait_for_load_state()


@pytest.mark.parametrize("locale", LANGUAGES)
def test_one_asks_one_answers_one_agrees(house: House, locale: str) -> None:
    """The requester looks for help, sends a ticket, follows, agrees and rates; the agent works."""
    ann = house.view("sun.li", locale=locale)
    ann.goto(f"{PORTAL}/")
    write(ann, ann.get_by_role("searchbox"), either(locale, "退款", "refund"))
    ann.keyboard.press("Enter")
    press(ann, ann.locator("main a[href*='/help/']"))
    ann.wait_for_url("**/help/**")
    number = complain(ann, f"Nobody called me back ({locale})")
    write(ann, ann.locator("#body"), "Two weeks and a day by now.")
    press(ann, ann.locator("#reply button[type=submit]"))
    expect(ann.locator("#talk")).to_contain_text("a day by now")

    ben = house.view("ben", locale=locale)
    ben.goto(f"{DESKTOP}/tickets/{number}")
    press(ben, ben.locator("form[action$='/move/accept'] button[type=submit]"))
    expect(ben.locator(".ticket__head .status")).to_have_text(
        either(locale, "核实中", "Investigating")
    )
    follow(ben, "/move/offer", "We are sorry; a voucher is on its way.", "[name=verdict]")
    expect(ben.locator(".ticket__head .status")).to_have_text(
        either(locale, "待客户确认", "Customer to confirm")
    )

    ann.goto(f"{PORTAL}/tickets/{number}")
    press(ann, ann.locator("form[action$='/move/agreed'] button[type=submit]"))
    expect(ann.locator(".status").first).to_have_text(either(locale, "已解决", "Solved"))
    press(ann, ann.locator("input[name=rating]"), "ArrowRight")
    write(ann, ann.locator("#rating-words"), "Kind and quick.")
    press(ann, ann.locator("#rating button[type=submit]"))
    expect(ann.locator("#toasts")).to_contain_text(either(locale, "感谢", "Thank you"))


@pytest.mark.parametrize("locale", LANGUAGES)
def test_an_agent_moves_many_goes_by_the_palette_and_back(house: House, locale: str) -> None:
    ben = house.view("ben", locale=locale)
    ben.goto(f"{DESKTOP}/views/all")
    keys = ben.keyboard
    keys.press("j")
    keys.press("x")
    keys.press("j")
    keys.press("x")
    expect(ben.locator("[data-bulk-count]")).to_contain_text("2")
    keys.press("Escape")
    keys.press("Control+k")
    expect(ben.get_by_role("combobox")).to_be_focused()
    row = ben.locator("tr[data-row]").first.get_attribute("data-row") or ""
    keys.type(row)
    expect(ben.get_by_role("option").first).to_contain_text(row)
    keys.press("Enter")
    ben.wait_for_url(f"**/tickets/{row}*")
    press(ben, ben.locator("nav.crumbs a"))
    ben.wait_for_url("**/views/all*")


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_lead_goes_from_a_figure_to_a_ticket_and_hands_it_over(house: House, locale: str) -> None:
    cleo = house.view("cleo", locale=locale)
    cleo.goto(f"{DESKTOP}/dashboards/service")
    press(cleo, cleo.locator("main a[href*='/views/'][href*='report=backlog']"))
    cleo.wait_for_url("**/views/**")
    cleo.keyboard.press("j")
    cleo.keyboard.press("Enter")
    cleo.wait_for_url("**/tickets/**")
    form = cleo.locator("form[action$='/transfer']")
    box = cleo.locator("details", has=form)
    press(cleo, box.locator("summary"))
    tab_to(cleo, form.locator("select"))
    cleo.keyboard.press("ArrowDown")
    team = str(form.locator("select").evaluate("e => e.selectedOptions[0].textContent")).strip()
    press(cleo, form.locator("button[type=submit]"))
    expect(cleo.locator(".ticket__side, #toasts").first).to_contain_text(team)


@pytest.mark.parametrize("locale", LANGUAGES)
def test_an_administrator_changes_looks_and_publishes(house: House, locale: str) -> None:
    ivy = house.view("ivy", locale=locale)
    ivy.goto(f"{STUDIO}/TicketType/resend")
    word = f"Resend it {locale}"
    write(ivy, ivy.locator("input[name='title.en'], input[name$='title.en']"), word)
    ivy.keyboard.press("Control+s")
    expect(ivy.locator("[role=status]").first).to_be_visible()
    ivy.goto(f"{STUDIO}/publish")
    expect(ivy.locator("main")).to_contain_text("types/resend.yaml")
    write(ivy, ivy.locator("#why"), "A clearer title")
    press(ivy, ivy.locator("form:has(#why) button[type=submit]"))
    expect(ivy.locator("#toasts")).to_contain_text(either(locale, "已发布", "Published"))
