"""Priority and tags by hand."""

from __future__ import annotations

from engine.decide import access
from engine.decide.course import Course
from engine.decide.verdict import Label, Refusal


def label_ticket(course: Course, event: Label) -> None:
    """Set the priority, add tags; clocks whose target reads them are chosen anew afterwards."""
    tenant = course.desk.tenant
    if not access.rights(course.desk, course.facts, course.ask).edit:
        course.refuse(Refusal("not_yours_to_edit"))
        return
    if event.priority and event.priority not in tenant.priorities:
        course.refuse(Refusal("unknown_label", "priority", args={"label": event.priority}))
    for tag in event.tags:
        if tag not in tenant.tags:
            course.refuse(Refusal("unknown_label", "tags", args={"label": tag}))
    if course.refusals:
        return
    if event.priority and event.priority != course.facts.text("priority"):
        course.set("priority", event.priority, "label")
        course.emit("changed:priority")
    present = course.facts.names("tags")
    added = tuple(tag for tag in dict.fromkeys(event.tags) if tag not in present)
    if added:
        course.set("tags", (*present, *added), "label")
        course.emit("changed:tags")
