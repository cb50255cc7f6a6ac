"""What is told of the word under the pointer: a key's meaning, an id's title, a row's condition."""

from __future__ import annotations

from collections.abc import Iterator

from engine.decide.say import Speaker, say
from engine.model.desk import Desk
from engine.model.routing import Row
from runtime.lsp.completing import title_of
from runtime.lsp.cursor import key_under, types_in
from runtime.lsp.tenants import Snapshot, kind_of
from specs.catalog import KINDS
from specs.problem import Place
from specs.shape import shape_at, slots
from specs.source import read
from specs.symbols.model import Symbol


def told(snapshot: Snapshot, path: str, text: str, line: int, col: int) -> str:
    """Markdown about the word at a place of a file; "" where there is nothing to say."""
    found = snapshot.index.at(path, line, col)
    parts = [_symbol(snapshot, one) for one in found[0]] if found is not None else []
    row = _row(snapshot, path, line, col)
    key = "" if parts or row else _key(path, text, line, col)
    return "\n\n---\n\n".join(one for one in (*parts, row, key) if one)


def _symbol(snapshot: Snapshot, symbol: Symbol) -> str:
    index = snapshot.index
    title = title_of(index, symbol.sort, symbol.name)
    lines = [f"**{symbol.sort.replace('_', ' ')}** `{symbol.name}`", title]
    places = [f"{one.place.file}:{one.place.line}" for one in index.defined(symbol)]
    uses = len(index.used(symbol))
    if places:
        lines.append(f"declared in {', '.join(places)} · {uses} use{'' if uses == 1 else 's'}")
    return "\n\n".join(line for line in lines if line)


def _key(path: str, text: str, line: int, col: int) -> str:
    """The docstring of a key of the schema."""
    kind, root = kind_of(path), read(text, path)[0]
    way = key_under(root, line, col) if root is not None else None
    if not kind or root is None or way is None:
        return ""
    if way == ("kind",):
        return (KINDS[kind].model.__doc__ or "").strip()
    types = types_in(root)
    shape, rest = shape_at(KINDS[kind].model, way[:-1], types)
    if shape is None or rest:
        return ""
    shape = shape.item if shape.form == "list" and shape.item is not None else shape
    model = dict(shape.models).get(types.get(way[:-1], "")) or shape.model
    slot = slots(model).get(str(way[-1])) if model is not None else None
    return f"`{slot.name}`\n\n{slot.doc}" if slot is not None and slot.doc else ""


def _row(snapshot: Snapshot, path: str, line: int, col: int) -> str:
    """Why a row of a table would decide: its condition as a sentence, in each locale."""
    desk = snapshot.desk
    if desk is None:
        return ""
    for type_key, row in _rows(desk):
        place = row.place
        if place.file == path and _holds(place, line, col):
            said = (say(row.when, Speaker.of(desk, lc, type_key)) for lc in desk.tenant.locales)
            return "\n\n".join(f"*{one}*" for one in dict.fromkeys(said) if one)
    return ""


def _holds(place: Place, line: int, col: int) -> bool:
    return place.line == line and place.col <= col <= place.end_col


def _rows(desk: Desk) -> Iterator[tuple[str, Row]]:
    for type_key, outputs in desk.routings.items():
        for model in outputs.values():
            yield from ((type_key, row) for row in model.rows)
    for type_key, policy in desk.policies.items():
        yield from ((type_key, row) for row in policy.rows)
