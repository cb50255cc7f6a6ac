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
