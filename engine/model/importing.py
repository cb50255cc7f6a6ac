"""How rows of an old system's file become tickets and history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.model.text import Words
from specs.problem import Place

NOWHERE: Final = Place("", 1, 1, 1, 1)
"""The place of a mapping that was pointed at on a page and stands in no file."""


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """Where a column goes. `to`: a built-in name or a field key; `missing` for unknown values.

    `values`: word of the file → id or key; "-" leaves the ticket as it was. `text`: key of a text
    field that keeps the word itself. `take`: of `every` row, or of a ticket's `last` row only.
    """

    column: str
    to: str
    values: Mapping[str, str]
    missing: str
    place: Place
    text: str = ""
    take: str = "every"


@dataclass(frozen=True, slots=True)
class ImportModel:
    """How rows of a file become tickets and history (decisions.md 14).

    `by`: the column that names who made the row. `made`: what no column holds, by target: a text
    with `{column}` holes, used for a ticket's first row.
    """

    id: str
    title: Words
    type: str
    rows: str
    key: str
    at: str
    created: str
    time_format: str
    zone: str
    empty: frozenset[str]
    columns: tuple[ImportColumn, ...]
    ignore: frozenset[str]
    place: Place
    by: str = ""
    made: tuple[ImportColumn, ...] = ()

    @property
    def named(self) -> frozenset[str]:
        """Every column of the file that the mapping speaks of."""
        single = {self.key, self.at, self.created, self.by} - {""}
        return frozenset(single | {part.column for part in self.columns} | self.ignore)
