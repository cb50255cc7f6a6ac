"""The subject of a ticket: typed, or made from the type's template."""

from __future__ import annotations

from engine.decide.course import Course
from engine.decide.holes import filled
from engine.decide.verdict import Refusal
from engine.model.ticket_type import TypeModel


def fill_subject(course: Course, type_model: TypeModel) -> list[Refusal]:
    """Set the subject from its template, or refuse an empty one that was asked for."""
    template = type_model.subject.template
    if template:
        locale = course.desk.tenant.locales[0]
        made = filled(template, course.desk, course.facts, locale)
        course.set(
            "subject",
            " ".join(made.split()).strip(" ·-—") or type_model.title.say(locale),
            "subject",
        )
    elif type_model.subject.required and not course.facts.text("subject"):
        return [
            Refusal("required", "subject", args={"field": type_model.subject.label or "subject"})
        ]
    if type_model.description.required and not course.facts.text("description"):
        label = type_model.description.label or "description"
        return [Refusal("required", "description", args={"field": label})]
    return []
