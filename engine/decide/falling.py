"""A timer fell due: a warning, a breach, a limit, a late answer, a time in a state, a close."""

from __future__ import annotations

from engine.decide.approving import recount
from engine.decide.course import Course
from engine.decide.deadline import due_now
from engine.decide.flow import act
from engine.decide.pending import APPROVAL, LOOK, request_of
from engine.decide.rating import ask_now
from engine.decide.reacting import run_held
from engine.decide.verdict import Fall
from engine.model.automation import HELD
from engine.model.sla import STATE_LIMIT
from engine.model.ticket_type import SURVEY


def fall_due(course: Course, event: Fall) -> None:
    """Do what the specs say for this timer.

    `event.what`: `warn:<id>`, `breach`, `limit`, `late`, `close`, `held:<automation>`, `survey`;
    `look` of an approval counts its answers again.

    A timer that is no longer due, or was acted on before, does nothing.
    """
    if event.clock == APPROVAL and event.what == LOOK:
        recount(course)
        return
    due = due_now(course.desk, course.facts, course.ask.now_us)
    if not any((one.clock, one.what) == (event.clock, event.what) for one in due):
        return
    kind, _, name = event.what.partition(":")
    course.clock = event.clock
    if kind == "close":
        course.set("phase", "closed", "close")
        course.set("closed_at", course.ask.now_us, "close")
        course.emit("closed")
    elif kind == "limit":
        state = course.facts.text("state")
        course.emit(f"overdue:{state}")
        act(course, course.type.states[state].late, f"types/{course.type.id}.states.{state}.late")
    elif kind == SURVEY:
        ask_now(course)
    elif kind == HELD:
        run_held(course, name)
    elif kind == "late":
        _unanswered(course)
    elif event.clock == STATE_LIMIT:
        _near(course, name)
    else:
        _clock(course, event.clock, kind, name)


def _unanswered(course: Course) -> None:
    """Nobody decided in time: the request waits on, and somebody hears of it."""
    request = request_of(course.facts)
    transition = course.type.transitions.get(request.transition) if request is not None else None
    if transition is None or transition.approval is None:
        return
    course.emit(f"late:{APPROVAL}")
    act(course, transition.approval.late, f"move:{transition.id}.approval.late")


def _near(course: Course, name: str) -> None:
    """The end of the time in a state is near."""
    state = course.facts.text("state")
    course.emit(f"due:{STATE_LIMIT}:{name}")
    for warning in course.type.states[state].warnings:
        if warning.id == name:
            act(course, warning.do, f"types/{course.type.id}.states.{state}.warn.{name}")


def _clock(course: Course, clock: str, kind: str, name: str) -> None:
    policy = course.desk.policies.get(course.facts.text("type"))
    if policy is None:
        return
    if kind == "breach":
        course.set(f"breached.{clock}", True, f"sla/{policy.id}")
        course.emit(f"breached:{clock}")
        act(course, policy.breach, f"sla/{policy.id}.breach")
        return
    course.emit(f"due:{clock}:{name}")
    for warning in policy.warnings:
        if warning.id == name:
            act(course, warning.do, f"sla/{policy.id}.warn.{name}")
