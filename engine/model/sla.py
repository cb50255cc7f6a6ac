"""SLA policies, compiled: clocks, their targets by table, warnings and what a breach does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.model.span import Span
from engine.model.text import Words
from engine.predicate import Predicate
from specs.problem import Place

if TYPE_CHECKING:
    from engine.model.desk import Action, Row


@dataclass(frozen=True, slots=True)
class Trigger:
    """When a clock starts, stops or resets: an event word, or a condition that becomes true."""

    event: str = ""
    arg: str = ""
    when: Predicate | None = None


@dataclass(frozen=True, slots=True)
class ClockModel:
    """One clock of a policy. `pauses` holds while its condition does."""

    id: str
    key: str
    title: Words
    starts: Trigger
    stops: Trigger
    pauses: Predicate | None
    resets: Trigger | None
    place: Place


@dataclass(frozen=True, slots=True)
class Warning:
    """A reminder before the due time: at a share of the budget (0-100) or open time before it."""

    id: str
    percent: int | None
    before: Span | None
    do: tuple[Action, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class SlaPolicyModel:
    """A policy for one type. `targets`: rows whose `sets` map clock key → Span text ("" for none)."""

    id: str
    calendar: str
    clocks: Mapping[str, ClockModel]
    rows: tuple[Row, ...]
    otherwise: Row
    warnings: tuple[Warning, ...]
    breach: tuple[Action, ...]
    reason_required: bool
    when_changed: str
    file: str
