"""A transition by hand: is it open, are its needs met, then the way it takes."""

from __future__ import annotations

from engine.decide import access, form, move
from engine.decide.asking import hindrance
from engine.decide.course import Course
from engine.decide.flow import take
from engine.decide.opening import unknown_records
from engine.decide.talking import bring_in, said
from engine.decide.verdict import Move, Refusal


def move_ticket(course: Course, event: Move) -> None:
    """Take a transition with its inputs, or refuse with every reason at once."""
    type_model = course.type
    transition = type_model.transitions.get(event.transition)
    rights = access.rights(course.desk, course.facts, course.ask)
    if transition is None or not rights.see:
        course.refuse(Refusal("unknown_transition", args={"transition": event.transition}))
        return
    needed = {key: raw for key, raw in event.values.items() if key in transition.needs}
    values, refusals = form.take(type_model, needed, rights, course.zone, course.ask)
    refusals += [
        Refusal("unknown_field", key, args={"field": key})
        for key in event.values
        if key not in transition.needs
    ]
    refusals += unknown_records(type_model, values, event.refs, event.unanswered)
    after = form.with_refs(course.facts.with_values(values), event.refs, event.unanswered)
    after = form.settle(type_model, after, course.ask)
    way = move.way(course.desk, type_model, transition, after, rights, course.ask)
    refusals += [*way.refusals, *_unmet(course, way, event), *hindrance(course, transition)]
    refusals += form.faults(type_model, after, rights, course.ask, touched=values)
    if refusals:
        course.refuse(*refusals)
        return
    course.take_over(after, f"move:{transition.id}")
    course.reasons += form.warned(type_model, course.facts, course.ask) if values else []
    course.taken.add(transition.id)
    bring_in(course, event.mentions)
    if transition.approval is not None:
        words = {"comment": event.comment, "note": event.note, "reason": event.reason}
        take(course, transition, words=words)
        return
    if event.comment.strip():
        said(course, internal=False, moving=True)
    if event.note.strip():
        said(course, internal=True, moving=True)
    take(course, transition)


def _unmet(course: Course, way: move.Way, event: Move) -> list[Refusal]:
    given = {"comment": event.comment, "note": event.note, "reason": event.reason}
    fields = course.type.fields
    return [
        Refusal("required", need, args={"field": fields[need].label if need in fields else need})
        for need in way.needs
        if not given.get(need, "").strip()
    ]
