"""The other way round: from what a spec shall say to the overlay that says just the difference.

What a person did not change stays as the overlay had it. Every result is laid over the parent
again; one that would not come out as wanted is refused.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any, Final

from specs.catalog import KINDS
from specs.edit import become
from specs.marks import TextMark
from specs.packs.faults import Faults
from specs.packs.merge import laid_over, slots_of, whole
from specs.shape import Shape
from specs.source import Mapping, Node, plain, read
from specs.spec_set import Part, SpecFile
from specs.splice import CannotEdit
from specs.writing import bare, lines

_NOTHING: Final = object()
_SAID = "this change can't be said over the pack; edit the file as YAML, or eject the spec"
Path = tuple[str, ...]


def parent_of(kind: str, parts: tuple[Part, ...]) -> Mapping:
    """What the lower layers say together."""
    node = parts[0].node
    for below, part in pairwise(parts):
        node = laid_over(KINDS[kind].model, kind, node, part.node, below.pack, Faults())
    return node


def starter(file: SpecFile, parts: tuple[Part, ...]) -> str:
    """An overlay that says nothing yet over a spec of a pack."""
    return f"kind: {file.kind}\nextends: {parts[-1].pack}:{_id_of(parts[-1].file)}\n"


def _id_of(file: str) -> str:
    return file.rpartition("/")[2].rpartition(".")[0]


def overlay_text(file: SpecFile, parts: tuple[Part, ...], text: str, wanted: dict[str, Any]) -> str:
    """The overlay file changed so that the spec says `wanted`; its comments stay.

    `text` is the overlay as it stands, or a starter.

    Raises:
        CannotEdit: no overlay says this.
    """
    is_own = not parts[-1].pack
    below = parts[:-1] if is_own else parts
    parent, shape = parent_of(file.kind, below), Shape("object", model=KINDS[file.kind].model)
    node, _ = read(text, file.file)
    old: dict[str, Any] = plain(node) if isinstance(node, Mapping) else {}
    work = _Work(list(_listed(old.get("remove"))))
    changed = work.object(plain(parent), plain(file.node), wanted, old, shape, ())
    head: dict[str, Any] = {key: old[key] for key in ("kind", "extends", "note") if key in old}
    rest = {key: value for key, value in changed.items() if key not in head}
    removed = {"remove": work.removed} if work.removed else {}
    result = become(text, {**head, **removed, **rest})
    _check(file.kind, parent, result, bare(wanted))
    return result


def _check(kind: str, parent: Mapping, text: str, wanted: dict[str, Any]) -> None:
    node, _ = read(text, "overlay")
    faults = Faults()
    if not isinstance(node, Mapping):
        raise CannotEdit(_SAID)
    merged = laid_over(KINDS[kind].model, kind, parent, node, "it", faults)
    shape = Shape("object", model=KINDS[kind].model)
    if faults.found or _long(merged, shape) != _long(_tree(wanted), shape):
        raise CannotEdit(_SAID)


def _tree(value: dict[str, Any]) -> Node:
    node, _ = read(lines(value, 0, "\n") + "\n", "wanted")
    assert node is not None
    return node


def _long(node: Node, shape: Shape) -> Any:
    """A tree as nested pairs in long form, so that only meaning and order are compared."""
    node = whole(node, shape) if shape.form == "object" else node
    if not isinstance(node, Mapping) or shape.form in ("leaf", "list"):
        return json.dumps(plain(node), ensure_ascii=False)
    if shape.form == "map":
        item = shape.item or Shape("leaf")
        return [(key.text, _long(value, item)) for key, value in node.entries]
    known = slots_of(shape, node)
    found = {
        key.text: _long(value, known[key.text].shape if key.text in known else Shape("leaf"))
        for key, value in node.entries
    }
    return sorted(found.items())


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value is not None else []


class _Work:
    """One difference being found; `removed` gathers the paths that go."""

    def __init__(self, removed: list[Any]) -> None:
        self.removed = removed

    def value(self, was: Any, now: Any, wanted: Any, old: Any, shape: Shape, path: Path) -> Any:
        """What an overlay says at a position that the parent has; nothing where it says nothing."""
        if _same(wanted, now):
            return old
        if _same(wanted, was):
            return _NOTHING
        plain_wanted = bare(wanted)
        if shape.form in ("object", "tagged") and isinstance(plain_wanted, dict | str):
            return self._of_class(was, now, wanted, old, shape, path)
        if shape.form == "map" and all(isinstance(one, dict) for one in (was, now, wanted)):
            return self._map(was, now, wanted, old, shape, path)
        if isinstance(shape.marker, TextMark) and isinstance(was, dict):
            if isinstance(wanted, dict) and set(was) <= set(wanted):
                return {key: text for key, text in wanted.items() if text != was.get(key)}
        return wanted

    def _of_class(self, was: Any, now: Any, wanted: Any, old: Any, shape: Shape, path: Path) -> Any:
        sides = [_whole(one, shape) for one in (was, now, wanted, old)]
        if sides[0] is not was and sides[2] is not wanted:
            return wanted
        if not all(isinstance(one, dict) for one in sides[:3]):
            return wanted
        first, second, third, fourth = sides
        if shape.form == "tagged" and first.get("type") != third.get("type"):
            return {**third, "replace": "true"}
        kept = fourth if isinstance(fourth, dict) else {}
        return self.object(first, second, third, kept, shape, path) or _NOTHING

    def object(
        self, was: Any, now: Any, wanted: Any, old: Any, shape: Shape, path: Path
    ) -> dict[str, Any]:
        known = {name: slot.shape for name, slot in slots_of(shape, _node(was)).items()}
        shapes = dict.fromkeys({*was, *wanted}, Shape("leaf")) | known
        found = self._entries(was, now, wanted, old, shapes, path)
        return {key: found[key] for key in dict.fromkeys((*old, *found)) if key in found}

    def _entries(
        self, was: Any, now: Any, wanted: Any, old: Any, shapes: Any, path: Path
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in wanted.items():
            before = old.get(key, _NOTHING)
            if key not in was:
                said = before if key in now and _same(value, now[key]) else value
                found[key] = value if said is _NOTHING else said
            else:
                inner = self.value(was[key], now.get(key), value, before, shapes[key], (*path, key))
                if inner is not _NOTHING:
                    found[key] = inner
            self._back(".".join((*path, key)))
        for key in was:
            name = ".".join((*path, key))
            if key not in wanted and not any(_covers(one, name) for one in self.removed):
                self.removed.append(name)
        return found

    def _back(self, name: str) -> None:
        """What is wanted is no longer removed."""
        if name in self.removed:
            self.removed.remove(name)

    def _map(self, was: Any, now: Any, wanted: Any, old: Any, shape: Shape, path: Path) -> Any:
        assert shape.item is not None
        kept = old if isinstance(old, dict) else {}
        shapes = dict.fromkeys({*was, *wanted}, shape.item)
        found = self._entries(was, now, wanted, kept, shapes, path)
        order = [key for key in was if key in wanted]
        for number, key in enumerate(wanted):
            if order[number : number + 1] == [key]:
                continue
            is_last = key not in was and number == len(order)
            if not is_last or path in (("table", "rows"), ("rules",)):
                after = list(wanted)[number - 1] if number else ""
                place = {"after": after} if after else {"before": order[0] if order else key}
                found[key] = _at(found.get(key, _NOTHING), place, shape.item)
            if key in order:
                order.remove(key)
            order.insert(number, key)
        # Entries are laid over one after the other: whom one stands beside has to come before it.
        return {key: found[key] for key in wanted if key in found} or _NOTHING


def _same(one: Any, other: Any) -> bool:
    """Whether two values say the same, entries in the same order."""
    return json.dumps(bare(one)) == json.dumps(bare(other))


def _covers(removed: Any, name: str) -> bool:
    return name == removed or name.startswith(f"{removed}.")


def _at(value: Any, place: dict[str, str], item: Shape) -> Any:
    if value is _NOTHING:
        return {"place": place}
    if item.form == "list":
        return {"cells": value, "place": place}
    body = _whole(value, item)
    if not isinstance(body, dict):
        raise CannotEdit(_SAID)
    return {**body, "place": place}


def _node(value: Any) -> Node:
    return _tree(value) if isinstance(value, dict) and value else _tree({"kind": "x"})


def _whole(value: Any, shape: Shape) -> Any:
    """A value in its long form, pieces of text given verbatim included."""
    if shape.short is None or value is _NOTHING or value is None:
        return value
    if isinstance(value, dict) and isinstance(whole(_node(value), shape), Mapping):
        node = whole(_node(value), shape)
        assert isinstance(node, Mapping)
        is_long = {key.text for key, _ in node.entries} == set(value)
        return value if is_long else {shape.short: value}
    return {shape.short: value}
