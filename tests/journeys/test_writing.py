"""Words under way: completed by keys, kept over reload and sign-in, sent in one tab of two."""

from __future__ import annotations

import base64

from playwright.sync_api import Page, expect

from tests.journeys.people import DESKTOP, House
from tests.journeys.served import PASSWORD
from tests.journeys.test_steady import WATCH, shifts
from tests.web.asking import PNG

PASTE = """kept => {
  const bytes = new Uint8Array([...atob(kept)].map(letter => letter.charCodeAt(0)));
  const data = new DataTransfer();
  data.items.add(new File([bytes], "image.png", { type: "image/png" }));
  const made = { clipboardData: data, bubbles: true, cancelable: true };
  document.querySelector("#reply").dispatchEvent(new ClipboardEvent("paste", made));
}"""

VIEWER = "Object.defineProperty(navigator, 'pdfViewerEnabled', { get: () => true })"
"""The light browser of the tests has no viewer of its own."""


def _paste(tab: Page) -> None:
    tab.evaluate(PASTE, base64.b64encode(PNG).decode())
    expect(tab.locator("#composer .file[data-state=held]")).to_have_count(1)


def test_a_reply_under_way_is_never_lost(house: House) -> None:
    tab = house.view("ben", locale="en")
    tab.context.add_init_script(WATCH)
    tab.goto(f"{DESKTOP}/views/all")
    tab.locator("a.rowlink").first.click()
    tab.wait_for_url("**/tickets/**")
    url = tab.url.partition("?")[0]
    # The list one came from leads on by the same keys as in it.
    expect(tab.locator("[data-place]")).to_contain_text("1 / ")
    tab.keyboard.press("j")
    expect(tab.locator("[data-place]")).to_contain_text("2 / ")
    tab.keyboard.press("k")
    tab.wait_for_url(f"{url}**")
    expect(tab.locator("[data-place]")).to_contain_text("1 / ")
    box = tab.locator("#reply")
    box.click()
    tab.keyboard.type("Look, @")
    expect(tab.locator("#reply-complete li").first).to_be_visible()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    written = box.input_value()
    assert written.startswith("Look, @")
    assert len(written) > len("Look, @")
    _paste(tab)
    expect(tab.get_by_text("Draft kept")).to_be_visible()
    # One ring around the whole composer, none inside it.
    box.focus()
    ring = "each => getComputedStyle(each).outlineStyle"
    assert box.evaluate(ring) == "none"
    assert tab.locator("#composer form").evaluate(ring) == "solid"

    tab.reload()
    expect(box).to_have_value(written)
    expect(tab.get_by_text("Your draft is back.")).to_be_visible()
    expect(tab.locator("#composer .file")).to_have_count(1)
    assert shifts(tab) == []

    ended = [
        {**cookie, "value": "ended"}
        for cookie in tab.context.cookies()
        if cookie.get("name") == "specdesk_session"
    ]
    tab.context.add_cookies(ended)  # type: ignore[arg-type]
    tab.locator("#composer button.btn--primary[type=submit]").click()
    tab.wait_for_url("**/sign-in**")
    tab.fill("#identity", "ben@example.com")
    tab.fill("#password", PASSWORD)
    tab.press("#password", "Enter")
    tab.wait_for_url("**/tickets/**")
    expect(box).to_have_value(written)

    other = tab.context.new_page()
    other.add_init_script(VIEWER)
    other.goto(url)
    expect(other.locator("#reply")).to_have_value(written)
    note = {"name": "note.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n"}
    other.locator("#reply-files").set_input_files([note])  # type: ignore[list-item]
    expect(other.locator("#composer .file[data-state=held]")).to_have_count(2)
    other.locator("#reply").press("Control+Enter")
    expect(other.locator("#timeline .msg").last).to_contain_text(written.strip())
    expect(other.locator("#reply")).to_have_value("")
    expect(tab.get_by_text("Sent in another tab.")).to_be_visible()
    expect(box).to_have_value("")

    # What was sent is looked at in its place, and Escape leads back to it.
    other.locator("a[data-look=pdf]").last.click()
    expect(other.locator("dialog#lightbox iframe[title='note.pdf']")).to_be_visible()
    other.keyboard.press("ArrowLeft")
    expect(other.locator("dialog#lightbox img")).to_be_visible()
    other.keyboard.press("Escape")
    expect(other.locator("a.thumb[data-look]").last).to_be_focused()
    house.states.pop("ben")  # his session is another one by now
