"""Bytes, shift and answer time of pages: ``python -m tests.bench.bytes [WRITE]``.

Serves the example shop, opens each page in Chromium with an empty cache, and prints a table: what
comes over the line (compressed, pictures apart), the layout shift, and how long the page takes to
answer a key and a click (Event Timing). With WRITE it puts the table into docs/performance.md.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.journeys.pages import Stop, visit
from tests.journeys.people import DESK, DESKTOP, PHONE, PORTAL, STUDIO, House
from tests.journeys.served import served
from tests.screens.shots import CHROMIUM, FLAGS

DOCS = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
BEGIN, END = "<!-- bytes per page -->", "<!-- end of bytes per page -->"
PICTURES = ("Image", "Media")
PAGES = (
    (Stop("portal home", "ann", f"{PORTAL}/"), PHONE, "#q"),
    (Stop("portal form", "ann", f"{PORTAL}/new/complaint"), PHONE, "[name=subject]"),
    (Stop("portal ticket", "ann", f"{PORTAL}/tickets/RF"), PHONE, "#body"),
    (Stop("portal article", "ann", f"{PORTAL}/help/refund-times"), PHONE, ""),
    (Stop("desk list", "ben", f"{DESKTOP}/views/all"), DESK, "input[type=search]"),
    (Stop("desk ticket", "ben", f"{DESKTOP}/tickets/RF"), DESK, "#reply"),
    (Stop("dashboard", "cleo", f"{DESKTOP}/dashboards/service"), DESK, ""),
    (Stop("studio form", "ivy", f"{STUDIO}/TicketType/refund"), DESK, ""),
)
WATCH = """() => { window.shift = 0; window.slow = 0;
  new PerformanceObserver(list => { for (const e of list.getEntries())
    if (!e.hadRecentInput) window.shift += e.value;
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver(list => { for (const e of list.getEntries())
    if (e.interactionId) window.slow = Math.max(window.slow, e.duration);
  }).observe({ type: "event", durationThreshold: 16, buffered: true }); }"""


@dataclass
class Weigher:
    """Counts what a tab receives."""

    tab: Page
    kinds: dict[str, tuple[str, str]] = field(default_factory=dict)
    sizes: dict[str, float] = field(default_factory=dict)
    heads: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        session = self.tab.context.new_cdp_session(self.tab)
        session.send("Network.enable")
        session.on("Network.responseReceived", self._answered)
        session.on("Network.loadingFinished", self._loaded)

    def _answered(self, event: dict[str, Any]) -> None:
        self.kinds[event["requestId"]] = (event["type"], event["response"]["url"])
        self.heads[event["requestId"]] = event["response"]["encodedDataLength"]

    def _loaded(self, event: dict[str, Any]) -> None:
        self.sizes[event["requestId"]] = event["encodedDataLength"]

    def bytes(self, *, pictures: bool) -> int:
        """Bodies as they come over the line; of pictures, or of all the rest."""
        return round(sum(
            size - self.heads[one] for one, size in self.sizes.items() if one in self.kinds
            and (self.kinds[one][0] in PICTURES or ".svg" in self.kinds[one][1]) == pictures
        ))  # fmt: skip


def row(house: House, stop: Stop, size: dict[str, int], control: str) -> str:
    """One line of the table."""
    warm = house.view(stop.who, size=size, locale="zh-CN")
    warm.set_default_navigation_timeout(120_000)
    visit(warm, stop)  # the server has rendered it once; the browser below has an empty cache
    path = warm.url
    tab = house.view(stop.who, size=size, locale="zh-CN")
    weigher = Weigher(tab)
    tab.goto(path)
    tab.wait_for_timeout(700)
    arrived = f"{weigher.bytes(pictures=False) / 1000:.1f} kB"
    pictures = f"{weigher.bytes(pictures=True) / 1000:.1f} kB"
    answers = len(weigher.sizes)
    tab.evaluate(WATCH)
    if control:
        tab.locator(control).first.click()
        tab.locator(control).first.press_sequentially("abc", delay=60)
    tab.wait_for_timeout(700)
    shift, slow = tab.evaluate("[window.shift, window.slow]")
    html = len(tab.content().encode())
    answer = "–" if not control else f"{slow:.0f} ms" if slow else "under 16 ms"
    return (
        f"| {stop.name} | {arrived} | {pictures} | {html / 1000:.0f} kB "
        f"| {answers} | {shift:.3f} | {answer} |"
    )


def table() -> str:
    """The whole table, measured now."""
    with (
        TemporaryDirectory() as home,
        served(Path(home)) as desk,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        house = House(browser, desk, {}, {})
        rows = [row(house, *page) for page in PAGES]
        house.close()
        browser.close()
    head = (
        "| page | without pictures | pictures | HTML, unpacked | answers | layout shift | a key |"
    )
    return "\n".join([head, "|---|---|---|---|---|---|---|", *rows])


def main(write: bool) -> int:
    """Print the table, and put it into the page if asked."""
    made = table()
    print(made)
    if write:
        text = DOCS.read_text("utf-8")
        kept = re.compile(f"{BEGIN}.*?{END}", re.DOTALL)
        DOCS.write_text(kept.sub(f"{BEGIN}\n{made}\n{END}", text), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main("WRITE" in sys.argv[1:]))
