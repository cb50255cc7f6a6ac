"""Tickets that belong together: parts of another, the same as another, watched by somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.decide import access
from engine.decide.course import Course
from engine.decide.flow import enter, follow
from engine.decide.kin import (
    Beside,
    Echo,
    FromOther,
    Joining,
    Kin,
    Link,
    Merge,
    Relate,
    Settle,
    Split,
    Unmerge,
    Watch,
)
from engine.decide.pending import request_of
from engine.decide.verdict import Refusal
from engine.facts import Ask, ClockState, Facts, Value
from engine.model.clock import clock_from, clock_values
from engine.model.desk import Desk
from engine.model.ticket_type import DONE_PHASES, OPEN_PHASES, State

MERGED, WAS, THEN = "merged", "merged.was", "merged.then"
"""Names in a ticket's memory: that it was merged, what it was before, and what becomes of those
merged into it once it is solved."""
CHILDREN, TAKEN_IN = "children", "_taken_in"
"""Names of the ids of a ticket's parts and of all tickets merged into it, read with its facts."""
_KEPT: Final = ("phase", "closed_at", "solved_at", "parent", "state", "state_since", "assignee")


def join(course: Course, event: Joining) -> None:
    """What somebody does to two tickets, or to who watches one, within their rights."""
    match event:
        case Link():
            link_ticket(course, event)
        case Merge():
            merge_ticket(course, event)
        case Unmerge():
            unmerge_ticket(course)
        case Relate():
            relate_ticket(course, event)
        case Split():
            split_ticket(course)
        case Watch():
            watch_ticket(course, event)


def follow_other(course: Course, event: FromOther) -> None:
    """What comes of a change of another ticket, which had its own rights."""
    match event:
        case Beside():
            told_beside(course, event)
        case Echo():
            echo_answer(course, event)
        case Settle():
            settle_ticket(course, event)


def link_ticket(course: Course, event: Link) -> None:
    """Become a part of another ticket, or of none."""
    if not _may(course, "link"):
        return
    course.refuse(*_unseen(course, event.parent, event.other))
    course.refuse(*_no_part(course.facts, event))
    if not course.refusals:
        course.set("parent", event.parent or None, "link")
        course.emit("linked")


def _unseen(course: Course, wanted: str, other: Kin | None) -> list[Refusal]:
    """A person joins only what they were found to see; a rule may name what it has just made."""
    if not wanted or other is not None or course.ask.viewer.is_system:
        return []
    return [Refusal("unknown_other", "other", args={"number": ""})]


def _no_part(facts: Facts, event: Link) -> list[Refusal]:
    """Why the ticket can't become a part of the other."""
    other = event.other
    if facts.get(MERGED):
        return [Refusal("merged_away", "other")]
    if other is None or not event.parent:
        return []
    if other.id == facts.text("id"):
        return [Refusal("joined_with_itself", "other")]
    if facts.text("parent") == other.id:
        return [_about("part_already", other)]
    if facts.text("id") in other.above:
        return [_about("part_in_circle", other)]
    if other.into:
        return [_about("other_merged", other)]
    return [] if other.may("link") else [_about("not_yours_to_link_to", other)]


def merge_ticket(course: Course, event: Merge) -> None:
    """End here: the ticket says the same as another and is handled there."""
    if not _may(course, "merge"):
        return
    course.refuse(*_unseen(course, event.into, event.other))
    course.refuse(*_no_merge(course.facts, event))
    if course.refusals:
        return
    course.set(WAS, _snapshot(course.facts), "merge")
    course.set("parent", event.into, "merge")
    course.set(MERGED, True, "merge")
    course.set("phase", "closed", "merge")
    course.set("closed_at", course.ask.now_us, "merge")
    course.emit("merged")


def _no_merge(facts: Facts, event: Merge) -> list[Refusal]:
    """Why the ticket can't be merged into the other."""
    if facts.get(MERGED):
        return [Refusal("merged_away")]
    if facts.text("phase") not in OPEN_PHASES:
        return [Refusal("not_open_to_merge")]
    if request_of(facts) is not None:
        return [Refusal("merge_pending")]
    other = event.other
    if other is None:
        return []
    if other.id == facts.text("id"):
        return [Refusal("joined_with_itself", "other")]
    if other.into:
        return [_about("other_merged", other)]
    if other.phase not in OPEN_PHASES:
        return [_about("other_done", other)]
    return [_about("merge_in_circle", other)] if facts.text("id") in other.above else []


def _snapshot(facts: Facts) -> dict[str, Value]:
    """What undoing the merge brings back; clocks as they were, so that what was promised stands."""
    kept: dict[str, Value] = {name: facts.get(name) for name in _KEPT}
    kept["clocks"] = {key: _frozen(clock_values(clock)) for key, clock in facts.clocks.items()}
    return kept


def _frozen(values: Mapping[str, object]) -> dict[str, Value]:
    return {n: tuple(v) if isinstance(v, list) else v for n, v in values.items()}  # type: ignore[misc]


def unmerge_ticket(course: Course) -> None:
    """Be as before the merge: state, phase, clocks, assignee; what was written since stays."""
    was = course.facts.get(WAS)
    if not may_undo(course.desk, course.facts, course.ask):
        course.refuse(Refusal("not_yours_to_merge"))
        return
    if not course.facts.get(MERGED):
        course.refuse(Refusal("not_merged"))
        return
    if not isinstance(was, Mapping):
        course.refuse(Refusal("merged_before_undo"))
        return
    for name in _KEPT:
        course.set(name, was.get(name), "unmerge")
    _forget(course)
    course.facts = Facts(course.facts.values, course.facts.refs, _clocks(was))
    # Deadlines are as if it had never been away: nothing but the time has changed.
    course.since = course.facts
    course.emit("unmerged")


def may_undo(desk: Desk, facts: Facts, ask: Ask) -> bool:
    """Whether the viewer may undo a ticket's merge: by their rights on it as it was before, since a
    right to change open tickets alone would end with the merge."""
    was = facts.get(WAS)
    kept = {name: was.get(name) for name in _KEPT} if isinstance(was, Mapping) else {}
    if not access.rights(desk, facts, ask).see:
        return False
    rights = access.rights(desk, facts.with_values(kept), ask)
    return rights.edit and bool(rights.do & {"merge", "*"})


def _clocks(was: Mapping[str, Value]) -> dict[str, ClockState]:
    found = was.get("clocks")
    kept = found if isinstance(found, Mapping) else {}
    return {
        key: clock_from({n: list(v) if isinstance(v, tuple) else v for n, v in one.items()})
        for key, one in kept.items()
        if isinstance(one, Mapping)
    }


def _forget(course: Course) -> None:
    course.set(MERGED, None, "unmerge")
    course.set(WAS, None, "unmerge")


def free_if_open(course: Course) -> None:
    """A merged ticket that was opened again, by its requester's word, stands for itself once
    more."""
    if not course.facts.get(MERGED) or course.facts.text("phase") in DONE_PHASES:
        return
    was = course.facts.get(WAS)
    course.set("parent", was.get("parent") if isinstance(was, Mapping) else None, "unmerge")
    _forget(course)
    course.emit("unmerged")


# -- what is done once for all that were merged ---------------------------------------------------


def pass_on(course: Course, before: Facts) -> None:
    """Hand on what was said and done here to the tickets merged into this one, from one that was
    merged to where it is handled now, and from a part that is out of the way to its whole."""
    taken_in = course.facts.names(TAKEN_IN)
    then = course.facts.text(THEN) or "solved"
    done = course.facts.text("phase") in DONE_PHASES and not course.facts.get(MERGED)
    if taken_in and done and before.text("phase") in OPEN_PHASES:
        for ticket in taken_in if then == "solved" else ():
            course.effect("settle", {"ticket": ticket}, "merged")
    whole = before.text("parent")
    left = done or course.facts.text("parent") != whole
    if whole and left and before.text("phase") in OPEN_PHASES and not before.get(MERGED):
        course.effect("part_done", {"ticket": whole}, "parts")
    for word in course.aloud:
        for ticket in taken_in:
            course.effect("echo", {"ticket": ticket, "word": word}, "merged")
    viewer = course.ask.viewer
    if course.facts.get(MERGED) and "commented" in course.events and not viewer.is_system:
        if viewer.person_id == course.facts.get("requester"):
            course.effect("relay", {"ticket": course.facts.text("parent")}, "merged")


def echo_answer(course: Course, event: Echo) -> None:
    """An answer given once for all merged tickets, said here to this one's own requester.

    Or (`internal`) what a merged ticket's requester wrote, as a note where it is handled.
    """
    if event.internal:
        course.emit("relayed")
        course.notify_type("commented")
        return
    if not course.facts.get(MERGED):
        course.refuse(Refusal("not_merged"))
        return
    # No `commented`: rules about the talk ran where it was said.
    course.emit("echoed")
    course.notify_type("replied")


def settle_ticket(course: Course, event: Settle) -> None:
    """Where it was merged into was solved: so is this one, and its requester may say otherwise."""
    if not course.facts.get(MERGED) or course.facts.text("phase") != "closed":
        course.refuse(Refusal("not_merged"))
        return
    was = course.facts.get(WAS)
    state = _solved(course)
    if state is None:
        return
    back = was.get("state") if isinstance(was, Mapping) else course.facts.get("state")
    course.set("state_before", back, "batch")
    enter(course, state, "batch")
    course.emit("settled")


def _solved(course: Course) -> State | None:
    """The first state of the type in which its matter is settled well."""
    for state in course.type.states.values():
        if state.phase == "solved" and state.look != "cancelled":
            return state
    return None


# -- beside ---------------------------------------------------------------------------------------


def relate_ticket(course: Course, event: Relate) -> None:
    """A mark to or from another ticket; it changes nothing but what people read."""
    if not _may(course, "link"):
        return
    if event.other.id == course.facts.text("id"):
        course.refuse(Refusal("joined_with_itself", "other"))
        return
    course.emit("linked")


def told_beside(course: Course, event: Beside) -> None:
    """What was done to another ticket, kept in this one's history; the workflow may wait for its
    last part."""
    if event.then:
        course.set(THEN, event.then, "merge")
    course.emit(event.verb)
    if event.verb == "parts_done":
        follow(course, event.verb)


def watch_ticket(course: Course, event: Watch) -> None:
    """Somebody watches the ticket, or no longer: oneself, or with the right to change it others."""
    rights = access.rights(course.desk, course.facts, course.ask)
    viewer = course.ask.viewer
    oneself = event.person == viewer.person_id and viewer.is_staff
    if not rights.see or not (oneself or rights.edit):
        course.refuse(Refusal("not_yours_to_watch", "person"))
        return
    if event.on and not event.known:
        course.refuse(Refusal("unknown_watcher", "person"))
        return
    course.toggle("watchers", event.person, "watch", on=event.on)
    course.emit("watched" if event.on else "unwatched")


def split_ticket(course: Course) -> None:
    """Some of what was said here becomes a ticket of its own."""
    if _may(course, "split"):
        course.emit("split_off")


def _about(code: str, other: Kin) -> Refusal:
    return Refusal(code, "other", args={"number": other.number, "into": other.into})


def _may(course: Course, verb: str) -> bool:
    rights = access.rights(course.desk, course.facts, course.ask)
    if rights.edit and rights.do & {verb, "*"}:
        return True
    course.refuse(Refusal(f"not_yours_to_{verb}"))
    return False
