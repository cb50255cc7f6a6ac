"""From tree to spec: one object checked against the class of its kind, problems with places."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from specs.base import Spec
from specs.field_types import FIELD_TYPES
from specs.problem import Code, Place, Problem, did_you_mean, pointer, problem
from specs.shape import Step, model_at, slots
from specs.source import Mapping, Node, Scalar, Sequence, plain
from specs.spec_set import key_place_of, node_at, place_of

Path = tuple[Step, ...]


def check(model: type[Spec], node: Node) -> tuple[Spec | None, list[Problem]]:
    """The spec that a tree says, or None with everything that is wrong with it."""
    if not isinstance(node, Mapping):
        message = "an object is wanted: a map that begins with `kind:`"
        return None, [
            problem(Code.WRONG_TYPE, message, node.place, cure="write `key: value` lines")
        ]
    try:
        return model.model_validate(plain(node)), []
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        return None, [_problem(model, node, one) for one in details]


def shown(path: Path) -> str:
    """A path as people write it."""
    return ".".join(str(step) for step in path)


def _problem(model: type[Spec], node: Mapping, error: ErrorDetails) -> Problem:
    sort = error["type"]
    path, is_key = _written(node, error["loc"], missing=sort == "missing")
    if sort == "missing":
        return _missing(node, path)
    if sort == "extra_forbidden":
        return _unknown_key(model, node, path)
    if sort in ("union_tag_invalid", "union_tag_not_found"):
        return _field_type(node, path)
    place = key_place_of(node, path) if is_key else place_of(node, path)
    if sort == "spec":
        context: dict[str, Any] = error.get("ctx", {})
        code = Code[context["code"]]
        return problem(code, context["message"], place, pointer=pointer(path), cure=context["cure"])
    return _wrong_type(node, path, place, error)


def _written(node: Node, loc: Path, *, missing: bool) -> tuple[Path, bool]:
    """The path in the tree for a path in the classes, which also names tags of families."""
    here: Node | None = node
    path: list[Step] = []
    for at, step in enumerate(loc):
        last = at == len(loc) - 1
        if step == "[key]":
            return tuple(path), True
        if isinstance(here, Mapping) and here.get(str(step)) is not None:
            path.append(step)
            here = here.get(str(step))
        elif isinstance(here, Sequence) and isinstance(step, int) and step < len(here.items):
            path.append(step)
            here = here.items[step]
        elif last and missing:
            path.append(step)
    return tuple(path), False


def _missing(node: Mapping, path: Path) -> Problem:
    owner = shown(path[:-1]) or "the object"
    place = key_place_of(node, path[:-1]) if len(path) > 1 else node.entries[0][0].place
    if not node.entries:
        place = node.place
    message = f"`{path[-1]}` is missing in {owner}"
    return problem(
        Code.MISSING_KEY, message, place, pointer=pointer(path), cure=f"add `{path[-1]}: …`"
    )


def _types_at(node: Node, path: Path) -> dict[Path, str]:
    """The `type:` written in each object on the way, for families of classes."""
    found: dict[Path, str] = {}
    for length in range(len(path) + 1):
        here = node_at(node, path[:length])
        written = here.get("type") if isinstance(here, Mapping) else None
        if isinstance(written, Scalar):
            found[path[:length]] = written.text
    return found


def _unknown_key(model: type[Spec], node: Mapping, path: Path) -> Problem:
    owner = model_at(model, path[:-1], _types_at(node, path))
    here = node_at(node, path[:-1])
    known = list(slots(owner)) if owner is not None else []
    written = {key.text for key, _ in here.entries} if isinstance(here, Mapping) else set()
    where = shown(path[:-1]) or model.__name__
    cure = did_you_mean(str(path[-1]), [key for key in known if key not in written])
    place = key_place_of(node, path)
    message = f"unknown key `{path[-1]}` in {where}"
    return problem(Code.UNKNOWN_KEY, message, place, pointer=pointer(path), cure=cure)


def _field_type(node: Mapping, path: Path) -> Problem:
    here = node_at(node, path)
    place = place_of(node, path)
    if not isinstance(here, Mapping):
        message = f"{shown(path)} is a map that begins with `type:`"
        cure = "write it like { type: text, label: … }"
        return problem(Code.WRONG_TYPE, message, place, pointer=pointer(path), cure=cure)
    written = here.get("type")
    if not isinstance(written, Scalar):
        message = f"`type` is missing in {shown(path)}"
        where = key_place_of(node, path)
        cure = "types are " + ", ".join(FIELD_TYPES)
        return problem(Code.MISSING_KEY, message, where, pointer=pointer(path), cure=cure)
    message = f"there is no field type `{written.text}`"
    at = (*path, "type")
    cure = did_you_mean(written.text, FIELD_TYPES)
    return problem(Code.UNKNOWN_FIELD_TYPE, message, written.place, pointer=pointer(at), cure=cure)


_WANTED = {
    "dict_type": ("a map", "write `key: value` lines below it"),
    "model_type": ("an object", "write `key: value` lines below it"),
    "model_attributes_type": ("an object", "write `key: value` lines below it"),
    "tuple_type": ("a list", "write it like [one, two]"),
    "list_type": ("a list", "write it like [one, two]"),
}


def _wrong_type(node: Mapping, path: Path, place: Place, error: ErrorDetails) -> Problem:
    here = node_at(node, path)
    name = shown(path) or "the object"
    if error["type"] == "literal_error":
        return _constant(here, path, place, error)
    wanted, cure = _WANTED.get(error["type"], ("something else", ""))
    message = f"{wanted} is wanted for {name}; here stands {_sort(here)}"
    return problem(Code.WRONG_TYPE, message, place, pointer=pointer(path), cure=cure)


def _constant(here: Node | None, path: Path, place: Place, error: ErrorDetails) -> Problem:
    expected = str(error.get("ctx", {}).get("expected", "")).strip("'")
    text = here.text if isinstance(here, Scalar) else ""
    message = f"`{shown(path)}` is `{text}`; it has to be `{expected}`"
    cure = f"did you mean `{expected}`?"
    return problem(Code.WRONG_WORD, message, place, pointer=pointer(path), cure=cure)


def _sort(node: Node | None) -> str:
    if isinstance(node, Scalar):
        return f"`{node.text[:40]}`" if node.text or not node.plain else "nothing"
    return "a map" if isinstance(node, Mapping) else "a list"
