"""Routing: decision tables and rules as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from engine.facts import Value
from engine.predicate import Path, Predicate
from specs.problem import Place


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, or one rule. `cells` pairs each input of a table with its condition."""

    id: str
    when: Predicate
    sets: Mapping[str, Value]
    place: Place
    cells: tuple[tuple[Path, Predicate], ...] = ()


class RowTable(Protocol):
    """Rows of which the first, or all, that hold for a ticket decide.

    In `made` the floors above keep what they work out of the rows once, such as their index; it is
    no part of what the table means.
    """

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows in their order."""

    @property
    def made(self) -> dict[str, object]:
        """What was worked out, by a word for it."""


@dataclass(frozen=True, slots=True)
class RoutingModel:
    """The one Routing that decides an output for a type. hit: first, only_one or all.

    `reads`: every path that a row asks about, each once. `made`: see RowTable.
    """

    id: str
    hit: str
    rows: tuple[Row, ...]
    otherwise: Row | None
    outputs: tuple[str, ...]
    file: str
    reads: tuple[Path, ...]
    place: Place
    made: dict[str, object] = field(default_factory=dict, init=False, repr=False, compare=False)
