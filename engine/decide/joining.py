"""Tickets that belong together: a part of another, or the same as another."""

from __future__ import annotations

from engine.decide import access
from engine.decide.course import Course
from engine.decide.verdict import Link, Merge, Refusal
from engine.model.ticket_type import OPEN_PHASES


def link_ticket(course: Course, event: Link) -> None:
    """Become a part of another ticket, or of none."""
    if not _may(course, "link"):
        return
    course.set("parent", event.parent or None, "link")
    course.emit("linked")


def merge_ticket(course: Course, event: Merge) -> None:
    """End here: the ticket says the same as another and is handled there."""
    if not _may(course, "merge"):
        return
    if course.facts.text("phase") not in OPEN_PHASES:
        course.refuse(Refusal("not_open_to_merge"))
        return
    course.set("parent", event.into, "merge")
    course.set("merged", True, "merge")
    course.set("phase", "closed", "merge")
    course.set("closed_at", course.ask.now_us, "merge")
    course.emit("merged")


def _may(course: Course, verb: str) -> bool:
    rights = access.rights(course.desk, course.facts, course.ask)
    if rights.edit and rights.do & {verb, "*"}:
        return True
    course.refuse(Refusal(f"not_yours_to_{verb}"))
    return False
