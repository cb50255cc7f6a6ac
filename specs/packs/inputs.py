"""Inputs of a pack: values that a tenant sets and specs of the pack name as `$input.<id>`."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from decimal import Decimal

from pydantic_core import PydanticCustomError

from specs.kinds.pack import Input
from specs.marks import (
    DayMark,
    DecimalMark,
    FlagMark,
    IdMark,
    Marker,
    SpanMark,
    StrMark,
    TextMark,
    WholeMark,
)
from specs.packs.faults import Faults
from specs.problem import Code, Place, did_you_mean
from specs.source import Mapping, Node, Scalar, Sequence, mapping, plain
from specs.vocabulary import is_locale

_USE = re.compile(r"\$input\.([A-Za-z0-9_]+)")
_MARKS: dict[str, Marker] = {
    "text": StrMark(),
    "words": TextMark(),
    "integer": WholeMark(),
    "decimal": DecimalMark(),
    "boolean": FlagMark(),
    "date": DayMark(),
    "duration": SpanMark(),
    "id": IdMark(),
}


def fault_of(spec: Input, node: Node) -> tuple[str, str] | None:
    """Why a value does not fit an input, with a cure; None when it does."""
    value = plain(node)
    if spec.type == "choice":
        known = spec.options or {}
        if value in known:
            return None
        return f"`{value}` is none of the options", did_you_mean(str(value), known)
    try:
        amount = _MARKS[spec.type].check(value)
    except PydanticCustomError as error:
        told = error.context or {}
        return str(told["message"]), str(told["cure"])
    if isinstance(amount, int | Decimal) and not isinstance(amount, bool):
        if spec.min is not None and amount < spec.min:
            return f"{amount} is too little", f"write at least {spec.min}"
        if spec.max is not None and amount > spec.max:
            return f"{amount} is too much", f"write at most {spec.max}"
    return None


def values_of(
    pack: str,
    declared: MappingOf[str, Input],
    written: Mapping,
    given: Node | None,
    at: Place,
    faults: Faults,
) -> dict[str, Node]:
    """The value of each input: the tenant's, else the default.

    `written` is the tree of `inputs:` in pack.yaml, `given` that of the tenant, None when a pack
    is looked at by itself: then its examples stand for values that a tenant has to give.
    """
    named = given.entries_by_key() if isinstance(given, Mapping) else {}
    for id, (key, _) in named.items():
        if id not in declared:
            message = f"the pack `{pack}` has no input `{id}`"
            faults.say(Code.PACK_INPUT, message, key.place, did_you_mean(id, declared))
    found: dict[str, Node] = {}
    for id, spec in declared.items():
        default = _of(written, id, "default") or (
            _of(written, id, "example") if not given else None
        )
        node = named[id][1] if id in named else default
        if node is None:
            if given is not None:
                message = f"the pack `{pack}` needs the input `{id}`"
                cure = f"write `inputs: {{ {id}: … }}` below the pack"
                faults.say(Code.PACK_INPUT, message, at, cure)
            continue
        fault = fault_of(spec, node)
        if fault is not None:
            faults.say(Code.PACK_INPUT, f"input `{id}`: {fault[0]}", node.place, fault[1])
        else:
            found[id] = node
    return found


def _of(written: Mapping, id: str, key: str) -> Node | None:
    spec = written.get(id)
    return spec.get(key) if isinstance(spec, Mapping) else None


@dataclass(frozen=True, slots=True)
class Filling:
    """Puts values where a pack's specs name its inputs."""

    declared: MappingOf[str, Input]
    values: MappingOf[str, Node]
    faults: Faults

    def tree(self, node: Node, locale: str = "") -> Node:
        """The tree with each `$input.<id>` replaced by its value, which keeps the place of its use.

        Inside a text of one language, a value by language is the one of that language.
        """
        if isinstance(node, Mapping):
            entries = ((key, self.tree(value, _locale(key.text))) for key, value in node.entries)
            return mapping(entries, node.place)
        if isinstance(node, Sequence):
            return Sequence(tuple(self.tree(item) for item in node.items), node.place)
        return self._scalar(node, locale) if "$input." in node.text else node

    def _scalar(self, node: Scalar, locale: str) -> Node:
        texts: dict[str, str] = {}
        for found in _USE.finditer(node.text):
            id = found[1]
            if id not in self.declared:
                message = f"the pack has no input `{id}`"
                cure = did_you_mean(id, self.declared)
                self.faults.say(Code.PACK_INPUT, message, node.place, cure)
                return node
            value = _in_language(self.values.get(id), locale)
            if value is None:
                return node  # its fault is told where the value should stand
            if _USE.fullmatch(node.text):
                return _moved(value, node.place)
            if not isinstance(value, Scalar):
                message = f"`{id}` has several languages and can't stand inside a bare text"
                cure = "write the text by language"
                self.faults.say(Code.PACK_INPUT, message, node.place, cure)
                return node
            texts[id] = value.text
        return Scalar(_USE.sub(lambda m: texts[m[1]], node.text), node.plain, node.place)


def _locale(key: str) -> str:
    return key if is_locale(key) else ""


def _in_language(value: Node | None, locale: str) -> Node | None:
    if not locale or not isinstance(value, Mapping) or not value.entries:
        return value
    return value.get(locale) or value.entries[0][1]


def _moved(node: Node, place: Place) -> Node:
    """The value as if it were written at a place."""
    if isinstance(node, Mapping):
        entries = node.entries
        return mapping(
            ((Scalar(k.text, k.plain, place), _moved(v, place)) for k, v in entries), place
        )
    if isinstance(node, Sequence):
        return Sequence(tuple(_moved(item, place) for item in node.items), place)
    return Scalar(node.text, node.plain, place)
