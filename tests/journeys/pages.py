"""Every page that is looked at, by who may open it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.journeys.people import DESKTOP, PORTAL, STUDIO, House
from tests.journeys.served import TENANT


@dataclass(frozen=True)
class Stop:
    """A page and the person before it. `RF` in the path stands for one of their refunds."""

    name: str
    who: str
    path: str


STOPS = (
    Stop("sign-in", "", f"/sign-in?tenant={TENANT}"),
    Stop("portal", "ann", f"{PORTAL}/"),
    Stop("portal-form", "ann", f"{PORTAL}/new/refund"),
    Stop("portal-tickets", "ann", f"{PORTAL}/tickets"),
    Stop("portal-ticket", "ann", f"{PORTAL}/tickets/RF"),
    Stop("desk-list", "ben", f"{DESKTOP}/views/after_sales_open"),
    Stop("desk-empty", "ben", f"{DESKTOP}/views/all?q=nothing-has-this-name"),
    Stop("desk-ticket", "ben", f"{DESKTOP}/tickets/RF"),
    Stop("desk-inbox", "ben", f"{DESKTOP}/inbox"),
    Stop("desk-new", "ben", f"{DESKTOP}/new"),
    Stop("desk-new-form", "ben", f"{DESKTOP}/new/complaint"),
    Stop("desk-nothing-here", "ben", f"{DESKTOP}/tickets/NO-1"),
    Stop("desk-absence", "ben", f"{DESKTOP}/people/me"),
    Stop("desk-colleagues", "cleo", f"{DESKTOP}/people"),
    Stop("desk-backlog", "cleo", f"{DESKTOP}/people/me?waiting=1"),
    Stop("desk-board", "cleo", f"{DESKTOP}/views/complaints"),
    Stop("desk-due", "cleo", f"{DESKTOP}/views/all?layout=gantt"),
    Stop("desk-week", "cleo", f"{DESKTOP}/views/all?layout=calendar&pick=field.amount"),
    Stop("dashboard", "cleo", f"{DESKTOP}/dashboards/service"),
    Stop("studio", "ivy", f"{STUDIO}/"),
    Stop("studio-kind", "ivy", f"{STUDIO}/TicketType/"),
    Stop("studio-form", "ivy", f"{STUDIO}/TicketType/refund"),
    Stop("studio-yaml", "ivy", f"{STUDIO}/TicketType/refund/yaml"),
    Stop("studio-publish", "ivy", f"{STUDIO}/publish"),
)


def visit(tab: Page, stop: Stop) -> None:
    """Open the page of a stop."""
    path = stop.path
    if path.endswith("/RF"):
        tab.goto(f"{PORTAL}/tickets" if stop.who == "ann" else f"{DESKTOP}/views/all")
        path = path[:-2] + re.findall(r"/tickets/(RF-\d+)", tab.content())[0]
    tab.goto(path)


def submit_nothing(house: House, locale: str, theme: str) -> Page:
    """The refund form sent empty, with its faults shown and a branch open."""
    tab = house.view("ann", locale=locale, theme=theme)  # type: ignore[arg-type]
    tab.goto(f"{PORTAL}/new/refund")
    tab.locator("label[for=f-reason-1]").click()
    tab.locator(".branch input").first.wait_for()
    tab.locator(".submitbar button[type=submit]").click()
    tab.locator("[data-faults]").wait_for()
    return tab
