"""What the buttons of a form do to a map: add, move and remove entries."""

from __future__ import annotations

from typing import Any

from pydantic_core import PydanticCustomError

from generators.admin_screen.answer import Posted
from generators.admin_screen.controls import Path, path_of
from generators.admin_screen.starters import new_entry
from specs.catalog import Kind
from specs.shape import Shape, model_at, slots
from specs.spec_set import SpecSet


def do_entry(
    kind: Kind, specs: SpecSet, spec: dict[str, Any], do: str, posted: Posted
) -> dict[Path, str]:
    """Do what a button of a map says, in place; faults by path when it can't be done.

    `do` is `add:<map>` with the id posted as `_new.<map>`, or `up: down: remove:` with an entry.
    """
    verb, _, name = do.partition(":")
    path = tuple(str(step) for step in path_of(name))
    if verb == "add":
        typed = (posted.get(f"_new.{name}") or ("",))[-1].strip()
        return _add(kind, specs, spec, path, typed)
    owner = _owner(spec, path[:-1])
    if owner is None or path[-1] not in owner:
        return {}
    keys = list(owner)
    at = keys.index(path[-1])
    if verb == "remove":
        del owner[path[-1]]
    elif verb in ("up", "down"):
        to = at - 1 if verb == "up" else at + 1
        if 0 <= to < len(keys):
            keys[at], keys[to] = keys[to], keys[at]
            kept = {key: owner[key] for key in keys}
            owner.clear()
            owner.update(kept)
    return {}


def _add(
    kind: Kind, specs: SpecSet, spec: dict[str, Any], path: tuple[str, ...], key: str
) -> dict[Path, str]:
    shape = _shape_at(kind.model, spec, path)
    if shape is None or shape.item is None:
        return {}
    owner = _owner(spec, path, make=True)
    if not key:
        return {path: "write the id of the new one"}
    if owner is None:
        return {path: "this is no map; edit it as YAML"}
    if key in owner:
        return {path: f"`{key}` is there already"}
    fault = _key_fault(shape, key)
    if fault:
        return {path: fault}
    owner[key] = new_entry(kind.word, (*path, key), shape.item, key, specs)
    return {}


def _key_fault(shape: Shape, key: str) -> str:
    marker = shape.key.marker if shape.key is not None else None
    if marker is None:
        return ""
    try:
        marker.check(key)
    except PydanticCustomError as refused:
        return str(refused.message())
    return ""


def _owner(
    spec: dict[str, Any], path: tuple[str, ...], *, make: bool = False
) -> dict[str, Any] | None:
    """The map at a path of a value that is being changed."""
    here: Any = spec
    for step in path:
        if make and isinstance(here, dict) and here.get(step) is None:
            here[step] = {}
        here = here.get(step) if isinstance(here, dict) else None
    return here if isinstance(here, dict) else None


def _shape_at(model: Any, spec: dict[str, Any], path: tuple[str, ...]) -> Shape | None:
    """The shape of the map at a path."""
    types_at: dict[tuple[str | int, ...], str] = {}
    here: Any = spec
    for at, step in enumerate(path):
        if isinstance(here, dict) and isinstance(here.get("type"), str):
            types_at[path[:at]] = here["type"]
        here = here.get(step) if isinstance(here, dict) else None
    owner = model_at(model, path[:-1], types_at)
    slot = slots(owner).get(path[-1]) if owner is not None and path else None
    return slot.shape if slot is not None and slot.shape.form == "map" else None
