"""Many tickets at once: what an action asks for, what each would say, what became of each."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.decide import access
from engine.decide.form import FieldState
from engine.facts import Facts
from engine.model.roster import Member
from engine.model.ticket_type import TypeModel
from runtime.actions.bulk import ME, NOBODY, Each, Foreseen, Said
from runtime.actions.bulk_runs import Run, Told
from runtime.actions.outcome import NotFound, Refused
from runtime.render.catalogues import N_
from runtime.site.standing import ask_of
from runtime.web.pages import page
from runtime.web.requests import Visit
from runtime.web.screens.build_form import Answers, FormOf, one_input
from runtime.web.screens.choosing import Choice
from runtime.web.screens.desk.bulk import ActScreen, BulkGroup, BulkInput, BulkLine, BulkScreen
from runtime.web.screens.desk.pages import (
    BulkAction,
)
from runtime.web.screens.form import FieldInput
from runtime.web.screens.refusals import FIELD_NAMES, say_kept, say_refusal
from runtime.web.screens.side import SideNav

TITLES: Final[Mapping[str, str]] = {
    "assign": N_("Assign"),
    "move": N_("Move on"),
    "label": N_("Priority and tags"),
    "comment": N_("Reply"),
    "transfer": N_("Hand over"),
    "set": N_("Set a field"),
    "macro": N_("Use a macro"),
    "watch": N_("Watch them"),
}
_ICONS: Final = {
    "assign": ("user-plus", "e"), "transfer": ("arrow-left-right", ""), "move": ("git-branch", "s"),
    "label": ("tag", "l"), "set": ("pencil", ""), "macro": ("zap", ""), "watch": ("eye", ""),
    "comment": ("message-square", "r"),
}  # fmt: skip
SETTABLE: Final = frozenset({
    "text", "long_text", "email", "phone", "url", "integer", "decimal", "money", "duration",
    "rating", "date", "datetime", "choice", "boolean", "tree", "multi_choice", "team", "location",
    "reference", "person", "ticket",
})  # fmt: skip
"""Types of fields that many tickets can be given at once; others are each ticket's own."""
NAMED: Final = 8
"""So many tickets of a group are named."""


def bulk_actions(visit: Visit) -> tuple[BulkAction, ...]:
    """What the bar under a list offers."""
    offered = tuple(
        BulkAction(visit.say(title), _ICONS[what][0], visit.links.desk("bulk", what, "check"),
                   _ICONS[what][1])
        for what, title in TITLES.items()
    )  # fmt: skip
    if not access.does_sometimes(visit.desk.desk, visit.viewer, "merge"):
        return offered
    merge = visit.links.desk("merge", "check")
    return (*offered, BulkAction(visit.say("Merge"), "merge", merge))


@dataclass(frozen=True, slots=True)
class Chosen:
    """The tickets of a form: by number, or all that a list held `until` an instant.

    `left_out`: so many of those ticked are too many; `cut`: the list holds more than are taken.
    """

    numbers: tuple[str, ...]
    until: str = ""
    left_out: int = 0
    cut: bool = False


def bulk_screen(
    visit: Visit,
    nav: SideNav,
    what: str,
    chosen: Chosen,
    found: Foreseen,
    said: Said,
    members: Sequence[Member],
    *,
    ready: bool,
    back: str,
) -> BulkScreen:
    """What was foreseen for the chosen tickets."""
    title = visit.say(TITLES[what])
    types = types_of(visit, found.each)
    return BulkScreen(
        page=page(visit, title, "desk"),
        nav=nav,
        what=what,
        title=title,
        numbers=() if chosen.until else chosen.numbers,
        total=len(chosen.numbers),
        looked=found.looked,
        inputs=tuple(_inputs(visit, what, types, said, members)),
        field=_field(visit, types, said) if what == "set" else None,
        check_action=visit.links.desk("bulk", what, "check"),
        do_action=visit.links.desk("bulk", what),
        idempotency=secrets.token_urlsafe(16),
        back_href=back,
        well=_group(visit, (), [each for each in found.each if each.well]),
        refused=_refused(visit, found.each),
        ready=ready,
        left_out=chosen.left_out,
        until=chosen.until,
        cut=chosen.cut,
    )


def types_of(visit: Visit, found: Iterable[Each]) -> list[TypeModel]:
    """The types of the tickets at hand that today's desk has."""
    types = visit.desk.desk.types
    return [types[k] for k in dict.fromkeys(e.type_key for e in found) if k in types]


def _refused(visit: Visit, found: Iterable[Each]) -> tuple[BulkGroup, ...]:
    """Those that refuse, together by what they say, the most first."""
    groups: dict[tuple[str, ...], list[Each]] = {}
    for each in found:
        if not each.well:
            groups.setdefault(_why(visit, each), []).append(each)
    made = [_group(visit, why, several) for why, several in groups.items()]
    return tuple(sorted(made, key=lambda group: -group.count))


def _why(visit: Visit, each: Each) -> tuple[str, ...]:
    if isinstance(each.outcome, NotFound) or each.live is None:
        return (visit.say("There is no such ticket for you"),)
    refusals = each.outcome.refusals if isinstance(each.outcome, Refused) else ()
    under = visit.under(each.live)
    return tuple(dict.fromkeys(say_refusal(under, r, each.type_key) for r in refusals))


def _group(visit: Visit, why: tuple[str, ...], several: Sequence[Each]) -> BulkGroup:
    lines = tuple(
        BulkLine(each.number, visit.links.ticket(each.number) if each.live else "", each.subject)
        for each in several[:NAMED]
    )
    return BulkGroup(why, len(several), lines)


def act_screen(visit: Visit, nav: SideNav, run: Run, told: Sequence[Told]) -> ActScreen:
    """How far an act is, and what became of its tickets."""
    counts = run.counts
    back = run.state in ("undoing", "undone")
    done = counts.get("done", 0) - counts.get("undone", 0)
    refused = [one for one in told if not one.done]
    retry = [fate.number for one in refused for fate in one.fates] if run.state == "done" else []
    total = counts.get("undoable", 0) + run.position if back else len(run.body["numbers"])
    return ActScreen(
        page=page(visit, visit.say(TITLES.get(run.what, run.what)), "desk"),
        nav=nav,
        title=visit.say(TITLES.get(run.what, run.what)),
        state=run.state,  # type: ignore[arg-type]
        position=run.position,
        total=total,
        done=done,
        left=counts.get("refused", 0),
        none=counts.get("none", 0),
        undone=counts.get("undone", 0),
        undoable=counts.get("undoable", 0),
        refused=tuple(_told(visit, one) for one in refused),
        stuck=tuple(_told(visit, one) for one in told if one.done),
        here=visit.links.desk("acts", run.id),
        back_href=str(run.body.get("back") or visit.links.desk()),
        check_action=visit.links.desk("bulk", run.what, "check"),
        retry=tuple(retry[:500]),
        said=tuple(_said(run.body["said"])),
    )


def _said(said: Said) -> Iterable[Choice]:
    """What was chosen and typed, as the inputs of a form."""
    for name, value in said.items():
        name = f"f.{said['value']}" if name == "raw" else name
        yield from (
            Choice(name, one) for one in ([value] if isinstance(value, str) else value) if one
        )


def _told(visit: Visit, told: Told) -> BulkGroup:
    lines = tuple(
        BulkLine(fate.number, visit.links.ticket(fate.number), fate.subject)
        for fate in told.fates[:NAMED]
    )
    why = tuple(dict.fromkeys(say_kept(visit, one) for one in told.why))
    return BulkGroup(why, len(told.fates), lines)


def settable(visit: Visit, types: Sequence[TypeModel]) -> dict[str, TypeModel]:
    """Fields that many of these tickets can be given, with the type that knows each."""
    desk, viewer = visit.desk.desk, visit.viewer
    return {
        key: model
        for model in reversed(types)
        for key, item in model.fields.items()
        if item.type in SETTABLE
        and item.is_input
        and not item.sensitive
        and access.shows_sometimes(desk, viewer, key, model.key)
    }


def _field(visit: Visit, types: Sequence[TypeModel], said: Said) -> FieldInput | None:
    """The control of the field that is to be set."""
    key = str(said.get("value", ""))
    model = settable(visit, types).get(key)
    if model is None:
        return None
    now = visit.site.clock.now_us()
    ask = ask_of(visit.desk.desk, visit.viewer, now)
    answers = Answers(values={key: said["raw"]} if "raw" in said else {})
    rights = access.Rights(True, True, frozenset(), {key: "edit"})
    facts = Facts({"type": model.key})
    of = FormOf(visit, visit.desk, model, rights, ask, answers, facts, scope="b")
    made = one_input(of, FieldState(model.fields[key], True, required=False))
    return replace(made, name=f"f.{key}")


def _inputs(
    visit: Visit, what: str, types: Sequence[TypeModel], said: Said, members: Sequence[Member]
) -> Iterable[BulkInput]:
    desk, locale = visit.desk.desk, visit.locale
    value, choose = str(said.get("value", "")), visit.say("Choose …")
    match what:
        case "assign":
            options = (
                Choice(ME, visit.say("Me")),
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
            yield BulkInput("value", visit.say("Priority"), value, words, visit.say("As it is"))
            yield from _labels(visit, said)
        case "set":
            fields = tuple(
                Choice(key, model.fields[key].label.say(locale))
                for key, model in settable(visit, types).items()
            )
            yield BulkInput("value", visit.say("Field"), value, fields, choose)
        case "macro":
            keys = {model.key for model in types}
            macros = tuple(
                Choice(macro.id, macro.title.say(locale))
                for macro in desk.macros.values()
                if keys & {*macro.types}
            )
            yield BulkInput("value", visit.say("Macro"), value, macros, choose)
        case "watch":
            ways = (Choice("on", visit.say("Watch")), Choice("off", visit.say("Watch no longer")))
            yield BulkInput("value", visit.say("What"), value, ways, choose)
        case "comment":
            modes = (
                Choice("internal", visit.say("Internal note")),
                Choice("public", visit.say("Reply to the customer")),
            )
            yield BulkInput("value", visit.say("What"), value or "internal", modes)
            yield BulkInput("text", visit.say("Text"), str(said.get("text", "")))


def _labels(visit: Visit, said: Said) -> Iterable[BulkInput]:
    """Tags and flags to be put on or taken off, where the tenant has any."""
    tenant, locale = visit.desk.desk.tenant, visit.locale
    none_on, none_off = visit.say("None added"), visit.say("None taken off")
    for name, label, known, none in (
        ("tag", visit.say("Add a tag"), tenant.tags, none_on),
        ("untag", visit.say("Take a tag off"), tenant.tags, none_off),
        ("flag", visit.say("Add a flag"), tenant.flags, none_on),
        ("unflag", visit.say("Take a flag off"), tenant.flags, none_off),
    ):
        options = tuple(Choice(key, one.title.say(locale)) for key, one in known.items())
        if options:
            yield BulkInput(name, label, str(said.get(name, "")), options, none)


def _words(visit: Visit, name: str, said: Said) -> BulkInput:
    label = visit.say(FIELD_NAMES[name])
    return BulkInput(name, label, str(said.get(name, "")), optional=True)


def _steps(visit: Visit, types: Sequence[TypeModel]) -> tuple[Choice, ...]:
    """The steps of all the types at hand; where several types have one, it moves them all."""
    found: dict[str, str] = {}
    for model in types:
        for transition in model.transitions.values():
            if not transition.upon:
                found.setdefault(transition.id, transition.title.say(visit.locale))
    return tuple(Choice(key, title) for key, title in found.items())
