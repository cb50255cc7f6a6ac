"""Tickets that belong together: panels on the ticket's page, and the pages that join them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from runtime.web.screens.base import SlaMark, StatusMark
from runtime.web.screens.choosing import Choice
from runtime.web.screens.ticket.together import (
    BatchPanel,
    Chosen,
    Head,
    JoinScreen,
    MergeManyScreen,
    NearMark,
    PartsPanel,
    PartsPart,
    PastGroup,
    PastMark,
    PastPart,
    SplitEntry,
    SplitScreen,
    TogetherPanel,
    Watching,
)
from tests.screens.desk_frame_samples import DESK, ann, ben, cleo, desk_page, side, two
from tests.screens.desk_ticket_samples import desk_ticket
from tests.screens.samples import NOW

HERE = f"{DESK}tickets/RF-20461"


def near(
    locale: str, number: str, zh: str, en: str, *, done: bool = False, **more: Any
) -> NearMark:
    """Another ticket."""
    t = two(locale)
    status = (
        StatusMark("done", t("已完成", "Done"))
        if done
        else StatusMark("active", t("待上门", "Visit"))
    )
    sla = SlaMark("ok", t("6 小时", "6h"), t("解决", "Solve"), 62, NOW + timedelta(hours=6))
    return NearMark(
        f"{DESK}tickets/{number}", number, t(zh, en), status, None if done else sla, **more
    )


def thens(locale: str) -> tuple[Choice, ...]:
    t = two(locale)
    return (
        Choice("solved", t("一并解决", "Solve them too")),
        Choice("closed", t("保持关闭", "Leave them closed")),
    )


def parts_panel(locale: str) -> PartsPanel:
    """Two parts, one done, one more with others."""
    t = two(locale)
    done = near(
        locale,
        "LG-20463",
        "承运方责任认定",
        "Who pays at the carrier",
        done=True,
        assignee=cleo(locale),
        undo="part",
    )
    open_ = near(
        locale,
        "LG-20468",
        "上门取回破损商品",
        "Collect the damaged goods",
        assignee=ben(locale),
        undo="part",
    )
    return PartsPanel(
        (done, open_),
        1,
        3,
        1,
        1,
        open_.sla,
        ((done.status, 1), (open_.status, 1)),
        f"{HERE}/join?as=part",
        (Choice(f"{DESK}new/logistics?how=part&from=RF-20461", t("物流异常", "Delivery problem")),),
        f"{HERE}/join",
        f"{HERE}/parts",
    )


def panel(locale: str, state: str = "") -> TogetherPanel:
    """`state`: "" (all panels), "merged", or "bare": nothing is joined, and nothing may be."""
    t = two(locale)
    watching = Watching(
        True,
        f"{HERE}/watch",
        (("b", ben(locale)), ("", cleo(locale))),
        (Choice("c", t("方月", "Fay")),),
        True,
    )
    if state == "bare":
        return TogetherPanel(parts=PartsPanel(), watching=Watching(False, f"{HERE}/watch"))
    batch = BatchPanel(
        tuple(
            near(
                locale,
                f"RF-{n}",
                "冰箱不制冷",
                "Fridge does not cool",
                done=True,
                requester=ann(locale).name,
                undo="merge",
            )
            for n in (7, 8)
        ),
        2,
        "solved",
        thens(locale),
        f"{HERE}/join",
    )
    links = (
        near(
            locale,
            "RF-31",
            "同一批次的冰箱",
            "A fridge of the same lot",
            sort=t("相关", "Related"),
            undo="related",
        ),
        near(
            locale,
            "RF-32",
            "另一次申请",
            "Asked once more",
            done=True,
            sort=t("从这张拆分", "Split off from this"),
        ),
    )
    whole = near(locale, "CP-4", "整单投诉", "Complaint about the whole order")
    merged = state == "merged"
    return TogetherPanel(
        f"{HERE}/join",
        None if merged else whole,
        merged,
        whole if merged else None,
        merged,
        replace(parts_panel(locale), add_href="", new=()) if merged else parts_panel(locale),
        None if merged else batch,
        links,
        f"{HERE}/join",
        "" if merged else f"{HERE}/join?as=merge",
        f"{HERE}/split",
        f"{DESK}new/refund?how=copy&from=RF-20461",
        watching,
        f"{HERE}/past",
    )


def ticket(locale: str, state: str = "") -> Any:
    """The ticket's page with them."""
    return replace(desk_ticket(locale), together=panel(locale, state))


def head(locale: str, number: str) -> Head:
    t = two(locale)
    mark = near(
        locale,
        number,
        "冰箱运输破损",
        "Fridge damaged",
        assignee=ben(locale),
        requester=ann(locale).name,
    )
    return Head(
        mark, t("退货退款", "Refund"), t("售后一组", "After-sales 1"), NOW - timedelta(days=1), 3, 1
    )


def join(locale: str, state: str = "") -> JoinScreen:
    """`state`: "" (found by words), "look" (both beside each other), "refused" or "none"."""
    t = two(locale)
    other = head(locale, "RF-31") if state in ("look", "refused") else None
    found = (
        near(
            locale,
            "RF-31",
            "冰箱",
            "Fridge",
            requester=ann(locale).name,
            undo=f"{HERE}/join?as=merge&q=RF-31",
        ),
    )
    refused = t("RF-31 已完成；请先重新打开它", "RF-31 is done; reopen it first")
    return JoinScreen(
        desk_page(locale, f"{HERE}/join"),
        side(locale),
        "merge",
        t("并入另一张工单", "Merge into another ticket"),
        t("这张工单结束。", "This ticket ends."),
        f"{HERE}/join",
        f"{HERE}/join",
        HERE,
        "key",
        "RF-20461",
        "RF-31" if other else t("冰箱", "fridge"),
        () if other or state == "none" else found,
        head(locale, "RF-20461"),
        other,
        (t("时限停止计时", "Its deadlines stand still"),) if state == "look" else (),
        refused if state == "refused" else "",
        thens(locale),
        t("合并", "Merge") if state == "look" else "",
    )


def many(locale: str, state: str = "") -> MergeManyScreen:
    """`state`: "" (chosen), "look" (into one of them), "done" or "none"."""
    t = two(locale)
    marks = [
        near(locale, f"RF-{n}", "冰箱不制冷", "Fridge does not cool", requester=ann(locale).name)
        for n in (7, 8)
    ]
    refusal = t("其他工单并入这一张", "The others are merged into this one")
    chosen = (
        Chosen(marks[0], refusal if state == "look" else "", state == "look"),
        Chosen(marks[1]),
    )
    look = state == "look"
    return MergeManyScreen(
        desk_page(locale, f"{DESK}merge/check"),
        side(locale),
        f"{DESK}merge/check",
        f"{DESK}merge",
        f"{DESK}views/all",
        "key",
        () if state in ("none", "done") else chosen,
        100,
        int(look),
        "RF-7" if look else "",
        "",
        (near(locale, "RF-31", "冰箱", "Fridge"),) if look else (),
        head(locale, "RF-7") if look else None,
        thens(locale),
        (Choice("refund", t("退货退款", "Refund")),),
        t("请选择并入哪一张", "Choose what they are merged into") if not state else "",
        ("RF-8",) if state == "done" else (),
        f"{DESK}tickets/RF-7" if state == "done" else "",
    )


def split(locale: str, state: str = "") -> SplitScreen:
    """`state`: "" or "none": nothing was said."""
    t = two(locale)
    entries = (
        SplitEntry(
            "3",
            ann(locale),
            NOW,
            t("另外，发票抬头写错了。", "And the invoice is wrong."),
            files=("a.png",),
            chosen=True,
        ),
        SplitEntry("4", ben(locale), NOW, t("问过财务", "Asked finance"), internal=True),
    )
    return SplitScreen(
        desk_page(locale, f"{HERE}/split"),
        side(locale),
        "RF-20461",
        t("拆分工单", "Split off a ticket"),
        f"{HERE}/split",
        HERE,
        () if state else entries,
        (Choice("refund", t("退货退款", "Refund")),),
        "refund",
        "" if state else t("请至少选择一条消息", "Choose at least one message"),
    )


def past(locale: str, state: str = "") -> PastPart:
    t = two(locale)
    one = PastMark(
        near(locale, "RF-2", "空调安装改期", "Another day", done=True),
        NOW - timedelta(days=90),
        t("已改到周五上午。", "It is on Friday now."),
    )
    groups = (
        PastGroup(t("冰川冰箱", "Fridge 520L"), (one,), "1", f"{DESK}views/all?field.order_no=1"),
        PastGroup(
            t("同一组织的工单", "Of the same organisation"), (replace(one, solution=""),), "2"
        ),
    )
    return PastPart(desk_page(locale, f"{HERE}/past"), () if state else groups)


def parts(locale: str) -> PartsPart:
    return PartsPart(desk_page(locale, f"{HERE}/parts"), parts_panel(locale))


def _of(template: str, make: Callable[..., Any], *states: str) -> dict[str, Any]:
    """A sample for each state, under a name of the template."""
    name = template.rpartition("/")[2].removesuffix(".html")
    return {
        f"{name}_together_{state}" if state else f"{name}_together": (
            template,
            lambda loc, state=state: make(loc, state) if state else make(loc),
        )
        for state in states
    }


TOGETHER_SAMPLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    **_of("pages/desk_ticket.html", ticket, "", "merged", "bare"),
    **_of("pages/desk_join.html", join, "", "look", "refused", "none"),
    **_of("pages/desk_merge.html", many, "", "look", "done", "none"),
    **_of("pages/desk_split.html", split, "", "none"),
    **_of("parts/desk_past.html", past, "", "none"),
    **_of("parts/desk_parts.html", parts, ""),
}
