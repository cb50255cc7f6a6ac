"""Which lists there are for a person: views of the specs and the built-in ones."""

from __future__ import annotations

from dataclasses import replace

from engine.model.lists import ViewModel
from engine.model.text import Words
from runtime.queries.list_tickets import built_in_view
from runtime.render.catalogues import N_
from runtime.web.requests import NotHere, Visit
from runtime.web.screens.build_side import is_for

_TITLES = {
    "mine": N_("Assigned to me"),
    "unassigned": N_("Unassigned"),
    "to_approve": N_("To approve"),
}


def view_of(found: Visit, view_id: str) -> tuple[ViewModel, str]:
    """A view by id with its title: one of the specs that is for this person, or a built-in one."""
    desk = found.desk.desk
    known = built_in_view(desk, found.viewer, view_id)
    if known is not None:
        title = found.say(_TITLES[view_id])
        return replace(known, title=Words({found.locale: title})), title
    view = desk.views.get(view_id)
    if view is None or not is_for(desk, view.who, found.viewer):
        raise NotHere
    title = found.say("All tickets") if view_id == "all" else view.title.say(found.locale)
    return view, title
