"""Samples of the studio's page of a source: before a question, answered, and gone wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from runtime.web.screens.studio.source import (
    SourceExchange,
    SourceOutput,
    SourceRecord,
    StudioSource,
)
from tests.screens.desk_frame_samples import STUDIO, two
from tests.screens.studio_samples import side, studio_page

REPLY = '{"no": "2026111808817", "paid": {"amount": "4299.00"}, "dates": {"signed": "soon"}}'


def source(locale: str, state: str = "fresh") -> StudioSource:
    """The orders; `wrong`: a value does not fit; `reader`: may only look."""
    t = two(locale)
    exchange = SourceExchange(
        "GET https://shop.example/api/orders/2026111808817",
        (("accept", "application/json"), ("authorization", "•••")),
        '{"words": "fridge"}' if state == "wrong" else "",
        "HTTP 200",
        (("content-type", "application/json"),),
        REPLY,
        "38 ms",
        t("答复里有重复的键", "the answer says `no` twice") if state == "wrong" else "",
    )
    outputs = (
        SourceOutput("order_no", "$.no", "2026111808817", "2026111808817", "", "", ""),
        SourceOutput(
            "signed_on", "$.dates.signed", "soon", "",
            "Write a date" if state == "wrong" else "", "sources/orders.yaml:31", STUDIO,
        ),
    )  # fmt: skip
    asked = state in ("answered", "wrong")
    return StudioSource(
        page=studio_page(locale, f"{STUDIO}sources/orders"),
        nav=side(locale, "settings"),
        id="orders",
        title=t("订单", "Orders"),
        connector="http",
        src="sources/orders.yaml",
        src_href=STUDIO,
        missing=("orders_url",) if state == "reader" else (),
        settings_href=f"{STUDIO}settings",
        action="" if state == "reader" else f"{STUDIO}sources/orders",
        asked="2026111808817" if asked else "",
        search=state == "wrong",
        verdict=t("它答复了。", "It answered.") if asked else "",
        tone="warn" if state == "wrong" else "ok",
        exchanges=(exchange,) if asked else (),
        records=(SourceRecord("2026111808817", t("冰箱", "Fridge"), outputs),) if asked else (),
        more=state == "wrong",
    )


SOURCE_SAMPLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "studio_source": ("pages/studio_source.html", source),
    "studio_source_answered": ("pages/studio_source.html", lambda loc: source(loc, "answered")),
    "studio_source_wrong": ("pages/studio_source.html", lambda loc: source(loc, "wrong")),
    "studio_source_reader": ("pages/studio_source.html", lambda loc: source(loc, "reader")),
}
