"""Samples of acting on many tickets at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from runtime.web.screens.choosing import Choice
from runtime.web.screens.desk.bulk import (
    ActLine,
    ActScreen,
    ActsScreen,
    BulkGroup,
    BulkInput,
    BulkLine,
    BulkScreen,
)
from runtime.web.screens.form import FieldInput, Option
from tests.screens.desk_frame_samples import desk_page, side

_BACK = "/t/x/desk/views/all"


def _groups(locale: str) -> tuple[BulkGroup, BulkGroup]:
    """Tickets that change, and those that refuse."""
    zh = locale == "zh-CN"
    subject = "收到的杯子碎了" if zh else "The mug came broken"
    why = "你不能转交这张工单" if zh else "You may not hand this ticket over"
    one = BulkLine("RF-20461", "/t/x/desk/tickets/RF-20461", subject)
    two = BulkLine("RF-20462", "/t/x/desk/tickets/RF-20462", subject)
    return BulkGroup((), 318, (one, two)), BulkGroup((why,), 12, (two,))


def desk_bulk(locale: str, state: str = "foreseen") -> BulkScreen:
    """Handing over: asked for a team, foreseen; a field set on all of a list."""
    zh = locale == "zh-CN"
    well, refused = _groups(locale)
    options = (Choice("finance", "财务" if zh else "Finance"),)
    field = FieldInput(
        "f.size", "choice", "尺寸" if zh else "Size", scope="b", required=False,
        options=(Option("s", "S"), Option("l", "L")), value="l",
    )  # fmt: skip
    whole = state == "set"
    return BulkScreen(
        page=desk_page(locale),
        nav=side(locale),
        what="set" if whole else "transfer",
        title=("设置字段" if zh else "Set a field") if whole else "转交" if zh else "Hand over",
        numbers=() if state in ("nothing", "set") else ("RF-20461", "RF-20462"),
        total=0 if state == "nothing" else 8214 if whole else 330,
        looked=1000 if whole else 330,
        inputs=(
            BulkInput("value", "团队" if zh else "Team", "finance", options, "…"),
            BulkInput("reason", "原因" if zh else "Reason", "", optional=True),
        ),
        field=field if whole else None,
        check_action="/t/x/desk/bulk/transfer/check",
        do_action="/t/x/desk/bulk/transfer",
        idempotency="k",
        back_href=_BACK,
        well=well,
        refused=() if state == "asked" else (refused,),
        ready=state != "asked",
        left_out=3 if state == "foreseen" else 0,
        until="1772413200000000" if whole else "",
        cut=whole,
    )


def desk_act(locale: str, state: Any) -> ActScreen:
    """An act under way, done, stopped, taken back."""
    zh = locale == "zh-CN"
    _, refused = _groups(locale)
    since = "之后又有人动过它" if zh else "Something has happened to it since"
    stuck = BulkGroup((since,), 4, refused.lines)
    going = state in ("running", "undoing")
    back = state in ("undoing", "undone")
    return ActScreen(
        page=desk_page(locale),
        nav=side(locale),
        title="转交" if zh else "Hand over",
        state=state,
        position=120 if going or state == "stopped" else 330,
        total=330,
        done=0 if back else 108 if going else 318,
        left=12,
        none=1 if state == "done" else 0,
        undone=108 if going and back else 314 if back else 0,
        undoable=0 if back else 318,
        refused=() if back else (refused,),
        stuck=(stuck,) if back else (),
        here="/t/x/desk/acts/1",
        back_href=_BACK,
        check_action="/t/x/desk/bulk/transfer/check",
        retry=("RF-20462",) if state == "done" else (),
        said=(Choice("value", "finance"),),
    )


def desk_acts(locale: str, *, none: bool = False) -> ActsScreen:
    """What one has done to many tickets."""
    zh = locale == "zh-CN"
    lines = (
        ActLine("/t/x/desk/acts/1", "转交" if zh else "Hand over", "09:12", "done", 330),
        ActLine("/t/x/desk/acts/2", "分派" if zh else "Assign", "08:40", "undone", 12),
    )
    page = desk_page(locale, title="批量操作" if zh else "Acts on many tickets")
    return ActsScreen(page, side(locale), () if none else lines)


BULK_SAMPLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "desk_bulk": ("pages/desk_bulk.html", desk_bulk),
    "desk_bulk_asked": ("pages/desk_bulk.html", lambda loc: desk_bulk(loc, "asked")),
    "desk_bulk_set": ("pages/desk_bulk.html", lambda loc: desk_bulk(loc, "set")),
    "desk_bulk_nothing": ("pages/desk_bulk.html", lambda loc: desk_bulk(loc, "nothing")),
    "desk_act_running": ("pages/desk_act.html", lambda loc: desk_act(loc, "running")),
    "desk_act_done": ("pages/desk_act.html", lambda loc: desk_act(loc, "done")),
    "desk_act_stopped": ("pages/desk_act.html", lambda loc: desk_act(loc, "stopped")),
    "desk_act_undone": ("pages/desk_act.html", lambda loc: desk_act(loc, "undone")),
    "desk_acts": ("pages/desk_acts.html", desk_acts),
    "desk_acts_none": ("pages/desk_acts.html", lambda loc: desk_acts(loc, none=True)),
}
