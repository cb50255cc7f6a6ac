"""Samples of the page of webhooks: one of each standing, events of each state; none yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from runtime.web.screens.studio.webhooks import HookRow, SentRow, StudioWebhooks, Tally, Try
from tests.screens.desk_frame_samples import DESK, STUDIO, two
from tests.screens.samples import NOW
from tests.screens.studio_samples import side, studio_page

KEY = "f3a9" * 16
HOME = f"{STUDIO}webhooks"


def webhooks(locale: str, *, reader: bool = False) -> StudioWebhooks:
    """Three webhooks and three events; `reader` may not act."""
    t = two(locale)
    hooks = (
        HookRow(
            "stock", t("库存系统", "Stock system"), f"{STUDIO}Webhook/stock", t("已启用", "on"),
            "ok", ("created", "entered"), "https://stock.example/hooks?••••", ("stock_secret",),
            _tallies(t, 2, 1204, 3), "" if reader else f"{HOME}/stock/test", "",
            "" if reader else f"{HOME}/stock/replay", 3,
        ),
        HookRow(
            "books", t("财务", "Books"), f"{STUDIO}Webhook/books",
            t("被接收方停用", "stopped by its receiver"), "danger", ("commented",),
            "https://books.example/in", ("books_secret", "books_old"), _tallies(t, 0, 12, 0),
            "" if reader else f"{HOME}/books/test", "" if reader else f"{HOME}/books/start",
        ),
        HookRow(
            "parcel", t("快递", "Parcels"), f"{STUDIO}Webhook/parcel",
            t("已关闭：缺少设置（parcel_url）", "off: setting missing (parcel_url)"), "warn",
            ("created",), "", (), _tallies(t, 0, 0, 0),
        ),
    )  # fmt: skip
    return StudioWebhooks(
        studio_page(locale, HOME), side(locale, "webhooks"), hooks, _rows(t, reader=reader),
        f"stock · {t('已放弃', 'given up')}", HOME, f"{HOME}?before=1",
    )  # fmt: skip


def none(locale: str) -> StudioWebhooks:
    """No webhook in the specs."""
    return StudioWebhooks(studio_page(locale, HOME), side(locale, "webhooks"), (), ())


def _tallies(t: Callable[[str, str], str], waiting: int, done: int, dead: int) -> tuple[Tally, ...]:
    return (
        Tally(t("等待中", "waiting"), waiting, HOME, "info" if waiting else ""),
        Tally(t("已送达", "delivered"), done, HOME, "ok" if done else ""),
        Tally(t("已放弃", "given up"), dead, HOME, "danger" if dead else ""),
        Tally(t("已跳过", "skipped"), 0, HOME),
    )


def _rows(t: Callable[[str, str], str], *, reader: bool) -> tuple[SentRow, ...]:
    hour = timedelta(hours=1)
    failed = t("未及时响应", "No answer in time") + " (no whole answer within 15 s)"
    again = "" if reader else f"{HOME}/events/1/replay"
    return (
        SentRow(
            "3", "stock", "ticket.created", "RF-1042", f"{DESK}tickets/RF-1042",
            t("等待中", "waiting"), "info", KEY, NOW - hour, NOW + hour,
            (Try(NOW - hour, t("响应 503", "Answer 503"), 120, False),
             Try(NOW - hour / 2, failed, 15_001, False)),
        ),
        SentRow(
            "2", "stock", "test", "", "", t("已送达", "delivered"), "ok", KEY, NOW - 2 * hour, None,
            (Try(NOW - 2 * hour, t("响应 204", "Answer 204"), 31, True),), again,
        ),
        SentRow(
            "1", "stock", "ticket.entered", "RF-1041", f"{DESK}tickets/RF-1041",
            t("已放弃", "given up"), "danger", KEY, NOW - 60 * hour, None,
            (Try(NOW - hour, t("三天无人接收", "Nobody was there for three days"), None, False),),
            again,
        ),
    )  # fmt: skip


WEBHOOK_SAMPLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "studio_webhooks": ("pages/studio_webhooks.html", webhooks),
    "studio_webhooks_reader": (
        "pages/studio_webhooks.html",
        lambda loc: webhooks(loc, reader=True),
    ),
    "studio_webhooks_none": ("pages/studio_webhooks.html", none),
}
