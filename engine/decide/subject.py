"""The subject of a ticket: typed, or made from the type's template."""

from __future__ import annotations

import re

from engine.decide import access
from engine.decide.course import Course
from engine.decide.verdict import Refusal
from engine.model.ticket_type import TypeModel
from engine.values.registry import show

_HOLE = re.compile(r"\{([a-z0-9_.]+)\}")


def fill_subject(course: Course, type_model: TypeModel) -> list[Refusal]:
    """Set the subject from its template, or refuse an empty one that was asked for."""
    template = type_model.subject.template
    if template:
        locale = course.desk.tenant.locales[0]
        made = _HOLE.sub(lambda hole: _said(course, type_model, hole[1], locale), template)
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


def _said(course: Course, type_model: TypeModel, key: str, locale: str) -> str:
    item = type_model.fields.get(key)
    value = course.facts.get(key)
    # What some may not read must not come back through the subject, which everyone with the ticket
    # reads and searches.
    hidden = item is None or not access.reads_everyone(course.desk, type_model.key, key)
    if item is None or hidden or item.sensitive or value is None:
        return ""
    ref = course.facts.refs.get(key)
    return ref.title if ref is not None and ref.title else show(item, value, locale)
