"""A large refund on a phone: finance asks, the lead is told by mail and agrees, it moves on."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.people import DESKTOP, PHONE, PORTAL, House

ORDER = "2026112200640"
APPROVE = "form[action$='/approve'] button[type=submit]"


def test_a_large_refund_is_asked_for_and_approved_on_a_phone(house: House) -> None:
    ann = house.view("ann", size=PHONE)
    number = _submit(ann)
    ben = house.view("ben")
    ben.goto(f"{DESKTOP}/tickets/{number}")
    ben.locator("form[action$='/move/approve'] button[type=submit]").click()
    expect(ben.locator(".ticket__head .status")).to_have_text("财务审核")

    fay = house.view("fay", size=PHONE)
    fay.goto(f"{DESKTOP}/tickets/{number}")
    pay = fay.locator("details.acts", has=fay.locator("form[action$='/move/pay_large']"))
    pay.locator("summary").click()
    fay.locator("form[action$='/move/pay_large'] input[name=iban]").fill("6222020011112222333")
    pay.locator("form button[type=submit]").click()
    box = fay.locator("#approval")
    expect(box).to_contain_text("等待审批")
    expect(box).to_contain_text("郭朗")
    expect(fay.locator(APPROVE)).to_have_count(0)
    expect(fay.locator(".ticket__head .status")).to_have_text("财务审核")

    ann.goto(f"{PORTAL}/tickets/{number}")
    expect(ann.locator(".vsteps li[data-state=now]")).to_contain_text("等待审批")

    guo = house.view("guo", size=PHONE)
    letter = house.desk.mailbox.wait("guo@example.com", number)
    assert f"/desk/tickets/{number}" in letter
    guo.goto(f"{DESKTOP}/views/to_approve")
    guo.locator("a.rowlink", has_text="观止 平板").first.click()
    refuse = guo.locator("#approval details.acts")
    refuse.locator("summary").click()
    refuse.locator("button[type=submit]").click()
    expect(guo.locator("#approval [role=alert]")).to_be_visible()
    guo.locator(APPROVE).click()
    expect(guo.locator(".ticket__head .status")).to_have_text("待告知")
    expect(guo.locator("#approval")).to_have_count(0)
    expect(guo.locator("#timeline")).to_contain_text("批准了")
    assert guo.evaluate("document.documentElement.scrollWidth <= innerWidth")

    ben.goto(f"{DESKTOP}/tickets/{number}")
    ben.locator("form[action$='/move/tell'] button[type=submit]").click()
    expect(ben.locator(".ticket__head .status")).to_have_text("已退款")


def _submit(tab: Page) -> str:
    tab.goto(f"{PORTAL}/new/refund")
    tab.locator("label", has=tab.locator(f"input[type=radio][value='{ORDER}']")).click()
    expect(tab.locator("#f-product")).to_have_value("观止 平板 11 英寸")
    tab.locator("label", has=tab.locator("input[name=reason][value=regret]")).click()
    tab.fill("#f-amount", "2199")
    tab.fill("#f-description", "买错了，没有拆封")
    tab.locator(".submitbar button[type=submit]").click()
    tab.wait_for_url(re.compile(r"/p/tickets/RF-\d+"))
    return str(re.findall(r"RF-\d+", tab.url)[0])
