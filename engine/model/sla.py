"""SLA policies, compiled: clocks, their targets by table, warnings and what a breach does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.model.routing import Row
from engine.model.text import Words
from engine.model.ticket_type import Action
from engine.predicate import Predicate
from engine.span import Span
from specs.problem import Place

STATE_LIMIT: Final = "state_limit"
"""The key of the clock that a state's own `limit` runs on; no policy may have a clock so named."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """When a clock starts, stops or resets: an event word, or a condition that becomes true."""

    event: str = ""
    arg: str = ""
    when: Predicate | None = None

    def named(self, events: Iterable[str]) -> bool:
        """Whether one of the events that happened is the one it names."""
        word = f"{self.event}:{self.arg}" if self.arg else self.event
        return any(event == word or event.startswith(f"{word}:") for event in events)


@dataclass(frozen=True, slots=True)
class ClockModel:
    """One clock of a policy. Any of several triggers will do; `pauses` holds while it is true."""

    id: str
    key: str
    title: Words
    starts: tuple[Trigger, ...]
    stops: tuple[Trigger, ...]
    pauses: Predicate | None
    resets: tuple[Trigger, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Warning:
    """A reminder before the due time: at a share of the budget (1-99) or open time before it.

    `clocks` holds the keys of the clocks it is for.
    """

    id: str
    percent: int | None
    before: Span | None
    do: tuple[Action, ...]
    place: Place
    clocks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SlaPolicyModel:
    """A policy for one type. `rows`: each `sets` maps clock key → Span text ("" for no target).

    `made`: see engine.model.routing.RowTable.
    """

    id: str
    calendar: str
    clocks: Mapping[str, ClockModel]
    rows: tuple[Row, ...]
    otherwise: Row
    warnings: tuple[Warning, ...]
    breach: tuple[Action, ...]
    reason_required: bool
    breach_reasons: Mapping[str, Words]
    when_changed: str
    file: str
    made: dict[str, object] = field(default_factory=dict, init=False, repr=False, compare=False)
