"""Taking a transition and what follows: state, phase, team, notices, the next step by itself."""

from __future__ import annotations

from engine.decide import access, move
from engine.decide.course import Course
from engine.model.ticket_type import DONE_PHASES, INPUTS, State, Transition


def take(course: Course, transition: Transition) -> None:
    """Carry the ticket over a transition that was found open."""
    rule = f"move:{transition.id}"
    was = course.facts.text("phase")
    state = course.type.states[transition.target]
    if state.phase in DONE_PHASES and was not in DONE_PHASES:
        course.set("state_before", course.facts.text("state"), rule)
    enter(course, state, rule)
    course.emit("moved")
    if was in DONE_PHASES and state.phase not in DONE_PHASES:
        count_reopened(course, rule)
    for name in transition.notify:
        course.notify(name, None, rule)
    course.act(transition.do, rule)
    course.taken.add(transition.id)
    follow(course, "moved", f"entered:{state.key}")


def enter(course: Course, state: State, rule: str) -> None:
    """Be in a state: its phase, its times, its team."""
    now = course.ask.now_us
    solved = course.facts.get("solved_at")
    course.set("state", state.key, rule)
    course.set("phase", state.phase, rule)
    course.set("state_since", now, rule)
    if state.phase in DONE_PHASES:
        keep = state.phase == "closed" and isinstance(solved, int)
        course.set("solved_at", solved if keep else now, rule)
    else:
        course.set("solved_at", None, rule)
    course.set("closed_at", now if state.phase == "closed" else None, rule)
    course.emit(f"entered:{state.key}")
    if state.team:
        enter_team(course, state.team)


def enter_team(course: Course, word: str) -> None:
    """Give the ticket to the team a state names ("home": back to where routing sent it)."""
    target = course.facts.text("home_team") if word == "home" else word
    if target and target != course.facts.text("team"):
        course.to_team(target, "state")
    elif not course.facts.get("assignee"):
        course.assign_in(course.facts.text("team"))


def count_reopened(course: Course, rule: str) -> None:
    """A solved or closed ticket is open again."""
    count = course.facts.get("reopened")
    course.set("reopened", (count if isinstance(count, int) else 0) + 1, rule)
    course.emit("reopened")


def follow(course: Course, *words: str) -> None:
    """Take the first transition that waits `upon` one of these events, each once per cascade."""
    state = course.facts.text("state")
    rights = access.rights(course.desk, course.facts, course.ask)
    for transition in course.type.transitions.values():
        waits = transition.upon in words and state in transition.source
        if not waits or transition.id in course.taken:
            continue
        found = move.way(course.desk, course.type, transition, course.facts, rights, course.ask)
        if found.open and not [n for n in found.needs if n not in INPUTS]:
            take(course, transition)
            return
