"""A ticket as its journal tells it: what came in, what was decided, and what people did after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.change.compare import Outcome
from engine.facts import Ref, Value


@dataclass(frozen=True, slots=True)
class Moment:
    """A later event: its words (`moved`, `first_agent_reply` …) and the names it changed.

    `goes_home`: the ticket went back to the team that routing chose, whichever that was. `by_hand`:
    a person gave it to another team, as nothing but their own judgement asked.
    """

    at_us: int
    events: tuple[str, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    goes_home: bool = False
    by_hand: bool = False
    fired: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """One ticket of the past.

    `given`: what came in, by field key, with `subject`, `description`, `channel`, `requester`,
    `customer`, `parent`; `known`: dotted names of its people (`customer.level`). `refs`: what
    sources answered then. `decided`: what was really decided. `imported`: it came from a file and
    nobody decided. `late`: clock key → whether it was really missed. `gaps`: dotted names that were
    not recorded and are taken as they are today.
    """

    id: str
    number: str
    type: str
    at_us: int
    given: Mapping[str, Value]
    known: Mapping[str, Value]
    refs: Mapping[str, Ref]
    decided: Outcome
    moments: tuple[Moment, ...] = ()
    late: Mapping[str, bool] = field(default_factory=dict)
    imported: bool = False
    gaps: tuple[str, ...] = ()
