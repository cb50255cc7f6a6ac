"""What app.js adds to the pages, in a real browser under the real content security policy."""

import json
import re
import threading
from collections.abc import Iterator
from functools import partial
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect, sync_playwright

from runtime.render.environment import TEMPLATES, renderer
from tests.screens.samples import form, found, home
from tests.screens.shots import CHROMIUM, FLAGS

if not Path(CHROMIUM).exists():
    pytest.skip("needs Chromium: apt-get install chromium-headless-shell", allow_module_level=True)

MADE = renderer()
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'"


class Desk(BaseHTTPRequestHandler):
    """The few addresses that the form talks to, answered from the templates."""

    def __init__(self, posts: list[tuple[str, bytes]], *more: object) -> None:
        self.posts = posts
        super().__init__(*more)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        path, query = address.path, parse_qs(address.query)
        if path.startswith("/static/"):
            file = TEMPLATES / path[1:]
            return self._answer(file.read_bytes(), KINDS.get(file.suffix, "text/plain"))
        if path.endswith("/sw.js"):
            return self._answer(b"", "text/javascript")
        if path.endswith("/p/"):
            return self._page("pages/portal_home.html", home("en", query.get("q", [""])[0]))
        return self._page("pages/portal_form.html", form("en", faults=False))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.posts.append((self.path, body))
        if self.path.endswith("/files"):
            known = self.headers["x-csrf-token"] == "token"
            answer = {"token": "held-1"} if known else {"detail": "no token"}
            self._answer(json.dumps(answer).encode(), "application/json", 201)
        elif urlsplit(self.path).path.endswith("/find/orders"):
            # The words are posted: they stand in no address.
            some = parse_qs(body.decode())["q"] == ["fan"]
            self._page("pages/portal_found.html", found("en", some))
        elif self.path.endswith("/check"):
            # As the server does, what was typed comes back.
            typed = re.search(rb'name="note"\r\n\r\n(.*?)\r\n--', body, re.S)
            note = escape(typed[1].decode()) if typed else ""
            made = MADE.render("pages/portal_form_fields.html", form("en"))
            made = re.sub(r'(<textarea[^>]* name="note"[^>]*>)\s*', rf"\1{note}", made)
            self._answer(made.encode(), "text/html; charset=utf-8")
        else:
            self.send_response(303)
            self.send_header("location", "/t/ecommerce/p/")
            self.end_headers()

    def log_message(self, *_: object) -> None: ...

    def _page(self, template: str, screen: object) -> None:
        self._answer(MADE.render(template, screen).encode(), "text/html; charset=utf-8")  # type: ignore[arg-type]

    def _answer(self, body: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.send_header("content-security-policy", POLICY)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    posts: list[tuple[str, bytes]] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Desk, posts))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", posts
    server.shutdown()
    server.server_close()


@pytest.fixture(params=[True])
def tab(request: pytest.FixtureRequest) -> Iterator[Tab]:
    """A phone; whatever its console complains of fails the test."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        view = browser.new_context(
            viewport={"width": 390, "height": 844}, java_script_enabled=request.param
        )
        page, faults = view.new_page(), []
        page.set_default_timeout(5000)
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        yield page
        browser.close()
        assert faults == []


FORM = "/t/ecommerce/p/new/refund"


def test_an_answer_brings_its_fields_and_a_file_goes_up_at_once(
    tab: Tab, served: tuple[str, list[tuple[str, bytes]]], tmp_path: Path
) -> None:
    base, posts = served
    tab.goto(base + FORM)
    tab.get_by_label("Anything else").fill("It is dented")
    tab.get_by_text("Damaged", exact=True).click()
    expect(tab.locator(".branch__why")).to_have_text("Because you chose “Damaged”")
    assert posts[-1][0].endswith("/check")
    assert b"It is dented" in posts[-1][1]
    photo = tmp_path / "dent.jpg"
    photo.write_bytes(b"\xff\xd8" * 600)
    tab.locator("#f-photo").set_input_files(photo)
    expect(tab.locator("[data-state=held] .file__name")).to_have_text("dent.jpg")
    assert posts[-1][0].endswith("/files")
    assert tab.locator("[data-state=held] input").input_value() == "held-1"
    tab.get_by_text("Does not work").click()
    expect(tab.locator("[data-state=held] .file__name")).to_have_text("dent.jpg")


def test_a_draft_comes_back_and_is_gone_once_sent(
    tab: Tab, served: tuple[str, list[tuple[str, bytes]]]
) -> None:
    base, posts = served
    tab.goto(base + FORM)
    tab.get_by_label("Anything else").fill("Half a sentence")
    expect(tab.get_by_text("Draft kept on this device")).to_be_visible()
    tab.goto(base + FORM)
    expect(tab.get_by_label("Anything else")).to_have_value("Half a sentence")
    expect(tab.get_by_text("Your draft is back as you left it.")).to_be_visible()
    before = len(posts)
    tab.locator("form[data-draft]").evaluate(
        "form => { form.requestSubmit(); form.requestSubmit(); }"
    )
    tab.wait_for_url("**/p/")
    assert len([path for path, _ in posts[before:] if path == FORM]) == 1
    tab.goto(base + FORM)
    expect(tab.get_by_label("Anything else")).to_have_value("")


def test_a_record_is_found_while_typing(
    tab: Tab, served: tuple[str, list[tuple[str, bytes]]]
) -> None:
    tab.goto(served[0] + FORM)
    tab.get_by_text("Choose another").click()
    tab.locator("#f-order_no").press_sequentially("fan")
    tab.locator("[data-fill]").click()
    expect(tab.locator("#f-order_no")).to_have_value("2026111307702")
    expect(tab.locator("[data-picker-chosen]")).to_have_text("Fan")
    assert tab.locator("input[type=radio][name=order_no]:checked").count() == 0


def test_typing_in_the_search_filters_the_offers(
    tab: Tab, served: tuple[str, list[tuple[str, bytes]]]
) -> None:
    tab.goto(served[0] + "/t/ecommerce/p/")
    tab.get_by_role("searchbox").press_sequentially("inv")
    expect(tab.get_by_role("link", name="Show all")).to_be_visible()
    expect(tab.get_by_role("searchbox")).to_be_focused()


@pytest.mark.parametrize("tab", [False], indirect=True)
def test_the_form_is_whole_without_scripts(
    tab: Tab, served: tuple[str, list[tuple[str, bytes]]]
) -> None:
    base, posts = served
    tab.goto(base + FORM)
    expect(tab.get_by_role("button", name="Find")).to_be_hidden()  # inside the closed details
    tab.get_by_text("Choose another").click()
    expect(tab.get_by_role("button", name="Find")).to_be_visible()
    tab.get_by_role("button", name="Send request").last.click()
    tab.wait_for_url("**/p/")
    assert b'name="_idempotency"' in posts[-1][1]


def test_controls_of_the_portal_are_44_pixels(
    tab: Tab, served: tuple[str, list[tuple[str, bytes]]]
) -> None:
    tab.goto(served[0] + FORM)
    small = tab.evaluate(
        """() => [...document.querySelectorAll(
            ".btn, .input, select, textarea, .choice, .drop, summary, .portal__me")]
          .filter(e => e.offsetParent && !e.classList.contains("vh"))
          .filter(e => e.getBoundingClientRect().height < 43.5)
          .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert small == []
