"""Where things stand in a YAML text: the exact stretch of each value, entry and comment."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from specs.problem import Place
from specs.shape import Step
from specs.source import Mapping, Node, Scalar, Sequence, walk
from specs.spec_set import node_at

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_COMMENT = re.compile("(?:^|(?<=[ \t\r\n]))#[^\r\n]*")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text by character offsets; the end is exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a map or an item of a list: from its key (or value) to the end of its value."""

    key: str
    start: int
    end: int
    value: Node


class Layout:
    """A text and its tree, with offsets instead of lines and columns."""

    def __init__(self, text: str, root: Node) -> None:
        self.text = text
        self.root = root
        self._starts = [0, *(found.end() for found in _BREAK.finditer(text))]

    def offset(self, place: Place, *, end: bool = False) -> int:
        """The character offset of a place's start or end."""
        line, col = (place.end_line, place.end_col) if end else (place.line, place.col)
        return self._starts[line - 1] + col - 1

    def line_start(self, offset: int) -> int:
        """Where the line of an offset begins."""
        return self._starts[bisect_right(self._starts, offset) - 1]

    def line_end(self, offset: int) -> int:
        """Where the line after the one of an offset begins; the end of the text for the last."""
        at = bisect_right(self._starts, offset)
        return self._starts[at] if at < len(self._starts) else len(self.text)

    def column(self, offset: int) -> int:
        """How many characters stand before an offset in its line."""
        return offset - self.line_start(offset)

    def at(self, path: tuple[Step, ...]) -> Node:
        """The node at a path that is there.

        Raises:
            KeyError: nothing is written there.
        """
        node = node_at(self.root, path)
        if node is None:
            raise KeyError(path)
        return node

    def is_flow(self, node: Node) -> bool:
        """Whether a map or list is written in brackets."""
        start = self.offset(node.place)
        return not isinstance(node, Scalar) and self.text[start : start + 1] in ("{", "[")

    def in_flow(self, path: tuple[Step, ...]) -> bool:
        """Whether the place of a path lies inside brackets."""
        return any(self.is_flow(self.at(path[:length])) for length in range(len(path)))

    def span(self, node: Node) -> Span:
        """The text of a value with its brackets and quotes, without a comment after it."""
        start = self.offset(node.place)
        if isinstance(node, Scalar):
            return Span(start, self._scalar_end(node, start))
        if self.is_flow(node):
            return Span(start, self._closed(node, start))
        children = self._children(node)
        return Span(start, self.span(children[-1]).end if children else start)

    def _children(self, node: Node) -> list[Node]:
        if isinstance(node, Mapping):
            return [value for _, value in node.entries]
        return list(node.items) if isinstance(node, Sequence) else []

    def _scalar_end(self, node: Scalar, start: int) -> int:
        end = self.offset(node.place, end=True)
        if not node.plain and self.text[start : start + 1] in ("|", ">"):
            # The parser counts the blank lines after a block as part of it.
            return start + len(self.text[start:end].rstrip())
        return end

    def _closed(self, node: Node, start: int) -> int:
        """The end of a collection in brackets: past its last child, commas and comments."""
        children = self._children(node)
        at = self.span(children[-1]).end if children else start + 1
        while at < len(self.text) and self.text[at] not in "}]":
            if self.text[at] == "#" and self.text[at - 1] in " \t\r\n":
                at = self.line_end(at)
            else:
                at += 1
        return at + 1

    def entries(self, node: Node) -> list[Entry]:
        """The entries of a map, or the items of a list with an empty key, in order."""
        if isinstance(node, Mapping):
            return [
                Entry(key.text, self.offset(key.place), self.span(value).end, value)
                for key, value in node.entries
            ]
        if isinstance(node, Sequence):
            spans = [self.span(item) for item in node.items]
            return [
                Entry("", one.start, one.end, item)
                for one, item in zip(spans, node.items, strict=True)
            ]
        return []

    def comments(self) -> list[Span]:
        """Every comment, `#` included, in order."""
        inside = sorted((one.start, one.end) for one in self._words() if one.end > one.start)
        starts = [start for start, _ in inside]
        found = []
        at = 0
        while match := _COMMENT.search(self.text, at):
            before = bisect_right(starts, match.start()) - 1
            if before >= 0 and inside[before][1] > match.start():
                at = inside[before][1]
                continue
            found.append(Span(match.start(), match.end()))
            at = match.end()
        return found

    def _words(self) -> list[Span]:
        """Every stretch in which a `#` is no comment: keys, texts, and the body of blocks."""
        found = []
        for _, node in walk(self.root):
            if isinstance(node, Mapping):
                found += [
                    Span(self.offset(key.place), self.offset(key.place, end=True))
                    for key, _ in node.entries
                ]
            elif isinstance(node, Scalar):
                span = self.span(node)
                is_block = not node.plain and self.text[span.start : span.start + 1] in ("|", ">")
                found.append(Span(self.line_end(span.start), span.end) if is_block else span)
        return found

    def is_comment_line(self, start: int) -> bool:
        """Whether the line that begins at an offset holds a comment and nothing else."""
        return self.text[start : self.line_end(start)].lstrip(" ").startswith("#")
