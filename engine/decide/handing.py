"""Handing a ticket over: by hand, from somebody who is away, from somebody who has too much."""

from __future__ import annotations

from engine.decide import access
from engine.decide.access import Rights
from engine.decide.assign import relieve, room
from engine.decide.course import Course, wanted
from engine.decide.verdict import Assign, Comment, Event, Open, Refusal, Shift
from engine.facts import Facts
from engine.model.ticket_type import DONE_PHASES, OPEN_PHASES


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
        course.refuse(_not_in(course, team))
        return
    course.set("assignee", event.assignee or None, "assign")
    course.set(f"last_assignee.{team}", event.assignee or None, "assign")
    course.emit("assigned")
    if event.assignee and event.assignee != course.ask.viewer.person_id:
        course.notify_type("assigned")


def _not_in(course: Course, team: str) -> Refusal:
    """Not of the team that has the ticket, or that team is not in the desk any more."""
    model = course.desk.teams.get(team)
    if model is None:
        return Refusal("unknown_team", "assignee", args={"team": team})
    return Refusal("not_in_team", "assignee", args={"team": model.title})


def shift(course: Course, event: Shift) -> None:
    """Take a ticket from somebody who is away or has too much; refused if that is no longer so."""
    refusal = _may_shift(course, event)
    if refusal is not None:
        course.refuse(refusal)
    elif event.cause == "absence":
        course.cover()
    else:
        _relieve(course, event)


def _may_shift(course: Course, event: Shift) -> Refusal | None:
    viewer, team = course.ask.viewer, course.facts.text("team")
    manages = team in viewer.leads or "manage_people" in viewer.functions
    own = event.cause == "absence" and event.was == viewer.person_id
    if not (viewer.is_system or manages or own):
        return Refusal("not_yours_to_assign")
    held = course.facts.text("assignee") == event.was
    if not held or course.facts.text("phase") not in OPEN_PHASES:
        return Refusal("holder_changed")
    if event.cause == "absence" and not course.is_away():
        return Refusal("not_away")
    return None


def _relieve(course: Course, event: Shift) -> None:
    team = course.facts.text("team")
    member = course.roster.member(team, event.assignee)
    if member is None or team not in course.desk.teams:
        course.refuse(_not_in(course, team))
        return
    if member.absent or member.load >= room(member, course.desk.teams[team]):
        course.refuse(Refusal("no_room", "assignee", args={"name": member.name}))
        return
    want = wanted(course.facts)
    course.give(relieve(course.desk, team, course.roster, member, event.was, want))


def stand_in(course: Course, before: Facts, event: Event) -> None:
    """Let somebody else go on with an urgent or woken ticket whose assignee is away.

    What somebody decides by hand stands, and who is away may still work on their own tickets.
    """
    by_hand = isinstance(event, (Open, Assign, Shift))
    if by_hand or course.ask.viewer.person_id == course.facts.get("assignee"):
        return
    urgent = course.facts.text("priority") in ("urgent", "high")
    if course.is_away() and (urgent or _woken(course, before, event)):
        course.cover()


def _woken(course: Course, before: Facts, event: Event) -> bool:
    """Whether work on it begins again: it waited or was done and goes on, or was written to."""
    if before.text("phase") not in ("waiting", *DONE_PHASES):
        return False
    wrote = isinstance(event, Comment) and not event.internal
    from_outside = course.ask.viewer.person_id == course.facts.get("requester")
    return course.facts.text("phase") != "waiting" or (wrote and from_outside)
