"""Structured conditions as syntax: groups and leaves with the way to each, not yet typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Steps = tuple[str | int, ...]
GROUPS = ("all", "any", "none")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One field with one operator; `op` "" is the short form (a scalar or a list).

    `key_at` leads to the field's name, `at` to the operand, `op_at` to the operator's word.
    """

    path: tuple[str, ...]
    op: str
    value: object
    key_at: Steps
    at: Steps

    @property
    def spelled(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Group:
    """`all`, `any` or `none` of several; a map is `all`."""

    word: str
    items: tuple[Condition, ...]


Condition = Leaf | Group


@dataclass(frozen=True, slots=True)
class ShapeFault:
    """A mistake in the build of a condition, at the node that `steps` lead to."""

    message: str
    steps: Steps
    cure: str = ""


def read_condition(raw: object, steps: Steps = ()) -> tuple[Condition, list[ShapeFault]]:
    """The tree of a structured condition; parts that are no condition are left out and named."""
    faults: list[ShapeFault] = []
    return _group("all", raw, steps, faults), faults


def _group(word: str, raw: object, steps: Steps, faults: list[ShapeFault]) -> Group:
    if isinstance(raw, dict):
        return Group(word, tuple(_entries(raw, steps, faults)))
    if isinstance(raw, (list, tuple)) and steps and steps[-1] in GROUPS:
        parts = (_group("all", item, (*steps, at), faults) for at, item in enumerate(raw))
        return Group(word, tuple(parts))
    faults.append(ShapeFault("a condition is a map of fields", steps, "write `{ field: value }`"))
    return Group("all", ())


def _entries(
    raw: dict[object, object], steps: Steps, faults: list[ShapeFault]
) -> Iterator[Condition]:
    for key, value in raw.items():
        name = str(key)
        here = (*steps, name)
        if name in GROUPS:
            yield _group(name, value, here, faults)
        elif isinstance(value, dict):
            yield _operators(name, value, here, faults)
        else:
            yield Leaf(tuple(name.split(".")), "", value, here, here)


def _operators(
    name: str, raw: dict[object, object], here: Steps, faults: list[ShapeFault]
) -> Condition:
    path = tuple(name.split("."))
    if not raw:
        faults.append(ShapeFault(f"`{name}` is compared with nothing", here))
    leaves = (Leaf(path, str(op), value, here, (*here, str(op))) for op, value in raw.items())
    return Group("all", tuple(leaves))
