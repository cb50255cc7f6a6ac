"""Why a decision was taken, what would have changed it, and what similar tickets suggest."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from runtime.web.screens.hints import AlikeMark, Evidence, Hint, TypeHint
from runtime.web.screens.ticket.page import (
    Reason,
    Step,
    Why,
    WhyMoment,
    WhyPart,
    WhyScreen,
)
from tests.screens.desk_frame_samples import DESK, SRC_HREF, ann, desk_page, side, two
from tests.screens.samples import NOW


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
        whys(locale, whole=True),
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
    """One explanation, as htmx puts it below the sentence."""
    return WhyPart(desk_page(locale, DESK), whys(locale, whole=True)[0])


def whys(locale: str, *, whole: bool = False) -> tuple[Why, ...]:
    """In a sentence each, as beside a ticket; or `whole`."""
    found = _whys(locale)
    if whole:
        return found
    url = f"{DESK}tickets/RF-20461/why?topic="
    return tuple(
        replace(one, steps=(), later=(), more=0, ask_href=f"{url}{one.topic}") for one in found
    )


def _whys(locale: str) -> tuple[Why, ...]:
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
                    change=_changed(locale),
                ),
            ),
            more=3,
        ),
        Why(
            "other",
            t("难，由行「R7」决定", "Hard, by the row “R7”"),
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


def alike(locale: str, here: str) -> tuple[AlikeMark, ...]:
    """An older ticket this one may be merged into, and a newer one that is not this person's."""
    t = two(locale)
    reasons = (t("同一个人（30）", "same person (30)"), t("文字相近（41）", "like words (41)"))
    words = t("平板屏幕碎裂，要求退款", "The screen of the tablet is cracked, money back please")
    state = t("待审核", "To be checked")
    return (
        AlikeMark(f"{here}x", "RF-20399", words, state, reasons, True, f"{here}/alike"),
        AlikeMark(f"{here}y", "CP-1", words * 2, "", reasons[:1], False, ""),
    )


def hints(locale: str, here: str) -> tuple[Hint, ...]:
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


def type_hint(locale: str) -> TypeHint:
    label = two(locale)("物流异常", "Delivery problem")
    return TypeHint(label, 8, 9, f"{DESK}new/delivery/check", _evidence(locale, 8))
