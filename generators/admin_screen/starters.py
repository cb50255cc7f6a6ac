"""New specs and entries: the least that their kind asks for, filled with what the tenant has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from generators.tenant_names import TenantNames
from specs.base import Spec
from specs.catalog import Kind
from specs.clauses import ConditionMark, EventMark, FormulaMark, WhoMark
from specs.kinds.calendar import HoursMark
from specs.kinds.source import columns_of
from specs.marks import (
    DayMark,
    DecimalMark,
    FileMark,
    FlagMark,
    IdMark,
    Marker,
    PathMark,
    Ref,
    SpanMark,
    StrMark,
    TextMark,
    WholeMark,
    Words,
    ZoneMark,
)
from specs.shape import Shape, Slot, slots
from specs.source import plain
from specs.spec_set import SpecSet, node_at
from specs.writing import lines

FIRST = "first"

# Where the least would not be right: what a type needs to be worked through, and a table's cells.
_LARGER: dict[str, dict[str, Any]] = {
    "TicketType": {
        "workflow": {
            "start": "open",
            "states": {"open": {"phase": "new"}, "done": {"phase": "closed"}},
            "transitions": {"finish": {"from": "open", "to": "done", "by": "requester"}},
        }
    },
    "Routing": {
        "rules": {FIRST: {"when": {"priority": "urgent"}, "set": {"priority": "urgent"}}},
        "otherwise": {"priority": "normal"},
    },
    "Channel": {"addresses": ["help@example.com"]},
    "Automation": {"starts": "created", "do": [{"note": "…"}]},
    "Macro": {"do": [{"note": "…"}]},
    # Whatever step stood here would be carried out by a publish.
    "Moves": {"steps": {}},
    "Schedule": {
        "every": {"rule": "FREQ=WEEKLY;BYDAY=MO", "at": "09:00", "first": "2026-01-01"},
        "requester": "lead",
    },
    "SlaPolicy": {
        "clocks": {"solved": {"starts": "created", "stops": {"phase": ["solved", "closed"]}}},
        "table": {
            "inputs": ["priority"],
            "sets": ["solved"],
            "rows": {"urgent": ["urgent", "4h"]},
            "otherwise": ["2d"],
        },
    },
}


def new_spec(kind: Kind, id: str, specs: SpecSet) -> str:
    """The text of a new spec of a kind."""
    made = _Maker(specs, kind.word, id).object(kind.model, id, ())
    made |= _LARGER.get(kind.word, {})
    if kind.word == "Source":
        # Which keys a source needs depends on how it is read; a table is there at once.
        tables = (name for name in specs.files if name.endswith(".csv"))
        made["file"] = next(tables, "")
        made["outputs"] = {FIRST: {"type": "text", "column": _first_column(specs, made["file"])}}
    return lines(made, 0, "\n") + "\n"


def _first_column(specs: SpecSet, file: str) -> str:
    return next(iter(columns_of(specs.files.get(file, b""))), "")


def new_entry(kind: str, path: tuple[str, ...], shape: Shape, key: str, specs: SpecSet) -> Any:
    """A new entry of a map of a spec, under the id that was typed."""
    return _Maker(specs, kind, key).value(shape, key, path)


class _Maker:
    def __init__(self, specs: SpecSet, kind: str, id: str) -> None:
        self._specs = specs
        self._names = TenantNames(specs)
        self._kind = kind
        self._id = id

    def object(self, model: type[Spec], title: str, path: tuple[str, ...]) -> dict[str, Any]:
        """The keys an object has to have."""
        found = {}
        for slot in slots(model).values():
            if slot.required or slot.name in ("title", "label"):
                found[slot.name] = self._slot(slot, title, (*path, slot.name))
        return found

    def _slot(self, slot: Slot, title: str, path: tuple[str, ...]) -> Any:
        if slot.shape.words:
            return slot.shape.words[0]
        return self.value(slot.shape, title, path)

    def value(self, shape: Shape, title: str, path: tuple[str, ...]) -> Any:
        """The least that can stand in a position."""
        if shape.form == "object" and shape.model is not None:
            made = self.object(shape.model, title, path)
            return made[shape.short] if shape.short and list(made) == [shape.short] else made
        if shape.form == "tagged":
            word, model = shape.models[0]
            return {"type": word} | self.object(model, title, path) | {"type": word}
        if shape.form == "map":
            key = self._key(shape, path)
            inner = shape.item or Shape("leaf")
            return {key: self.value(inner, key, (*path, key))} if key else {}
        if shape.form == "list":
            return [self.value(shape.item or Shape("leaf"), title, (*path, "0"))]
        return shape.words[0] if shape.words else self._leaf(shape.marker, title, path)

    def _key(self, shape: Shape, path: tuple[str, ...]) -> str:
        marker = shape.key.marker if shape.key else None
        return FIRST if isinstance(marker, IdMark) else self._leaf(marker, FIRST, path) or ""

    def _leaf(self, marker: Marker | None, title: str, path: tuple[str, ...]) -> Any:
        if isinstance(marker, Ref):
            return self._ref(marker, path)
        if isinstance(marker, FileMark):
            return next((name for name in self._specs.files if name.endswith(".csv")), "")
        for sort in type(marker).__mro__:
            if sort in _LEAST:
                return _LEAST[sort](marker, title)
        return ""

    def _ref(self, marker: Ref, path: tuple[str, ...]) -> str:
        """An id that no other spec of the kind has taken in this place, if there is one."""
        known = [*(self._names.ids(marker.kind) or ()), *marker.also]
        if not known:
            return FIRST if self._names.ids(marker.kind) is None else ""
        taken: set[Any] = set()
        for file in self._specs.of(self._kind).values():
            node = node_at(file.node, path[:-1] if path[-1:] == ("0",) else path)
            value = plain(node) if node is not None else None
            taken.update(value if isinstance(value, list) else [str(value)])
        return next((id for id in known if id not in taken), known[0])


_LEAST: dict[type, Callable[[Any, str], Any]] = {
    TextMark: lambda marker, title: title,
    IdMark: lambda marker, title: title,
    FlagMark: lambda marker, title: "false",
    Words: lambda marker, title: marker.words[0],
    WholeMark: lambda marker, title: str(marker.least or 0),
    DecimalMark: lambda marker, title: "0",
    DayMark: lambda marker, title: "2026-01-01",
    SpanMark: lambda marker, title: "4h",
    ZoneMark: lambda marker, title: "UTC",
    PathMark: lambda marker, title: "created_at",
    ConditionMark: lambda marker, title: {},
    EventMark: lambda marker, title: "created",
    FormulaMark: lambda marker, title: "true",
    WhoMark: lambda marker, title: "requester",
    HoursMark: lambda marker, title: "09:00-17:00",
    StrMark: lambda marker, title: marker.example or title,
}
