"""Routing: decision tables and rules as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class RoutingModel:
    """The one Routing that decides an output for a type. hit: first, only_one or all.

    `reads`: every path that a row asks about, each once.
    """

    id: str
    hit: str
    rows: tuple[Row, ...]
    otherwise: Row | None
    outputs: tuple[str, ...]
    file: str
    reads: tuple[Path, ...]
    place: Place
