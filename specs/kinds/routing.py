"""Routing: which team, priority, skills, difficulty and tags a new ticket gets."""

from __future__ import annotations

from typing import Annotated, Literal

from specs.base import AppliesTo, Cell, Condition, Extending, Id, OneOrMany, Path, Priority, Spec
from specs.marks import Ref, Words
from specs.vocabulary import DIFFICULTIES

ROUTED: tuple[str, ...] = ("team", "priority", "skills", "difficulty", "tags")
Hit = Annotated[str, Words("first", "only_one", "all")]


class RoutingTable(Spec):
    """Rows of cells: what is looked at, then what is decided."""

    hit: Hit = "first"
    """How many rows may decide."""
    inputs: tuple[Path, ...]
    """What is looked at."""
    sets: tuple[Annotated[str, Words(*ROUTED)], ...]
    """What is decided."""
    rows: dict[Id, tuple[Cell, ...]]
    """One cell for each input, then one for each output."""
    otherwise: tuple[Cell, ...] | None = None
    """What is decided when no row matches."""


class Outcome(Spec):
    """What routing decides."""

    team: Annotated[str, Ref("Team")] | None = None
    """Who gets the ticket."""
    priority: Priority | None = None
    """How urgent it is."""
    skills: Annotated[tuple[Annotated[str, Ref("Skill")], ...], OneOrMany()] | None = None
    """What the member who gets it should be good at."""
    difficulty: Annotated[str, Words(*DIFFICULTIES)] | None = None
    """How hard it is: `hard` goes to the experienced, `easy` to newcomers."""
    tags: Annotated[tuple[Annotated[str, Ref("Tag")], ...], OneOrMany()] | None = None
    """What is put on it."""


class Rule(Spec):
    """One rule: a condition and what it decides."""

    when: Condition
    """Which tickets it is for."""
    set: Outcome
    """What it decides."""


class Routing(Extending):
    """Routing: which team, priority, skills, difficulty and tags a new ticket gets."""

    kind: Literal["Routing"]
    applies_to: AppliesTo
    """The ticket types it is for, or `all_types`."""
    table: RoutingTable | None = None
    """Rules of the same form, as rows of cells."""
    hit: Hit | None = None
    """How many rules may decide."""
    rules: dict[Id, Rule] | None = None
    """Rules whose conditions differ."""
    otherwise: Outcome | None = None
    """What is decided when no rule matches."""
