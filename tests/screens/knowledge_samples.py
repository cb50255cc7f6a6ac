"""Samples of the portal's screens of the knowledge base."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from runtime.web.screens.knowledge.help import (
    ArticleLink,
    ArticleScreen,
    CategoryLink,
    Crumb,
    FeedbackBox,
    HelpScreen,
    NotedScreen,
    Suggested,
    SuggestScreen,
    ThanksScreen,
    Variant,
)

Make = Callable[[str], Any]
HELP = "/t/spruce/p/help"
BODY = Markup(
    "<p>Paid with a <strong>card</strong>: 3–7 working days.</p><h2>Then</h2><ul><li>Wait</li></ul>"
    "<table><thead><tr><th>Way</th></tr></thead><tbody><tr><td>Card</td></tr></tbody></table>"
)


def link(zh: bool) -> ArticleLink:
    """A found article."""
    title = (
        [("退款", True), ("多久到账", False)] if zh else [("When does a ", False), ("refund", True)]
    )
    text = [("微信支付 1–3 个工作日", False)] if zh else [("One to three days", False)]
    return ArticleLink(f"{HELP}/refund-time", title, text, "" if zh else "简体中文")


def categories(zh: bool) -> tuple[CategoryLink, ...]:
    """Two categories."""
    return (
        CategoryLink(f"{HELP}?category=a", "售后" if zh else "Returns", "退款, money", "undo-2", 3),
        CategoryLink(f"{HELP}?category=b", "发票" if zh else "Invoices", "", "receipt-text", 1),
    )  # fmt: skip


def samples(page: Callable[..., Any], home: Make, form: Make) -> Mapping[str, tuple[str, Make]]:
    """All of them; `page`, `home` and `form` are those of the portal's samples."""

    def help_page(locale: str, query: str = "", some: bool = True) -> HelpScreen:
        zh = locale == "zh-CN"
        return HelpScreen(
            page(locale, "help"),
            "退换与售后" if zh else "Returns",
            "退款、换货" if zh else "Refunds and more",
            (Crumb("帮助文章" if zh else "Articles", HELP),),
            HELP,
            query,
            categories(zh) if some and not query else (),
            (link(zh), link(zh)) if some else (),
            "refund" if query and some else "",
        )

    def article(locale: str, given: Any = "", **more: Any) -> ArticleScreen:
        zh = locale == "zh-CN"
        made = ArticleScreen(
            page(locale, "help"),
            "退款多久到账" if zh else "When does a refund arrive",
            locale,
            BODY,
            datetime(2026, 11, 20, 3, tzinfo=UTC),
            (
                Crumb("帮助文章" if zh else "Articles", HELP),
                Crumb("售后" if zh else "Returns", HELP),
            ),
            (Variant("English", "en", f"{HELP}/refund-time?lang=en"),),
            (link(zh),),
            FeedbackBox(f"{HELP}/refund-time/feedback", given),
            "English",
            "/t/spruce/desk/articles/1",
            "/t/spruce/p/",
        )
        return replace(made, **more)

    def suggested(locale: str) -> SuggestScreen:
        url = f"{HELP}/refund-time"
        one = Suggested("Refund", locale, BODY, url, f"{url}/solved", f"{url}/feedback")
        return SuggestScreen(page(locale), "refund", (one,))

    def full_home(locale: str) -> Any:
        zh = locale == "zh-CN"
        return replace(home(locale), articles=(link(zh),), categories=categories(zh), help_url=HELP)

    return {
        "portal_home_articles": ("pages/portal_home.html", full_home),
        "portal_home_found": (
            "pages/portal_home.html",
            lambda loc: replace(full_home(loc), query="refnud", instead="refund", categories=()),
        ),
        "portal_home_missed": (
            "pages/portal_home.html",
            lambda loc: replace(full_home(loc), query="x", articles=(), categories=()),
        ),
        "portal_form_suggests": (
            "pages/portal_form.html",
            lambda loc: replace(form(loc), suggest_url="/t/spruce/p/new/refund/suggest"),
        ),
        "portal_help": ("pages/portal_help.html", help_page),
        "portal_help_found": ("pages/portal_help.html", lambda loc: help_page(loc, "refnud")),
        "portal_help_missed": ("pages/portal_help.html", lambda loc: help_page(loc, "x", False)),
        "portal_help_empty": ("pages/portal_help.html", lambda loc: help_page(loc, "", False)),
        "portal_article": ("pages/portal_article.html", article),
        "portal_article_helped": ("pages/portal_article.html", lambda loc: article(loc, "yes")),
        "portal_article_missed": ("pages/portal_article.html", lambda loc: article(loc, "no")),
        "suggest_fields": ("parts/suggest.html", suggested),
        "suggest_noted_fields": (
            "parts/suggest_noted.html",
            lambda loc: NotedScreen(page(loc)),
        ),
        "portal_thanks": (
            "pages/portal_thanks.html",
            lambda loc: ThanksScreen(page(loc), "Refund", f"{HELP}/refund-time", "/t/spruce/p/"),
        ),
    }  # fmt: skip
