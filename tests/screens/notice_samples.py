"""Samples of the centre of notices, on the desk and in the portal, in either locale."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from runtime.web.screens.choosing import Choice
from runtime.web.screens.people.notices import (
    BellScreen,
    InboxScreen,
    Notice,
    NoticeBox,
    NoticeGroup,
    NoticeTab,
    PortalNoticesScreen,
)
from runtime.web.screens.side import Pinned
from tests.screens.desk_frame_samples import DESK, desk_page, side, two
from tests.screens.samples import BASE, NOW, page


def _notice(locale: str, number: int, zh: str, en: str, minutes: int, **more: Any) -> Notice:
    t = two(locale)
    text = t("冰箱运输破损，申请全额退款", "Fridge damaged in transit, full refund")
    at = NOW - timedelta(minutes=minutes)
    return Notice(str(number), t(zh, en), text, at, f"{DESK}inbox/open/{number}", **more)


def groups(locale: str) -> tuple[NoticeGroup, ...]:
    """An urgent one, a storm of which some is folded, one that was read, one about no ticket."""
    urgent = _notice(locale, 1, "解决时限已过：RF-20461", "RF-20461 is overdue", 18, urgent=True)
    storm = [
        _notice(locale, 10 + n, f"新回复 {n}", f"New answer {n}", 30 + n, read=n > 2)
        for n in range(6)
    ]
    read = _notice(locale, 30, "许可把工单分派给了你", "Cleo assigned this to you", 190, read=True)
    plan = replace(
        read, id="40", title=two(locale)("方案 v24 待审批", "Plan v24 awaits you"), text=""
    )
    return (
        NoticeGroup("RF-20461", urgent, (), (), ("1",), 1, urgent=True),
        NoticeGroup(
            "RF-20462", storm[0], tuple(storm[1:3]), tuple(storm[3:]),
            tuple(one.id for one in storm), 3,
        ),
        NoticeGroup("RF-20467", read, (), (), ("30",), 0, done=True),
        NoticeGroup("", plan, (), (), ("40",), 0),
    )  # fmt: skip


def box(locale: str, url: str, which: str = "", empty: bool = False) -> NoticeBox:
    """The content of a centre at `url`."""
    t = two(locale)
    tabs = (("", "全部", "All"), ("unread", "未读", "Unread"), ("done", "已处理", "Done"))
    return NoticeBox(
        groups=() if empty else groups(locale),
        unread=0 if empty else 4,
        tabs=tuple(NoticeTab(t(zh, en), f"{url}?show={w}", w == which) for w, zh, en in tabs),
        url=url,
        which=which,
        sort="",
        sorts=(Choice("assigned", t("分派给我", "Assigned to me")),),
        here=url,
        read_action=f"{url}/read",
        mark_action=f"{url}/mark",
        profile_href=f"{DESK}profile",
        older_href="" if empty else "?before=2",
        newer_href="" if empty else url,
    )


def desk_inbox(locale: str, which: str = "", empty: bool = False) -> InboxScreen:
    """Ben's notices."""
    pinned = Pinned(
        ("1", "2"), two(locale)("解决时限已过：RF-20461", "RF-20461 is overdue"), f"{DESK}x"
    )
    nav = side(locale, "inbox")
    nav = nav if empty else replace(nav, pinned=(pinned,), read_action=f"{DESK}inbox/mark")
    made = box(locale, f"{DESK}inbox", which, empty)
    return InboxScreen(desk_page(locale, f"{DESK}inbox"), nav, made)


def portal(locale: str, empty: bool = False) -> PortalNoticesScreen:
    """Ann's notices."""
    return PortalNoticesScreen(page(locale, "notices"), box(locale, f"{BASE}notices", "", empty))


def bell(locale: str, unread: int) -> BellScreen:
    """The bell of the portal."""
    return BellScreen(page(locale), f"{BASE}notices", unread)


NOTICE_SAMPLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "desk_inbox": ("pages/desk_inbox.html", desk_inbox),
    "desk_inbox_empty": ("pages/desk_inbox.html", lambda loc: desk_inbox(loc, empty=True)),
    "desk_inbox_done": ("pages/desk_inbox.html", lambda loc: desk_inbox(loc, "done", empty=True)),
    "desk_inbox_unread": (
        "pages/desk_inbox.html", lambda loc: desk_inbox(loc, "unread", empty=True),
    ),
}  # fmt: skip
PORTAL_NOTICE_SAMPLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "portal_notices": ("pages/portal_notices.html", portal),
    "portal_notices_empty": ("pages/portal_notices.html", lambda loc: portal(loc, empty=True)),
    "portal_bell": ("parts/bell.html", lambda loc: bell(loc, 3)),
    "portal_bell_many": ("parts/bell.html", lambda loc: bell(loc, 100)),
}
