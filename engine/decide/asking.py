"""Asking for an approval, and all that ends the wait without a decision."""

from __future__ import annotations

from collections.abc import Mapping

from engine.decide.circle import Circle, circle, enough
from engine.decide.course import Course
from engine.decide.pending import APPROVERS, OPEN, PENDING, SERIAL, Request, request_of
from engine.decide.verdict import Refusal
from engine.evaluate import reads
from engine.facts import Facts
from engine.model.rights import Who
from engine.model.ticket_type import (
    APPROVAL_ASKED,
    APPROVAL_WITHDRAWN,
    INPUTS,
    Approval,
    Transition,
    TypeModel,
)


def hindrance(course: Course, transition: Transition) -> list[Refusal]:
    """Why the approval can't be asked for now: nobody, or too few, could ever give it."""
    approval = transition.approval
    if approval is None:
        return []
    found = circle(
        course.desk, approval, course.facts, course.roster, course.ask.viewer.person_id or ""
    )
    if enough(approval, found):
        return []
    args = {"there": len(found.seats), "needed": max(approval.votes, 1)}
    return [Refusal("no_approver", args=args, place=str(approval.place))]


def ask_for(
    course: Course, transition: Transition, approval: Approval, words: Mapping[str, str]
) -> None:
    """Make the request: the ticket stays where it is and waits."""
    count = course.facts.get(SERIAL)
    request = Request(
        transition=transition.id,
        asker=course.ask.viewer.person_id or "",
        asked_us=course.ask.now_us,
        serial=(count if isinstance(count, int) else 0) + 1,
        words={name: text for name, text in words.items() if text.strip()},
    )
    rule = f"move:{transition.id}.approval"
    course.set(SERIAL, request.serial, rule)
    keep(course, request, approval, rule)
    course.emit("asked")
    course.clock = "approval"
    course.notify(APPROVAL_ASKED, None, rule)
    course.clock = ""


def keep(course: Course, request: Request, approval: Approval, rule: str) -> Circle:
    """Write the request down with who is asked now and who of them has yet to answer."""
    found = circle(course.desk, approval, course.facts, course.roster, request.asker)
    done = {vote.person for vote in request.votes}
    kept = Request(
        request.transition, request.asker, request.asked_us, request.serial, request.words,
        request.votes, found.stands_in,
    )  # fmt: skip
    course.set(PENDING, kept.value(), rule)
    course.set(APPROVERS, found.hands, rule)
    course.set(OPEN, tuple(person for person in found.hands if person not in done), rule)
    return found


def end(course: Course, rule: str) -> None:
    """Wait no longer."""
    course.set(PENDING, None, rule)
    course.set(APPROVERS, (), rule)
    course.set(OPEN, (), rule)


def withdraw(course: Course, request: Request, why: str) -> None:
    """End the request without a decision; everyone asked is told, and the asker if others did it.

    `why`: asker, changed, moved, closed or gone.
    """
    asked = Who(people=tuple(p for p in course.facts.names(APPROVERS)))
    by = course.ask.viewer.person_id or ""
    rule = f"move:{request.transition}.approval"
    end(course, rule)
    course.emit(f"withdrawn:{why}")
    told = Who(people=tuple(p for p in (*asked.people, request.asker) if p and p != by))
    if told.people:
        course.notify(APPROVAL_WITHDRAWN, told, rule)


def uphold(course: Course, before: Facts) -> None:
    """At the end of a decision: withdraw a request that it has made void, or renew who is asked.

    Frozen are the values that the guard and `needs` read; a change of one withdraws the request.
    """
    request = request_of(course.facts)
    if request is None or request_of(before) is None:
        return
    transition = course.type.transitions.get(request.transition)
    if transition is None or transition.approval is None:
        withdraw(course, request, "gone")
    elif course.facts.text("state") not in transition.source:
        withdraw(course, request, "moved")
    elif course.facts.text("phase") == "closed" and before.text("phase") != "closed":
        withdraw(course, request, "closed")
    elif any(before.get(name) != course.facts.get(name) for name in frozen(transition)):
        withdraw(course, request, "changed")
    else:
        keep(course, request, transition.approval, f"move:{transition.id}.approval")


def frozen(transition: Transition) -> tuple[str, ...]:
    """The names whose values must stay as they were while the transition waits."""
    paths = (path.name for path in reads(transition.when))
    needs = (need for need in transition.needs if need not in INPUTS)
    return tuple(dict.fromkeys((*paths, *needs)))


def judged(type_model: TypeModel) -> frozenset[str]:
    """The fields that some approval of the type is about: those asked may read them."""
    return frozenset(
        name.partition(".")[0]
        for transition in type_model.transitions.values()
        if transition.approval is not None
        for name in frozen(transition)
    )
