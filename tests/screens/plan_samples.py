"""Sample plans for the publish page: one with decisions, one that waits, as text."""

from __future__ import annotations

from datetime import UTC, datetime

from runtime.web.screens.studio.build_flow import Chart, draw
from runtime.web.screens.studio.finding import Problem
from runtime.web.screens.studio.plan import (
    Agreed,
    ChangeGroup,
    ChangeRow,
    Choice,
    Decision,
    PlanView,
    Step,
    TextChange,
    TextLine,
    TicketLink,
)
from tests.screens.desk_frame_samples import two

PUBLISH = "/t/spruce/studio/publish"
AT = datetime(2026, 3, 2, 10, 22, tzinfo=UTC)
TICKETS = (TicketLink("RF-7", "/t/spruce/desk/tickets/RF-7"),)


def draft_plan(locale: str) -> PlanView:
    """A draft that takes a state away and changes promises."""
    t = two(locale)
    before = Chart(
        {"submitted": "Submitted", "review": "Review", "done": "Done"},
        frozenset({("submitted", "review"), ("review", "done"), ("done", "submitted")}),
    )
    after = Chart(
        {"submitted": "Submitted", "done": "Done"},
        frozenset({("submitted", "done"), ("done", "submitted")}),
    )
    flow = draw(before, after, t("流程", "Workflow"), t("移除：复核", "Removed: Review"))
    decision = Decision(
        "moves",
        t("状态「复核」将被移除", "The state Review goes: what becomes of it?"),
        "types/refund.yaml:58",
        PUBLISH,
        "refund.review",
        "state",
        (Choice("done", t("完成", "Done")), Choice(".", t("停用", "Take it out of use"))),
        "/t/spruce/studio/decide",
        effects=(t("37 张工单", "37 tickets hold it, 37 of them open"),),
        tickets=TICKETS,
    )
    clocks = Decision(
        "when", t("时限有变化", "The promises change"), "sla/refund.yaml:1", PUBLISH, "refund", "",
        step="when_changed: open_tickets",
    )  # fmt: skip
    rows = (
        ChangeRow(
            "del", t("复核", "Review"), t("移除", "Takes away"), True, "types/refund.yaml:58", "",
            effects=decision.effects, tickets=TICKETS,
        ),
        ChangeRow(
            "mod", "solved", t("时限变化", "Other times"), False, "sla/refund.yaml:18", PUBLISH,
            "48h", "24h",
        ),
        ChangeRow("add", t("外包装", "Box"), t("新增", "New"), False, "types/refund.yaml:63", ""),
    )  # fmt: skip
    return PlanView(
        t("收紧退款时效", "Shorter refunds"),
        t("草稿对比线上 v23 · 许可", "Draft over v23 · Cleo"),
        "",
        AT,
        t("3.1 秒", "3.1 s"),
        1,
        1,
        1,
        2,
        (decision, clocks),
        (Problem("warn", "W409", "`big` fits none", "", "routing/refund.yaml", 8, 5, PUBLISH),),
        (ChangeGroup(t("工单类型 · 退款", "Ticket type · Refund"), rows, flow),),
        (
            Step("done", t("规格检查", "Specs checked"), "28"),
            Step("now", t("决定", "Decisions"), "2"),
            Step("todo", t("发布", "Publish"), t("新工单立即生效", "New tickets follow it")),
        ),
        False,
        PUBLISH,
        f"{PUBLISH}?as=yaml",
        effects=(t("未计数：见下", "not counted: see below"),),
        refresh_href=PUBLISH,
        json_href=f"{PUBLISH}.json",
        button=t("申请批准", "Ask for approval"),
    )


def kept_plan(locale: str) -> PlanView:
    """A plan that waits for the visitor's approval, as text."""
    t = two(locale)
    here = "/t/spruce/studio/plans/58"
    lines = (
        TextLine("", "kind: SlaPolicy"),
        TextLine("del", "otherwise: [48h]"),
        TextLine("add", "otherwise: [24h]"),
        TextLine("", "…"),
    )
    return PlanView(
        t("收紧退款时效", "Shorter refunds"),
        t("计划 58 对比线上 v23 · 许可", "Plan 58 over v23 · Cleo"),
        "58",
        AT,
        t("3.1 秒", "3.1 s"),
        0,
        1,
        0,
        1,
        (),
        (),
        (),
        (Step("now", t("批准", "Approval"), t("放宽权限", "Gives rights")),),
        True,
        here,
        f"{here}?as=yaml",
        (TextChange("sla/refund.yaml", PUBLISH, lines),),
        wanted=(t("放宽权限", "Gives rights"),),
        approvals=(
            Agreed("Ben", AT, True, t("请先改说明", "Say more first"), ""),
            Agreed("Ivy", AT, False, "", t("由运维人员明确批准", "by the operator's word")),
        ),
        approve_action=f"{here}/approve",
        return_action=f"{here}/return",
        json_href=f"{here}/plan.json",
    )
