"""Replies and notes: first answer, notices, and what a word from the requester sets going."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.decide import access
from engine.decide.course import Course
from engine.decide.flow import count_reopened, enter, follow
from engine.decide.verdict import Comment, Refusal
from engine.model.ticket_type import MENTION

MENTIONED: Final = "mentioned"
"""The name under which a decision finds the people that its event's words name."""


def comment_ticket(course: Course, event: Comment) -> None:
    """A reply or an internal note, within rights."""
    rights = access.rights(course.desk, course.facts, course.ask)
    verb = "note" if event.internal else "comment"
    if not rights.see or not rights.do & {verb, "*"}:
        course.refuse(Refusal(f"not_yours_to_{verb}"))
    elif not event.text.strip() and not event.files:
        course.refuse(Refusal("required", verb, args={"field": verb}))
    else:
        bring_in(course, event.mentions)
        said(course, internal=event.internal)


def bring_in(course: Course, mentions: Sequence[str]) -> None:
    """Whom the words name follows the ticket and is told; rules find them as `mentioned`."""
    found = tuple(p for p in dict.fromkeys(mentions) if p != course.ask.viewer.person_id)
    if not found:
        return
    watching = course.facts.names("watchers")
    fresh = tuple(person for person in found if person not in watching)
    if fresh:
        course.set("watchers", (*watching, *fresh), "mention")
    # Of this event alone, so it is no step and is not kept on the ticket.
    course.facts = course.facts.with_values({MENTIONED: found})
    course.notify(MENTION, None, "mention")


def said(course: Course, *, internal: bool, moving: bool = False) -> None:
    """What a word does to the ticket. `moving`: it is part of a move, which decides the rest."""
    if internal:
        course.emit("noted")
        return
    course.emit("commented")
    viewer = course.ask.viewer
    by_requester = viewer.person_id == course.facts.get("requester")
    if viewer.is_staff and not by_requester:
        if not course.facts.get("first_replied_at"):
            course.set("first_replied_at", course.ask.now_us, "comment")
            course.emit("first_agent_reply")
        course.aloud.append(0)
        # What a move tells is known at its end.
        course.answered = moving
        if not moving:
            course.notify_type("replied")
    else:
        course.notify_type("commented")
    if moving:
        return
    state = course.facts.text("state")
    follow(course, "commented")
    if by_requester and course.facts.text("state") == state:
        _reopen(course)


def _reopen(course: Course) -> None:
    """A word from the requester reopens a solved ticket within its time (decisions.md 3)."""
    back = course.type.states.get(course.facts.text("state_before"))
    if course.facts.text("phase") != "solved" or back is None:
        return
    enter(course, back, "reopen")
    count_reopened(course, "reopen")
