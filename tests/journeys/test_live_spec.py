"""A spec published by another process shows on the open portal, without a restart."""

from __future__ import annotations

import re
import time

from playwright.sync_api import expect

from tests.journeys.people import PORTAL, House

NEW = "想退回的金额"
LABEL = "#w-f-amount label"
OLD = "退款金额"
PATIENCE_S = 4.0  # a second on a quiet machine


def test_a_changed_label_shows_within_a_second(house: House) -> None:
    tab = house.view("ann")
    tab.goto(f"{PORTAL}/new/refund")
    expect(tab.locator(LABEL)).to_have_text(OLD)
    spec = house.desk.folder / "types" / "refund.yaml"
    before = spec.read_text("utf-8")
    spec.write_text(before.replace(f"zh-CN: {OLD},", f"zh-CN: {NEW},", 1), "utf-8")
    try:
        done = house.desk.specdesk("publish", str(house.desk.folder))
        assert done.returncode == 0, done.stdout + done.stderr
        since = time.monotonic()
        while (text := _label(house)) != NEW and time.monotonic() - since < PATIENCE_S:
            time.sleep(0.02)
        print(f"shown {time.monotonic() - since:.2f} s after publishing")
        assert text == NEW
        tab.reload()
        expect(tab.locator(LABEL)).to_have_text(NEW)
    finally:
        spec.write_text(before, "utf-8")
        house.desk.specdesk("publish", str(house.desk.folder))


def test_a_mistake_is_refused_with_its_place_and_changes_nothing(house: House) -> None:
    spec = house.desk.folder / "types" / "refund.yaml"
    before = spec.read_text("utf-8")
    spec.write_text(before.replace("type: money", "type: monney", 1), "utf-8")
    try:
        done = house.desk.specdesk("publish", str(house.desk.folder))
    finally:
        spec.write_text(before, "utf-8")
    assert done.returncode == 1
    assert "types/refund.yaml:" in done.stdout
    assert _label(house) == OLD


def _label(house: House) -> str:
    """As a page that is loaded now shows it."""
    tab = house.view("ann")
    page = tab.request.get(f"{PORTAL}/new/refund").text()
    found = re.search(r'id="l-f-amount">([^<]+)', page)
    assert found, page
    return found[1].strip()
