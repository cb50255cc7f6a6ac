"""Inputs of a pack: values that a tenant sets and specs of the pack name as `$input.<id>`."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
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


def filled(
    node: Node, values: MappingOf[str, Node], declared: MappingOf[str, Input], faults: Faults
) -> Node:
    """The tree with each `$input.<id>` replaced by its value, which keeps the place of its use."""
    if isinstance(node, Mapping):
        return mapping(
            ((key, filled(value, values, declared, faults)) for key, value in node.entries),
            node.place,
        )
    if isinstance(node, Sequence):
        items = tuple(filled(item, values, declared, faults) for item in node.items)
        return Sequence(items, node.place)
    if "$input." not in node.text:
        return node
    return _scalar(node, values, declared, faults)


def _scalar(
    node: Scalar, values: MappingOf[str, Node], declared: MappingOf[str, Input], faults: Faults
) -> Node:
    alone = _USE.fullmatch(node.text)
    for found in _USE.finditer(node.text):
        if found[1] not in declared:
            message = f"the pack has no input `{found[1]}`"
            faults.say(Code.PACK_INPUT, message, node.place, did_you_mean(found[1], declared))
            return node
        value = values.get(found[1])
        if value is None:
            return node  # its fault is told where the value should stand
        if alone:
            return _moved(value, node.place)
        if not isinstance(value, Scalar):
            message = f"`{found[1]}` holds several languages and can't stand inside a text"
            faults.say(Code.PACK_INPUT, message, node.place, "let it be the whole text")
            return node
    return Scalar(_USE.sub(lambda m: plain(values[m[1]]) or "", node.text), node.plain, node.place)


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
