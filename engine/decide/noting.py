"""What is noted beside a ticket: who may, within which bounds, and who is told of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from engine.decide import access
from engine.decide.course import Course
from engine.decide.notes import LATE, OWN_WORDS, Account, Appoint, Noting, Spend, Unspend
from engine.decide.verdict import Refusal
from engine.model.rights import Who
from engine.model.ticket_type import VISIT_CANCELLED, VISIT_MOVED, VISIT_PLANNED

MINUTE_US: Final = 60_000_000
DAY_US: Final = 1_440 * MINUTE_US
SHORTEST_US, LONGEST_US = 5 * MINUTE_US, DAY_US
FARTHEST_US: Final = 730 * DAY_US
MOST_MINUTES: Final = 1_440
OLDEST_DAYS: Final = 366
_TOLD: Final = {"planned": VISIT_PLANNED, "moved": VISIT_MOVED, "cancelled": VISIT_CANCELLED}
SPENT: Final = "time_spent"


def note_beside(course: Course, event: Noting) -> None:
    """Note it, or say why not."""
    rights = access.rights(course.desk, course.facts, course.ask)
    if not rights.edit and not (isinstance(event, Spend | Unspend) and rights.do & {"note", "*"}):
        course.refuse(Refusal("not_yours_to_edit"))
        return
    match event:
        case Appoint():
            _appoint(course, event)
        case Spend():
            _spend(course, event)
        case Unspend():
            _take_back(course, event)
        case Account():
            _account(course, event)


def _appoint(course: Course, event: Appoint) -> None:
    if event.became in ("planned", "moved"):
        course.refuse(*_misplaced(event, course.ask.now_us))
    if course.refusals:
        return
    course.set("visit_at", event.next_us, "visit")
    course.emit("changed:visit_at")
    notification = _TOLD.get(event.became)
    if notification is None:
        return
    rule = f"visit.{event.became}"
    course.notify(notification, Who(("requester",)), rule)
    going = tuple(
        person
        for person in dict.fromkeys((event.person, event.before))
        if person and person != course.ask.viewer.person_id
    )
    if going:
        course.notify(notification, Who(people=going), rule)


def _misplaced(event: Appoint, now_us: int) -> list[Refusal]:
    """What is wrong with the time of a visit."""
    if not SHORTEST_US <= event.ends_us - event.starts_us <= LONGEST_US:
        return [Refusal("visit_length", "visit")]
    if event.ends_us <= now_us:
        return [Refusal("visit_past", "visit")]
    return [Refusal("visit_far", "visit")] if event.starts_us > now_us + FARTHEST_US else []


def _spend(course: Course, event: Spend) -> None:
    today = date.fromisoformat(course.ask.today)
    day = _day(event.day)
    if not 1 <= event.minutes <= MOST_MINUTES:
        course.refuse(Refusal("time_amount", "spent"))
    elif day is None or not today - timedelta(days=OLDEST_DAYS) <= day <= today:
        course.refuse(Refusal("time_day", "day"))
    else:
        _add(course, event.minutes)
        course.emit("time_spent")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _take_back(course: Course, event: Unspend) -> None:
    if event.person != course.ask.viewer.person_id:
        course.refuse(Refusal("time_of_another", "spent"))
    else:
        _add(course, -event.minutes)
        course.emit("time_taken_back")


def _add(course: Course, minutes: int) -> None:
    """The ticket's own sum, in seconds, as lists and reports read it."""
    before = course.facts.get(SPENT)
    sum_s = (before if isinstance(before, int) else 0) + 60 * minutes
    course.set(SPENT, max(sum_s, 0), "time")


def _account(course: Course, event: Account) -> None:
    """A later reason replaces the one that was given; both stay in the history."""
    policy = course.desk.policies.get(course.facts.text("type"))
    clock = course.facts.clocks.get(event.clock)
    if policy is None or clock is None or clock.breached_us is None:
        course.refuse(Refusal("not_late", "late"))
    elif event.reason not in (policy.breach_reasons or ("",)) or not (event.reason or event.words):
        course.refuse(Refusal("required", "late", args={"field": "reason"}))
    else:
        course.set(f"{LATE}{event.clock}", event.reason or OWN_WORDS, "late")
        course.emit(f"late_explained:{event.clock}")
