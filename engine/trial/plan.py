"""A spec test made ready to run: cases with their people, the ticket, steps and expectations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from engine.decide.verdict import Event, Open
from engine.facts import Value
from engine.trial.slots import Slot
from specs.problem import Place

REQUESTER: Final = "requester"
"""The person of a case that opens tickets where nobody is named."""

NOTHING: Final = "nothing"
"""What a list of words says that has to be empty: `refused: nothing`, `open: nothing`."""

Sort = Literal[
    "path", "can", "visible", "required", "right", "sees", "notified", "refused", "decided_by",
    "explained", "because", "open", "made", "awaits",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Actor:
    """A person of a case. `values`: their fields by key, for both sorts of people."""

    id: str
    name: str
    roles: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    skills: frozenset[str] = frozenset()
    capacity: int | None = None
    load: int = 0
    absent: bool = False
    substitute: str = ""
    seniority: str = "regular"
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def is_staff(self) -> bool:
        """Whether they work here: roles and teams are for staff."""
        return bool(self.roles or self.teams or self.leads)


@dataclass(frozen=True, slots=True)
class Expectation:
    """One line of an `expect`. `subject`: the transition, field or person that it is about.

    `wanted` is normalised for the slot of a path, else texts; `not_empty` wants any value.
    """

    sort: Sort
    key: str
    place: Place
    wanted: Value = None
    subject: str = ""
    slot: Slot | None = None
    not_empty: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """A step that does something."""

    id: str
    place: Place
    actor: str
    event: Event
    expect: tuple[Expectation, ...] = ()


@dataclass(frozen=True, slots=True)
class Pass:
    """A step that lets time pass: by a length, or up to an instant (microseconds)."""

    id: str
    place: Place
    by_us: int = 0
    until_us: int | None = None
    expect: tuple[Expectation, ...] = ()


TrialStep = Act | Pass


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `opener`: who opens it, "" for the test itself, which need not fill what a form
    requires. `state`: the state that it is put into first, "" for where types begin. `pinned`:
    what routing would decide and the case says itself. `laid`: facts laid over the ticket once it
    stands. `known`: what is known of its people, over what the people themselves bring.
    """

    id: str
    test: str
    place: Place
    type: str
    start_us: int
    people: Mapping[str, Actor]
    open: Open
    opener: str = ""
    viewer: str = ""
    state: str = ""
    known: Mapping[str, Value] = field(default_factory=dict)
    pinned: Mapping[str, Value] = field(default_factory=dict)
    laid: Mapping[str, Value] = field(default_factory=dict)
    steps: tuple[TrialStep, ...] = ()
    expect: tuple[Expectation, ...] = ()

    @property
    def name(self) -> str:
        """How it is called on the command line: `refund.vip_beats_claims`."""
        return f"{self.test}.{self.id}"


@dataclass(frozen=True, slots=True)
class Plan:
    """All cases of a tenant, in the order of their files. Promises are part of the desk."""

    cases: tuple[Case, ...] = ()
