"""The shape of a spec class as data: which key holds what, read once from its annotations."""

from __future__ import annotations

import ast
import inspect
import sys
import types
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from specs.base import OneOrMany, ShortForm, Spec
from specs.marks import Marker

Form = Literal["leaf", "list", "map", "object", "tagged"]
Step = str | int


@dataclass(frozen=True, slots=True)
class Shape:
    """What stands in a position.

    leaf: `marker` says what; `words` for the constants of a Literal. list: items of `item`,
    `bare` when a single item may stand alone. map: `key` → `item`. object: a `model`, which may
    be written in the `short` form (the name of the key that stands alone). tagged: `models` by
    their `type`. `nullable` when nothing may stand there.
    """

    form: Form
    marker: Marker | None = None
    item: Shape | None = None
    key: Shape | None = None
    model: type[Spec] | None = None
    models: tuple[tuple[str, type[Spec]], ...] = ()
    words: tuple[str, ...] = ()
    bare: bool = False
    short: str | None = None
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """One key of an object of `owner`: `name` as written, `attribute` in Python."""

    owner: type[Spec]
    name: str
    attribute: str
    shape: Shape
    required: bool
    default: Any

    @property
    def doc(self) -> str:
        """The docstring below the key; "" where there is none."""
        told = next(one for one in self.owner.__mro__ if self.attribute in one.__annotations__)
        return _docs(told.__module__).get(told.__qualname__, {}).get(self.attribute, "")


@cache
def slots(model: type[Spec]) -> Mapping[str, Slot]:
    """The keys of a spec class in declared order; `extends` behind `kind`, `note` last."""
    found: dict[str, Slot] = {}
    for attribute, info in model.model_fields.items():
        name = info.alias or attribute
        found[name] = Slot(
            model,
            name,
            attribute,
            _of_field(info),
            info.is_required(),
            None if info.is_required() else info.get_default(call_default_factory=True),
        )
    words = ("remove", "note")
    last: dict[str, Slot] = {name: found.pop(name) for name in words if name in found}
    if "extends" in found:
        found = {"kind": found.pop("kind"), **found}
    return {**found, **last}


# Read when a text is asked for: taking every class apart at its import, as pydantic would, is a
# fifth of a `validate`, which shows none of them.
@cache
def _docs(module: str) -> Mapping[str, Mapping[str, str]]:
    """Class → attribute → the docstring below it, for the classes of a module."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {one.name: dict(_below(one.body)) for one in tree.body if isinstance(one, ast.ClassDef)}


def _below(body: Sequence[ast.stmt]) -> Iterator[tuple[str, str]]:
    for statement, after in pairwise(body):
        match statement, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield name, inspect.cleandoc(text)


def _of_field(info: FieldInfo) -> Shape:
    return _shape(info.annotation, tuple(info.metadata))


def _shape(annotation: Any, metadata: tuple[Any, ...] = ()) -> Shape:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        return _shape(inner, (*more, *metadata))
    marker = next((one for one in metadata if isinstance(one, Marker)), None)
    if marker is not None:
        return Shape("leaf", marker)
    if origin in (Union, types.UnionType):
        return _union(get_args(annotation), metadata)
    if origin is Literal:
        return Shape("leaf", words=tuple(str(word) for word in get_args(annotation)))
    if origin in (tuple, list):
        bare = any(isinstance(one, OneOrMany) for one in metadata)
        return Shape("list", item=_shape(get_args(annotation)[0]), bare=bare)
    if origin is dict:
        key, value = get_args(annotation)
        return Shape("map", key=_shape(key), item=_shape(value))
    if isinstance(annotation, type) and issubclass(annotation, Spec):
        short = next((one.key for one in metadata if isinstance(one, ShortForm)), None)
        return Shape("object", model=annotation, short=short)
    return Shape("leaf")


def _union(members: tuple[Any, ...], metadata: tuple[Any, ...]) -> Shape:
    real = [one for one in members if one is not type(None)]
    if len(real) == 1:
        return replace(_shape(real[0], metadata), nullable=len(members) > 1)
    models = [_shape(one).model for one in real]
    tagged = tuple((type_word(one), one) for one in models if one is not None)
    return Shape("tagged", models=tagged)


def type_word(model: type[Spec]) -> str:
    """The word that `type:` has in a class of a tagged family."""
    return str(get_args(model.model_fields["type"].annotation)[0])


@dataclass(frozen=True, slots=True)
class Position:
    """A value of a spec that carries a marker, with the path to it; `is_key` for keys of maps."""

    path: tuple[Step, ...]
    marker: Marker
    value: Any
    is_key: bool = False


def positions(spec: Spec, sorts: Container[type[Marker]]) -> list[Position]:
    """The values inside a spec with a marker of these classes, in document order of the classes."""
    found: list[Position] = []
    _of_spec(spec, (), sorts, found)
    return found


def _of_spec(
    spec: Spec, path: tuple[Step, ...], sorts: Container[type[Marker]], found: list[Position]
) -> None:
    written = spec.model_fields_set
    for slot in slots(type(spec)).values():
        if slot.attribute in written:
            _inside(slot.shape, getattr(spec, slot.attribute), (*path, slot.name), sorts, found)


def _inside(
    shape: Shape,
    value: Any,
    path: tuple[Step, ...],
    sorts: Container[type[Marker]],
    found: list[Position],
) -> None:
    if value is None:
        return
    if isinstance(value, Spec):
        _of_spec(value, path, sorts, found)
    elif shape.form == "leaf":
        if shape.marker is not None and type(shape.marker) in sorts:
            found.append(Position(path, shape.marker, value))
    elif shape.form == "list" and shape.item is not None:
        for number, item in enumerate(value):
            _inside(shape.item, item, (*path, number), sorts, found)
    elif shape.form == "map" and shape.item is not None:
        for key, item in value.items():
            of_key = shape.key.marker if shape.key is not None else None
            if of_key is not None and type(of_key) in sorts:
                found.append(Position((*path, key), of_key, key, is_key=True))
            _inside(shape.item, item, (*path, str(key)), sorts, found)


def model_at(
    model: type[Spec], path: tuple[Step, ...], types_at: Mapping[tuple[Step, ...], str]
) -> type[Spec] | None:
    """The class of the object at a path; `types_at` tells the `type:` written in tagged objects."""
    shape: Shape | None = Shape("object", model=model)
    for at, step in enumerate(path):
        shape = _down(shape, step, types_at.get(path[:at], ""))
        if shape is None:
            return None
    return _resolved(shape, types_at.get(path, ""))


def shape_at(
    model: type[Spec], path: tuple[Step, ...], types_at: Mapping[tuple[Step, ...], str]
) -> tuple[Shape | None, tuple[Step, ...]]:
    """What stands at a path, and the steps that lead on inside a leaf that is typed later.

    A list may be written as its only item, an object by its short form: then the steps of the text
    are fewer than those of the shape.
    """
    shape: Shape | None = Shape("object", model=model)
    for at, step in enumerate(path):
        if shape is not None and shape.form == "list" and isinstance(step, str):
            shape = shape.item
        if shape is None or shape.form == "leaf":
            return shape, path[at:]
        shape = _down(shape, step, types_at.get(path[:at], ""))
    return shape, ()


def _down(shape: Shape | None, step: Step, tag: str) -> Shape | None:
    if shape is None:
        return None
    if shape.form in ("list", "map"):
        return shape.item
    model = _resolved(shape, tag)
    slot = slots(model).get(str(step)) if model is not None else None
    return slot.shape if slot else None


def _resolved(shape: Shape | None, tag: str) -> type[Spec] | None:
    if shape is None:
        return None
    if shape.form == "tagged":
        return dict(shape.models).get(tag)
    return shape.model
