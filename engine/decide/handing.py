"""Assigning and transferring by hand."""

from __future__ import annotations

from engine.decide import access
from engine.decide.access import Rights
from engine.decide.course import Course
from engine.decide.verdict import Assign, Refusal


def hand_over(course: Course, event: Assign) -> None:
    """Transfer to a team, give to a person, or both; only a member of the team can hold it."""
    rights = access.rights(course.desk, course.facts, course.ask)
    if event.team and event.team != course.facts.text("team"):
        refusal = _may_transfer(course, event, rights)
        if refusal is not None:
            course.refuse(refusal)
            return
        course.to_team(event.team, "transfer", by_hand=True)
        if not event.assignee:
            return
    _give(course, event, rights)


def _may_transfer(course: Course, event: Assign, rights: Rights) -> Refusal | None:
    if not rights.edit or not rights.do & {"transfer", "*"}:
        return Refusal("not_yours_to_transfer")
    if event.team not in course.desk.teams:
        return Refusal("unknown_team", "team", args={"team": event.team})
    return None


def _give(course: Course, event: Assign, rights: Rights) -> None:
    if not rights.edit or not rights.do & {"assign", "*"}:
        course.refuse(Refusal("not_yours_to_assign"))
        return
    team = course.facts.text("team")
    if event.assignee and event.assignee not in {m.person_id for m in course.roster.members(team)}:
        title = course.desk.teams[team].title
        course.refuse(Refusal("not_in_team", "assignee", args={"team": title}))
        return
    course.set("assignee", event.assignee or None, "assign")
    course.set(f"last_assignee.{team}", event.assignee or None, "assign")
    course.emit("assigned")
    if event.assignee and event.assignee != course.ask.viewer.person_id:
        course.notify_type("assigned")
