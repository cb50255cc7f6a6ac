"""The whole cascade of one event, from its form to automations and deadlines → Verdict."""

from __future__ import annotations

from engine.decide.approving import answer, take_back
from engine.decide.asking import uphold
from engine.decide.clicking import use_macro
from engine.decide.course import Course
from engine.decide.deadline import deadlines
from engine.decide.falling import fall_due
from engine.decide.handing import hand_over, shift, stand_in
from engine.decide.joining import follow_other, free_if_open, join, pass_on
from engine.decide.kin import Beside, Echo, Link, Merge, Relate, Settle, Split, Unmerge, Watch
from engine.decide.knowing import know_again
from engine.decide.labelling import label_ticket
from engine.decide.moving import move_ticket
from engine.decide.notes import Account, Appoint, Spend, Unspend
from engine.decide.noting import note_beside
from engine.decide.opening import edit_ticket, open_ticket, refresh_records
from engine.decide.rating import rate_ticket
from engine.decide.reacting import react, run_apart
from engine.decide.restoring import restore_ticket
from engine.decide.talking import comment_ticket
from engine.decide.verdict import (
    Approve,
    Assign,
    Bounce,
    Called,
    Comment,
    Edit,
    Event,
    Fall,
    Label,
    Move,
    Open,
    Rate,
    React,
    Refresh,
    Refuse,
    Restore,
    SamePerson,
    Shift,
    UseMacro,
    Verdict,
    Withdraw,
)
from engine.facts import Ask, Facts
from engine.model.desk import Desk
from engine.model.roster import Roster


def decide(desk: Desk, facts: Facts, event: Event, ask: Ask, roster: Roster) -> Verdict:
    """Everything that follows from one event, or why it may not happen. Pure.

    For `Open` the facts hold only what is known of the people (`customer.level` …).
    """
    course = Course(desk, facts, ask, roster)
    match event:
        case Open():
            open_ticket(course, event)
        case Edit():
            edit_ticket(course, event)
        case Move():
            move_ticket(course, event)
        case Comment():
            comment_ticket(course, event)
        case Assign():
            hand_over(course, event)
        case Shift():
            shift(course, event)
        case Label():
            label_ticket(course, event)
        case Restore():
            restore_ticket(course, event)
        case SamePerson():
            know_again(course, event)
        case Fall():
            fall_due(course, event)
        case Appoint() | Spend() | Unspend() | Account():
            note_beside(course, event)
        case Rate():
            rate_ticket(course, event)
        case UseMacro():
            use_macro(course, event)
        case Link() | Merge() | Unmerge() | Relate() | Split() | Watch():
            join(course, event)
        case Beside() | Echo() | Settle():
            follow_other(course, event)
        case Refresh():
            refresh_records(course, event)
        case Called():
            course.emit("called")
        case Bounce():
            course.emit("mail_bounced")
        case React():
            run_apart(course, event)
        case Approve() | Refuse():
            answer(course, event)
        case Withdraw():
            take_back(course, event)
    if isinstance(event, (Restore, SamePerson)) and not course.refusals:
        _deadlines(course, course.facts)
    elif not course.refusals:
        free_if_open(course)
        react(course, fresh=isinstance(event, Open))
        if course.answered:
            course.leave_by_mail()
        stand_in(course, facts, event)
        uphold(course, facts)
        pass_on(course, facts)
        before = course.since or facts
        _deadlines(course, None if isinstance(event, Open) else before)
    return course.verdict()


def _deadlines(course: Course, before: Facts | None) -> None:
    found = deadlines(course.desk, before, course.facts, tuple(course.events), course.ask)
    for name, value in found.values.items():
        course.set(name, value, "sla")
    course.facts = Facts(course.facts.values, course.facts.refs, found.clocks)
    course.dues = found.dues
    course.reasons += found.reasons
