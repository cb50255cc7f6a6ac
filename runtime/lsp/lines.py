"""Positions as editors count them: lines from 0, columns in the units that were agreed upon."""

from __future__ import annotations

import re
from bisect import bisect_right

from lsprotocol.types import Position, Range

from specs.problem import Place
from specs.symbols.texts import Text

_BREAK = re.compile("\r\n|[\n\r]")


def width(text: str, encoding: str) -> int:
    """How many units a text has: UTF-16 counts an emoji twice, UTF-8 counts bytes."""
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) if encoding == "utf-32" else sum(2 if ord(c) > 0xFFFF else 1 for c in text)


class Lines:
    """One text between our places, which count characters from 1, and an editor's positions."""

    def __init__(self, content: bytes, encoding: str = "utf-16") -> None:
        self.encoding = encoding
        self.read = Text(content)
        # A byte order mark stands before the text, and editors do not show it.
        self.text = self.read.text
        self._starts = [0, *(found.end() for found in _BREAK.finditer(self.text))]

    def position(self, offset: int) -> Position:
        """The position of a character."""
        line = bisect_right(self._starts, offset) - 1
        return Position(line, width(self.text[self._starts[line] : offset], self.encoding))

    def offset(self, at: Position) -> int:
        """The character at a position; beyond the end of a line, its end."""
        if at.line >= len(self._starts):
            return len(self.text)
        start = self._starts[at.line]
        end = self._starts[at.line + 1] if at.line + 1 < len(self._starts) else len(self.text)
        units = 0
        for number, char in enumerate(self.text[start:end].rstrip("\r\n")):
            if units >= at.character:
                return start + number
            units += width(char, self.encoding)
        return start + len(self.text[start:end].rstrip("\r\n"))

    def range(self, place: Place) -> Range:
        """The range of a place of this text."""
        start = self.read.offset(place.line, place.col)
        end = self.read.offset(place.end_line, place.end_col)
        return Range(self.position(start), self.position(end))

    def between(self, start: int, end: int) -> Range:
        """The range between two characters."""
        return Range(self.position(start), self.position(end))

    def spot(self, at: Position) -> tuple[int, int]:
        """Line and column of a position as places count them."""
        offset = self.offset(at)
        place = self.read.place("", offset, offset)
        return place.line, place.col
