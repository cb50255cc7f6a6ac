"""The one interpreter of steps: (facts, step) → facts; live, trials and backtests all use it."""

from __future__ import annotations

from collections.abc import Iterable

from engine.decide.verdict import Step
from engine.facts import Facts


def apply(facts: Facts, step: Step) -> Facts:
    """The facts after one step."""
    return facts.with_values({step.name: step.after})


def apply_all(facts: Facts, steps: Iterable[Step]) -> Facts:
    """The facts after all steps, in order."""
    return facts.with_values({step.name: step.after for step in steps})
