"""Problems as the admin area shows them: with their source line and the value they are about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from generators.admin_screen.controls import Finding, Path
from specs.problem import Place, Problem
from specs.source import Mapping as MappingNode
from specs.source import Node, walk
from specs.spec_set import node_at

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def findings(
    problems: Iterable[Problem], files: Mapping[str, bytes], nodes: Mapping[str, Node]
) -> tuple[Finding, ...]:
    """Problems with excerpts. `nodes` are the trees of the files that can be read."""
    rows: dict[str, list[str]] = {}
    found = []
    for one in problems:
        file = one.place.file
        if file not in rows:
            text = files.get(file, b"")[: 1 << 20].decode("utf-8", "replace")
            rows[file] = _BREAK.split(text.removeprefix("\ufeff"))
        found.append(_finding(one, rows[file], nodes.get(file)))
    return tuple(found)


def _finding(one: Problem, rows: list[str], node: Node | None) -> Finding:
    place = one.place
    line = rows[place.line - 1] if 0 < place.line <= len(rows) else ""
    end = place.end_col if place.end_line == place.line else len(line) + 1
    return Finding(
        "error" if one.is_error else "warn",
        str(one.code),
        one.message,
        one.cure,
        place.file,
        place.line,
        place.col,
        line[:400],
        max(1, end - place.col),
        _path(one, node) if node is not None else (),
    )


def _path(one: Problem, node: Node) -> Path:
    """The value a problem is about: by its pointer where it has one, else by its place."""
    steps: Path = ()
    if one.pointer:
        steps = tuple(
            part.replace("~1", "/").replace("~0", "~") for part in one.pointer.split("/")[1:]
        )
        if node_at(node, steps[:1]) is not None or len(steps) == 1:
            return steps
    return path_at(node, one.place)


def path_at(node: Node, place: Place) -> Path:
    """The path of the deepest value, or key, that holds the place."""
    best: Path = ()
    for path, here in walk(node):
        if _holds(here.place, place) and len(path) >= len(best):
            best = path
        if isinstance(here, MappingNode):
            for key, _ in here.entries:
                if _holds(key.place, place):
                    best = (*path, key.text)
    return best


def _holds(outer: Place, inner: Place) -> bool:
    start, end = (outer.line, outer.col), (outer.end_line, outer.end_col)
    return start <= (inner.line, inner.col) < end
