"""A timer fell due: a warning, a breach, a state's limit, a time in a state, a ticket's close."""

from __future__ import annotations

from engine.decide.course import Course
from engine.decide.deadline import due_now
from engine.decide.flow import act
from engine.decide.rating import ask_now
from engine.decide.reacting import run_held
from engine.decide.verdict import Fall
from engine.model.automation import HELD
from engine.model.ticket_type import SURVEY


def fall_due(course: Course, event: Fall) -> None:
    """Do what the specs say for this timer. `event.what`: `warn:<id>`, `breach`, `limit`, `close`,
    `held:<automation>`, `survey`.

    A timer that is no longer due, or was acted on before, does nothing.
    """
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
        course.emit(f"overdue:{course.facts.text('state')}")
    elif kind == SURVEY:
        ask_now(course)
    elif kind == HELD:
        run_held(course, name)
    else:
        _clock(course, event.clock, kind, name)


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
