"""An act on many tickets is taken back on one of them."""

from __future__ import annotations

from engine.decide import access
from engine.decide.course import Course
from engine.decide.verdict import Refusal, Restore
from engine.facts import Facts


def restore_ticket(course: Course, event: Restore) -> None:
    """Put back what the act changed; whoever acts on many tickets may take it back.

    No rule reacts and nobody is told: the ticket is as if the act had not been.
    """
    rights = access.rights(course.desk, course.facts, course.ask)
    if not rights.edit or not rights.do & {"bulk", "*"}:
        course.refuse(Refusal("not_yours_to_bulk"))
        return
    for name, value in event.values.items():
        course.set(name, value, "restore")
    course.facts = Facts(course.facts.values, course.facts.refs, dict(event.clocks))
    course.emit("restored")
