"""Many tickets at once: what an action asks for, the event it is, and what becomes of each."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from engine.decide.verdict import Assign, Comment, Event, Label, Move, UseMacro
from engine.model.roster import Member
from engine.model.ticket_type import INPUTS, TypeModel
from runtime.actions.bulk import Broken, Each
from runtime.actions.outcome import NotFound, Refused
from runtime.render.catalogues import N_
from runtime.web.pages import page
from runtime.web.requests import Visit
from runtime.web.screens.bulk import BulkInput, BulkLine, BulkScreen
from runtime.web.screens.choosing import Choice
from runtime.web.screens.desk import (
    BulkAction,
)
from runtime.web.screens.refusals import FIELD_NAMES, say_refusal
from runtime.web.screens.side import SideNav

TITLES: Final[Mapping[str, str]] = {
    "assign": N_("Assign"),
    "transfer": N_("Hand over"),
    "move": N_("Move on"),
    "label": N_("Priority and tags"),
    "macro": N_("Use a macro"),
    "comment": N_("Reply"),
}
_ICONS: Final = {
    "assign": ("user-plus", "e"), "transfer": ("arrow-left-right", ""), "move": ("git-branch", "s"),
    "label": ("tag", "l"), "macro": ("zap", ""), "comment": ("message-square", "r"),
}  # fmt: skip
NOBODY: Final = "$nobody"


def bulk_actions(visit: Visit) -> tuple[BulkAction, ...]:
    """What the bar under a list offers."""
    return tuple(
        BulkAction(visit.say(title), _ICONS[what][0], visit.links.desk("bulk", what, "check"),
                   _ICONS[what][1])
        for what, title in TITLES.items()
    )  # fmt: skip


def event_of(what: str, said: Mapping[str, str], me: str) -> Event | None:
    """The event that the answers make, None while something is still to be chosen."""
    value = said.get("value", "")
    match what:
        case "assign" if value:
            return Assign({"$me": me, NOBODY: ""}.get(value, value))
        case "transfer" if value:
            return Assign("", value, said.get("reason", ""))
        case "move" if value:
            words = {name: said.get(name, "") for name in INPUTS}
            return Move(value, {}, words["comment"], words["note"], words["reason"])
        case "label" if value or said.get("tag"):
            return Label(value, (said["tag"],) if said.get("tag") else ())
        case "macro" if value:
            return UseMacro(value)
        case "comment" if said.get("text", "").strip():
            return Comment(said["text"], internal=value != "public")
    return None


def bulk_screen(
    visit: Visit,
    nav: SideNav,
    what: str,
    found: Sequence[Each],
    said: Mapping[str, str],
    members: Sequence[Member],
    *,
    done: bool,
    ready: bool,
    back: str,
    left_out: int = 0,
) -> BulkScreen:
    """What was foreseen for each ticket, or what became of it."""
    title = visit.say(TITLES[what])
    return BulkScreen(
        page=page(visit, title, "desk"),
        nav=nav,
        what=what,
        title=title,
        stage="done" if done else "ask",
        numbers=tuple(each.number for each in found),
        inputs=tuple(_inputs(visit, what, found, said, members)),
        check_action=visit.links.desk("bulk", what, "check"),
        do_action=visit.links.desk("bulk", what),
        idempotency=secrets.token_urlsafe(16),
        back_href=back,
        well=tuple(_line(visit, each) for each in found if each.well),
        refused=tuple(_line(visit, each) for each in found if not each.well),
        ready=ready,
        left_out=left_out,
    )


def _line(visit: Visit, each: Each) -> BulkLine:
    if isinstance(each.outcome, NotFound) or each.live is None:
        return BulkLine(each.number, "", "", (visit.say("There is no such ticket for you"),))
    why: tuple[str, ...] = ()
    if isinstance(each.outcome, Refused):
        under = visit.under(each.live)
        why = tuple(
            dict.fromkeys(say_refusal(under, r, each.type_key) for r in each.outcome.refusals)
        )
    elif isinstance(each.outcome, Broken):
        why = (visit.say("Something went wrong on our side; nothing was changed"),)
    elif not each.well:
        why = (visit.say("Somebody changed it at the same moment"),)
    return BulkLine(each.number, visit.links.ticket(each.number), each.subject, why)


def _inputs(
    visit: Visit, what: str, found: Sequence[Each], said: Mapping[str, str],
    members: Sequence[Member],
) -> Iterable[BulkInput]:  # fmt: skip
    desk, locale = visit.desk.desk, visit.locale
    value, choose = said.get("value", ""), visit.say("Choose …")
    types = [desk.types[k] for k in dict.fromkeys(e.type_key for e in found) if k in desk.types]
    match what:
        case "assign":
            options = (
                Choice("$me", visit.say("Me")),
                Choice(NOBODY, visit.say("Nobody")),
                *(Choice(m.person_id, m.name) for m in members),
            )
            yield BulkInput("value", visit.say("Assignee"), value, options, choose)
        case "transfer":
            teams = tuple(Choice(key, team.title.say(locale)) for key, team in desk.teams.items())
            yield BulkInput("value", visit.say("Team"), value, teams, choose)
            yield _words(visit, "reason", said)
        case "move":
            yield BulkInput("value", visit.say("Step to take"), value, _steps(visit, types), choose)
            for name in ("comment", "note", "reason"):
                yield _words(visit, name, said)
        case "label":
            words = tuple(Choice(k, t.say(locale)) for k, t in desk.tenant.priorities.items())
            tags = tuple(Choice(k, tag.title.say(locale)) for k, tag in desk.tenant.tags.items())
            stays = visit.say("As it is")
            yield BulkInput("value", visit.say("Priority"), value, words, stays)
            if tags:
                none = visit.say("None added")
                yield BulkInput("tag", visit.say("Add a tag"), said.get("tag", ""), tags, none)
        case "macro":
            keys = {model.key for model in types}
            macros = tuple(
                Choice(macro.id, macro.title.say(locale))
                for macro in desk.macros.values()
                if keys & {*macro.types}
            )
            yield BulkInput("value", visit.say("Macro"), value, macros, choose)
        case "comment":
            modes = (
                Choice("internal", visit.say("Internal note")),
                Choice("public", visit.say("Reply to the customer")),
            )
            yield BulkInput("value", visit.say("What"), value or "internal", modes)
            yield BulkInput("text", visit.say("Text"), said.get("text", ""))


def _words(visit: Visit, name: str, said: Mapping[str, str]) -> BulkInput:
    label = visit.say(FIELD_NAMES[name])
    return BulkInput(name, label, said.get(name, ""), optional=True)


def _steps(visit: Visit, types: Sequence[TypeModel]) -> tuple[Choice, ...]:
    """The steps of all the types at hand; where several types have one, it moves them all."""
    found: dict[str, str] = {}
    for model in types:
        for transition in model.transitions.values():
            if not transition.upon:
                found.setdefault(transition.id, transition.title.say(visit.locale))
    return tuple(Choice(key, title) for key, title in found.items())
