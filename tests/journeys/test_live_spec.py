"""A spec published by another process shows on the open portal, without a restart."""

from __future__ import annotations

import time

from playwright.sync_api import expect

from tests.journeys.people import PORTAL, House

NEW = "这笔订单的编号"


def test_a_changed_label_shows_within_a_second(house: House) -> None:
    tab = house.view("ann")
    tab.goto(f"{PORTAL}/new/refund")
    expect(tab.locator("#l-f-order_no")).to_have_text("订单")
    spec = house.desk.folder / "types" / "refund.yaml"
    before = spec.read_text("utf-8")
    spec.write_text(before.replace("label: { zh-CN: 订单,", f"label: {{ zh-CN: {NEW},", 1), "utf-8")
    try:
        done = house.desk.specdesk("publish", str(house.desk.folder))
        assert done.returncode == 0, done.stdout + done.stderr
        until = time.monotonic() + 1
        while (text := _label(house)) != NEW and time.monotonic() < until:
            time.sleep(0.05)
        assert text == NEW
        tab.reload()
        expect(tab.locator("#l-f-order_no")).to_have_text(NEW)
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
    assert _label(house) == "订单"


def _label(house: House) -> str:
    tab = house.view("ann")
    tab.goto(f"{PORTAL}/new/refund")
    return (tab.locator("#l-f-order_no").text_content() or "").strip()
