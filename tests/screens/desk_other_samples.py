"""Inbox, new ticket and dashboard in their states."""

from datetime import timedelta
from typing import Any

from runtime.web.screens.choosing import Choice
from runtime.web.screens.desk.pages import (
    FilterChip,
    NewTicketScreen,
    PersonChoice,
    PickTypeScreen,
    RequesterPicker,
    TypeCard,
)
from runtime.web.screens.figures.dashboard import (
    Bar,
    BarsTile,
    BlankTile,
    DashboardScreen,
    Delta,
    NumberTile,
    PlotTile,
    Table,
    TableHead,
    TableRow,
    TableTile,
)
from runtime.web.screens.figures.plots import Point, column_plot, line_plot, spark_line
from tests.screens.desk_frame_samples import DESK, ann, ben, cleo, desk_page, side, two
from tests.screens.desk_why_samples import type_hint
from tests.screens.samples import NOW, form


def _picker(locale: str, state: str) -> RequesterPicker:
    chosen = PersonChoice("ann", ann(locale), "138 •••• 2201 · ann@example.com", "?requester=ann")
    if state == "chosen":
        return RequesterPicker(f"{DESK}new", chosen, f"{DESK}new")
    found = (chosen,) if state == "found" else ()
    problem = two(locale)("先选择提出人", "Choose a requester first") if state == "missing" else ""
    return RequesterPicker(f"{DESK}new", query=ann(locale).name, found=found, problem=problem)


def desk_new(locale: str, state: str = "found") -> PickTypeScreen:
    """The first step: for whom, and which type."""
    t = two(locale)
    return PickTypeScreen(
        desk_page(locale, f"{DESK}new"),
        side(locale, ""),
        (
            TypeCard(
                t("退款", "Refund"),
                t("全额或部分退款", "All or part of the money back"),
                "rotate-ccw",
                DESK,
            ),
            TypeCard(
                t("换货", "Exchange"),
                t("换颜色、尺码或换新", "Another colour, size or piece"),
                "truck",
                DESK,
            ),
        ),
        _picker(locale, state),
    )


def desk_new_form(locale: str, state: str = "chosen") -> NewTicketScreen:
    """The second step: the portal's own form."""
    made = form(locale, faults=False)
    return NewTicketScreen(
        page=desk_page(locale, f"{DESK}new/refund"),
        heading=made.heading,
        help=made.help,
        sections=made.sections,
        action=f"{DESK}new/refund",
        check_url=f"{DESK}new/refund/check",
        cancel_url=DESK,
        submit_label=two(locale)("提交工单", "Open ticket"),
        idempotency="key-2",
        draft_key="desk-refund-ben",
        nav=side(locale, ""),
        requester=_picker(locale, state),
        types_href=f"{DESK}new",
        hint_url=f"{DESK}new/refund/similar",
        hint=type_hint(locale),
    )


def _plots(locale: str) -> tuple[Any, ...]:
    t = two(locale)
    days = [NOW - timedelta(days=29 - n) for n in range(30)]
    names = [t(f"{d:%m-%d}", f"{d.day} {d:%b}") for d in days]
    made = [52 + (n * 37) % 23 + (44 if n in (18, 19) else 0) for n in range(30)]
    done: list[int | None] = [48 + (n * 29) % 21 for n in range(30)]
    done[7] = None
    first = [
        Point(nm, v, str(v), f"{DESK}?day={n}")
        for n, (nm, v) in enumerate(zip(names, made, strict=True))
    ]
    second = [Point(nm, v, str(v)) for nm, v in zip(names, done, strict=True)]
    heads = (
        TableHead(t("日期", "Day")),
        TableHead(t("新建", "Created"), True),
        TableHead(t("解决", "Solved"), True),
    )
    table = Table(
        heads,
        tuple(
            TableRow((p.label, p.text, q.text), p.href)
            for p, q in zip(first[:5], second[:5], strict=True)
        ),
    )
    weeks = [
        Point(t(f"第 {n} 周", f"Week {n}"), float(9 + n * n % 7), str(9 + n * n % 7), DESK)
        for n in range(40, 48)
    ]
    return (
        PlotTile(
            "volume",
            t("每日新建与解决", "Created and solved per day"),
            8,
            line_plot((first, second)),
            t("平时约 60 张，11 月 11 日前后升到 110 张", "About 60 a day, 110 around 11 November"),
            table,
            (t("新建", "Created"), t("解决", "Solved")),
            src="reports/volume.yaml:1",
            src_href=DESK,
        ),
        PlotTile(
            "late",
            t("每周超时", "Breaches per week"),
            6,
            column_plot((weeks, weeks)),
            t("九到十五张", "Nine to fifteen"),
            Table(
                (TableHead(t("周", "Week")), TableHead(t("超时", "Breached"), True)),
                (TableRow((weeks[0].label, "9")),),
            ),
            (t("超时", "Breached"), t("去年", "Last year")),
            href=DESK,
        ),
    )


def dashboard(locale: str, empty: bool = False) -> DashboardScreen:
    """The service overview, or a dashboard without tiles."""
    t = two(locale)
    line, area = spark_line([4, 5, 3, 6, 8, 7, 9, 6])
    against = t("比前 30 天", "vs prior 30 d")
    numbers = (
        NumberTile(
            "n1",
            t("新建", "Created"),
            "1,702",
            t("张", ""),
            DESK,
            Delta("6%", True, "", against),
            "",
            line,
            area,
        ),
        NumberTile(
            "n2",
            t("现有未结", "Open now"),
            "128",
            "",
            DESK,
            Delta("12", False, "good", against),
            "",
            line,
            area,
        ),
        NumberTile(
            "n3",
            t("SLA 超时率", "SLA breached"),
            "7.1",
            "%",
            DESK,
            Delta("0.8 pt", True, "bad", against),
            "",
            line,
            area,
        ),
        NumberTile(
            "n4",
            t("退款总额", "Refunded"),
            "¥812,400",
            note=t("没有可比的前期", "No period to compare"),
        ),
    )
    bars = BarsTile(
        "types",
        t("按类型", "By type"),
        4,
        (
            Bar(t("退款", "Refund"), "612", 100, f"{DESK}?type=refund", "52", 8.5),
            Bar(t("换货", "Exchange"), "398", 65, f"{DESK}?type=exchange", "24", 3.9),
            Bar(
                t("补发一个名字很长很长很长的类型", "A type with a very, very long name"),
                "62",
                10.1,
                "",
                "2",
                0.3,
            ),
        ),
        Table(
            (TableHead(t("类型", "Type")), TableHead(t("新建", "Created"), True)),
            (TableRow((t("退款", "Refund"), "612"), DESK),),
        ),
        t("新建", "Created"),
        t("超时", "Breached"),
        second_bad=True,
        src="reports/by_type.yaml:1",
    )
    people = TableTile(
        "people",
        t("处理人", "Agents"),
        6,
        Table(
            (
                TableHead(t("处理人", "Agent")),
                TableHead(t("解决", "Solved"), True),
                TableHead(t("平均时长", "Average"), True),
            ),
            (
                TableRow((ben(locale).name, "214", t("7 小时 50 分", "7h 50m")), DESK),
                TableRow((cleo(locale).name, "198", t("8 小时 12 分", "8h 12m")), DESK),
            ),
            (t("合计", "Total"), "412", ""),
            t("另有 12 行", "12 more rows"),
        ),
        t("近 30 天", "Last 30 days"),
    )
    plots = _plots(locale)
    tiles = (
        plots[0],
        bars,
        people,
        plots[1],
        BlankTile("none", t("设备故障", "Device faults"), 6),
        BlankTile("secret", t("赔付", "Compensation"), 6, "denied"),
    )
    return DashboardScreen(
        desk_page(locale, f"{DESK}dashboards/service"),
        side(locale, "dash"),
        t("服务总览", "Service overview"),
        NOW,
        () if empty else numbers,
        () if empty else tiles,
        t("10-24 至 11-22", "24 Oct – 22 Nov"),
        (Choice("30d", t("近 30 天", "Last 30 days")), Choice("7d", t("近 7 天", "Last 7 days"))),
        "30d",
        f"{DESK}dashboards/service",
        (FilterChip(t("团队", "Team"), t("是", "is"), t("全部", "All")),),
        "dashboards/service.yaml:1",
        DESK,
    )
