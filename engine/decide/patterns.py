"""What the event patterns of a desk see in one event of one ticket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.decide.verdict import Verdict
from engine.evaluate import holds
from engine.facts import Ask, Facts, Value
from engine.model.desk import Desk
from engine.model.pattern import PatternRule, Step
from engine.model.sla import Trigger
from engine.normal import is_empty


@dataclass(frozen=True, slots=True)
class Seen:
    """An event that a rule keeps: the steps that it fits, and the values that matter.

    `same` holds the values by the paths of the rule; `differs` is None where nothing has to differ.
    """

    rule: PatternRule
    steps: tuple[int, ...]
    same: tuple[Value, ...]
    differs: Value


def seen(desk: Desk, verdict: Verdict, ticket_id: str, ask: Ask, *, fresh: bool) -> list[Seen]:
    """Everything that the event of a verdict is to the desk's patterns.

    `fresh`: the ticket was opened just now, so that nothing about it has changed. An event without
    one of the values that have to agree or differ belongs to no match, so it is not kept.
    """
    facts = verdict.facts.with_values({"id": ticket_id})
    before = {step.name: step.before for step in verdict.steps}
    asked = replace(ask, before={} if fresh else before)
    return list(_seen(desk, verdict, facts, asked, fresh))


def _seen(desk: Desk, verdict: Verdict, facts: Facts, ask: Ask, fresh: bool) -> Iterator[Seen]:
    for rule in desk.patterns:
        fits = tuple(
            n for n, step in enumerate(rule.steps) if _fits(step, verdict, facts, ask, fresh)
        )
        if not fits:
            continue
        same = tuple(facts.get(path.name) for path in rule.same)
        differs = facts.get(rule.different.name) if rule.different is not None else None
        lacking = any(is_empty(value) for value in same)
        if not lacking and (rule.different is None or not is_empty(differs)):
            yield Seen(rule, fits, same, differs)


def _fits(step: Step, verdict: Verdict, facts: Facts, ask: Ask, fresh: bool) -> bool:
    if facts.text("type") not in step.types:
        return False
    fired = any(_fired(trigger, verdict, fresh) for trigger in step.triggers)
    return fired and holds(step.when, facts, ask)


def _fired(trigger: Trigger, verdict: Verdict, fresh: bool) -> bool:
    if trigger.event == "changed":
        changed = {step.name for step in verdict.steps}
        return not fresh and (trigger.arg in changed if trigger.arg else bool(changed))
    return trigger.named(verdict.events)
