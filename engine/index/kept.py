"""The index of a table of the desk: made when first asked for, kept with the table."""

from __future__ import annotations

from typing import Final

from engine.evaluate import holds
from engine.facts import Ask, Facts
from engine.index.index import RuleIndex, compile_index
from engine.model.routing import Row, RowTable

FEW: Final = 8
"""Tables up to this many rows are asked row by row: that takes 25 µs at most, an index 1 µs, but
first a millisecond to be made."""


def first_row(table: RowTable, facts: Facts, ask: Ask) -> Row | None:
    """The first row that holds; None when none does."""
    if len(table.rows) <= FEW:
        return next((row for row in table.rows if holds(row.when, facts, ask)), None)
    found = index_of(table).first(facts, ask)
    return None if found is None else table.rows[found]


def all_rows(table: RowTable, facts: Facts, ask: Ask) -> list[Row]:
    """Every row that holds, in their order."""
    if len(table.rows) <= FEW:
        return [row for row in table.rows if holds(row.when, facts, ask)]
    return [table.rows[number] for number in index_of(table).all(facts, ask)]


def index_of(table: RowTable) -> RuleIndex:
    """The index of a table's rows. Two who ask at once may both make it; either is right."""
    found = table.made.get("index")
    if not isinstance(found, RuleIndex):
        found = table.made["index"] = compile_index([row.when for row in table.rows])
    return found
