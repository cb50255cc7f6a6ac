"""What desk.js adds, and that the desk works without it, in a real browser."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from playwright.sync_api import Page as Tab

from tests.screens.samples import NOW
from tests.screens.shots import CHROMIUM, FLAGS, QuietHandler, write_pages

if not Path(CHROMIUM).exists():
    pytest.skip("needs Chromium: apt-get install chromium-headless-shell", allow_module_level=True)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("pages")
    for only in ("desk", "studio"):
        write_pages(folder, only)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield made
        made.close()


@pytest.fixture
def tab(browser: Browser, served: str) -> Iterator[Tab]:
    """A desk; whatever its console complains of fails the test."""
    view = browser.new_context(base_url=served, viewport={"width": 1440, "height": 900})
    page, faults = view.new_page(), []
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    view.close()
    assert faults == []


@pytest.fixture
def bare(browser: Browser, served: str) -> Iterator[Tab]:
    """The same without scripts."""
    view = browser.new_context(
        base_url=served, viewport={"width": 1440, "height": 900}, java_script_enabled=False
    )
    yield view.new_page()
    view.close()


def test_j_and_k_walk_the_rows(tab: Tab) -> None:
    tab.goto("/desk_list.en.html")
    tab.keyboard.press("j")
    tab.keyboard.press("j")
    expect(tab.locator("tr[data-focus]")).to_have_attribute("data-row", "RF-20425")
    tab.keyboard.press("k")
    expect(tab.locator("tr[data-focus] a.rowlink")).to_be_focused()
    expect(tab.locator("tr[data-focus]")).to_have_attribute("data-row", "RF-20418")


def test_keys_are_letters_while_typing(tab: Tab) -> None:
    # What was typed is looked for a moment later, which files on a disk can't do.
    tab.route("**/desk/views/**", lambda asked: asked.fulfill(status=204))
    tab.goto("/desk_list.en.html")
    tab.keyboard.press("/")
    here = tab.get_by_label("Search in this list")
    expect(here).to_be_focused()
    tab.keyboard.type("jx?")
    expect(here).to_have_value("jx?")
    expect(tab.locator("tr[data-focus]")).to_have_count(0)
    tab.keyboard.press("Control+k")
    expect(here).to_be_focused()


def test_the_help_opens_and_closes(tab: Tab) -> None:
    tab.goto("/desk_list.en.html")
    tab.keyboard.press("?")
    dialog = tab.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()


def test_x_ticks_and_the_bar_counts(tab: Tab) -> None:
    tab.goto("/desk_list_bulk.zh-CN.html")
    bar = tab.locator("[data-bulk]")
    expect(bar).to_be_hidden()
    tab.keyboard.press("j")
    tab.keyboard.press("x")
    tab.keyboard.press("j")
    tab.keyboard.press("j")
    tab.keyboard.press("Shift+X")
    expect(bar).to_contain_text("已选 3 张")
    tab.keyboard.press("Control+a")
    expect(bar).to_contain_text("已选 8 张")
    expect(bar.get_by_text("符合条件的全部 46 张")).to_be_visible()
    tab.keyboard.press("Control+a")
    expect(bar).to_contain_text("已选 46 张")
    tab.keyboard.press("Escape")
    expect(bar).to_be_hidden()


def test_the_keys_of_the_page_at_hand_stand_in_the_help(tab: Tab) -> None:
    tab.goto("/desk_list_bulk.en.html")
    tab.keyboard.press("?")
    here = tab.locator("[data-keys=here]")
    expect(here).to_contain_text("New ticket")
    expect(tab.locator("[data-keys=go]")).to_contain_text("Assigned to me")


@pytest.mark.parametrize(("locale", "before", "after", "over"), [
    ("en", "1h 42m left", "1h 40m left", "18m over"),
    ("zh-CN", "1 小时 42 分", "1 小时 40 分", "超时 18 分"),
])  # fmt: skip
def test_deadlines_are_counted_again_each_minute(
    tab: Tab, locale: str, before: str, after: str, over: str
) -> None:
    tab.clock.install(time=NOW)
    tab.goto(f"/desk_ticket.{locale}.html")
    pill = tab.locator(".ticket__head .sla[data-due]")
    expect(pill.locator("[data-sla-text]")).to_have_text(before)
    tab.clock.run_for(timedelta(minutes=1, seconds=1) // timedelta(milliseconds=1))
    expect(pill.locator("[data-sla-text]")).to_have_text(after)
    tab.clock.fast_forward("01:59:00")
    expect(pill.locator("[data-sla-text]")).to_have_text(over)
    expect(pill).to_have_attribute("data-state", "breached")


def test_r_and_n_choose_how_to_write(tab: Tab) -> None:
    tab.goto("/desk_ticket.en.html")
    lock = tab.locator(".composer__lock")
    expect(lock).to_be_hidden()
    tab.keyboard.press("n")
    expect(lock).to_be_visible()
    expect(tab.locator("#reply")).to_be_focused()
    tab.keyboard.type("r is a letter")
    expect(tab.locator("#reply")).to_have_value("r is a letter")
    expect(tab.get_by_role("radio", name="Internal note")).to_be_checked()


def test_the_yaml_gutter_follows_the_text(tab: Tab) -> None:
    tab.goto("/studio_yaml.en.html")
    editor = tab.locator("textarea[data-editor]")
    expect(tab.locator("[data-marks] u")).to_have_count(2)
    tab.get_by_role("link", name="types/refund.yaml:18:26").click()
    assert editor.evaluate("e => e.value.slice(e.selectionStart, e.selectionStart + 6)") == "damagd"
    lines = tab.locator("[data-gutter] li").count()
    tab.keyboard.press("Enter")
    expect(tab.locator("[data-gutter] li")).to_have_count(lines + 1)
    expect(tab.locator("[data-marks]")).to_have_count(0)


def test_the_marks_lie_under_their_letters(tab: Tab) -> None:
    tab.goto("/studio_yaml_fine.en.html")
    box = tab.locator("textarea[data-editor]").bounding_box()
    marks = tab.locator("[data-marks]").bounding_box()
    gutter = tab.locator("[data-gutter]").bounding_box()
    assert box
    assert marks
    assert gutter
    assert box["y"] == marks["y"] == gutter["y"]
    assert box["x"] == marks["x"]
    assert abs(box["height"] - gutter["height"]) < 1


def test_all_of_it_works_without_scripts(bare: Tab) -> None:
    bare.goto("/desk_ticket.en.html")
    bare.locator(".composer__tabs label", has_text="Internal note").click()
    expect(bare.locator(".composer__lock")).to_be_visible()
    expect(bare.get_by_label("Amount approved")).to_be_hidden()
    bare.locator("summary", has_text="Approve").click()
    expect(bare.get_by_label("Amount approved")).to_be_visible()
    bare.goto("/desk_list.en.html")
    bare.get_by_role("button", name="Filter").click()
    expect(bare.get_by_label("Priority")).to_be_visible()


@pytest.mark.parametrize("page", ["desk_list_wide", "desk_ticket_conflict", "studio_form"])
def test_a_desk_page_never_grows_beyond_the_window(tab: Tab, page: str) -> None:
    tab.goto(f"/{page}.en.html")
    assert tab.evaluate("document.documentElement.scrollHeight <= innerHeight")
    tab.set_viewport_size({"width": 390, "height": 844})
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("locale", "left"), [("en", "Team"), ("zh-CN", "团队")])
def test_a_suggestion_put_away_stays_away(tab: Tab, locale: str, left: str) -> None:
    tab.goto(f"/desk_ticket.{locale}.html")
    hints = tab.locator("[data-hint]")
    expect(hints).to_have_count(3)
    hints.first.locator("summary").click()
    expect(hints.first.get_by_role("link")).to_have_count(7)
    hints.first.locator("[data-put-away]").click()
    expect(hints).to_have_count(2)
    expect(hints.first).to_contain_text(left)
    expect(hints.first.locator("button[type=submit]")).to_be_focused()
    tab.reload()
    expect(hints).to_have_count(2)
    hints.first.locator("[data-put-away]").click()
    hints.first.locator("[data-put-away]").click()
    expect(tab.locator("[data-hints]")).to_have_count(0)
    tab.reload()
    expect(tab.locator("[data-hints]")).to_have_count(0)


def test_without_scripts_nothing_can_be_put_away_but_all_be_taken(bare: Tab) -> None:
    bare.goto("/desk_ticket.en.html")
    expect(bare.locator("[data-put-away]").first).to_be_hidden()
    expect(bare.locator("[data-hint] button[type=submit]")).to_have_count(3)
