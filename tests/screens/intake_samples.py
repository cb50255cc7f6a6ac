"""Samples of the intake ledger, in either locale: Cleo looks at what arrived."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from runtime.web.screens.studio.intake import (
    ArrivalRow,
    BoxRow,
    Choice,
    DayRow,
    Line,
    StudioArrival,
    StudioIntake,
    WayRow,
)
from tests.screens.desk_frame_samples import DESK, STUDIO, two
from tests.screens.samples import NOW
from tests.screens.studio_samples import side, studio_page

HERE = f"{STUDIO}intake"


def rows(locale: str) -> tuple[ArrivalRow, ...]:
    """A ticket, a copy, and a mail that nobody could read."""
    t = two(locale)
    long = "Re: Fw: " + "very long subject without an end " * 4
    return (
        ArrivalRow(NOW, t("邮件", "Mail"), t("隔离中", "in quarantine"), "warn", long,
                   "x" * 60 + "@mail.example.com", t("无法读取：slow", "It can't be read: slow"),
                   f"{HERE}/1"),
        ArrivalRow(NOW - timedelta(hours=1), t("邮件", "Mail"), t("并入工单", "joined a ticket"),
                   "ok", "Lamp", "ann@example.com",
                   t("同一封邮件之前来过", "The same message came before"),
                   f"{HERE}/2", "RF-20461", f"{DESK}tickets/RF-20461"),
        ArrivalRow(NOW - timedelta(days=1), t("门户", "Portal"), t("未受理", "not taken"), "danger",
                   "", "", t("表单未通过：required", "The form refused it: required"), f"{HERE}/3"),
    )  # fmt: skip


def ledger(locale: str, *, empty: bool = False) -> StudioIntake:
    """The ledger, with a mailbox that can't be read, or with nothing yet."""
    t = two(locale)
    page, nav = studio_page(locale, HERE), side(locale, "intake")
    every = (
        Choice(t("全部", "All"), HERE, True),
        Choice(t("邮件", "Mail"), f"{HERE}?way=mail", False),
    )
    if empty:
        return StudioIntake(page, nav, (), (), (), every[:1], every[:1], ())
    return StudioIntake(
        page,
        nav,
        (WayRow(t("邮件", "Mail"), 1247, 1100, 130, 2, 14, 1),
         WayRow(t("门户", "Portal"), 431, 420, 0, 0, 11, 0)),
        (DayRow("2026-11-22", (121, 40), 1), DayRow("2026-11-21", (98, 39), 0)),
        (BoxRow("help@example.com", NOW, "", None),
         BoxRow("sales@example.com", None, "OSError: refused", NOW - timedelta(hours=3))),
        every,
        every,
        rows(locale),
        f"{HERE}?before=3",
    )  # fmt: skip


def arrival(locale: str, state: str = "held") -> StudioArrival:
    """One arrival: "held" in quarantine, "refused" a moment ago, or "form" without content."""
    t = two(locale)
    row = rows(locale)[2 if state == "form" else 0]
    facts = (
        Line(t("原因", "Reason"), row.reason),
        Line(t("工单", "Ticket"), "RF-20461", f"{DESK}tickets/RF-20461", True),
        Line(t("它自己的编号", "Its own name"), "<" + "a" * 80 + "@mail.example.com>", "", True),
    )
    held = state == "held"
    return StudioArrival(
        studio_page(locale, HERE),
        side(locale, "intake"),
        row,
        HERE,
        facts,
        "" if state == "form" else f"{HERE}/1/raw",
        "" if state == "form" else f"{HERE}/1/replay",
        f"{HERE}/1/discard" if held else "",
        t("用一句话说明原因。", "Say in one sentence why.") if held else "",
    )


INTAKE_SAMPLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "studio_intake": ("pages/studio_intake.html", ledger),
    "studio_intake_empty": ("pages/studio_intake.html", lambda loc: ledger(loc, empty=True)),
    "studio_arrival": ("pages/studio_arrival.html", arrival),
    "studio_arrival_refused": ("pages/studio_arrival.html", lambda loc: arrival(loc, "refused")),
    "studio_arrival_form": ("pages/studio_arrival.html", lambda loc: arrival(loc, "form")),
}
