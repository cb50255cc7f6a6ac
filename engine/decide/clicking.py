"""Macros: several verbs by one click, each within the rights of the person who clicks."""

from __future__ import annotations

from engine.decide import access, move
from engine.decide.access import Rights
from engine.decide.course import Course
from engine.decide.flow import act, take, unsaid
from engine.decide.verdict import Reason, Refusal, UseMacro
from engine.decide.who import qualifies
from engine.evaluate import holds
from engine.facts import Ask, Facts
from engine.model.automation import MacroModel
from engine.model.desk import Desk
from engine.model.ticket_type import Action

# Verbs that want a right of their own; the others change the ticket and want `edit`.
_DO = {"comment": "comment", "note": "note", "assign": "assign", "transfer": "transfer",
       "link": "link", "merge": "merge"}  # fmt: skip


def offered(desk: Desk, facts: Facts, ask: Ask) -> tuple[MacroModel, ...]:
    """The macros that this person may use on this ticket now, in the order of their ids."""
    rights = access.rights(desk, facts, ask)
    return tuple(
        macro
        for macro in desk.macros.values()
        if facts.text("type") in macro.types
        and rights.see
        and (macro.who is None or qualifies(desk, macro.who, ask.viewer, facts))
        and holds(macro.when, facts, ask)
        and not _refusals(desk, macro, facts, rights, ask)
    )


def use_macro(course: Course, event: UseMacro) -> None:
    """Do what the macro says, or refuse it whole with every reason."""
    desk, facts, ask = course.desk, course.facts, course.ask
    macro = desk.macros.get(event.macro)
    rights = access.rights(desk, facts, ask)
    known = macro is not None and facts.text("type") in macro.types and rights.see
    if macro is None or not known:
        course.refuse(Refusal("unknown_macro", args={"macro": event.macro}))
        return
    place = str(macro.place)
    if macro.who is not None and not qualifies(desk, macro.who, ask.viewer, facts):
        course.refuse(Refusal("macro_not_yours", args={"macro": macro.title}, place=place))
    if not holds(macro.when, facts, ask):
        course.refuse(Refusal("macro_not_now", args={"macro": macro.title}, place=place))
    course.refuse(*_refusals(desk, macro, facts, rights, ask))
    if course.refusals:
        return
    course.reasons.append(Reason("macro", macro.id, macro.rule, place))
    for action in macro.do:
        _one(course, action, macro.rule)


def _one(course: Course, action: Action, rule: str) -> None:
    """One verb; a move is the person's own, so that its `by` holds for them."""
    if action.verb != "move":
        act(course, (action,), rule)
        return
    transition = course.type.transitions.get(str(action.args["transition"]))
    if transition is None or transition.id in course.taken:
        return
    rights = access.rights(course.desk, course.facts, course.ask)
    way = move.way(course.desk, course.type, transition, course.facts, rights, course.ask)
    fields = course.type.fields
    for need in unsaid(course, way.needs):
        label = fields[need].label if need in fields else need
        course.refuse(Refusal("required", need, args={"field": label}))
    course.refuse(*way.refusals)
    if not course.refusals:
        take(course, transition)


def _refusals(
    desk: Desk, macro: MacroModel, facts: Facts, rights: Rights, ask: Ask
) -> list[Refusal]:
    """Why the person may not do one of the verbs; what a move refuses is known when it is taken."""
    found: list[Refusal] = []
    for action in macro.do:
        verb = _DO.get(action.verb)
        if verb is not None and not rights.do & {verb, "*"}:
            found.append(Refusal(f"not_yours_to_{verb}", place=str(action.place)))
        elif verb not in ("comment", "note") and action.verb != "move" and not rights.edit:
            found.append(Refusal("not_yours_to_edit", place=str(action.place)))
        elif action.verb == "set":
            fields = desk.types[facts.text("type")].fields
            found += [
                Refusal("not_yours_to_write", key, args={"field": fields[key].label})
                for key in action.args
                if key in fields and not rights.writes(key)
            ]
        elif action.verb == "move":
            found += _closed(desk, action, facts, rights, ask)
    return found


def _closed(
    desk: Desk, action: Action, facts: Facts, rights: Rights, ask: Ask
) -> tuple[Refusal, ...]:
    """Why a move is not this person's at all, whatever the macro sets before it."""
    model = desk.types[facts.text("type")]
    transition = model.transitions.get(str(action.args["transition"]))
    if transition is None:
        return (Refusal("unknown_transition", args={"transition": action.args["transition"]}),)
    way = move.way(desk, model, transition, facts, rights, ask)
    return tuple(one for one in way.refusals if one.code == "not_by_you")
