"""Samples of a list as a board, as due times, as a week, and of the palette."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from runtime.web.screens.cells import PriorityCell, TagMark
from runtime.web.screens.choosing import Choice, ColumnChoice, FieldLink, PickedFilter
from runtime.web.screens.desk.board import (
    Bar,
    Board,
    Calendar,
    Card,
    Day,
    Gantt,
    Lane,
    LayoutLink,
    OnDay,
    Tick,
)
from runtime.web.screens.desk.pages import OwnLine, OwnScreen
from runtime.web.screens.desk.palette import Entry, Group, Palette
from tests.screens.desk_frame_samples import ben, desk_page, side, sla, two
from tests.screens.desk_list_samples import desk_list
from tests.screens.samples import NOW


def _layouts(locale: str) -> tuple[LayoutLink, ...]:
    t = two(locale)
    return (
        LayoutLink(t("列表", "List"), "list", "?layout=list", False),
        LayoutLink(t("看板", "Board"), "square-kanban", "?layout=kanban", True),
    )


def desk_board(locale: str) -> Any:
    """Two lanes, one empty; a card that may move and one that may not."""
    t = two(locale)
    high = PriorityCell("high", t("高", "High"))
    subject = t("水壶漏水", "The kettle leaks")
    go = (Choice("done", t("已完成", "Done")),)
    cards = (
        Card(
            "RF-1",
            "/x",
            subject,
            high,
            ben(locale),
            sla(locale, "ok", 60),
            (TagMark("a", 2),),
            "",
            go,
        ),
        Card("RF-2", "/x", subject, high, None, None, (), t("新", "New"), ()),
    )
    lanes = (Lane("new", t("新", "New"), "new", cards), Lane("done", t("已完成", "Done"), "", ()))
    made = Board(lanes, "state", "/t/ecommerce/desk/board", cut=True)
    return replace(desk_list(locale), board=made, layouts=_layouts(locale), live_href="/live")


def desk_gantt(locale: str, *, empty: bool = False) -> Any:
    """One bar, or none."""
    bar = Bar(
        "RF-1", "/x", two(locale)("水壶漏水", "The kettle leaks"), sla(locale, "ok", 60), 10, 200
    )
    ticks = (Tick(NOW.date(), 100), Tick(NOW.date() + timedelta(days=1), 500))
    made = Gantt(() if empty else (bar,), ticks, 120, cut=not empty)
    return replace(desk_list(locale), gantt=made, layouts=_layouts(locale))


def desk_week(locale: str, *, month: bool = False) -> Any:
    """A week with two appointments on its first day."""
    t = two(locale)
    leaks, later = t("水壶漏水", "The kettle leaks"), NOW + timedelta(hours=1)
    done, missed = t("已上门", "Took place"), t("无人在家", "Nobody was there")
    visits = (
        OnDay("RF-1", "/x", leaks, None, None),
        OnDay("RF-2", "/x", leaks, NOW, ben(locale), later, "12 Elm Street", "planned"),
        OnDay("RF-2", "/x", leaks, NOW, ben(locale), later, "", "done", done),
        OnDay("RF-3", "/x", leaks, NOW, None, later, "12 Elm Street", "missed", missed),
    )
    days = tuple(
        Day(NOW.date() + timedelta(days=n), n == 0, visits if n == 0 else ()) for n in range(7)
    )
    made = Calendar(days, t("上门时间", "Visit"), "?week=1", "?week=2", "?week=3", other_href="?m")
    if month:
        first = NOW.date().replace(day=1) - timedelta(days=2)
        days = tuple(
            Day(day, day == NOW.date(), visits if day == NOW.date() else (), day.month != NOW.month)
            for day in (first + timedelta(days=n) for n in range(35))
        )
        made = Calendar(days, t("上门时间", "Visit"), "?1", "?2", "?3", NOW.date(), "?w", True)
    return replace(desk_list(locale), calendar=made, layouts=_layouts(locale))


def desk_choosing(locale: str, *, people: bool = False) -> Any:
    """A filter being made, with columns and groups to choose."""
    t = two(locale)
    ops = (Choice("at_least", t("不小于", "is at least")),)
    amount = t("金额", "Amount")
    kept = (Choice("q", "x"),)
    picked = PickedFilter("field.amount", amount, ops, "", (), "text", kept, "?", chosen=("5",))
    if people:
        ops = (Choice("one_of", t("是其中之一", "is one of")),)
        known = (Choice("me", t("我", "Me")), Choice("p1", ben(locale).name))
        picked = PickedFilter(
            "assignee", t("处理人", "Assignee"), ops, "one_of", known, "text", kept, "?",
            several=True, people=True, who="Ben", find_href="?pick=assignee", chosen=("me",),
        )  # fmt: skip
    return replace(
        desk_list(locale), picked=picked, groupings=(Choice("state", t("状态", "State")),),
        choices=(ColumnChoice("state", t("状态", "State"), shown=True),),
        fields=(FieldLink(t("金额", "Amount"), "?pick=field.amount"),), live_href="/live",
        keep_action="/keep", own_href="/own", own_id="1",
    )  # fmt: skip


def desk_own(locale: str, *, none: bool = False) -> OwnScreen:
    """A person's own lists."""
    t = two(locale)
    lines = (
        OwnLine(t("我的退款", "My refunds"), "/x", "/own/1", True, first=True, last=False),
        OwnLine(t("等快递", "Waiting for parcels"), "/x", "/own/2", False, first=False, last=True),
    )
    page = desk_page(locale, title=t("我的视图", "My views"))
    return OwnScreen(page, side(locale), () if none else lines)


def desk_palette(locale: str, *, empty: bool = False) -> Palette:
    """A place and a ticket, or nothing."""
    t = two(locale)
    entries = (
        Entry(t("新建", "New"), "/x", "plus", key="C"),
        Entry("RF-1", "/x", "ticket", "RF-1"),
    )
    groups = () if empty else (Group(t("前往", "Go to"), entries),)
    return Palette(desk_page(locale), "x", groups)


BOARD_SAMPLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "desk_board": ("pages/desk_list.html", desk_board),
    "desk_gantt": ("pages/desk_list.html", desk_gantt),
    "desk_gantt_empty": ("pages/desk_list.html", lambda loc: desk_gantt(loc, empty=True)),
    "desk_week": ("pages/desk_list.html", desk_week),
    "desk_month": ("pages/desk_list.html", lambda loc: desk_week(loc, month=True)),
    "desk_choosing": ("pages/desk_list.html", desk_choosing),
    "desk_choosing_people": (
        "pages/desk_list.html",
        lambda loc: desk_choosing(loc, people=True),
    ),
    "desk_own": ("pages/desk_own.html", desk_own),
    "desk_own_none": ("pages/desk_own.html", lambda loc: desk_own(loc, none=True)),
}
PALETTE_SAMPLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "desk_palette": ("parts/desk_palette.html", desk_palette),
    "desk_palette_empty": ("parts/desk_palette.html", lambda loc: desk_palette(loc, empty=True)),
}
