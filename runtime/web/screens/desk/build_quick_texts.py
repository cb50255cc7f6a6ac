"""The page of words kept for answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from runtime.actions.keep_quick_text import MOST_CHARS, Words, Wrong
from runtime.queries.composing import Kept
from runtime.render.catalogues import N_
from runtime.web.pages import page
from runtime.web.requests import Visit
from runtime.web.screens.choosing import Choice
from runtime.web.screens.desk.quick_texts import QuickForm, QuickLine, QuickTextsScreen
from runtime.web.screens.side import SideNav

HOLES: Final = (
    ("requester.name", N_("who asked")),
    ("ticket.number", N_("the ticket's number")),
    ("ticket.subject", N_("its subject")),
    ("ticket.state", N_("its state")),
    ("me.name", N_("your name")),
)
SAID: Final = {
    "shortcut": N_("A shortcut is up to 30 letters or digits without a space"),
    "taken": N_("/%(about)s is taken already; choose another"),
    "title": N_("Give it a title of at most 80 characters"),
    "body": N_("Write the text, at most %(most)s characters"),
    "hole": N_("{{ %(about)s }} is none of the places that are filled; they are listed below"),
    "too_many": N_("There are %(about)s already; throw one away first"),
}


def quick_texts_screen(
    visit: Visit,
    nav: SideNav,
    texts: Iterable[Kept],
    tried: Words | None = None,
    wrong: Wrong | None = None,
) -> QuickTextsScreen:
    """The texts with a form for each that they may change; `tried` is what was not kept."""
    again = _form(visit, tried, wrong) if tried is not None else None
    fresh = again if again is not None and not again.id else QuickForm(teams=_teams(visit))
    return QuickTextsScreen(
        page=page(visit, visit.say("Quick texts"), "desk"),
        nav=nav,
        action=visit.links.desk("quick-texts"),
        form=fresh,
        texts=tuple(_line(visit, one, again) for one in texts),
        holes=tuple((name, visit.say(says)) for name, says in HOLES),
    )


def _teams(visit: Visit) -> tuple[Choice, ...]:
    """Those for which the viewer may keep texts."""
    teams = visit.desk.desk.teams
    all_of_them = "manage_people" in visit.viewer.functions
    keys = teams if all_of_them else sorted(visit.viewer.leads & teams.keys())
    return tuple(Choice(key, teams[key].title.say(visit.locale)) for key in keys)


def _form(visit: Visit, tried: Words, wrong: Wrong | None) -> QuickForm:
    def said(place: str) -> str:
        code = wrong.codes.get(place, "") if wrong else ""
        about = wrong.about.get(place, "") if wrong else ""
        return visit.say(SAID[code], about=about, most=MOST_CHARS) if code else ""

    return QuickForm(
        tried.id, tried.shortcut[:80], tried.title[:200], tried.body, tried.team, _teams(visit),
        said("shortcut"), said("title"), said("body"),
    )  # fmt: skip


def _line(visit: Visit, kept: Kept, again: QuickForm | None) -> QuickLine:
    text = kept.text
    team = visit.desk.desk.teams.get(text.team_key or "")
    form = QuickForm(text.id, text.shortcut, text.title, text.body) if kept.mine else None
    here = again is not None and again.id == text.id
    return QuickLine(
        id=text.id,
        shortcut=text.shortcut,
        title=text.title,
        body=text.body,
        owner=team.title.say(visit.locale) if team else "",
        form=again if here else form,
        drop_action=visit.links.desk("quick-texts", text.id, "drop") if kept.mine else "",
        open=here,
    )
