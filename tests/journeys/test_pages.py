"""Every page: open to everyone, quiet, narrow enough, in one language at a time, and light."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import people
from tests.journeys.pages import STOPS, Stop, submit_nothing, visit
from tests.journeys.people import DESK, DESKTOP, PHONE, PORTAL, House
from tests.journeys.served import Served

AXE = (Path(__file__).parent / "vendor" / "axe-core-4.14.1.min.js").read_text("utf-8")
RUN = """async () => {
  const done = await axe.run(document, { resultTypes: ["violations"],
    preload: false, selectors: false });
  return done.violations.map(v => ({ id: v.id, help: v.help, nodes: v.nodes.slice(0, 3)
    .map(n => n.html.slice(0, 160) + " " + (n.any[0]?.message || n.all[0]?.message || "")) }));
}"""
Theme = Literal["light", "dark"]
LOOKS: tuple[tuple[str, Theme, bool], ...] = (("zh-CN", "light", False), ("en", "dark", True))
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""
MOST_BYTES = 60_000
NARROW = {"width": 360, "height": 780}


# What people wrote, and the texts of specs as files, stand in the language they were written in.
DATA = """.rowlink, .subject, .src, .mono, .code, kbd, pre, textarea, script, style, template, h1,
  .msg__body, .plaintext, .ticket__desc, .bubble, .person, .avatar, .tcard a, .notices, .filepop,
  .links, .tl--event, .crumbs, .side__tenant, .portal__brand, .portal__foot, .appbar__name, [lang],
  .file__name, .kcard, .account__who, td, dd, option"""
TEXTS = """skipped => {
  const out = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode());) {
    const text = node.textContent.trim(), at = node.parentElement;
    if (text && !at.closest(skipped) && at.checkVisibility()) out.push(text);
  }
  return out;
}"""
HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{3,}[a-z ,]* [a-z]{2,}")


def foreign(tab: Page, locale: str) -> list[str]:
    """Texts of the page's own, in the language that was not asked for."""
    texts = [str(text) for text in tab.evaluate(TEXTS, DATA)]
    wrong = HAN if locale == "en" else LATIN
    return [text for text in texts if wrong.search(text)]


def barriers(tab: Page) -> list[Any]:
    """What axe finds. Evaluated by the debugger, so no policy is loosened."""
    tab.evaluate(AXE)
    return list(tab.evaluate(RUN))


@pytest.fixture(scope="module")
def tabs(
    browser: Browser, desk: Served, known: tuple[dict[str, Any], dict[str, str]]
) -> Iterator[tuple[House, dict[tuple[str, str], Page]]]:
    """One tab for each person and look: pages are opened one after another in it."""
    with people.house(browser, desk, *known) as made:
        yield made, {}


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.name)
@pytest.mark.parametrize(("locale", "theme", "narrow"), LOOKS, ids=lambda word: str(word))
def test_no_page_has_a_barrier_or_a_foreign_word(
    tabs: tuple[House, dict[tuple[str, str], Page]],
    locale: str, theme: Theme, narrow: bool, stop: Stop,
) -> None:  # fmt: skip
    house, opened = tabs
    tab = opened.get((stop.who, locale))
    if tab is None:
        tab = house.view(stop.who, locale=locale, theme=theme, size=PHONE if narrow else DESK)
        tab.set_viewport_size(NARROW if narrow else DESK)  # type: ignore[arg-type]
        opened[stop.who, locale] = tab
    visit(tab, stop)
    found = {
        "barriers": barriers(tab),
        f"not {locale}": foreign(tab, locale),
        "wider than the screen": tab.evaluate(TOO_WIDE),
        "complaints": [house.faults.pop() for _ in house.faults[:]],
    }
    found = {name: told for name, told in found.items() if told}
    assert not found, json.dumps(found, ensure_ascii=False, indent=1)


@pytest.mark.parametrize(("locale", "theme"), [("zh-CN", "light"), ("en", "dark")])
def test_no_state_has_a_barrier(house: House, locale: str, theme: Theme) -> None:
    faulty = submit_nothing(house, locale, theme)
    found = {"faults": barriers(faulty)}
    ben = house.view("ben", locale=locale, theme=theme)
    visit(ben, next(stop for stop in STOPS if stop.name == "desk-ticket"))
    ben.keyboard.press("?")
    expect(ben.locator("dialog#shortcuts")).to_be_visible()
    found["shortcuts"] = barriers(ben)
    ben.keyboard.press("Escape")
    ben.keyboard.press("n")
    found["note"] = barriers(ben)
    ben.goto(f"{DESKTOP}/views/all")
    ben.keyboard.press("j")
    ben.locator("button[popovertarget=account]").click()
    found["account"] = barriers(ben)
    wrong = house.view(locale=locale, theme=theme)
    wrong.goto("/sign-in?tenant=ecommerce")
    wrong.fill("#identity", "nobody@example.com")
    wrong.fill("#password", "wrong")
    wrong.locator("form[action^='/sign-in'] button[type=submit]").click()
    expect(wrong.locator("#e-password")).to_be_visible()
    found["wrong password"] = barriers(wrong)
    found = {name: told for name, told in found.items() if told}
    assert not found, json.dumps(found, ensure_ascii=False, indent=1)


def test_the_portal_arrives_light(house: House, record_property: Any) -> None:
    tab = house.view("ann", size=PHONE)
    session = tab.context.new_cdp_session(tab)
    session.send("Network.enable")
    kinds: dict[str, str] = {}
    heads: dict[str, float] = {}
    sizes: dict[str, float] = {}

    def answered(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = f"{event['type']} {event['response']['url']}"
        heads[event["requestId"]] = event["response"]["encodedDataLength"]

    def loaded(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] = event["encodedDataLength"] - heads[event["requestId"]]

    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", loaded)
    tab.goto(f"{PORTAL}/", wait_until="networkidle")
    # The icons are a picture; everything else counts.
    weighed = {kinds[one]: size for one, size in sizes.items() if ".svg" not in kinds[one]}
    total = sum(weighed.values())
    record_property("bytes", total)
    print(f"the portal's first view: {total / 1000:.1f} kB", weighed)
    assert total <= MOST_BYTES, weighed
