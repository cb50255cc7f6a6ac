"""Samples of the desk and the dashboard, in either locale: Ben works, Cleo leads, Ann requests."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from runtime.web.screens.approval import Asked, Waiting
from runtime.web.screens.base import (
    FileMark,
    Flash,
    Me,
    Page,
    PersonMark,
    SlaMark,
    StatusMark,
    Urls,
)
from runtime.web.screens.dashboard import (
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
from runtime.web.screens.desk import (
    BulkAction,
    Choice,
    CodeCell,
    Column,
    DayCell,
    DueCell,
    FilterChip,
    FilterSelect,
    InboxScreen,
    ListScreen,
    MoneyCell,
    NewTicketScreen,
    Notice,
    NumberCell,
    PersonCell,
    PersonChoice,
    PickTypeScreen,
    PriorityCell,
    RequesterPicker,
    Row,
    RowGroup,
    StatusCell,
    SubjectCell,
    TagMark,
    TagsCell,
    TextCell,
    TimeCell,
    TypeCard,
    YesNoCell,
)
from runtime.web.screens.form import FieldInput, Option
from runtime.web.screens.hints import Evidence, Hint, TypeHint
from runtime.web.screens.plots import Point, column_plot, line_plot, spark_line
from runtime.web.screens.side import NavGroup, NavLink, SideNav, capped
from runtime.web.screens.ticket import (
    Barred,
    Change,
    Composer,
    Conflict,
    CustomerCard,
    Event,
    Fact,
    FactGroup,
    Handling,
    MacroMark,
    Message,
    Move,
    Neighbours,
    OtherTicket,
    Reason,
    RecordCard,
    RecordLine,
    Step,
    TicketScreen,
    TimelineTab,
    Why,
    WhyMoment,
    WhyPart,
    WhyScreen,
)
from tests.screens.samples import NOW, form, page

DESK = "/t/ecommerce/desk/"
STUDIO = "/t/ecommerce/studio/"
SRC = "types/refund.yaml:42"
SRC_HREF = f"{STUDIO}TicketType/refund/yaml#L42"


def two(locale: str) -> Callable[[str, str], str]:
    """A chooser between Chinese and English words."""
    return (lambda zh, en: zh) if locale == "zh-CN" else (lambda zh, en: en)


def ben(locale: str) -> PersonMark:
    """Ben, who works."""
    return PersonMark(two(locale)("周本", "Ben Zhou"), "周", 2)


def cleo(locale: str) -> PersonMark:
    """Cleo, who leads."""
    return PersonMark(two(locale)("许可", "Cleo Xu"), "许", 3)


def ann(locale: str) -> PersonMark:
    """Ann, who requests."""
    return PersonMark(two(locale)("林安", "Ann Lin"), "林", 5)


def desk_page(locale: str, here: str = DESK, **more: Any) -> Page:
    """The frame as Ben sees it."""
    t = two(locale)
    urls = Urls(
        DESK, uploads="/t/ecommerce/files", desk=DESK, absence=f"{DESK}people/me", studio=STUDIO
    )
    me = Me(t("周本", "Ben Zhou"), "周", 2, t("售后一组", "After-sales 1"))
    return page(locale, urls=urls, here=here, me=me, **more)


def side(locale: str, current: str = "after_sales") -> SideNav:
    """The desk's navigation with one entry current."""
    t = two(locale)

    def link(key: str, icon: str, zh: str, en: str, count: str = "", **more: Any) -> NavLink:
        return NavLink(f"{DESK}{key}", t(zh, en), icon, count, current=key == current, **more)

    return SideNav(
        t("主导航", "Main"),
        (
            NavGroup(
                "",
                (
                    link("inbox", "inbox", "收件箱", "Inbox", "3"),
                    link("mine", "circle-user", "分派给我", "Assigned to me", "12", go="q"),
                    link("none", "circle-dashed", "未分派", "Unassigned", "9", go="u"),
                    link("all", "layers", "全部工单", "All tickets", capped(1001)),
                ),
            ),
            NavGroup(
                t("视图", "Views"),
                (
                    link("after_sales", "", "售后 · 待处理", "After-sales, open", "46", hue=2),
                    link("vip", "", "重点客户未回复", "Key customers, no reply", "5", hue=5),
                    link("today", "", "今天到期", "Due today", "14", hue=4),
                ),
            ),
            NavGroup(
                t("管理", "Manage"),
                (
                    link("dash", "chart-no-axes-column", "仪表盘", "Dashboard", go="d"),
                    link("studio", "blocks", "配置工作室", "Studio", go="s"),
                ),
            ),
        ),
        search_url=DESK,
        inbox_url=f"{DESK}inbox",
        unread=3,
    )


def sla(
    locale: str, state: Any, minutes: int = 0, percent: int = 50, first: bool = False
) -> SlaMark:
    """A pill as the query for lists makes it."""
    t = two(locale)
    target = t("首次响应", "First response") if first else t("解决", "Resolution")
    words = {"paused": t("已暂停", "paused"), "met": t("9 分，达标", "met in 9m")}
    hours, rest = divmod(abs(minutes), 60)
    span = " ".join(
        part
        for part in (
            t(f"{hours} 小时", f"{hours}h") if hours else "",
            t(f"{rest} 分", f"{rest}m") if rest else "",
        )
        if part
    )
    text = words.get(state) or (
        t(f"超时 {span}", f"{span} over") if minutes < 0 else t(span, f"{span} left")
    )
    due = NOW + timedelta(minutes=minutes) if state in ("ok", "warn", "breached") else None
    return SlaMark(state, text, target, percent, due)


# ---- list ----


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
                t("状态", "Status"), t("不是", "is not"), t("已解决", "Solved"), "?drop=state"
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
        standard_href="?density=standard",
        compact_href="?density=compact",
        new_href=f"{DESK}new",
        export_href="?format=csv",
        src="views/after_sales_open.yaml:1",
        src_href=f"{STUDIO}View/after_sales_open/yaml",
        bulk=(BulkAction(t("分派给我", "Take"), "user-plus", f"{DESK}take", "e"),) if bulk else (),
    )


def desk_empty(locale: str, searched: bool = False) -> ListScreen:
    """A view without tickets: none at all, or none that match."""
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
        chips=(chip,) if searched else (),
        clear_href="?" if searched else "",
        new_href=f"{DESK}new",
    )


# ---- ticket ----


def _moves(locale: str, refused: bool) -> tuple[Move, ...]:
    t = two(locale)
    action = f"{DESK}tickets/RF-20461/move/"
    amount = FieldInput(
        "approved_amount",
        "money",
        t("同意退款金额", "Amount approved"),
        help=t("不超过申请金额", "At most what was asked for"),
        value="4299.00",
        sign="¥",
        error=t("比申请的 ¥4,299.00 多", "More than the ¥4,299.00 asked for") if refused else "",
    )
    return (
        Move(
            "approve",
            t("通过审核，转财务", "Approve, hand to finance"),
            f"{action}approve",
            SRC,
            SRC_HREF,
            "check",
            fields=(amount,),
            comment="optional",
            open=refused,
            problem=t("还有一处要改", "One thing needs a change") if refused else "",
        ),
        Move(
            "ask",
            t("要求补充资料", "Ask for details"),
            f"{action}ask",
            "types/refund.yaml:48",
            icon="message-circle-question-mark",
        ),
        Move(
            "reject",
            t("拒绝退款", "Reject"),
            f"{action}reject",
            "types/refund.yaml:55",
            icon="ban",
            danger=True,
            comment="required",
        ),
    )


def _entries(locale: str) -> tuple[Any, ...]:
    t = two(locale)
    day = timedelta(days=1)
    return (
        Event(
            t("规则 R3", "Rule R3"),
            t("分派给售后一组，优先级高", "assigned After-sales 1, priority high"),
            NOW - day,
            "split",
            src="routing/refund.yaml:31",
            src_href="#why",
        ),
        Message(
            "m1",
            ben(locale),
            (
                t(
                    "林女士您好，破损情况已收到，我们正在和承运方核实责任，24 小时内给您结果。",
                    "We are clearing liability with the carrier; answer in 24 hours.",
                ),
            ),
            NOW - day + timedelta(minutes=9),
        ),
        Message(
            "m2",
            ben(locale),
            (
                t(
                    "@许可 签收单备注了「外箱破损」，应该能认责。金额超过 3000，审核后走财务二级。",
                    "@Cleo the note says “box damaged”. Over 3,000, finance signs twice.",
                ),
            ),
            NOW - day + timedelta(minutes=12),
            internal=True,
        ),
        Message(
            "m3",
            ann(locale),
            (
                t(
                    "好的，箱子都还在。另外补一张签收单的照片。",
                    "Fine, I kept the box. Here is the delivery note.",
                ),
            ),
            NOW - day + timedelta(minutes=53),
            role=t("客户 · 门户", "Customer · portal"),
            files=(FileMark(t("签收单.pdf", "delivery-note.pdf"), 214_000, "/f/1"),),
        ),
        Event(
            cleo(locale).name,
            "",
            NOW - timedelta(hours=16),
            "pencil",
            (Change(t("责任方", "Liable"), "", t("承运方", "Carrier")),),
        ),
        Event(
            "SLA",
            t(
                "解决时限剩余不足 2 小时，已提醒周本",
                "resolution is due within 2 hours, Ben was told",
            ),
            NOW - timedelta(minutes=18),
            "timer",
        ),
    )


def _facts(locale: str, editing: bool) -> tuple[FactGroup, ...]:
    t = two(locale)
    damage = FieldInput(
        "damage",
        "choice",
        t("破损程度", "Damage"),
        value="dent",
        options=(
            Option("dent", t("门体凹陷，无法使用", "Door dented, unusable")),
            Option("scratch", t("划痕，可以使用", "Scratched, usable")),
        ),
    )
    return (
        FactGroup(
            (
                Fact("amount", t("退款金额", "Refund"), MoneyCell(Decimal("4299")), strong=True),
                Fact(
                    "way", t("退款方式", "Paid back to"), TextCell(t("原路退回", "Original method"))
                ),
                Fact("reason", t("原因", "Reason"), TextCell(t("商品破损", "Damaged"))),
                Fact(
                    "damage",
                    t("破损程度", "Damage"),
                    TextCell(t("门体凹陷，无法使用", "Door dented, unusable")),
                    damage,
                    open=editing,
                ),
                Fact("box", t("外包装", "Packaging"), TextCell("")),
                Fact(
                    "liable",
                    t("责任方", "Liable"),
                    TextCell(t("承运方", "Carrier")),
                    FieldInput(
                        "liable", "text", t("责任方", "Liable"), value=t("承运方", "Carrier")
                    ),
                ),
            )
        ),
    )


def _changed(locale: str) -> str:
    amount = two(locale)("金额 是 10,000.01", "Amount is 10,000.01")
    level = two(locale)("客户等级 是 银卡 或 金卡", "Level is silver or gold")
    return two(locale)(f"最小改动：{amount}；{level}", f"Smallest change: {amount}; {level}")


def desk_why(locale: str, *, nothing: bool = False) -> WhyScreen:
    """All that was decided about a refund, with what would have changed it."""
    t = two(locale)
    moment = WhyMoment(
        ann(locale).name,
        t("提交了工单", "submitted the ticket"),
        NOW - timedelta(days=1),
        _whys(locale, changes=True),
    )
    here = f"{DESK}tickets/RF-20461"
    return WhyScreen(
        desk_page(locale, f"{here}/why"),
        side(locale, "all"),
        "RF-20461",
        t("冰箱门体凹陷，申请退款", "Dented fridge door, refund please"),
        here,
        () if nothing else (moment,),
    )


def desk_why_part(locale: str) -> WhyPart:
    """One explanation, as htmx puts it in the place of the short one."""
    return WhyPart(desk_page(locale, DESK), _whys(locale, changes=True)[0])


def _whys(locale: str, *, changes: bool = False) -> tuple[Why, ...]:
    t = two(locale)
    return (
        Why(
            "team",
            t("金卡且金额 ≥ 3,000，交售后一组", "Gold and at least 3,000, to After-sales 1"),
            "routing/refund.yaml:31",
            SRC_HREF,
            (
                Step(
                    "R1",
                    "routing/refund.yaml:18",
                    reasons=(Reason(t("金额", "Amount"), "≥ 10,000", "4,299", holds=False),),
                ),
                Step(
                    "R3",
                    "routing/refund.yaml:31",
                    matched=True,
                    reasons=(
                        Reason(
                            t("客户等级", "Level"),
                            t("是 金卡", "is gold"),
                            t("金卡", "gold"),
                            holds=True,
                        ),
                        Reason(t("金额", "Amount"), "≥ 3,000", "4,299", holds=True),
                    ),
                ),
            ),
            NOW - timedelta(days=1),
            later=(
                Step(
                    "R4",
                    "routing/refund.yaml:40",
                    reasons=(
                        Reason(
                            t("您无权查看的字段", "A field you may not see"), "", "", False, True
                        ),
                    ),
                    note=t("前面的规则已命中", "An earlier rule matched"),
                    change=_changed(locale) if changes else "",
                ),
            ),
            more=3,
            ask_href="" if changes else f"{DESK}tickets/RF-20461/why?topic=team",
            open=changes,
        ),
        Why(
            "other",
            t("难，由行“R7”决定", "Hard, by the row “R7”"),
            "routing/refund.yaml:52",
            heading=t("难度", "Difficulty"),
        ),
        Why(
            "deadline",
            t("金卡退款：24 个工作小时内解决", "Gold refunds: solved within 24 working hours"),
            "sla/refund.yaml:12",
        ),
    )


def _evidence(locale: str, count: int) -> tuple[Evidence, ...]:
    said = two(locale)("洗衣机外壳破损", "Washing machine: dented casing")
    numbers = [f"RF-{19800 + n}" for n in range(count)]
    return tuple(Evidence(f"{DESK}tickets/{number}", number, said) for number in numbers)


def _hints(locale: str, here: str) -> tuple[Hint, ...]:
    t = two(locale)
    logistics = t("物流与仓储协同组", "Logistics and warehouse desk")
    found: tuple[tuple[Any, str, str, int], ...] = (
        ("priority", "urgent", t("紧急", "Urgent"), 7),
        ("team", "logistics", logistics, 6),
        ("tag", "damaged", t("破损", "Damaged"), 8),
    )
    return tuple(
        Hint(
            f"spruce/RF-20461/{topic}/{value}", topic, value, label, agree, 9, f"{here}/take",
            _evidence(locale, agree),
        )
        for topic, value, label, agree in found
    )  # fmt: skip


def _type_hint(locale: str) -> TypeHint:
    label = two(locale)("物流异常", "Delivery problem")
    return TypeHint(label, 8, 9, f"{DESK}new/delivery/check", _evidence(locale, 8))


def desk_approval(locale: str, state: str) -> TicketScreen:
    """The same while a payment waits; `state`: "answer", "refusing" or "asker"."""
    t, url = two(locale), f"{DESK}tickets/RF-20461"
    answers = state != "asker"
    waiting = Waiting(
        step=t("大额已打款", "Large amount paid"),
        asker=PersonMark(t("方月", "Fay Fang"), "方", 4),
        at=NOW - timedelta(minutes=40),
        rule=t("需要 2 人同意，目前 1 人。", "2 people have to agree; 1 did so far."),
        request=1,
        asked=(
            Asked(cleo(locale), "yes", NOW - timedelta(minutes=20)),
            Asked(ben(locale), instead=t("郭朗", "Guo Lang")),
        ),
        due=sla(locale, "warn", 32, 18),
        why=t("发票与账号已核对。", "Invoice and account are checked."),
        told=t("款项将在两天内到账。", "The money arrives within two days."),
        approve_url=f"{url}/approve" if answers else "",
        refuse_url=f"{url}/refuse" if answers else "",
        withdraw_url="" if answers else f"{url}/withdraw",
        problem=t("请填写原因", "A reason is needed") if state == "refusing" else "",
        refusing=state == "refusing",
        src="types/refund.yaml:126",
    )
    return replace(desk_ticket(locale), waiting=waiting, moves=())


def desk_ticket(locale: str, state: str = "") -> TicketScreen:
    """A refund in review; `state` is "", "refused", "conflict", "note" or "bare"."""
    t = two(locale)
    bare = state == "bare"
    here = f"{DESK}tickets/RF-20461"
    conflict = Conflict(
        t("破损程度", "Damage"),
        "damage",
        t("划痕，可以使用", "Scratched, usable"),
        "scratch",
        t("门体凹陷，无法使用", "Door dented, unusable"),
        cleo(locale).name,
        NOW - timedelta(minutes=2),
        8,
        here,
    )
    handling = Handling(
        t("售后一组", "After-sales 1"),
        t("退款", "Refund"),
        None if bare else ben(locale),
        "ben",
        () if bare else (TagMark(t("大额", "Large"), 4), TagMark(t("易碎", "Fragile"), 5)),
        "" if bare else f"{here}/assign",
        (Choice("ben", ben(locale).name), Choice("cleo", cleo(locale).name)),
        take=bare,
        transfer_action="" if bare else f"{here}/transfer",
        teams=(Choice("finance", t("财务组", "Finance")),),
        away="" if bare else t("不在岗，2026-11-25 回来", "away, back 2026-11-25"),
    )
    record = RecordCard(
        t("订单", "Order"),
        "2026111808817",
        t("冰川 520L 对开门冰箱", "Glacier 520 L fridge"),
        (
            RecordLine(t("签收", "Delivered"), DayCell((NOW - timedelta(days=1)).date())),
            RecordLine(t("件数", "Pieces"), NumberCell(Decimal(1))),
        ),
        MoneyCell(Decimal("4299")),
        NOW - timedelta(days=1),
        "sources/orders.yaml:1",
    )
    other = OtherTicket(
        f"{DESK}tickets/IN-20112",
        "IN-20112",
        t("开具电子发票", "Electronic invoice"),
        StatusMark("closed", t("已关闭", "Closed")),
        datetime(2026, 6, 3, 4, 0, tzinfo=UTC),
    )
    customer = CustomerCard(
        t("客户", "Customer"),
        ann(locale),
        "138 •••• 2201 · ann@example.com",
        t("金卡", "Gold"),
        (RecordLine(t("近一年订单", "Orders in a year"), NumberCell(Decimal(14))),),
        (other,),
        f"{DESK}?requester=ann",
        "3",
    )
    composer = Composer(
        f"{here}/comment",
        ann(locale).name,
        mode="internal" if state == "note" else "public",
        text=t("请承运方补赔付函。", "Carrier to send the letter.") if state == "note" else "",
        problem=t("附件超过 20 MB，文字已保留", "A file is over 20 MB; the text is kept")
        if state == "note"
        else "",
    )
    return TicketScreen(
        desk_page(
            locale, here, flashes=(Flash(t("已保存", "Saved"), "ok"),) if state == "note" else ()
        ),
        side(locale),
        "RF-20461",
        t("冰箱运输破损，申请全额退款", "Fridge damaged in transit, full refund"),
        7,
        "key-1",
        t("售后 · 待处理", "After-sales, open"),
        f"{DESK}views/after_sales",
        StatusMark("review", t("售后审核", "In review")),
        "high",
        t("高优先级", "High priority"),
        NOW - timedelta(days=1),
        () if bare else (sla(locale, "warn", 102, 22), sla(locale, "met", first=True)),
        () if bare else _moves(locale, state == "refused"),
        _facts(locale, state == "conflict"),
        () if bare else _entries(locale),
        (
            TimelineTab("all", here, current=True),
            TimelineTab("talk", f"{here}?show=talk"),
            TimelineTab("changes", f"{here}?show=changes"),
        ),
        handling,
        edit_action="" if bare else f"{here}/edit",
        macros=()
        if bare
        else (
            MacroMark(
                t("请补照片", "Ask for photos"),
                f"{here}/macro/photos",
                t("回复客户并转为待补充", "Replies and waits for the customer"),
                "camera",
            ),
            MacroMark(t("标为重复来访", "Mark as repeat contact"), f"{here}/macro/repeat"),
        ),
        intake=t("门户", "Portal"),
        barred=()
        if bare
        else (
            Barred(
                t("直接退款", "Refund at once"),
                t("只用于 200 元以下", "only under ¥200"),
                "types/refund.yaml:61",
                change=t("最小改动：金额 是 200.00", "Smallest change: Amount is 200.00"),
            ),
        ),
        description=(
            t(
                "冰箱今天早上送到，拆开发现右侧门体有一块明显凹陷，门封合不上，通电以后一直不制冷。\n麻烦尽快处理，家里没有冰箱用了。",
                "The right door has a large dent, it does not cool.\nPlease hurry, we need it.",
            ),
        ),
        files=(
            FileMark(t("门体凹陷.jpg", "dent.jpg"), 812_000, "/static/mark.svg", image=True),
            FileMark(t("签收单.pdf", "delivery-note.pdf"), 214_000, "/f/1"),
        ),
        composer=None if bare else composer,
        whys=() if bare else _whys(locale),
        hints=() if bare else _hints(locale, here),
        records=() if bare else (record,),
        customer=None if bare else customer,
        neighbours=None if bare else Neighbours(f"{DESK}tickets/a", f"{DESK}tickets/b", "4 / 46"),
        conflict=conflict if state == "conflict" else None,
    )


# ---- inbox, new ticket, dashboard ----


def desk_inbox(locale: str, empty: bool = False) -> InboxScreen:
    """Ben's notices."""
    t = two(locale)
    notices = (
        Notice(
            "1",
            t("解决时限将到", "Resolution is nearly due"),
            t("冰箱运输破损，申请全额退款", "Fridge damaged in transit, full refund"),
            NOW - timedelta(minutes=18),
            f"{DESK}tickets/RF-20461",
            "RF-20461",
            icon="timer",
        ),
        Notice(
            "2",
            t("许可把工单分派给了你", "Cleo assigned this to you"),
            t("退款已 5 天仍未到账", "Refund not there after five days"),
            NOW - timedelta(hours=3),
            f"{DESK}tickets/RF-20467",
            "RF-20467",
            read=True,
            icon="user-plus",
        ),
    )
    return InboxScreen(
        desk_page(locale, f"{DESK}inbox"),
        side(locale, "inbox"),
        () if empty else notices,
        0 if empty else 1,
        f"{DESK}inbox/read",
        "" if empty else "?after=2",
    )


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
        hint=_type_hint(locale),
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


DESK_SAMPLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "desk_list": ("pages/desk_list.html", desk_list),
    "desk_list_wide": ("pages/desk_list.html", lambda loc: desk_list(loc, wide=True)),
    "desk_list_bulk": ("pages/desk_list.html", lambda loc: desk_list(loc, bulk=True)),
    "desk_list_part": ("parts/desk_table.html", desk_list),
    "desk_list_empty": ("pages/desk_list.html", desk_empty),
    "desk_list_nothing": ("pages/desk_list.html", lambda loc: desk_empty(loc, searched=True)),
    "desk_ticket": ("pages/desk_ticket.html", desk_ticket),
    "desk_ticket_refused": ("pages/desk_ticket.html", lambda loc: desk_ticket(loc, "refused")),
    "desk_ticket_conflict": ("pages/desk_ticket.html", lambda loc: desk_ticket(loc, "conflict")),
    "desk_ticket_note": ("pages/desk_ticket.html", lambda loc: desk_ticket(loc, "note")),
    "desk_ticket_answer": ("pages/desk_ticket.html", lambda loc: desk_approval(loc, "answer")),
    "desk_ticket_refusing": ("pages/desk_ticket.html", lambda loc: desk_approval(loc, "refusing")),
    "desk_ticket_asker": ("pages/desk_ticket.html", lambda loc: desk_approval(loc, "asker")),
    "desk_ticket_bare": ("pages/desk_ticket.html", lambda loc: desk_ticket(loc, "bare")),
    "desk_why": ("pages/desk_why.html", desk_why),
    "desk_why_nothing": ("pages/desk_why.html", lambda loc: desk_why(loc, nothing=True)),
    "desk_why_part": ("parts/desk_why.html", desk_why_part),
    "desk_inbox": ("pages/desk_inbox.html", desk_inbox),
    "desk_inbox_empty": ("pages/desk_inbox.html", lambda loc: desk_inbox(loc, empty=True)),
    "desk_new": ("pages/desk_new.html", desk_new),
    "desk_new_nobody": ("pages/desk_new.html", lambda loc: desk_new(loc, "nobody")),
    "desk_new_form": ("pages/desk_new_form.html", desk_new_form),
    "desk_new_form_missing": (
        "pages/desk_new_form.html",
        lambda loc: desk_new_form(loc, "missing"),
    ),
    "dashboard": ("pages/dashboard.html", dashboard),
    "dashboard_empty": ("pages/dashboard.html", lambda loc: dashboard(loc, empty=True)),
}
