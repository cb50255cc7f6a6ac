"""Samples of the desk's screens of the knowledge base."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from runtime.web.screens.choosing import Choice
from runtime.web.screens.knowledge.articles import (
    ArticleLine,
    ArticlesScreen,
    DiffScreen,
    EditorScreen,
    HelpForTicket,
    LanguageTab,
    MissedLine,
    PreviewScreen,
    SaidLine,
    StepButton,
    Tab,
    TicketArticlesScreen,
    VersionLine,
)
from tests.screens.desk_frame_samples import DESK, desk_page, side, two

HERE = f"{DESK}articles"
AT = datetime(2026, 11, 20, 3, tzinfo=UTC)
PARTS = (("One ", False), ("two", True))
BODY = Markup("<p>One to three <strong>days</strong>.</p>")


def _said(locale: str) -> tuple[SaidLine, ...]:
    t = two(locale)
    return (
        SaidLine(
            t("花呗多久到？", "What about cards?"), False, AT, "refund-time", f"{HERE}/1#said"
        ),
        SaidLine("", True, AT),
    )


def articles(locale: str, show: str = "", some: bool = True) -> ArticlesScreen:
    """The editors' list."""
    t = two(locale)
    line = ArticleLine(
        f"{HERE}/1", t("退款多久到账", "When will I get my refund"), t("售后", "Returns"),
        t("已发布", "Published"), "ok", "zh-CN · en", AT, 120, 30, 2, 11,
    )  # fmt: skip
    return ArticlesScreen(
        page=desk_page(locale, HERE),
        nav=side(locale),
        show=show,
        tabs=(Tab(t("全部文章", "All articles"), HERE, 7, not show),),
        action=HERE,
        query="",
        state="",
        states=(Choice("draft", t("草稿", "Draft")),),
        category="",
        categories=(Choice("returns", t("售后", "Returns")),),
        lines=(line, line) if some else (),
        missed=(MissedLine(t("花呗退款", "credit card"), 4, AT, f"{HERE}/new"),) if some else (),
        said=_said(locale)[:1] if some else (),
        new_url=f"{HERE}/new",
        forget_url=f"{HERE}/missing",
    )


def editor(locale: str, fresh: bool = False, wrong: bool = False) -> EditorScreen:
    """The editor, of a new article or of one with everything around it."""
    t = two(locale)
    made = EditorScreen(
        page=desk_page(locale, HERE),
        nav=side(locale),
        heading=t("新建文章", "New article"),
        back_url=HERE,
        action=f"{HERE}/new",
        preview_url=f"{HERE}/preview",
        lang=locale,
        last_n=0,
        title=t("退款多久到账", "When will I get my refund"),
        body="**1-3**",
        category="returns",
        categories=(Choice("returns", t("售后", "Returns")),),
        audience="staff",
        tags="refund",
        slug="refund-time",
        errors={
            "": t("有人刚保存了这篇", "Saved meanwhile"), "title": t("太长", "Too long"),
            "body": t("太长", "Too long"), "category": t("请选择", "Choose"),
            "slug": t("被占用", "Taken"), "tags": t("太长", "Too long"),
        } if wrong else {},
    )  # fmt: skip
    if fresh:
        return made
    languages = ("none", "draft", "live", "changed")
    return replace(
        made,
        state=t("已发布", "Published"),
        tone="ok",
        languages=tuple(LanguageTab(s, HERE, s == "live", s) for s in languages),  # type: ignore[arg-type]
        steps=(
            StepButton(t("发布", "Publish"), "publish", "check", primary=True),
            StepButton(t("下架", "Take from readers"), "retire", "archive"),
        ),
        step_url=f"{HERE}/1/step",
        waits=t("许可请求审核", "Cleo asks for a review"),
        warnings=(t("像是邮箱", "Looks like a mail address"),),
        versions=(
            VersionLine(2, "Ivy", AT, f"{HERE}/1/versions?n=2", False),
            VersionLine(1, "Ivy", AT, f"{HERE}/1/versions?n=1", True, "Cleo"),
        ),
        said=_said(locale),
        done_url=f"{HERE}/1/done",
        figures=t("阅读 3 次", "read 3 times"),
        read_url="/t/spruce/p/help/refund-time",
        preview=BODY,
    )


def diff(locale: str, same: bool = False) -> DiffScreen:
    """Two versions."""
    lines = (("same", "One"), ("removed", "Two"), ("added", "Three"), ("gap", ""), ("same", "Six"))
    return DiffScreen(
        desk_page(locale, HERE), side(locale), "Refund", f"{HERE}/1", 1, 2, "Refund",
        "Refund" if same else "Refunds", () if same else lines, f"{HERE}/1/restore", locale,
    )  # fmt: skip


def beside(locale: str, some: bool = True) -> TicketArticlesScreen:
    """Articles beside a ticket."""
    t = two(locale)
    found = (
        HelpForTicket(t("退款", "Refund"), "/t/spruce/p/help/refund-time", PARTS,
                      "Refund\n\n“1-3” days"),
        HelpForTicket(t("内部", "For us"), "/t/spruce/p/help/inside", [], ""),
    )  # fmt: skip
    url = f"{DESK}tickets/RF-1"
    return TicketArticlesScreen(
        desk_page(locale, HERE), f"{url}/articles", "", found if some else (), f"{url}/article"
    )


ARTICLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "desk_articles": ("pages/desk_articles.html", articles),
    "desk_articles_none": ("pages/desk_articles.html", lambda loc: articles(loc, some=False)),
    "desk_articles_missing": ("pages/desk_articles.html", lambda loc: articles(loc, "missing")),
    "desk_articles_all_found": (
        "pages/desk_articles.html",
        lambda loc: articles(loc, "missing", some=False),
    ),
    "desk_articles_said": ("pages/desk_articles.html", lambda loc: articles(loc, "said")),
    "desk_articles_silent": (
        "pages/desk_articles.html",
        lambda loc: articles(loc, "said", some=False),
    ),
    "desk_article": ("pages/desk_article.html", editor),
    "desk_article_new": ("pages/desk_article.html", lambda loc: editor(loc, fresh=True)),
    "desk_article_review": (
        "pages/desk_article.html",
        lambda loc: replace(editor(loc), writes=False),
    ),
    "desk_article_wrong": ("pages/desk_article.html", lambda loc: editor(loc, wrong=True)),
    "desk_article_preview": (
        "parts/article_preview.html",
        lambda loc: PreviewScreen(desk_page(loc, HERE), BODY),
    ),
    "desk_article_diff": ("pages/desk_article_diff.html", diff),
    "desk_article_same": ("pages/desk_article_diff.html", lambda loc: diff(loc, same=True)),
    "desk_ticket_articles": ("parts/ticket_articles.html", beside),
    "desk_ticket_articles_none": (
        "parts/ticket_articles.html",
        lambda loc: beside(loc, some=False),
    ),
}
