"""Samples of the backtest in the studio, in either locale."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from runtime.web.screens.figures.dashboard import PlotTile, Table, TableHead, TableRow
from runtime.web.screens.figures.plots import Point, line_plot
from runtime.web.screens.studio.backtest import (
    BacktestScreen,
    BacktestTicketsScreen,
    BacktestView,
    ClockTile,
    FiredRow,
    Flow,
    Look,
    PeriodChoice,
    SampleRow,
    SideTold,
    TeamRate,
    WorkRow,
)
from tests.screens.desk_frame_samples import STUDIO, two
from tests.screens.studio_samples import side, studio_page

HERE = f"{STUDIO}backtest?days=90"


def _plot(locale: str) -> PlotTile:
    t = two(locale)
    weeks = ("10-12", "10-19", "10-26", "11-02", "11-09", "11-16")
    draft, live = (8.1, 7.2, 6.9, 7.4, 7.7, 6.2), (12.4, 11.8, 12.9, 13.1, 12.2, 11.4)
    series = [
        [Point(week, share, f"{share}%") for week, share in zip(weeks, side, strict=True)]
        for side in (draft, live)
    ]
    title = t("每周「解决」超时率，线上与草稿对比", "Solved missed by week, live and draft")
    names = (t("草稿", "Draft"), t("线上", "Live"))
    table = Table(
        (TableHead(t("周", "Week")), *(TableHead(one, figures=True) for one in names)),
        tuple(TableRow((w, f"{a}%", f"{b}%")) for w, a, b in zip(weeks, draft, live, strict=True)),
    )
    plot = line_plot(series, lambda value: f"{value:g}%")
    return PlotTile("bt-solved", title, 12, plot, title, table, names)


def view(locale: str) -> BacktestView:
    """What was found."""
    t = two(locale)
    refund = t("退款申请", "Refund request")
    big = t("规则「big」：退款金额 大于 10,000.00 → 大于 5,000.00",
            "row “big”: Refund amount is more than 10,000.00 → is more than 5,000.00")  # fmt: skip
    first, second = t("售后一组", "After-sales 1"), t("大额专席", "Large amounts")
    flows = (
        Flow(first, second, refund, "186", 100.0, big,
             t("31 张被纠正，155 张与人的处理相反", "31 put right, 155 against what people did"),
             f"{HERE}&cell=0"),
        Flow(first, t("售后二组", "After-sales 2"), refund, "121", 65.1, big, "",
             f"{HERE}&cell=1"),
    )  # fmt: skip
    return BacktestView(
        t("2026-08-24 至 2026-11-22 的 5,120 张工单", "5,120 tickets, 2026-08-24 to 2026-11-22"),
        "412",
        "8.0%",
        t("5,120 张中 412 张分派到不同的团队", "412 of 5,120 come to another team"),
        80.5,
        flows,
        t("另有 12 张零散变化", "12 more in smaller flows"),
        (Flow(t("普通", "Normal"), t("高", "High"), refund, "186", 100.0, big, "", HERE),),
        (
            ClockTile(t("解决", "Solved"), "12.0%", "7.0%", "ok",
                      t("5,120 张中 614 张 → 358 张", "614 → 358 of 5,120"),
                      t("实际 11.8%", "really 11.8%"), _plot(locale),
                      (TeamRate(first, "14.1% (401/2,840)", "8.8% (233/2,650)"),)),
            ClockTile(t("首次响应", "First reply"), "3.0%", "3.4%", "danger", "", "", None, ()),
        ),
        (WorkRow(first, "218.4", "194.2", t("周一 10:00, 9.2", "Mon 10:00, 9.2"), "–"),),
        (FiredRow(t("提到媒体", "Press mentioned"), "12", "14", "11", changed=True),),
        (t("其中 200 张另外走了完整判定流程，结果全部一致",
           "200 of them went through the whole decision as well; all agree"),),
        "",
    )  # fmt: skip


def backtest(locale: str, look: Look = "done", disagree: str = "") -> BacktestScreen:
    """The page in one of its states."""
    t = two(locale)
    found = view(locale) if look == "done" else None
    if found is not None and disagree:
        found = replace(found, disagree=disagree)
    return BacktestScreen(
        studio_page(locale, f"{STUDIO}backtest"),
        side(locale, "publish"),
        look,
        f"{STUDIO}backtest",
        HERE,
        90,
        tuple(
            PeriodChoice(n, t(f"{n} 天", f"{n} days"), f"{STUDIO}backtest?days={n}", n == 90)
            for n in (30, 90, 180, 365)
        ),
        42,
        t("100,000 张中已完成 42,000 张", "42,000 of 100,000 tickets"),
        t("期间发布了另一个版本", "another revision was published meanwhile"),
        t("用时 3.1 秒", "worked out in 3.1 s") if look == "done" else "",
        f"{STUDIO}publish",
        found,
    )


def tickets(locale: str, *, empty: bool = False) -> BacktestTicketsScreen:
    """The tickets of one flow."""
    t = two(locale)
    read = t("退款金额 = 7,300.00", "Refund amount = 7,300.00")
    sides = (
        SideTold(t("线上", "Live"), t("售后一组", "After-sales 1"), "routing/refund.otherwise",
                 "routing/refund.yaml:14", STUDIO, read, "big",
                 t("退款金额 大于 10,000.00；当时是 7,300.00",
                   "Refund amount is more than 10,000.00; it was 7,300.00")),
        SideTold(t("草稿", "Draft"), t("大额专席", "Large amounts"), "routing/refund.big",
                 "routing/refund.yaml:9", STUDIO, read, "", ""),
    )  # fmt: skip
    row = SampleRow("RF-20461", t("冰箱门有划痕", "Scratched fridge door"), STUDIO, sides)
    return BacktestTicketsScreen(
        studio_page(locale, f"{STUDIO}backtest"),
        side(locale, "publish"),
        t("售后一组 → 大额专席", "After-sales 1 → Large amounts"),
        t("规则「big」：大于 10,000.00 → 大于 5,000.00", "row “big”: more than 10,000 → 5,000"),
        t("退款申请 · 186 张中的 1 张", "Refund request · 1 of 186 tickets"),
        HERE,
        () if empty else (row,),
        "" if empty else f"{HERE}&cell=0&from=20",
    )


def _in(look: Look) -> Callable[[str], Any]:
    return lambda locale: backtest(locale, look)


BACKTEST_SAMPLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "studio_backtest": ("pages/studio_backtest.html", backtest),
    "studio_backtest_none": ("pages/studio_backtest.html", _in("none")),
    "studio_backtest_nothing": ("pages/studio_backtest.html", _in("nothing")),
    "studio_backtest_faulty": ("pages/studio_backtest.html", _in("faulty")),
    "studio_backtest_waiting": ("pages/studio_backtest.html", _in("waiting")),
    "studio_backtest_failed": ("pages/studio_backtest.html", _in("failed")),
    "studio_backtest_disagrees": (
        "pages/studio_backtest.html",
        lambda locale: backtest(locale, disagree="3 of 200"),
    ),
    "studio_backtest_tickets": ("pages/studio_backtest_tickets.html", tickets),
    "studio_backtest_tickets_none": (
        "pages/studio_backtest_tickets.html",
        lambda locale: tickets(locale, empty=True),
    ),
}
