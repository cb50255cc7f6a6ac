"""Opening a ticket and editing its fields: the form's part of the cascade."""

from __future__ import annotations

from collections.abc import Mapping

from engine.decide import access, form
from engine.decide.course import Course
from engine.decide.flow import enter_team, follow, route_ticket
from engine.decide.subject import fill_subject
from engine.decide.verdict import Edit, Open, Refresh, Refusal
from engine.facts import Facts, Ref, Value
from engine.model.ticket_type import TypeModel
from engine.normal import said
from engine.values.registry import is_empty


def open_ticket(course: Course, event: Open) -> None:
    """Check the form, then route, assign and notify."""
    type_model = course.desk.types.get(event.type)
    viewer = course.ask.viewer
    rights = (
        access.rights_to_open(course.desk, viewer, event.type) if type_model else access.NOTHING
    )
    if type_model is None or not rights.see:
        course.refuse(Refusal("unknown_type", args={"type": event.type}))
        return
    values, refusals = form.take(type_model, event.values, rights, course.zone, course.ask)
    refusals += unknown_records(type_model, values, event.refs, event.unanswered)
    known = {name: value for name, value in course.facts.values.items() if "." in name}
    base = Facts({**known, **_first_facts(course, type_model, event), **values})
    course.facts = form.settle(type_model, form.with_refs(base, event.refs), course.ask, new=True)
    wrong = {refusal.at for refusal in refusals}
    refusals += [
        fault
        for fault in form.faults(type_model, course.facts, rights, course.ask)
        if fault.at not in wrong and not (event.lenient and fault.code == "required")
    ]
    refusals += fill_subject(course, type_model)
    if refusals:
        course.refuse(*refusals)
        return
    course.emit("created")
    course.reasons += form.warned(type_model, course.facts, course.ask)
    route_ticket(course)
    _as_channel_says(course, event)
    enter_team(course, type_model.states[type_model.start].team)
    course.notify_type("created")
    if event.notify in course.desk.notifications:
        course.notify(event.notify, None, f"channels/{event.channel_id}.auto_reply")
    follow(course, "created")


def _as_channel_says(course: Course, event: Open) -> None:
    """The channel's own priority and team instead of those that routing found."""
    rule = f"channels/{event.channel_id}"
    if event.priority:
        course.set("priority", event.priority, rule)
    if event.team and event.team in course.desk.teams:
        course.set("home_team", event.team, rule)
        course.set("team", event.team, rule)
        course.set("teams", (event.team,), rule)


def _first_facts(course: Course, type_model: TypeModel, event: Open) -> dict[str, Value]:
    start = type_model.states[type_model.start]
    now = course.ask.now_us
    return {
        "type": type_model.key,
        "state": start.key,
        "phase": start.phase,
        "state_since": now,
        "priority": type_model.default_priority,
        "channel": event.channel,
        "subject": " ".join(said(event.subject).split()),
        "description": said(event.description),
        "requester": event.requester,
        "customer": event.customer or None,
        "parent": event.parent or None,
        **({"watchers": event.watchers} if event.watchers else {}),
        "created_at": now,
        "updated_at": now,
    }


def unknown_records(
    type_model: TypeModel,
    values: Mapping[str, Value],
    refs: Mapping[str, Ref],
    unanswered: Mapping[str, str],
) -> list[Refusal]:
    """A refusal for each reference whose record nobody found, or whose source has to answer."""
    found: list[Refusal] = []
    for key, value in values.items():
        item, away = type_model.fields[key], unanswered.get(key, "")
        if item.type != "reference" or is_empty(value) or key in refs:
            continue
        if away in ("", "refuse"):
            code = "source_away" if away else "unknown_record"
            found.append(Refusal(code, key, args={"field": item.label, "value": value}))
    return found


def edit_ticket(course: Course, event: Edit) -> None:
    """Change fields by hand, within rights and checks."""
    type_model = course.type
    rights = access.rights(course.desk, course.facts, course.ask)
    if not rights.edit:
        course.refuse(Refusal("not_yours_to_edit"))
        return
    values, refusals = form.take(type_model, event.values, rights, course.zone, course.ask)
    refusals += unknown_records(type_model, values, event.refs, event.unanswered)
    before = course.facts
    after = form.with_refs(before.with_values(values), event.refs, event.unanswered)
    after = form.settle(type_model, after, course.ask)
    refusals += form.faults(type_model, after, rights, course.ask, touched=values)
    if refusals:
        course.refuse(*refusals)
        return
    course.take_over(after, "edit")
    course.reasons += form.warned(type_model, course.facts, course.ask)
    for key in values:
        if before.get(key) != after.get(key):
            course.emit(f"changed:{key}")


def refresh_records(course: Course, event: Refresh) -> None:
    """Take over records that were looked up again, and what they fill (decisions.md 6)."""
    before = course.facts
    after = form.with_refs(before, event.refs)
    course.take_over(form.settle(course.type, after, course.ask), "refresh")
    course.emit("enriched")
    if event.late:
        route_ticket(course)
