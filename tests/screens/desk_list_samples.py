"""Lists of the desk in their states."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from runtime.web.screens.base import (
    PersonMark,
    StatusMark,
)
from runtime.web.screens.cells import (
    CodeCell,
    DayCell,
    DueCell,
    MoneyCell,
    NumberCell,
    PersonCell,
    PriorityCell,
    StatusCell,
    SubjectCell,
    TagMark,
    TagsCell,
    TextCell,
    TimeCell,
    YesNoCell,
)
from runtime.web.screens.choosing import Choice
from runtime.web.screens.desk.pages import (
    BulkAction,
    Column,
    FilterChip,
    FilterSelect,
    ListScreen,
    Row,
    RowGroup,
)
from tests.screens.desk_frame_samples import DESK, STUDIO, ann, ben, cleo, desk_page, side, sla, two
from tests.screens.samples import NOW


def _columns(locale: str, wide: bool) -> tuple[Column, ...]:
    t = two(locale)
    first = (
        Column("priority", t("优先级", "Priority")),
        Column("number", t("编号", "Number"), "?sort=number"),
        Column("subject", t("主题", "Subject")),
        Column("customer", t("客户", "Customer")),
        Column("state", t("状态", "Status")),
        Column("assignee", t("处理人", "Assignee")),
        Column("due.solved", t("解决时限", "Resolution"), "?sort=-due.solved", "ascending"),
        Column("updated_at", t("更新", "Updated"), "?sort=-updated_at"),
    )
    own = (
        Column("amount", t("退款金额", "Refund"), "?sort=amount", figures=True),
        Column("reason", t("原因", "Reason")),
        Column("signed_on", t("签收", "Delivered")),
        Column("pieces", t("件数", "Pieces"), figures=True),
        Column("returned", t("已退回", "Returned")),
        Column("damage", t("破损", "Damage")),
    )
    return (*first, *own) if wide else first


def _row(locale: str, n: int, wide: bool) -> Row:
    t = two(locale)
    subjects = (
        t("洗衣机漏水泡坏地板，要求赔付", "Washer leaks and ruined the floor, claim for flooring"),
        t("换货后颜色仍然发错，第二次了", "Wrong colour again after the exchange"),
        t("快递显示已签收，但没有收到货", "Tracking says delivered, nothing arrived"),
        t("冰箱运输破损，申请全额退款", "Fridge damaged in transit, full refund"),
        t("发票抬头填错，需要重开专票", "Wrong name on the invoice, needs a new one"),
        t("空气炸锅涂层脱落，要求退货", "Air fryer coating comes off, wants to return it"),
        t("七天无理由退货，运费谁承担", "Who pays the postage of a seven-day return"),
        t("退款已 5 天仍未到账", "Refund not there after five days"),
    )
    states = (
        StatusMark("active", t("处理中", "In progress")),
        StatusMark("active", t("处理中", "In progress")),
        StatusMark("new", t("待分派", "New")),
        StatusMark("review", t("售后审核", "In review")),
        StatusMark("active", t("处理中", "In progress")),
        StatusMark("waiting", t("等待客户", "Waiting for customer")),
        StatusMark("done", t("已解决", "Solved")),
        StatusMark("review", t("财务审核", "Finance review")),
    )
    pills = (
        sla(locale, "breached", -35),
        sla(locale, "breached", -8, first=True),
        sla(locale, "warn", 26, 12, first=True),
        sla(locale, "warn", 102, 22),
        sla(locale, "ok", 245, 48),
        sla(locale, "paused"),
        sla(locale, "met", first=True),
        None,
    )
    levels = ("urgent", "high", "normal", "high", "normal", "low", "normal", "high")
    words = {
        "urgent": t("紧急", "Urgent"),
        "high": t("高", "High"),
        "normal": t("普通", "Normal"),
        "low": t("低", "Low"),
    }
    people = (
        ben(locale),
        cleo(locale),
        None,
        ben(locale),
        ben(locale),
        cleo(locale),
        ben(locale),
        None,
    )
    customers = (
        t("王建国", "Jia Wang"),
        t("刘倩", "Qian Liu"),
        t("赵一鸣", "Ming Zhao"),
        ann(locale).name,
    )
    level: Any = levels[n]
    cells: tuple[Any, ...] = (
        PriorityCell(level, words[level]),
        CodeCell(f"RF-{20418 + 7 * n}"),
        SubjectCell(),
        PersonCell(
            PersonMark(customers[n % 4], customers[n % 4][0], 1 + n % 6),
            t("金卡", "Gold") if n % 3 == 0 else "",
            plain=True,
        ),
        StatusCell(states[n]),
        PersonCell(people[n]),
        DueCell(pills[n]),
        TimeCell(NOW - timedelta(minutes=12 + 50 * n * n), ago=True),
    )
    own: tuple[Any, ...] = (
        MoneyCell(Decimal("4299") if n % 4 else None),
        TextCell(t("商品破损", "Damaged") if n % 3 else ""),
        DayCell((NOW - timedelta(days=n)).date() if n else None),
        NumberCell(Decimal(1250 * n), t("件", "pcs")),
        YesNoCell((True, False, None)[n % 3]),
        TagsCell((TagMark(t("外箱", "Box"), 4), TagMark(t("门体", "Door"), 3)) if n % 2 else ()),
    )
    return Row(
        f"RF-{20418 + 7 * n}",
        f"{DESK}tickets/RF-{20418 + 7 * n}",
        subjects[n],
        (*cells, *own) if wide else cells,
        unread=n in (0, 2, 3),
        files=n % 5,
        tags=((TagMark(t("大额", "Large"), 4), TagMark(t("易碎", "Fragile"), 5)) if n == 3 else ()),
    )


def desk_list(locale: str, wide: bool = False, bulk: bool = False) -> ListScreen:
    """A view with groups, filters and, when `wide`, six columns of the tenant's own."""
    t = two(locale)
    rows = tuple(_row(locale, n, wide) for n in range(8))
    return ListScreen(
        desk_page(locale, f"{DESK}views/after_sales"),
        side(locale),
        t("售后 · 待处理", "After-sales, open"),
        "46",
        f"{DESK}views/after_sales",
        _columns(locale, wide),
        (
            RowGroup(rows[:2], t("已超时", "Breached"), "2"),
            RowGroup(rows[2:4], t("2 小时内到期", "Due within 2 hours"), "4"),
            RowGroup(rows[4:], t("以后", "Later"), "40"),
        ),
        chips=(
            FilterChip(t("团队", "Team"), t("是", "is"), t("售后一组", "After-sales 1")),
            FilterChip(
                t("状态", "Status"),
                t("不是", "is not"),
                t("已解决", "Solved"),
                "?drop=state",
                "?pick=state",
            ),
        ),
        filters=(
            FilterSelect("priority", t("优先级", "Priority"), (Choice("high", t("高", "High")),)),
            FilterSelect(
                "assignee", t("处理人", "Assignee"), (Choice("ben", ben(locale).name),), "ben"
            ),
        ),
        hidden=(Choice("state", "open"),),
        sorts=(
            Choice("due.solved", t("解决时限", "Resolution")),
            Choice("-updated_at", t("更新", "Updated")),
        ),
        sort="due.solved",
        clear_href="?",
        shown=t("1–8，共 46", "1–8 of 46"),
        older_href="?after=xyz",
        compact=wide,
        display_action="?",
        until="1772413200000000",
        new_href=f"{DESK}new",
        exports=(Choice("?format=csv", "CSV"),),
        src="views/after_sales_open.yaml:1",
        src_href=f"{STUDIO}View/after_sales_open/yaml",
        bulk=(BulkAction(t("分派给我", "Take"), "user-plus", f"{DESK}take", "e"),) if bulk else (),
    )


def desk_empty(locale: str, searched: bool = False, hurried: bool = False) -> ListScreen:
    """A view without tickets: none at all, none that match, or it took too long to look."""
    t = two(locale)
    chip = FilterChip(t("标签", "Tag"), t("是", "is"), t("发票", "Invoice"), "?")
    return ListScreen(
        desk_page(locale),
        side(locale, "mine"),
        t("分派给我", "Assigned to me"),
        "0",
        DESK,
        _columns(locale, False),
        (),
        query=t("冰箱", "fridge") if searched else "",
        hurried=t("查看每张工单耗时太久，已中断。", "To look at every ticket took too long.")
        if hurried
        else "",
        chips=(chip,) if searched else (),
        clear_href="?" if searched else "",
        new_href=f"{DESK}new",
    )
