"""Priority, tags and flags by hand."""

from __future__ import annotations

from engine.decide import access
from engine.decide.course import Course
from engine.decide.verdict import Label, Refusal


def label_ticket(course: Course, event: Label) -> None:
    """Set the priority, add and take names; clocks that read them are chosen anew after."""
    tenant = course.desk.tenant
    if not access.rights(course.desk, course.facts, course.ask).edit:
        course.refuse(Refusal("not_yours_to_edit"))
        return
    if event.priority and event.priority not in tenant.priorities:
        course.refuse(Refusal("unknown_label", "priority", args={"label": event.priority}))
    for named, known in ((event.tags, tenant.tags), (event.flags, tenant.flags)):
        unknown = [name for name in named if name not in known]
        course.refuse(*(Refusal("unknown_label", "tags", args={"label": n}) for n in unknown))
    if course.refusals:
        return
    if event.priority and event.priority != course.facts.text("priority"):
        course.set("priority", event.priority, "label")
        course.emit("changed:priority")
    for listed, added in (("tags", event.tags), ("flags", event.flags)):
        had = course.facts.names(listed)
        now = tuple(n for n in dict.fromkeys((*had, *added)) if n not in event.off)
        if now != had:
            course.set(listed, now, "label")
            course.emit(f"changed:{listed}")
