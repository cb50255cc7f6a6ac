"""The one interpreter of steps, (facts, step) → facts: live, trials and backtests go through it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.facts import Facts, Value


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the facts: a name, before and after, and the rule that made it."""

    name: str
    before: Value
    after: Value
    rule: str = ""


def apply(facts: Facts, step: Step) -> Facts:
    """The facts after one step."""
    return facts.with_values({step.name: step.after})
