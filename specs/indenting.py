"""Indents a spec's text: two spaces a step, comments with what they stand at."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from specs.layout import Layout
from specs.source import Mapping, Node, Scalar, Sequence

STEP = 2
_DASHES = re.compile(r"(?:-[ \t]+)+")


@dataclass(slots=True)
class _Indents:
    """By line: how many columns it moves, and which columns its blocks had and get."""

    layout: Layout
    moves: dict[int, int] = field(default_factory=dict)
    columns: dict[int, dict[int, int]] = field(default_factory=dict)
    dashes: set[int] = field(default_factory=set)

    def block(self, node: Mapping | Sequence, wanted: int, above: dict[int, int]) -> None:
        """A block map or list whose entries shall begin in the column `wanted`."""
        old = node.place.col - 1
        columns = {**above, old: wanted}
        if isinstance(node, Mapping):
            for key, value in node.entries:
                self.starts(key.place.line, old, wanted, columns)
                self.value(value, key.place.line, wanted, columns)
            return
        for item in node.items:
            line = self.dash_line(item, old)
            self.starts(line, old, wanted, columns)
            self.dashes.add(line)
            self.value(item, line, wanted, columns)

    def starts(self, line: int, old: int, wanted: int, columns: dict[int, int]) -> None:
        """An entry begins on a line; the first on it says where the line goes."""
        self.moves.setdefault(line, wanted - old)
        self.columns.setdefault(line, columns)

    def value(self, node: Node, line: int, wanted: int, columns: dict[int, int]) -> None:
        """What stands behind a key or dash on `line`, or below it."""
        if not isinstance(node, Scalar) and not self.layout.is_flow(node):
            self.block(node, wanted + STEP, columns)
            return
        first, last = node.place.line, node.place.end_line
        move = self.moves[line]
        if isinstance(node, Scalar) and self.is_block_text(node):
            start, end = self.layout.offset(node.place), self.layout.offset(node.place, end=True)
            # The parser's end is the next word, which may stand lines further down.
            last = first + self.layout.text[start:end].rstrip().count("\n")
            last = max(last, node.place.end_line - 1)
            body = self.body(node)
            self.rest(first + 1, last, wanted + STEP - body if body else move)
            return
        if first > line:
            move = wanted + STEP - (node.place.col - 1)
            self.moves.setdefault(first, move)
        self.rest(first + 1, last, move)

    def rest(self, first: int, last: int, move: int) -> None:
        for line in range(first, last + 1):
            self.moves.setdefault(line, move)

    def is_block_text(self, node: Scalar) -> bool:
        start = self.layout.offset(node.place)
        return not node.plain and self.layout.text[start : start + 1] in ("|", ">")

    def body(self, node: Scalar) -> int:
        """The column in which a block text begins; 0 where it has none or says it itself."""
        start = self.layout.offset(node.place)
        head, _, rest = self.layout.text[
            start : self.layout.offset(node.place, end=True)
        ].partition("\n")
        if any(char.isdigit() for char in head.partition("#")[0]):
            return 0
        first = next((row for row in rest.split("\n") if row.strip(" ")), "")
        return len(first) - len(first.lstrip(" "))

    def dash_line(self, item: Node, col: int) -> int:
        """The line of the dash before an item, which may stand above it."""
        line = item.place.line
        start = self.layout.offset(item.place) - (item.place.col - 1)
        if self.layout.text[start + col : start + col + 1] == "-":
            return line
        return line - 1


def indented(layout: Layout) -> str:
    """The text with every block two columns to the right of the one that holds it."""
    root = layout.root
    if isinstance(root, Scalar) or layout.is_flow(root):
        return layout.text
    found = _Indents(layout)
    found.block(root, 0, {})
    rows = layout.text.split("\n")
    _comments(found, rows)
    return "\n".join(
        _moved(row, found.moves.get(number, 0), number in found.dashes)
        for number, row in enumerate(rows, 1)
    )


def _moved(row: str, move: int, has_dash: bool) -> str:
    lead = len(row) - len(row.lstrip(" "))
    rest = row[lead:]
    if has_dash:
        rest = _DASHES.sub(lambda found: "- " * found[0].count("-"), rest, count=1)
    return " " * max(0, lead + move) + rest


def _comments(found: _Indents, rows: list[str]) -> None:
    """Comments on lines of their own go where the block goes whose column they have."""
    below: int | None = None
    waiting: list[int] = []
    above: int | None = None
    for number, row in enumerate(rows, 1):
        if number in found.columns:
            for one in waiting:
                _comment(found, rows, one, above, number)
            waiting, above = [], number
        elif number not in found.moves and row.lstrip(" ").startswith("#"):
            waiting.append(number)
    for one in waiting:
        _comment(found, rows, one, above, below)


def _comment(
    found: _Indents, rows: list[str], line: int, above: int | None, below: int | None
) -> None:
    row = rows[line - 1]
    column = len(row) - len(row.lstrip(" "))
    for beside in (below, above):
        if beside is not None and column in found.columns[beside]:
            found.moves[line] = found.columns[beside][column] - column
            return
    # At a column of its own it goes to the entry below: further right it could fall into the text
    # of a block above.
    nearest = below if below is not None else above
    wanted = max(found.columns[nearest].values()) if nearest is not None else 0
    found.moves[line] = wanted - column
