"""Every page and state has no barrier that a program can find, in both themes and at both widths.

Each sample is looked at once, the looks taking turns so that all four cover the set in both
languages; the main pages are looked at in every look. A fragment stands in a page of its area.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import ThreadingHTTPServer
from itertools import product
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from runtime.render.environment import TEMPLATES, renderer
from tests.screens.every import every_sample
from tests.screens.shots import CHROMIUM, FLAGS, QuietHandler

if not Path(CHROMIUM).exists():
    pytest.skip("needs Chromium: apt-get install chromium-headless-shell", allow_module_level=True)

AXE = Path(__file__).parents[1] / "journeys" / "vendor" / "axe-core-4.14.1.min.js"
TAGS = (
    "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice",
)  # fmt: skip
RUN = """async tags => {
  const done = await axe.run(document, {
    runOnly: { type: "tag", values: tags }, resultTypes: ["violations"],
    preload: false, iframes: false, selectors: false,
    rules: { "target-size": { enabled: true } } });
  return done.violations.map(v => `${v.impact} ${v.id}: ` + v.nodes.slice(0, 3).map(n =>
    n.html.slice(0, 140) + " -- " + (n.any[0]?.message || n.all[0]?.message
      || n.none[0]?.message || "")).join(" | "));
}"""
"""No rule is switched off. `preload: false` leaves out css-orientation-lock alone, which would
load every style sheet again: the sheets hold no `orientation`, as test_css.py says."""

# 320 px is a desk of 1280 px at 400 % zoom (WCAG 1.4.10); 720 px is one of 1440 px at 200 %.
NARROW, WIDE, ZOOMED = 320, 1440, 720
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")]
    .filter(e => { const box = e.getBoundingClientRect();
      return box.right > innerWidth + 1 || box.left < -1; })
    .filter(e => e.checkVisibility() && !e.closest(".vh, .skip"))
    .slice(0, 4).map(e => e.outerHTML.slice(0, 120))"""
DRAGGING = """() => { const out = [], walk = document.createTreeWalker(document.body, 4);
  for (let node; (node = walk.nextNode());) {
    const at = node.parentElement;
    if (node.data.trim() && !at.closest("script, style") && at.checkVisibility()
      && getComputedStyle(at).unicodeBidi === "normal") out.push(at.outerHTML.slice(0, 100));
  }
  return out.slice(0, 3); }"""
MIRROR = "document.documentElement.dir = 'rtl'"

Theme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Look:
    """One way of looking at a page."""

    locale: str
    theme: Theme
    width: int


LOOKS = (
    Look("zh-CN", "light", WIDE),
    Look("en", "dark", NARROW),
    Look("en", "dark", WIDE),
    Look("zh-CN", "light", NARROW),
    Look("en", "light", WIDE),
    Look("zh-CN", "dark", NARROW),
    Look("zh-CN", "dark", WIDE),
    Look("en", "light", NARROW),
)
MAIN = ("portal_home", "portal_form", "desk_list", "desk_ticket")
EVERY_LOOK = tuple(
    Look(("zh-CN", "en")[n % 2], theme, width)
    for n, (theme, width) in enumerate(product(("light", "dark"), (WIDE, NARROW)))
)

MADE = renderer()
SAMPLES = every_sample()


def html(name: str, locale: str) -> str:
    """The sample as a page; a fragment stands in the frame of its area."""
    template, screen = SAMPLES[name]
    made = MADE.render(template, screen(locale))
    if "<!doctype html>" in made:
        return made
    frame = "portal_home_empty" if name.startswith("portal") else "desk_list_empty"
    around = html(frame, locale)
    inner = f"<h1>A page</h1>{made}"
    return re.sub(r"(<main\b[^>]*>).*(</main>)", lambda m: m[1] + inner + m[2], around, flags=re.S)


def looks() -> list[tuple[str, Look]]:
    """Which sample is looked at in which look."""
    turns = [(name, LOOKS[n % len(LOOKS)]) for n, name in enumerate(sorted(SAMPLES))]
    return [*turns, *((name, look) for name in MAIN for look in EVERY_LOOK)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("axe")
    (folder / "static").symlink_to(TEMPLATES / "static")
    (folder / "axe.js").symlink_to(AXE)
    for name, look in looks():
        page = html(name, look.locale).replace("</head>", '<script src="/axe.js"></script></head>')
        (folder / f"{name}.{look.locale}.html").write_text(page, "utf-8")
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


def tabs(browser: Browser, base: str) -> dict[tuple[Theme, int], Page]:
    """One tab for each theme and width."""
    made: dict[tuple[Theme, int], Page] = {}
    for theme, width in product(("light", "dark"), (WIDE, NARROW)):
        view = browser.new_context(
            base_url=base,
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            reduced_motion="reduce",
            has_touch=width == NARROW,
        )
        made[theme, width] = view.new_page()
    return made


def test_no_sample_has_a_barrier_or_is_wider_than_its_screen(browser: Browser, served: str) -> None:
    found: dict[str, Any] = {}
    open_tabs = tabs(browser, served)
    for name, look in looks():
        tab = open_tabs[look.theme, look.width]
        tab.goto(f"/{name}.{look.locale}.html")
        told = list(tab.evaluate(RUN, list(TAGS)))
        told += [f"too wide: {one}" for one in tab.evaluate(TOO_WIDE)]
        told += [f"text that drags others along: {one}" for one in tab.evaluate(DRAGGING)]
        tab.evaluate(MIRROR)
        told += [f"too wide from right to left: {one}" for one in tab.evaluate(TOO_WIDE)]
        if told:
            found[f"{name} {look.locale} {look.theme} {look.width}"] = told
    assert not found, json.dumps(found, ensure_ascii=False, indent=1)
