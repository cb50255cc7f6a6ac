"""Who sits before which screen: signed-in browser views, and what their consoles complained of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.served import PASSWORD, TENANT, Served

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
PORTAL = f"/t/{TENANT}/p"
DESKTOP = f"/t/{TENANT}/desk"
STUDIO = f"/t/{TENANT}/studio"
LISTEN = """document.addEventListener("securitypolicyviolation", event =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`))"""
PATIENCE_MS = 20_000
EXPECTED = (
    # A page may answer so on purpose; the browser reports it as an error all the same.
    "status of 404",
    "status of 409",
    "status of 422",
    # A newer question replaces the one that is under way.
    "htmx:sendAbort",
    "htmx:afterRequest",
)

expect.set_options(timeout=PATIENCE_MS)


@dataclass
class House:
    """Opens views on the served desk. A view's faults fail the test that opened it."""

    browser: Browser
    desk: Served
    states: dict[str, Any]
    locales: dict[str, str]
    faults: list[str] = field(default_factory=list)
    _open: list[BrowserContext] = field(default_factory=list)

    def view(
        self,
        who: str = "",
        *,
        size: dict[str, int] = DESK,
        locale: str = "zh-CN",
        theme: Literal["light", "dark"] = "light",
        scripts: bool = True,
    ) -> Page:
        """A new browser with `who` signed in ("" for nobody), in a language and a look."""
        if who:
            self._prepare(who, locale)
        made = self.browser.new_context(
            base_url=self.desk.base,
            storage_state=self.states.get(who),
            viewport=size,  # type: ignore[arg-type]
            locale=locale,
            color_scheme=theme,
            java_script_enabled=scripts,
            has_touch=size is PHONE,
            reduced_motion="reduce",
        )
        self._open.append(made)
        made.set_default_timeout(PATIENCE_MS)
        made.add_init_script(LISTEN)
        tab = made.new_page()
        tab.on("console", self._heard)
        tab.on("pageerror", lambda error: self.faults.append(str(error)))
        return tab

    def _heard(self, message: Any) -> None:
        if message.type == "error" and not any(said in message.text for said in EXPECTED):
            self.faults.append(f"{message.location.get('url', '')}: {message.text}")

    def _prepare(self, who: str, locale: str) -> None:
        if who not in self.states:
            made = self.browser.new_context(base_url=self.desk.base)
            tab = made.new_page()
            sign_in(tab, who)
            self.states[who] = made.storage_state()
            made.close()
        self.speak(who, locale)

    def speak(self, who: str, locale: str) -> None:
        """Make this the language of a person; it is kept with their account."""
        if who and self.locales.get(who) != locale:
            made = self.browser.new_context(base_url=self.desk.base, storage_state=self.states[who])
            page = made.request.get(f"/t/{TENANT}/").text()
            token = re.findall(r'name="_csrf" value="([^"]+)"', page)[0]
            made.request.post("/preferences", form={"_csrf": token, "locale": locale, "next": "/"})
            made.close()
            self.locales[who] = locale

    def close(self) -> None:
        """Close what is open."""
        for each in self._open:
            each.close()
        self._open.clear()


def sign_in(tab: Page, who: str) -> None:
    """Through the sign-in page."""
    if "/sign-in" not in tab.url:
        tab.goto(f"/sign-in?tenant={TENANT}")
    tab.fill("#identity", f"{who}@example.com")
    tab.fill("#password", PASSWORD)
    tab.locator("form[action^='/sign-in'] button[type=submit]").click()
    tab.wait_for_url("**/t/**")


@contextmanager
def house(
    browser: Browser, desk: Served, states: dict[str, Any], locales: dict[str, str]
) -> Iterator[House]:
    """A house for one test; at its end its consoles must have been quiet."""
    made = House(browser, desk, states, locales)
    try:
        yield made
    finally:
        made.close()
    if made.faults:
        raise AssertionError("\n".join(made.faults))
