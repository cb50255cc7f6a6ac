"""What every page of the desk has around it: the people, the side, the clocks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from runtime.web.screens.base import (
    Me,
    Page,
    PersonMark,
    SlaMark,
    Urls,
)
from runtime.web.screens.side import NavGroup, NavLink, SideNav, capped
from tests.screens.samples import NOW, page

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
