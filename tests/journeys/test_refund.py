"""The thread through the whole house: asked for, routed, answered, approved, paid, told."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import DESK, DESKTOP, PHONE, PORTAL, House


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture big enough that its way up takes a moment."""
    path = tmp_path_factory.mktemp("photos") / "dent.png"
    side = 700
    noise = b"".join(b"\0" + zlib.compress(bytes([n % 251]) * 9)[:3] * side for n in range(side))
    path.write_bytes(_png(side, side, noise))
    return path


def _png(width: int, height: int, rows: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 0)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


CASES = [
    # size, language, who asks, what they type, the record they pick, the team it goes to
    (PHONE, "zh-CN", "ann", "2026112200", "2026112200640", "会员专席"),
    (DESK, "en", "ann", "20261122", "2026112200640", "Member desk"),
]


@pytest.mark.parametrize(
    ("size", "locale", "who", "typed", "order", "team"), CASES, ids=["phone-zh", "desktop-en"]
)
def test_a_refund_goes_all_the_way(
    house: House,
    photo: Path,
    size: dict[str, int],
    locale: str,
    who: str,
    typed: str,
    order: str,
    team: str,
) -> None:
    ann = house.view(who, size=size, locale=locale)
    number = _submit(ann, typed, order, photo, locale)

    ben = house.view("ben", locale=locale)
    ben.goto(f"{DESKTOP}/tickets/{number}")
    expect(ben.locator(".ticket__side")).to_contain_text(team)
    expect(ben.locator(".ticket__side")).to_contain_text("routing/refund.yaml")
    ben.fill("#reply", "We have it and look at the photo now.")
    ben.locator("#composer button.btn--primary[type=submit]").click()
    expect(ben.locator("#timeline")).to_contain_text("look at the photo now")
    _move(ben, "approve")
    expect(ben.locator(".ticket__head .status")).to_have_text(
        _either(locale, "财务审核", "Finance review")
    )

    fay = house.view("fay", locale=locale)
    fay.goto(f"{DESKTOP}/tickets/{number}")
    pay = fay.locator("details.acts", has=fay.locator("form[action$='/move/pay']"))
    pay.locator("summary").click()
    pay.locator("form button[type=submit]").click()
    expect(fay.locator("form[action$='/move/pay'] [aria-invalid=true]")).to_have_count(1)
    fay.locator("form[action$='/move/pay'] input[name=iban]").fill("6222020011112222333")
    fay.locator("form[action$='/move/pay'] button[type=submit]").click()

    ben.goto(f"{DESKTOP}/tickets/{number}")
    assert "6222020011112222333" not in ben.content()
    _move(ben, "tell")
    expect(ben.locator(".ticket__head .status")).to_have_text(_either(locale, "已退款", "Refunded"))

    ann.goto(f"{PORTAL}/tickets/{number}")
    expect(ann.locator(".row .status").first).to_have_text(_either(locale, "已退款", "Refunded"))
    expect(
        ann.locator(".vsteps li[data-state=now], .vsteps li[data-state=done]").last
    ).to_contain_text(_either(locale, "已退款", "Refunded"))
    expect(ann.locator("#talk")).to_contain_text("look at the photo now")
    letter = house.desk.mailbox.wait("ann@example.com", number)
    assert f"/p/tickets/{number}" in letter


def _submit(tab: Page, typed: str, order: str, photo: Path, locale: str) -> str:
    tab.goto(f"{PORTAL}/")
    tab.locator("main a[href$='/new/refund']").first.click()
    # The latest orders are offered as cards; this one is looked for by its number.
    expect(tab.locator(f"input[type=radio][value='{order}']")).to_have_count(1)
    tab.locator(".picker__other summary").click()
    field = tab.locator("#f-order_no")
    field.press_sequentially(typed, delay=20)
    tab.locator(f"[data-fill='{order}']").click()
    # Being one of those on offer, it is ticked among them.
    expect(tab.locator(f"input[type=radio][value='{order}']")).to_be_checked()
    expect(tab.locator("#f-product")).to_have_value("观止 平板 11 英寸")
    expect(tab.locator("input[name=damage]")).to_have_count(0)
    tab.locator("label[for=f-reason-1]").click()
    expect(tab.locator(".branch input[name=damage]").first).to_be_visible()
    expect(tab.locator("#f-reason-1")).to_be_focused()
    tab.locator("label", has=tab.locator("input[name=damage][value=unusable]")).click()
    tab.locator("#f-photo").set_input_files(photo)
    expect(tab.locator("#w-f-photo [data-state=held] .file__name")).to_have_text("dent.png")
    tab.fill("#f-amount", "1999")
    tab.fill("#f-description", "The screen is cracked")
    # The amount asks the server; going on to the next field must keep the typing there.
    expect(tab.locator("#f-description")).to_have_value("The screen is cracked")
    tab.locator(".submitbar button[type=submit]").click()
    tab.wait_for_url(re.compile(r"/p/tickets/RF-\d+"))
    expect(tab.locator("h1")).to_contain_text("观止 平板 11 英寸")
    expect(tab.locator("main")).to_contain_text("dent.png")
    return str(re.findall(r"RF-\d+", tab.url)[0])


def _move(tab: Page, key: str) -> None:
    tab.locator(f"form[action$='/move/{key}'] button[type=submit]").click()
    tab.wait_for_load_state()


def _either(locale: str, zh: str, en: str) -> str:
    return zh if locale == "zh-CN" else en
