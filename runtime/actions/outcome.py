"""How an action ends: done, refused with every reason, in conflict, or not found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.decide.verdict import Refusal
from engine.facts import Value


@dataclass(frozen=True, slots=True)
class Done:
    """It is written; `number` of the ticket, `ticket_id`, and the words of what happened.

    `event_id` of the journal; "" where the same was done before. `beside`: the id of the visit or
    booking that it wrote.
    """

    number: str
    ticket_id: str
    events: tuple[str, ...] = ()
    event_id: str = ""
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was written."""

    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody changed the same field meanwhile: both sides by field key, who and when."""

    theirs: Mapping[str, Value]
    mine: Mapping[str, object]
    who: str
    at_us: int
    version: int
    refusals: tuple[Refusal, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class NotFound:
    """No such thing for this person: a foreign one answers exactly like one that never was."""


@dataclass(frozen=True, slots=True)
class Stale:
    """It is no longer at the version that the change was bound to; `version` is the present one."""

    version: int


Outcome = Done | Refused | Conflict | NotFound | Stale


class Undo(Exception):
    """Leaves a unit without a trace, carrying the outcome to tell."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(type(outcome).__name__)
        self.outcome = outcome
