"""Where a word inside a value stands in its file, whatever quotes or lines the value has."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping

from specs.problem import Place
from specs.source import Scalar

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_BOM = "\ufeff"


class Text:
    """One file's text with offsets for places, which count from 1 in characters."""

    def __init__(self, content: bytes) -> None:
        self.text = content.decode("utf-8", errors="replace").removeprefix(_BOM)
        self._starts = [0, *(found.end() for found in _BREAK.finditer(self.text))]

    def offset(self, line: int, col: int) -> int:
        """The offset of a line and column; beyond the text, its end."""
        if line > len(self._starts):
            return len(self.text)
        return min(self._starts[line - 1] + col - 1, len(self.text))

    def place(self, file: str, start: int, end: int) -> Place:
        """The place of a stretch."""
        line, end_line = bisect_right(self._starts, start), bisect_right(self._starts, end)
        return Place(
            file, line, start - self._starts[line - 1] + 1,
            end_line, end - self._starts[end_line - 1] + 1,
        )  # fmt: skip

    def cut(self, place: Place) -> str:
        """What stands at a place."""
        start = self.offset(place.line, place.col)
        return self.text[start : self.offset(place.end_line, place.end_col)]


class Texts:
    """The texts of a tenant's files, read when they are asked for."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._read: dict[str, Text] = {}

    def of(self, file: str) -> Text:
        """A file's text; empty where there is none."""
        if file not in self._read:
            self._read[file] = Text(self._files.get(file, b""))
        return self._read[file]

    def within(self, node: Scalar, start: int, end: int) -> Place | None:
        """The place of characters `start` to `end` of a value; None where nobody can tell."""
        place, text = node.place, self.of(node.place.file)
        first = text.offset(place.line, place.col)
        raw = text.text[first : text.offset(place.end_line, place.end_col)]
        if raw == node.text:
            return text.place(place.file, first + start, first + end)
        if raw[1:-1] == node.text and raw[:1] in ("'", '"'):
            return text.place(place.file, first + 1 + start, first + 1 + end)
        # Escapes, blocks and folded lines: the n-th time that the word stands there.
        word = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(node.text[start:end])}(?![A-Za-z0-9_])")
        inside = [found.start() for found in word.finditer(node.text)]
        outside = [found.start() for found in word.finditer(raw)]
        if start not in inside or len(inside) != len(outside):
            return None
        at = first + outside[inside.index(start)]
        return text.place(place.file, at, at + end - start)
