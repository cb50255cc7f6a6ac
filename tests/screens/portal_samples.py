"""Samples of the portal's doors: sent as a guest, a link that is gone, the code by mail."""

from collections.abc import Callable, Mapping
from typing import Any

from runtime.web.screens.portal.pages import (
    CodeScreen,
    EnterScreen,
    LinkGoneScreen,
    LinkOfAnotherScreen,
    OfflineScreen,
    SentScreen,
)


def samples(page: Callable[..., Any], base: str) -> Mapping[str, tuple[str, Callable[[str], Any]]]:
    """By name: the template and what makes its screen in a locale."""

    def sent(locale: str) -> SentScreen:
        return SentScreen(page(locale, "home", me=None), "RF-20461", base, f"{base}enter")

    def gone(locale: str, sent: bool = False) -> LinkGoneScreen:
        error = "" if sent else ("请稍后再试" if locale == "zh-CN" else "Wait a while")
        again = f"{base}k/none/again"
        return LinkGoneScreen(page(locale, me=None), base, f"{base}enter", again, sent, error)

    def other(locale: str) -> LinkOfAnotherScreen:
        return LinkOfAnotherScreen(page(locale), "ann@example.com", f"{base}k/none", base)

    def enter(locale: str, wrong: bool = False) -> EnterScreen:
        zh = locale == "zh-CN"
        return EnterScreen(
            page(locale, me=None), f"{base}enter", base, "/sign-in",
            email="ann@" if wrong else "",
            error=("请填写邮箱地址" if zh else "Enter a mail address") if wrong else "",
            notice="" if wrong else ("登录后继续" if zh else "Sign in to go on"),
        )  # fmt: skip

    def code(locale: str, wrong: bool = False) -> CodeScreen:
        zh = locale == "zh-CN"
        error = ("验证码不对" if zh else "This code opens nothing") if wrong else ""
        return CodeScreen(
            page(locale, me=None), f"{base}enter/code", "k1", base, f"{base}enter", error=error
        )

    def offline(locale: str) -> OfflineScreen:
        return OfflineScreen(page(locale, me=None), base)

    return {
        "portal_offline": ("pages/portal_offline.html", offline),
        "portal_sent": ("pages/portal_sent.html", sent),
        "portal_link_gone": ("pages/portal_link_gone.html", gone),
        "portal_link_sent": ("pages/portal_link_gone.html", lambda loc: gone(loc, sent=True)),
        "portal_link_other": ("pages/portal_link_other.html", other),
        "portal_enter": ("pages/portal_enter.html", enter),
        "portal_enter_wrong": ("pages/portal_enter.html", lambda locale: enter(locale, wrong=True)),
        "portal_code": ("pages/portal_code.html", code),
        "portal_code_wrong": ("pages/portal_code.html", lambda locale: code(locale, wrong=True)),
    }
