"""Pages beside a ticket's talk: words kept for answers."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from runtime.web.screens.choosing import Choice
from runtime.web.screens.desk.quick_texts import QuickForm, QuickLine, QuickTextsScreen
from tests.screens.desk_frame_samples import DESK, desk_page, side, two

URL = f"{DESK}quick-texts"


def quick_texts(locale: str, state: str = "") -> QuickTextsScreen:
    """One's own and a team's; `state`: "", "wrong" or "none"."""
    t = two(locale)
    teams = (Choice("first", t("售后一组", "After-sales 1")),)
    body = t("{{ requester.name }}您好，已收到。", "Hello {{ requester.name }}, we have it.")
    own = QuickForm("a", "thanks", t("感谢来信", "Thanks for writing"), body)
    wrong = replace(own, shortcut="", shortcut_problem=t("快捷码已被占用", "It is taken already"))
    lines = (
        QuickLine(
            "a", "thanks", own.title, body, form=wrong if state == "wrong" else own,
            drop_action=f"{URL}/a/drop", open=state == "wrong",
        ),
        QuickLine("b", "fapiao", t("如何开票", "Invoices"), body, t("财务组", "Finance")),
    )  # fmt: skip
    new = QuickForm(teams=teams)
    if state == "none":
        new = replace(new, title="x", body_problem=t("请填写正文", "Write the text"))
    return QuickTextsScreen(
        desk_page(locale, URL), side(locale, ""), URL, new, () if state == "none" else lines,
        (("requester.name", t("申请人", "who asked")), ("me.name", t("你的名字", "your name"))),
    )  # fmt: skip


TALK_SAMPLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "desk_quick_texts": ("pages/desk_quick_texts.html", quick_texts),
    "desk_quick_texts_wrong": (
        "pages/desk_quick_texts.html",
        lambda loc: quick_texts(loc, "wrong"),
    ),
    "desk_quick_texts_none": ("pages/desk_quick_texts.html", lambda loc: quick_texts(loc, "none")),
}
