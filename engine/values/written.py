"""A value as a spec writes it: by ids, which may be other words than the keys that are kept."""

from __future__ import annotations

from collections.abc import Mapping

from engine.facts import Value
from engine.model.field import FieldModel
from engine.normal import clean
from engine.values.base import ValueProblem, list_of
from engine.values.registry import normalise

Ids = Mapping[str, str]
"""id → key"""


def written(
    item: FieldModel, raw: object, zone: str = "UTC", teams: Ids | None = None
) -> Value | ValueProblem:
    """The normalised value; `teams`: what a field of type team may name.

    A form posts keys, so `normalise` takes a word for a key first. A spec never writes keys: there
    the old name of a renamed option is unknown, and a new option may have it.
    """
    found = as_keys(item, raw, teams or {})
    return found if isinstance(found, ValueProblem) else normalise(item, found, zone)


def as_keys(item: FieldModel, raw: object, teams: Ids) -> object:
    """The raw value with keys where a spec has ids, as a form would post it."""
    if item.columns and isinstance(raw, (list, tuple)):
        return [_row(item, row, teams) for row in raw]
    ids = teams if item.type == "team" else {one.id: one.key for one in item.options.values()}
    if not ids:
        return raw
    words = [clean(one) if isinstance(one, str) else one for one in list_of(raw)]
    for word in words:
        if item.options and str(word) not in ids:
            return ValueProblem("unknown_option", {"value": str(word)})
    keys = [ids.get(str(word), word) for word in words]
    return keys if isinstance(raw, (list, tuple)) else keys[0] if keys else None


def _row(item: FieldModel, row: object, teams: Ids) -> object:
    if not isinstance(row, Mapping):
        return row
    columns = {column.id: column for column in item.columns.values()}
    found: dict[str, object] = {}
    for name, cell in row.items():
        column = columns.get(str(name))
        value = as_keys(column, cell, teams) if column is not None else cell
        # What is no option stays as it is, and is refused with its row and column.
        found[column.key if column is not None else str(name)] = (
            cell if isinstance(value, ValueProblem) else value
        )
    return found
