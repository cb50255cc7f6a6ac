"""Samples of acting on many tickets at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from runtime.web.screens.bulk import BulkInput, BulkLine, BulkScreen
from runtime.web.screens.choosing import Choice
from tests.screens.desk_frame_samples import desk_page, side


def desk_bulk(locale: str, state: str = "foreseen") -> BulkScreen:
    """Handing over: asked for a team, foreseen, done."""
    zh = locale == "zh-CN"
    subject = "收到的杯子碎了" if zh else "The mug came broken"
    why = "你不能转交这张工单" if zh else "You may not hand this ticket over"
    well = (BulkLine("RF-20461", "/t/x/desk/tickets/RF-20461", subject),)
    refused = (BulkLine("RF-20462", "/t/x/desk/tickets/RF-20462", subject, (why,)),)
    options = (Choice("finance", "财务" if zh else "Finance"),)
    return BulkScreen(
        page=desk_page(locale),
        nav=side(locale),
        what="transfer",
        title="转交" if zh else "Hand over",
        stage="done" if state == "done" else "ask",
        numbers=() if state == "nothing" else ("RF-20461", "RF-20462"),
        inputs=(
            BulkInput("value", "团队" if zh else "Team", "finance", options, "…"),
            BulkInput("reason", "原因" if zh else "Reason", "", optional=True),
        ),
        check_action="/t/x/desk/bulk/transfer/check",
        do_action="/t/x/desk/bulk/transfer",
        idempotency="k",
        back_href="/t/x/desk/views/all",
        well=well,
        refused=() if state == "asked" else refused,
        ready=state != "asked",
        left_out=3 if state == "foreseen" else 0,
    )


BULK_SAMPLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "desk_bulk": ("pages/desk_bulk.html", desk_bulk),
    "desk_bulk_asked": ("pages/desk_bulk.html", lambda loc: desk_bulk(loc, "asked")),
    "desk_bulk_done": ("pages/desk_bulk.html", lambda loc: desk_bulk(loc, "done")),
    "desk_bulk_nothing": ("pages/desk_bulk.html", lambda loc: desk_bulk(loc, "nothing")),
}
