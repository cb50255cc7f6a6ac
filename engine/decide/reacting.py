"""Automations: those that an event starts run in strata, each at most once, and say why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.decide.course import Course
from engine.decide.flow import act
from engine.decide.verdict import React, Read, Reason
from engine.evaluate import holds, reads, value_of
from engine.facts import Ask
from engine.model.automation import AutomationModel
from engine.model.sla import Trigger
from engine.model.ticket_type import Action

TOPIC = "automation"
_ONCE = ("create", "notify")


def react(course: Course, fresh: bool) -> None:
    """Run what the events of this decision start, stratum by stratum.

    What a stratum brings about may start those after it, never one before it or the same again.
    `fresh`: the ticket was opened just now, so that nothing about it has changed.
    """
    for stratum in course.desk.strata.get(course.facts.text("type"), ()):
        started = [one for one in stratum if _started(course, one, fresh)]
        # Of one stratum all conditions are read before any of it acts: order means nothing there.
        wanted = [one for one in started if _holds(course, one)]
        for one in wanted:
            act(course, one.do, one.rule)


def _started(course: Course, one: AutomationModel, fresh: bool) -> bool:
    return any(_fired(course, trigger, fresh) for trigger in one.events)


def _fired(course: Course, trigger: Trigger, fresh: bool) -> bool:
    if trigger.event == "changed":
        changed = {step.name for step in course.steps.values() if step.before != step.after}
        return not fresh and (trigger.arg in changed if trigger.arg else bool(changed))
    return trigger.named(course.events)


def _holds(course: Course, one: AutomationModel) -> bool:
    """Whether its condition is true now; either way the answer is kept with what was read."""
    held = holds(one.when, course.facts, asked(course))
    read = tuple(Read(path.spelled, value_of(path, course.facts)) for path in reads(one.when))
    course.reasons.append(Reason(TOPIC, held, one.rule, str(one.place), read))
    return held


def asked(course: Course) -> Ask:
    """The question with what this decision has changed so far."""
    before = {step.name: step.before for step in course.steps.values()}
    return replace(course.ask, before={**before, **course.ask.before})


def run_held(course: Course, name: str) -> None:
    """The ticket has stood long enough in its state for this automation."""
    course.set(f"held.{name}", course.facts.get("state_since"), "held")
    run_one(course, name)


def run_apart(course: Course, event: React) -> None:
    """An automation that something outside of the ticket's own cascade started."""
    run_one(course, event.automation, event)


def run_one(course: Course, name: str, event: React | None = None) -> None:
    """Run one automation by its id, where the desk still has it and its condition holds."""
    one = course.desk.automation(course.facts.text("type"), name)
    if one is None or not _holds(course, one):
        return
    if event is None:
        act(course, one.do, one.rule)
    else:
        act(course, _of_match(one.do, event), one.rule, event.same)


def _of_match(actions: Sequence[Action], event: React) -> list[Action]:
    """What is done to one ticket of a match; what is made over all of them knows them all."""
    return [
        replace(action, args={**action.args, "matches": event.matches})
        if action.args.get("as") == "parent_of_matches"
        else action
        for action in actions
        if event.last or action.verb not in _ONCE
    ]
