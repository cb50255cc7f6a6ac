"""Automations and macros, compiled: what starts them, for which tickets, and what they do."""

from __future__ import annotations

from dataclasses import dataclass

from engine.model.pattern import PatternRule
from engine.model.rights import Who
from engine.model.schedule import Recurring
from engine.model.sla import Trigger
from engine.model.text import NO_WORDS, Words
from engine.model.ticket_type import Action
from engine.predicate import TRUE, Predicate
from engine.span import Span
from specs.problem import Place

HELD = "held"
"""What the timer of an automation is called, before its id: `held:<id>`."""


@dataclass(frozen=True, slots=True)
class Held:
    """A time in one of some states (keys), on a calendar; "" is the team's, else the tenant's."""

    states: tuple[str, ...]
    span: Span
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class AutomationModel:
    """One automation. `types` holds type keys.

    Exactly one of `events` (any of them starts it), `held`, `recurring` and `pattern` is filled; a
    burst or pattern is decided outside of one ticket's cascade.
    """

    id: str
    title: Words
    types: tuple[str, ...]
    events: tuple[Trigger, ...]
    held: Held | None
    when: Predicate
    do: tuple[Action, ...]
    place: Place
    recurring: Recurring | None = None
    pattern: PatternRule | None = None

    @property
    def rule(self) -> str:
        """Its address in explanations and history."""
        return f"automations/{self.id}"


@dataclass(frozen=True, slots=True)
class MacroModel:
    """One macro: offered to `who` (None: whoever works on the ticket) where `when` holds."""

    id: str
    title: Words
    types: tuple[str, ...]
    do: tuple[Action, ...]
    place: Place
    help: Words = NO_WORDS
    icon: str = ""
    when: Predicate = TRUE
    who: Who | None = None

    @property
    def rule(self) -> str:
        """Its address in explanations and history."""
        return f"macros/{self.id}"
