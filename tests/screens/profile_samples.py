"""Samples of the profile, on the desk and in the portal, in either locale."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from runtime.web.screens.choosing import Choice
from runtime.web.screens.people.profile import (
    DayLine,
    HoursBox,
    PasswordBox,
    PortalProfileScreen,
    ProfileBox,
    ProfileScreen,
    SortLine,
)
from tests.screens.desk_frame_samples import DESK, ann, ben, desk_page, side, two
from tests.screens.samples import BASE, page


def box(locale: str, where: str, wrong: bool = False) -> ProfileBox:
    """A requester's profile, with everything wrong that can be."""
    t = two(locale)
    said = t("请从列表中选择", "Choose one of the list") if wrong else ""
    return ProfileBox(
        action=where,
        picture_action=f"{where}/picture",
        person=ann(locale),
        name=ann(locale).name,
        locale=locale,
        locales=(Choice("zh-CN", "中文"), Choice("en", "English")),
        theme="system",
        zone="Europe/Berlin",
        zones=(Choice("Asia/Shanghai", "Asia/Shanghai"), Choice("Europe/Berlin", "Europe/Berlin")),
        tenant_zone="Asia/Shanghai",
        ways=(Choice("in_app", t("站内", "Here")), Choice("mail", t("邮件", "E-mail"))),
        sorts=(
            SortLine("replied", t("收到新回复", "A new answer"), (True, False)),
            SortLine("recall", t("产品召回", "Product recall"), (True, True), fixed=True),
        ),
        digest="daily",
        digest_at="09:00",
        quiet_first="22:00",
        quiet_last="07:00",
        keys=True,
        password=PasswordBox(f"{where}/password", said, said),
        name_problem=said,
        zone_problem=said,
        digest_problem=said,
        quiet_problem=said,
        picture_problem=said,
    )


def desk_profile(locale: str, wrong: bool = False) -> ProfileScreen:
    """Ben's profile."""
    t = two(locale)
    days = (
        DayLine("mon", t("周一", "Monday"), "09:00", "18:00"),
        DayLine("sun", t("周日", "Sunday")),
    )
    office = (Choice("office", t("办公时间", "Office")),)
    hours = HoursBox("office", office, days, t("两个时间都要填", "Write both") if wrong else "")
    person = replace(ben(locale), picture="ben/0123456789abcdef")
    made = replace(box(locale, f"{DESK}profile", wrong), person=person, hours=hours)
    return ProfileScreen(desk_page(locale, f"{DESK}profile"), side(locale, ""), made)


def portal_profile(locale: str, wrong: bool = False) -> PortalProfileScreen:
    """Ann's profile; without a password where she comes by a code."""
    made = box(locale, f"{BASE}profile", wrong)
    made = made if wrong else replace(made, password=None, sorts=())
    return PortalProfileScreen(page(locale, "profile"), made)


PROFILE_SAMPLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "desk_profile": ("pages/desk_profile.html", desk_profile),
    "desk_profile_wrong": ("pages/desk_profile.html", lambda loc: desk_profile(loc, wrong=True)),
    "portal_profile": ("pages/portal_profile.html", portal_profile),
    "portal_profile_wrong": (
        "pages/portal_profile.html", lambda loc: portal_profile(loc, wrong=True),
    ),
}  # fmt: skip
