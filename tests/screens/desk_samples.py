"""Samples of the desk and the dashboard, in either locale: Ben works, Cleo leads, Ann requests."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.screens.article_samples import ARTICLES
from tests.screens.desk_board_samples import BOARD_SAMPLES, PALETTE_SAMPLES
from tests.screens.desk_bulk_samples import BULK_SAMPLES
from tests.screens.desk_list_samples import desk_empty, desk_list
from tests.screens.desk_other_samples import dashboard, desk_new, desk_new_form
from tests.screens.desk_ticket_samples import desk_approval, desk_ticket
from tests.screens.desk_why_samples import desk_why, desk_why_part
from tests.screens.notice_samples import NOTICE_SAMPLES
from tests.screens.talk_samples import TALK_SAMPLES
from tests.screens.together_samples import TOGETHER_SAMPLES

DESK_SAMPLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "desk_list": ("pages/desk_list.html", desk_list),
    "desk_list_wide": ("pages/desk_list.html", lambda loc: desk_list(loc, wide=True)),
    "desk_list_bulk": ("pages/desk_list.html", lambda loc: desk_list(loc, bulk=True)),
    "desk_list_part": ("parts/desk_table.html", desk_list),
    "desk_list_empty": ("pages/desk_list.html", desk_empty),
    "desk_list_hurried": ("pages/desk_list.html", lambda loc: desk_empty(loc, hurried=True)),
    "desk_list_nothing": ("pages/desk_list.html", lambda loc: desk_empty(loc, searched=True)),
    **BULK_SAMPLES,
    **BOARD_SAMPLES,
    **PALETTE_SAMPLES,
    **ARTICLES,
    **TALK_SAMPLES,
    **TOGETHER_SAMPLES,
    "desk_ticket": ("pages/desk_ticket.html", desk_ticket),
    "desk_ticket_refused": ("pages/desk_ticket.html", lambda loc: desk_ticket(loc, "refused")),
    "desk_ticket_conflict": ("pages/desk_ticket.html", lambda loc: desk_ticket(loc, "conflict")),
    "desk_ticket_note": ("pages/desk_ticket.html", lambda loc: desk_ticket(loc, "note")),
    "desk_ticket_answer": ("pages/desk_ticket.html", lambda loc: desk_approval(loc, "answer")),
    "desk_ticket_refusing": ("pages/desk_ticket.html", lambda loc: desk_approval(loc, "refusing")),
    "desk_ticket_asker": ("pages/desk_ticket.html", lambda loc: desk_approval(loc, "asker")),
    "desk_ticket_bare": ("pages/desk_ticket.html", lambda loc: desk_ticket(loc, "bare")),
    "desk_why": ("pages/desk_why.html", desk_why),
    "desk_why_nothing": ("pages/desk_why.html", lambda loc: desk_why(loc, nothing=True)),
    "desk_why_part": ("parts/desk_why.html", desk_why_part),
    **NOTICE_SAMPLES,
    "desk_new": ("pages/desk_new.html", desk_new),
    "desk_new_nobody": ("pages/desk_new.html", lambda loc: desk_new(loc, "nobody")),
    "desk_new_form": ("pages/desk_new_form.html", desk_new_form),
    "desk_new_form_missing": (
        "pages/desk_new_form.html",
        lambda loc: desk_new_form(loc, "missing"),
    ),
    "dashboard": ("pages/dashboard.html", dashboard),
    "dashboard_empty": ("pages/dashboard.html", lambda loc: dashboard(loc, empty=True)),
}
