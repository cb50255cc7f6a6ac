"""A spec as its values by path: what an overlay can change by itself, each with its tree."""

from __future__ import annotations

from specs.packs.merge import slots_of, whole
from specs.shape import Shape
from specs.source import Mapping, Node

Path = tuple[str, ...]


def flat(node: Node, shape: Shape, path: Path = ()) -> dict[Path, Node]:
    """Every value that is merged by itself: maps and objects are opened, all else stays whole.

    An entry of a map is opened in its long form, so that both forms of it have the same paths.
    """
    node = whole(node, shape) if shape.form == "object" else node
    if not isinstance(node, Mapping) or shape.form in ("leaf", "list"):
        return {path: node}
    shapes = _shapes(shape, node)
    found: dict[Path, Node] = {} if node.entries else {path: node}
    for key, value in node.entries:
        inner = shapes.get(key.text, shape.item if shape.form == "map" else None)
        found |= flat(value, inner or Shape("leaf"), (*path, key.text))
    return found


def _shapes(shape: Shape, node: Node) -> dict[str, Shape]:
    if shape.form == "map":
        return {}
    return {name: slot.shape for name, slot in slots_of(shape, node).items()}
