"""A guest asks in the shop's own page, gets a letter, and goes on by its link on a small phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from playwright.sync_api import Page, expect

from tests.journeys.people import PORTAL, House
from tests.journeys.served import Served
from tests.web.asking import PNG

SMALL = {"width": 360, "height": 740}


@contextmanager
def site_with(script: str, port: int) -> Iterator[str]:
    """Another site on the loopback, whose one page loads the script; gives its origin."""
    page = (
        "<!doctype html><title>Shop</title><h1>The shop</h1>"
        f'<script src="{script}" data-label="Help" async></script>'
    ).encode()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_said: object) -> None:
            """Nothing: the test says what matters."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Answer)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _asked_in(tab: Page, shop: str) -> str:
    """Fill in the form within the shop's page; gives the number."""
    tab.goto(f"{shop}/lamps")
    tab.get_by_role("button", name="Help").click()
    frame = tab.frame_locator("iframe")
    frame.get_by_role("link", name="Complaint").click()
    frame.get_by_label("Your mail address").fill("gil@shop.example")
    frame.get_by_label("Your name").fill("Gil")
    frame.get_by_label("In one sentence").fill("The lamp is broken")
    frame.get_by_label("What happened").fill("It fell out of the box")
    frame.get_by_text("Service", exact=True).click()
    frame.get_by_role("button", name="Submit").click()
    expect(frame.get_by_role("heading", name="We have your request")).to_be_visible()
    number = frame.locator("b.mono").inner_text()
    tab.keyboard.press("Escape")
    expect(tab.locator("iframe")).to_be_hidden()
    return number


def test_a_guest_asks_in_another_site_and_goes_on_by_mail(house: House, desk: Served) -> None:
    tab = house.view(locale="en", size=SMALL)
    script, port = f"{desk.base}{PORTAL}/embed.js", int(desk.shop.rpartition(":")[2])
    with site_with(script, port) as shop:
        number = _asked_in(tab, shop)

    letter = desk.mailbox.wait("gil@shop.example", number)
    link = re.search(r"http://\S+/p/k/\w+", letter)
    assert link
    tab = house.view(locale="en", size=SMALL)
    tab.goto(link[0].replace("localhost", "127.0.0.1"))
    expect(tab.get_by_text(number).first).to_be_visible()
    tab.get_by_label("Your reply").fill("It is still broken")
    tab.get_by_role("button", name="Send", exact=True).click()
    expect(tab.locator(".bubble", has_text="It is still broken")).to_be_visible()
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_site_that_is_not_named_shows_no_frame(house: House, desk: Served) -> None:
    tab = house.view(locale="en")
    refused: list[str] = []
    tab.on("console", lambda said: refused.append(said.text))
    with site_with(f"{desk.base}{PORTAL}/embed.js", 0) as other:
        tab.goto(f"{other}/lamps")
        tab.get_by_role("button", name="Help").click()
        tab.wait_for_function("document.querySelector('iframe').src !== ''")
        expect(tab.frame_locator("iframe").get_by_role("link", name="Complaint")).to_have_count(0)
        tab.wait_for_timeout(100)
        assert any("frame-ancestors" in text for text in refused)
        house.faults.clear()


def test_a_lost_connection_loses_no_word(house: House) -> None:
    tab = house.view("luo.yiyi", locale="en", size=SMALL)
    tab.goto(f"{PORTAL}/")
    tab.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    tab.goto(f"{PORTAL}/new/complaint")
    tab.fill("[name=subject]", "Typed in a tunnel")
    expect(tab.locator("[data-draft-kept]")).to_be_visible()
    tab.context.set_offline(True)
    tab.locator(".submitbar [type=submit]").click()
    expect(tab.locator(".toast").first).to_contain_text("No connection")
    tab.goto(f"{PORTAL}/tickets")
    expect(tab.get_by_role("heading", name="You are offline")).to_be_visible()
    tab.context.set_offline(False)
    # The page that was asked for comes by itself.
    expect(tab.get_by_role("heading", name="My tickets")).to_be_visible(timeout=15_000)
    tab.goto(f"{PORTAL}/new/complaint")
    expect(tab.locator("[name=subject]")).to_have_value("Typed in a tunnel")
    kept = tab.evaluate(
        "caches.keys().then(async names => (await Promise.all(names.map(async name =>"
        " (await (await caches.open(name)).keys()).map(one => new URL(one.url).pathname)))).flat())"
    )
    assert kept
    assert all(one.startswith("/static/") or one.endswith("/p/offline") for one in kept)
    # What asks by itself while there is no connection is no fault.
    alone = ("ERR_INTERNET_DISCONNECTED", "htmx:sendError")
    house.faults[:] = [one for one in house.faults if not any(said in one for said in alone)]


def test_a_file_whose_upload_broke_off_is_tried_again(house: House) -> None:
    tab = house.view("luo.yiyi", locale="en", size=SMALL)
    tab.goto(f"{PORTAL}/new/complaint")
    tab.route("**/files", lambda route: route.abort(), times=1)
    file = {"name": "dent.png", "mimeType": "image/png", "buffer": PNG}
    tab.set_input_files("input[type=file]", file)  # type: ignore[arg-type]
    tab.get_by_role("button", name="Try again").click()
    expect(tab.locator(".file[data-state='held']")).to_have_count(1)
    house.faults[:] = [one for one in house.faults if "ERR_FAILED" not in one]


def test_nothing_moves_while_a_page_comes_in(house: House) -> None:
    tab = house.view("luo.yiyi", locale="en", size=SMALL)
    tab.add_init_script(
        "window.shifted = 0; new PerformanceObserver(list => list.getEntries().forEach(one =>"
        " { window.shifted += one.value; })).observe({ type: 'layout-shift', buffered: true });"
    )
    for page in ("/", "/new/complaint", "/tickets", "/help"):
        tab.goto(f"{PORTAL}{page}", wait_until="networkidle")
        assert tab.evaluate("window.shifted") < 0.02, page
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), page
