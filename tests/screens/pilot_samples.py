"""Samples of the page of pilot and shadow: both going on, one stuck at its end, none yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from runtime.web.screens.form import Option
from runtime.web.screens.studio.pages import Fact
from runtime.web.screens.studio.pilot import (
    DifferRow,
    FigureRow,
    PilotCard,
    RouteRow,
    SampleRow,
    ShadowCard,
    StartForm,
    StuckRow,
    StudioPilot,
    TeamBox,
)
from tests.screens.desk_frame_samples import DESK, STUDIO, two
from tests.screens.studio_samples import side, studio_page

T = Callable[[str, str], str]


def pilot_page(locale: str, state: str = "going") -> StudioPilot:
    """The page: "going", "stuck" or "none"."""
    t, none = two(locale), state == "none"
    return StudioPilot(
        studio_page(locale, f"{STUDIO}pilot"),
        side(locale, "pilot"),
        23,
        None if none else _pilot(t, stuck=state == "stuck"),
        _form(t, pilot=True) if none else None,
        None if none else _shadow(t),
        _form(t, pilot=False) if none else None,
    )


def _pilot(t: T, *, stuck: bool) -> PilotCard:
    few, same = (
        t("数量太少，说明不了问题", "Too few to tell"),
        t("看不出差别", "No difference that shows"),
    )
    lower = t("试点更低", "Lower with the pilot")
    return PilotCard(
        revision=24,
        going=True,
        state=t("进行中", "Going on"),
        facts=(
            Fact(t("开始于", "Since"), "11-21 09:00", t("由 许可", "by Cleo Xu")),
            Fact(t("原因", "Why"), t("小额退款直接给客服", "Small refunds go straight to Service")),
            Fact(t("对象", "For"), t("售后一组、10% 的申请人", "After-sales 1, 10% of requesters")),
        ),
        figures=(
            FigureRow(t("工单", "Tickets"), "143", "", "1290", "", ""),
            FigureRow(
                t("分派与正式规则不同", "Routed elsewhere than live would"),
                "31.5%", "24.4% – 39.5% · n=143", "–", "", "",
            ),
            FigureRow(
                t("首次回复用时", "First reply after"),
                t("26 分", "26m"), t("21 分 – 34 分 · n=139", "21m – 34m · n=139"),
                t("48 分", "48m"), t("44 分 – 53 分 · n=1250", "44m – 53m · n=1250"),
                lower, "ok",
            ),
            FigureRow(t("重新打开", "Reopened"), "4.2%", "1.9% – 8.9%", "4.0%", "3% – 5.2%", same),
            FigureRow(t("评分", "Rating"), "4.61", "n=12", "4.40", "4.31 – 4.49 · n=410", few),
        ),
        notes=(t("时间取自然时间的中位数。", "Medians of plain time."),),
        few=t("工单太少。", "There are too few tickets to tell.") if stuck else "",
        routes=(
            RouteRow(t("快速处理组", "Fast lane"), t("客服组", "Service"), 45, same=False),
            RouteRow(t("售后组", "After-sales"), t("售后组", "After-sales"), 98, same=True),
        ),
        promote_action=f"{STUDIO}pilot/promote",
        stop_action=f"{STUDIO}pilot/stop",
        over="v23" if stuck else "",
        stuck=_stuck(t) if stuck else (),
        problem=t("有正式配置没有的内容", "Tickets of the pilot hold what live does not have")
        if stuck
        else "",
    )  # fmt: skip


def _stuck(t: T) -> tuple[StuckRow, ...]:
    options = (Option("review", t("待审核", "To review")), Option("paying", t("待打款", "To pay")))
    return (
        StuckRow("state.refund.ok", t("退款：已核对", "Refund: Checked"), 12, options, "review"),
        StuckRow("field.refund.box", t("退款：外箱", "Refund: Box"), 3, drops=True),
        StuckRow("type.swap", t("换货", "Swap"), 1),
    )  # fmt: skip


def _shadow(t: T) -> ShadowCard:
    home = DifferRow(
        t("分派到别的团队", "Routed to another team"),
        t("快速处理组", "Fast lane"),
        t("客服组", "Service"),
        "routing/refund.small",
        STUDIO,
        "routing/refund.tiny",
        STUDIO,
    )
    refused = DifferRow(t("不会被受理", "Would not have been taken"), "–", "required box")
    return ShadowCard(
        revision=25,
        going=True,
        state=t("进行中", "Going on"),
        facts=(Fact(t("开始于", "Since"), "11-20 18:00", t("由 许可", "by Cleo Xu")),),
        share="96.8%",
        counted=t("1200 单中的 1162 单", "1162 of 1200 tickets"),
        topics=(
            Fact(t("分派到别的团队", "Routed to another team"), "31"),
            Fact(t("时限不同：解决", "Due otherwise: Solving"), "12"),
        ),
        routes=(RouteRow(t("快速处理组", "Fast lane"), t("客服组", "Service"), 31, same=False),),
        samples=(
            SampleRow("RF-20461", f"{DESK}tickets/RF-20461/why", (home,)),
            SampleRow("RF-20477", f"{DESK}tickets/RF-20477/why", (home, refused)),
        ),
        stop_action=f"{STUDIO}shadow/stop",
        problem=t("在此期间有人改动过", "Somebody moved it meanwhile"),
    )


def _form(t: T, *, pilot: bool) -> StartForm:
    teams = (
        TeamBox("after_sales", t("售后组", "After-sales"), chosen=True),
        TeamBox("claims", t("理赔组", "Claims"), chosen=False),
    )
    return StartForm(
        action=f"{STUDIO}{'pilot' if pilot else 'shadow'}/start",
        revisions=(Option("draft", t("我的草稿", "My draft")), Option("v22", "v22")),
        revision="v22",
        teams=teams if pilot else (),
        share="10",
        message=t("小额退款直接给客服", "Small refunds go straight to Service"),
        problem=t("它会改变谁能看见", "It would change who may see what") if pilot else "",
        rights=pilot,
    )


PILOT_SAMPLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "studio_pilot": ("pages/studio_pilot.html", pilot_page),
    "studio_pilot_stuck": ("pages/studio_pilot.html", lambda loc: pilot_page(loc, "stuck")),
    "studio_pilot_none": ("pages/studio_pilot.html", lambda loc: pilot_page(loc, "none")),
}
