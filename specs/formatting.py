"""Formats a spec's text: only white space moves, `kind:` goes first, quotes around bare words go.

Nothing is reordered else: rows, states and fields stand in an order that means something, and
people group keys as they think. Columns that somebody aligned stay aligned. Every result is read
again: the same values in the same order and the same comments, or the text is left as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from specs.edit import become
from specs.indenting import indented
from specs.layout import Layout, Span
from specs.problem import Problem
from specs.source import Mapping, Node, Scalar, Sequence, plain, read, walk
from specs.splice import CannotEdit, layout_of

ROUNDS = 6
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
# What YAML readers of other makes take for something else than text.
_NOT_BARE = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
_GAP = re.compile(r"[ \t:,{}\[\]-]*\Z")
_WIDE = re.compile(r"(?<=\S) {2,}(?=\S)")


class CannotFormat(ValueError):
    """The text would not mean the same; it is left as it is."""


def formatted(text: str, file: str) -> tuple[str, list[Problem]]:
    """The text formatted, or as it is with the problems that keep it from being read.

    Raises:
        CannotFormat: the result would not say the same.
    """
    root, problems = read(text, file)
    if root is None or any(one.is_error for one in problems):
        return text, problems
    before = Layout(text.removeprefix("\ufeff"), root)
    after = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        for _ in range(ROUNDS):
            once = _round(after)
            if once == after:
                _verify(before, layout_of(after))
                return after, []
            after = once
    except CannotEdit as wrong:
        raise CannotFormat(str(wrong)) from wrong
    raise CannotFormat("the text does not come to rest")


def _round(text: str) -> str:
    for step in (_kind_first, _bare_words, _gaps, indented, _lines):
        text = step(layout_of(text))
    return text


def _verify(before: Layout, after: Layout) -> None:
    if _said(before.root) != _said(after.root):
        raise CannotFormat("the values would not be the same")
    if sorted(_comments(before)) != sorted(_comments(after)):
        raise CannotFormat("a comment would be lost")


def _said(node: Node) -> Any:
    """What a tree says with the order of its keys, but for `kind`."""
    if isinstance(node, Mapping):
        pairs = [(key.text, _said(value)) for key, value in node.entries]
        return sorted(pairs, key=lambda pair: pair[0] != "kind")
    if isinstance(node, Sequence):
        return [_said(item) for item in node.items]
    return plain(node)


def _comments(layout: Layout) -> list[str]:
    return [layout.text[one.start : one.end].rstrip() for one in layout.comments()]


# ---------------------------------------------------------------- steps


def _kind_first(layout: Layout) -> str:
    root = layout.root
    if not isinstance(root, Mapping) or root.get("kind") is None or layout.is_flow(root):
        return layout.text
    if root.entries[0][0].text == "kind":
        return layout.text
    whole = plain(root)
    return become(layout.text, {"kind": whole.pop("kind"), **whole})


def _bare_words(layout: Layout) -> str:
    """Without the quotes around single words that every reader of YAML takes for text."""
    text = layout.text
    for start, end in sorted(_quoted(layout), reverse=True):
        word = text[start + 1 : end - 1]
        if _WORD.match(word) and word.lower() not in _NOT_BARE:
            text = text[:start] + word + text[end:]
    return text


def _quoted(layout: Layout) -> Iterator[tuple[int, int]]:
    for word in _words(layout.root):
        start, end = layout.offset(word.place), layout.offset(word.place, end=True)
        if not word.plain and layout.text[start : start + 1] in ("'", '"'):
            yield start, end


def _words(root: Node) -> Iterator[Scalar]:
    """Every key and every scalar."""
    for _, node in walk(root):
        if isinstance(node, Mapping):
            yield from (key for key, _ in node.entries)
        elif isinstance(node, Scalar):
            yield node


def _lines(layout: Layout) -> str:
    """No white space at the end of a line, no two empty lines in a row, one line end at the end."""
    written = layout.text.split("\n")
    kept = {*_inside(layout), len(written)}
    rows: list[str] = []
    for number, row in enumerate(written, 1):
        row = row if number in kept else row.rstrip(" \t")
        if row or number in kept or (rows and rows[-1]):
            rows.append(row)
    whole = "\n".join(rows)
    ended = whole.rstrip("\n") + "\n"
    # The last text of a file may be a block that keeps the line ends behind it, or lacks one.
    return ended if plain(layout_of(ended).root) == plain(layout.root) else whole


def _inside(layout: Layout) -> set[int]:
    """The lines that end inside a text of several lines, where white space may mean something."""
    found: set[int] = set()
    for word in _words(layout.root):
        start, end = word.place.line, word.place.end_line
        if start < end:
            is_block = not word.plain and layout.text[layout.offset(word.place)] in ("|", ">")
            found |= set(range(start + is_block, end))
    return found


# ---------------------------------------------------------------- between words


def _gaps(layout: Layout) -> str:
    """One space after colons, commas and dashes and inside braces, except in aligned lines."""
    text, aligned = layout.text, _aligned(layout)
    parts: list[str] = []
    at = line_start = 0
    for span, is_comment in _solid(layout):
        gap = text[at : span.start]
        start = layout.line_start(span.start)
        if "\n" in gap or start == span.start - len(gap):
            line_start = sum(map(len, parts)) + len(gap) - (span.start - start)
            above = layout.line_start(max(at - 1, 0)) in aligned
            parts.append(_after_break(gap, above, start in aligned))
            if is_comment:
                parts[-1] = parts[-1].rstrip(" ") + gap[len(gap.rstrip(" \t")) :]
        elif is_comment:
            old = span.start - start
            new = sum(map(len, parts)) - line_start
            parts.append(gap if start in aligned else _before_comment(gap, old - new - len(gap)))
        else:
            parts.append(gap if start in aligned else _between(gap))
        parts.append(text[span.start : span.end])
        at = span.end
    tail = text[at:]
    head, cut, rest = tail.partition("\n")
    return "".join(parts) + _between(head, ends=True) + cut + rest


def _solid(layout: Layout) -> list[tuple[Span, bool]]:
    """Words and comments in order; all between them is white space and punctuation."""
    found = [(one, True) for one in layout.comments()]
    for word in _words(layout.root):
        start, end = layout.offset(word.place), layout.offset(word.place, end=True)
        if not word.plain and layout.text[start : start + 1] in ("|", ">"):
            end = start + len(layout.text[start:end].rstrip())
            found = [one for one in found if not start < one[0].start < end]
        if end > start:
            found.append((Span(start, end), False))
    return sorted(found, key=lambda one: one[0].start)


def _after_break(gap: str, above: bool, below: bool) -> str:
    """Between two words on different lines: a key's colon above, dashes or a bracket below."""
    head, cut, tail = gap.rpartition("\n")
    lead = tail[: len(tail) - len(tail.lstrip(" "))]
    rest = tail[len(lead) :]
    if rest:
        tail = lead + (rest if below else _between(rest).lstrip(" "))
    first, newline, more = head.partition("\n")
    if cut and not above:
        first = _between(first, ends=True)
    return first + newline + more + cut + tail


def _between(gap: str, *, ends: bool = False) -> str:
    """Punctuation on one line with the spaces that it wants; `ends`: nothing follows it there."""
    marks = re.sub(r"\s", "", gap)
    if not _GAP.match(gap) or "-" in marks:
        return gap  # what stands behind a dash moves with its block
    if not marks:
        return "" if ends else gap
    told = "".join({":": ": ", ",": ", ", "{": "{ ", "}": " }"}.get(c, c) for c in marks)
    told = told.replace("{  }", "{}").replace("  }", " }").replace(" ,", ",").replace(" ]", "]")
    told = told.replace(",  }", ", }").replace("{ ,", "{,")
    return told.rstrip(" ") if ends or marks[-1] not in ":,{[" else told


def _before_comment(gap: str, shift: int) -> str:
    """Punctuation before a comment that keeps its column where there is room."""
    marks = gap.rstrip(" \t")
    room = len(gap) - len(marks)
    told = _between(marks, ends=True) if marks else ""
    least = min(room, 2)
    return told + " " * max(least, room + shift + len(marks) - len(told))


def _aligned(layout: Layout) -> set[int]:
    """Where the lines begin in which somebody aligned a word with the line above or below."""
    rows = layout.text.split("\n")
    starts, at = [], 0
    for row in rows:
        starts.append(at)
        at += len(row) + 1
    comments = {layout.line_start(one.start): one.start for one in layout.comments()}
    bare = [
        row[: comments[start] - start] if start in comments else row
        for row, start in zip(rows, starts, strict=True)
    ]
    columns = [_columns(row) for row in bare]
    found = set()
    for number, row in enumerate(bare):
        beside = [columns[n] for n in (number - 1, number + 1) if 0 <= n < len(rows)]
        for gap in _WIDE.finditer(row):
            here = {("text", gap.end()), ("width", _width(row[: gap.end()]))}
            if any(here & other for other in beside):
                found.add(starts[number])
    return found


def _columns(row: str) -> set[tuple[str, int]]:
    """Where words begin after a space, by characters and by width on the screen."""
    found = set()
    for word in re.finditer(r"(?<= )\S", row):
        if row[: word.start()].strip():
            found |= {("text", word.start()), ("width", _width(row[: word.start()]))}
    return found


def _width(text: str) -> int:
    return len(text) + sum(1 for char in text if unicodedata.east_asian_width(char) in "WF")
