"""The order in which a form settles: each field after all it reads; a loop is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.evaluate import reads
from engine.expression import paths
from engine.model.field import FieldModel


def order_of(fields: Mapping[str, FieldModel]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(field keys in settling order, the keys of a loop or nothing)."""
    waits = {key: _needs(model) & fields.keys() - {key} for key, model in fields.items()}
    loops = {key for key, model in fields.items() if key in _needs(model)}
    if loops:
        return tuple(fields), (min(loops),)
    order: list[str] = []
    while waits:
        free = [key for key, needs in waits.items() if not needs & waits.keys()]
        if not free:
            return tuple(fields), tuple(_loop(waits))
        order += free
        for key in free:
            del waits[key]
    return tuple(order), ()


def _needs(model: FieldModel) -> set[str]:
    names: set[str] = set()
    if model.show_when is not None:
        names |= {path.name for path in reads(model.show_when)}
    if model.formula is not None:
        names |= {path.name for path in paths(model.formula)}
    for column in model.columns.values():
        if column.formula is not None:
            cells = model.columns.keys()
            names |= {path.name for path in paths(column.formula) if path.name not in cells}
    if model.filled_by:
        names.add(model.filled_by)
    return {name.partition(".")[0] for name in names}


def _loop(waits: Mapping[str, set[str]]) -> Iterator[str]:
    """One loop among fields of which each waits for another."""
    seen: list[str] = []
    key = next(iter(waits))
    while key not in seen:
        seen.append(key)
        key = next(iter(sorted(waits[key] & waits.keys())))
    yield from seen[seen.index(key) :]
