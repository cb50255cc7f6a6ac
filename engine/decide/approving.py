"""Answers to a request: approve, refuse, withdraw; and the move that a granted one makes."""

from __future__ import annotations

from dataclasses import replace

from engine.decide import access, move
from engine.decide.asking import end, keep, withdraw
from engine.decide.circle import Circle, circle, outcome, viewer_as
from engine.decide.course import Course
from engine.decide.flow import enter, follow, take
from engine.decide.pending import Request, Vote, request_of
from engine.decide.talking import said
from engine.decide.verdict import Approve, Refusal, Refuse, Withdraw
from engine.facts import Ask
from engine.model.rights import Who
from engine.model.ticket_type import (
    APPROVAL_GRANTED,
    APPROVAL_REFUSED,
    INPUTS,
    Approval,
    Transition,
)


def answer(course: Course, event: Approve | Refuse) -> None:
    """Somebody who is asked agrees or refuses; who is asked is found under the desk of now."""
    asked = _asked(course, event.request)
    if asked is None:
        return
    request, transition, approval = asked
    person = course.ask.viewer.person_id or ""
    found = circle(course.desk, approval, course.facts, course.roster, request.asker)
    if person not in found.hands:
        code = "asker_never_approves" if person == request.asker else "not_yours_to_approve"
        course.refuse(Refusal(code, place=str(approval.place)))
        return
    if request.answer_of(person) is not None:
        course.refuse(Refusal("answered_before"))
        return
    if isinstance(event, Refuse) and not event.reason.strip():
        course.refuse(Refusal("required", "reason", args={"field": "reason"}))
        return
    vote = Vote(person, isinstance(event, Approve), course.ask.now_us)
    course.emit("voted")
    _count(course, request.answered(vote), transition, approval, found)


def recount(course: Course) -> None:
    """Count again, as who may answer changes with roles, teams and absences.

    What can't be made now waits on; nothing is refused here.
    """
    request = request_of(course.facts)
    transition = course.type.transitions.get(request.transition) if request is not None else None
    if request is None or transition is None or transition.approval is None:
        return
    found = circle(course.desk, transition.approval, course.facts, course.roster, request.asker)
    if outcome(transition.approval, found, request.votes) != "granted":
        return
    if not _barred(course, request, transition):
        _grant(course, request, transition)


def take_back(course: Course, event: Withdraw) -> None:
    """The asker withdraws what they asked for."""
    request = request_of(course.facts)
    if request is None or not access.rights(course.desk, course.facts, course.ask).see:
        course.refuse(Refusal("nothing_asked"))
    elif event.request not in (0, request.serial):
        course.refuse(Refusal("other_request"))
    elif not course.ask.viewer.is_system and course.ask.viewer.person_id != request.asker:
        course.refuse(Refusal("not_yours_to_withdraw"))
    else:
        withdraw(course, request, "asker")


def _asked(course: Course, serial: int) -> tuple[Request, Transition, Approval] | None:
    """The request to be answered; None when there is none, and the reason is told."""
    request = request_of(course.facts)
    rights = access.rights(course.desk, course.facts, course.ask)
    if request is None or not rights.see:
        course.refuse(Refusal("nothing_asked"))
        return None
    if serial not in (0, request.serial):
        course.refuse(Refusal("other_request"))
        return None
    transition = course.type.transitions.get(request.transition)
    if transition is None or transition.approval is None:
        course.refuse(Refusal("nothing_asked"))
        return None
    return request, transition, transition.approval


def _count(
    course: Course, request: Request, transition: Transition, approval: Approval, found: Circle
) -> None:
    came = outcome(approval, found, request.votes)
    rule = f"move:{transition.id}.approval"
    if came == "open":
        keep(course, request, approval, rule)
    elif came == "refused":
        _refuse(course, request, transition, approval)
    elif refusals := _barred(course, request, transition):
        course.refuse(*refusals)
    else:
        _grant(course, request, transition)


def _barred(course: Course, request: Request, transition: Transition) -> list[Refusal]:
    """Why the move can't be made now: guard and needs are looked at again, as for the asker.

    Whether the asker still may take it is not asked again: others have agreed to it.
    """
    asker = _as_asker(course, request)
    rights = replace(access.rights(course.desk, course.facts, course.ask), see=True)
    now = move.way(course.desk, course.type, transition, course.facts, rights, asker)
    found = [r for r in now.refusals if r.code in ("not_from_here", "guard", "guard_hidden")]
    fields = course.type.fields
    found += [
        Refusal("required", need, args={"field": fields[need].label})
        for need in now.needs
        if need not in INPUTS
    ]
    return found


def _as_asker(course: Course, request: Request) -> Ask:
    if not request.asker:
        return course.ask
    return replace(course.ask, viewer=viewer_as(course.desk, course.roster, request.asker))


def _grant(course: Course, request: Request, transition: Transition) -> None:
    """Make the move as the asker would have made it."""
    rule = f"move:{transition.id}.approval"
    end(course, rule)
    course.emit("approved")
    who = course.ask
    course.ask = _as_asker(course, request)
    course.taken.add(transition.id)
    if request.words.get("comment"):
        said(course, internal=False, moving=True)
    if request.words.get("note"):
        said(course, internal=True, moving=True)
    take(course, transition, granted=True)
    course.ask = who
    if request.asker:
        course.notify(APPROVAL_GRANTED, Who(people=(request.asker,)), rule)
    follow(course, "approved")


def _refuse(course: Course, request: Request, transition: Transition, approval: Approval) -> None:
    """The ticket goes where refused ones go, or stays."""
    rule = f"move:{transition.id}.approval"
    end(course, rule)
    course.emit("refused")
    target = course.type.states.get(approval.refused_to)
    if target is not None and target.key != course.facts.text("state"):
        enter(course, target, rule)
        course.emit("moved")
    if request.asker:
        course.notify(APPROVAL_REFUSED, Who(people=(request.asker,)), rule)
    words = ("moved", f"entered:{target.key}") if target is not None else ()
    follow(course, "refused", *words)
