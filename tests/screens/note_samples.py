"""What stands beside the sample ticket: visits, time spent, reasons for missed promises."""

from datetime import timedelta

from runtime.web.screens.beside import (
    LateClock,
    SpentBox,
    SpentLine,
    SpentSum,
    VisitForm,
    VisitLine,
    VisitsBox,
)
from runtime.web.screens.choosing import Choice
from tests.screens.desk_frame_samples import ben, cleo, two
from tests.screens.samples import NOW


def visits(locale: str, here: str, state: str) -> VisitsBox:
    """One of each state; in the state "note" a clash stands in the form."""
    t = two(locale)
    clash = t("周本这个时间另有上门：RP-6", "Ben has another visit then: RP-6")
    form = VisitForm("", "2026-11-24", "14:00", "120", "ben", t("杭州西湖区", "Hangzhou"))
    later = VisitForm("v1", "2026-11-23", "09:00", "60", "ben", note=t("带门封", "Bring a seal"))
    hour = timedelta(hours=1)
    return VisitsBox(
        action=f"{here}/visits",
        lines=(
            VisitLine(
                "v0", NOW - 30 * hour, NOW - 28 * hour, "missed",
                t("没有碰上", "Nobody was there"), ben(locale).name, t("杭州西湖区", "Hangzhou"),
            ),
            VisitLine(
                "v1", NOW - hour, NOW + hour, "planned", t("已预约", "Planned"), ben(locale).name,
                t("杭州西湖区", "Hangzhou"), t("带门封", "Bring a door seal"), later,
                f"{here}/visits/v1/end", over=True,
            ),
            VisitLine(
                "v2", NOW + 50 * hour, NOW + 80 * hour, "cancelled", t("已取消", "Cancelled")
            ),
        ),
        form=form if state != "note" else VisitForm(
            "", form.day, form.time, form.minutes, form.person, form.place, clash=clash, open=True
        ),
        people=(Choice("ben", ben(locale).name), Choice("cleo", cleo(locale).name)),
        lengths=(Choice("60", t("1 小时", "1 h")), Choice("120", t("2 小时", "2 h"))),
        ics_href=f"{here}/visits.ics",
    )  # fmt: skip


def spent(locale: str, here: str, state: str) -> SpentBox:
    """Two people's work; in the state "note" an amount that can't be read."""
    t = two(locale)
    day = NOW.date()
    wrong = state == "note"
    return SpentBox(
        action=f"{here}/time",
        total=timedelta(minutes=155),
        sums=(
            SpentSum(ben(locale).name, timedelta(minutes=80)),
            SpentSum(cleo(locale).name, timedelta(minutes=75)),
        ),
        lines=(
            SpentLine("t1", ben(locale).name, day, timedelta(minutes=80), take_back=f"{here}/undo"),
            SpentLine(
                "t2", cleo(locale).name, day, timedelta(minutes=75), t("核对赔付", "Checked it")
            ),
        ),
        today=day.isoformat(),
        amount="soon" if wrong else "",
        day=day.isoformat(),
        problem=t("请填写用了多久", "Write how long it took") if wrong else "",
        open=wrong,
    )  # fmt: skip


def late(locale: str, here: str, state: str) -> tuple[LateClock, ...]:
    """One that asks, one that was told, one that nobody explained."""
    t = two(locale)
    reasons = (
        Choice("load", t("咨询量太大", "Too many at once")),
        Choice("others", t("等承运方", "The carrier took long")),
    )
    first, solved = t("首次响应", "First reply"), t("解决", "Solved")
    return (
        LateClock("first_reply", first, f"{here}/late", reasons, asks=True),
        LateClock(
            "solved", solved, f"{here}/late", reasons, t("等承运方", "The carrier took long"),
            "others", t("三天没有回复", "Three days without an answer"),
        ),
        LateClock("parts", t("备件", "Parts"), f"{here}/late", reasons),
        LateClock(
            "plain", t("回访", "Call back"), "", (), t("见说明", "told in words"), "-",
            t("电话打不通", "Nobody picked up"),
        ),
    )  # fmt: skip
