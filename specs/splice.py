"""Splices a YAML text: one difference of meaning after the other, each as little as can be."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from specs.layout import Entry, Layout, Span
from specs.shape import Step
from specs.source import Mapping, Node, Scalar, read, walk
from specs.writing import (
    Verbatim,
    after_key,
    bare,
    entry,
    flow,
    goes_below,
    is_short,
    item_text,
    scalar,
    shifted,
)

Path = tuple[Step, ...]


class CannotEdit(ValueError):
    """The text can't be changed this way without risk; it has to be edited as text."""


@lru_cache(maxsize=8)
def layout_of(text: str) -> Layout:
    text = text.removeprefix("\ufeff")
    root, problems = read(text, "spec")
    if root is None or any(one.is_error for one in problems):
        raise CannotEdit("the text is no well-formed YAML")
    return Layout(text, root)


def is_block(layout: Layout, node: Node) -> bool:
    return not isinstance(node, Scalar) and not layout.is_flow(node)


def block_lines(layout: Layout, path: Path, node: Node) -> Span:
    """The whole lines of a block value, with the comments between its key and its first entry."""
    start = layout.line_start(layout.span(node).start)
    if layout.text[start : layout.span(node).start].strip(" "):
        raise CannotEdit("a value begins in the middle of a line")
    end = layout.line_end(layout.span(node).end)
    floor = 0
    if path:
        parent = layout.at(path[:-1])
        key = parent.key(str(path[-1])) if isinstance(parent, Mapping) else None
        floor = layout.line_end(layout.offset(key.place)) if key else start
    while start > floor and layout.is_comment_line(layout.line_start(start - 1)):
        start = layout.line_start(start - 1)
    return Span(start, end)


@dataclass(frozen=True, slots=True)
class _Chunk:
    """An entry of a block with the comments right above it, up to where the next one begins."""

    start: int
    end: int


class Editor:
    """Splices one difference after the other, reading the text again after each."""

    def __init__(self, text: str) -> None:
        self.layout = layout_of(text)
        self.newline = "\r\n" if "\r\n" in text else "\n"

    # ------------------------------------------------------------ what differs

    def make(self, path: Path, old: Any, new: Any) -> None:
        """Bring the value at a path from what it says to what it shall say."""
        if isinstance(new, Verbatim):
            self._verbatim(path, new)
        elif isinstance(old, dict) and isinstance(new, dict) and old and new:
            self._map(path, old, new)
        elif isinstance(old, list) and isinstance(new, list) and old and new:
            self._list(path, old, new)
        elif old != bare(new):
            self._set(path, new)

    def _map(self, path: Path, old: dict[str, Any], new: dict[str, Any]) -> None:
        after: str | None = None
        present = list(old)
        for key, value in new.items():
            if key in old:
                self.make((*path, key), old[key], value)
            else:
                at = present.index(after) + 1 if after is not None else 0
                self._insert(path, at, key, value)
                present.insert(at, key)
            after = key
        for key in old:
            if key not in new:
                self.remove(path, present.index(key))
                present.remove(key)
        if present != list(new):
            self._permute(path, [present.index(key) for key in new])

    def _list(self, path: Path, old: list[Any], new: list[Any]) -> None:
        words = [[json.dumps(bare(item)) for item in each] for each in (old, new)]
        steps = SequenceMatcher(None, words[0], words[1], autojunk=False).get_opcodes()
        for _, first, last, start, end in reversed(steps):
            shared = min(last - first, end - start)
            for number in range(end - start - 1, shared - 1, -1):
                self._insert(path, last if not shared else first + shared, "", new[start + number])
            for number in range(last - 1, first + shared - 1, -1):
                self.remove(path, number)
            for number in range(shared):
                if words[0][first + number] != words[1][start + number]:
                    here = (*path, first + number)
                    self.make(here, old[first + number], new[start + number])

    # ------------------------------------------------------------ splices

    def splice(self, span: Span, text: str, *, keep: bool = True) -> None:
        """Put a text in place of a stretch; comments inside it that do not stand in the text move
        above, unless they are not to be kept."""
        whole = self.layout.text
        lost = self._lost(span, text) if keep else []
        if lost:
            head = self._head(span.start)
            line = whole[head : span.start]
            indent = " " * (len(line) - len(line.lstrip(" ")))
            text = "".join(f"{indent}{one}{self.newline}" for one in lost) + line + text
            span = Span(head, span.end)
        self.layout = layout_of(whole[: span.start] + text + whole[span.end :])

    def _lost(self, span: Span, text: str) -> list[str]:
        whole = self.layout.text
        if "#" not in whole[span.start : span.end]:
            return []
        inside = [one for one in self.layout.comments() if span.start <= one.start < span.end]
        found = [whole[one.start : one.end].rstrip() for one in inside]
        return [one for one in found if not re.search(rf"(^|\s){re.escape(one)}\s*$", text, re.M)]

    def _head(self, offset: int) -> int:
        """Where the line begins in which the innermost entry of a block around an offset does."""
        starts = [0]
        for _, node in walk(self.layout.root):
            if is_block(self.layout, node):
                starts += [self.layout.line_start(one.start) for one in self.layout.entries(node)]
        return max(start for start in starts if start <= offset)

    def _set(self, path: Path, new: Any) -> None:
        node = self.layout.at(path)
        span = self.layout.span(node)
        if not path:
            raise CannotEdit("a spec is a map")
        if is_block(self.layout, node):
            self._set_block(path, node, new)
        elif self._stays_inline(path, new):
            first = self.layout.text[span.start : span.start + 1]
            quoted = isinstance(node, Scalar) and not node.plain and first in ("'", '"')
            in_flow = self.layout.in_flow(path)
            word = flow(new)
            if not isinstance(new, dict | list):
                word = scalar(bare(new), quote=first if quoted else "", flow=in_flow)
            self._inline(path, span, word)
        else:
            self._below(path, span, after_key(new, self._indent(path), self.newline))

    def _stays_inline(self, path: Path, new: Any) -> bool:
        if self.layout.in_flow(path) or isinstance(path[-1], int):
            return True
        if isinstance(new, dict | list):
            return is_short(new)
        return not after_key(new, 0, "\n").startswith(" |")

    def _inline(self, path: Path, span: Span, word: str) -> None:
        start = span.start
        gap = " " if start and self.layout.text[start - 1] not in " \t\r\n[{" and word else ""
        old = self.layout.text[start : span.end]
        if old[:1] in ("|", ">"):
            head = old.splitlines()[0]
            if "#" in head:
                word += "  " + head[head.index("#") :]
        if start == span.end and self.layout.text[start : start + 1] not in ("", " ", "\r", "\n"):
            word += "" if self.layout.text[start] in ",}]" else " "
        self.splice(span, gap + word)

    def _below(self, path: Path, span: Span, body: str) -> None:
        """Put a body of several lines behind a key; a comment on the key's line stays there."""
        text = self.layout.text
        if self.layout.in_flow(path):
            raise CannotEdit("several lines can't be put into brackets")
        first, _, rest = body.partition(self.newline)
        tail = text[span.end : self.layout.line_end(span.end)].rstrip("\r\n")
        if text[span.start : span.start + 1] in ("|", ">") and not tail.strip():
            tail = ""
        start = len(text[: span.start].rstrip(" "))
        comment = f"  {tail.strip()}" if tail.strip() else ""
        end = span.end + len(tail)
        self.splice(Span(start, end), first + comment + self.newline + rest)

    def _indent(self, path: Path) -> int:
        """The column of the key of a path."""
        parent = self.layout.at(path[:-1])
        key = parent.key(str(path[-1])) if isinstance(parent, Mapping) else None
        if key is None:
            return self.layout.column(self.layout.span(parent).start)
        return self.layout.column(self.layout.offset(key.place))

    def _set_block(self, path: Path, node: Node, new: Any) -> None:
        """Replace a block; comments that stood inside move above its key."""
        if isinstance(path[-1], int):
            word = flow(new) if isinstance(new, dict | list) else scalar(bare(new))
            self.splice(self.layout.span(node), word)
            return
        span = block_lines(self.layout, path, node)
        indent = self._indent(path)
        text = self.layout.text
        lost = [
            text[one.start : one.end]
            for one in self.layout.comments()
            if span.start <= one.start < span.end
        ]
        body = after_key(new, indent, self.newline)
        parent = self.layout.at(path[:-1])
        key = parent.key(str(path[-1])) if isinstance(parent, Mapping) else None
        if key is None:
            raise CannotEdit("an item of a list is a block")
        at = self.layout.offset(key.place, end=True)
        colon = text.index(":", at) + 1
        first, cut, rest = body.partition(self.newline)
        behind = text[colon : span.start].rstrip()
        if lost and "#" in behind:
            # The comment beside the key goes along, so that they keep their order.
            lost, behind = [behind.strip(), *lost], ""
        above = "".join(f"{' ' * indent}{one}{self.newline}" for one in lost)
        head = self.layout.line_start(at)
        self.splice(
            Span(head, span.end),
            above + text[head:colon] + first + behind + cut + rest + self.newline,
            keep=False,
        )

    def _verbatim(self, path: Path, new: Verbatim) -> None:
        node = self.layout.at(path)
        span = self.layout.span(node)
        below = goes_below(new)
        if self.layout.in_flow(path):
            if below and ("#" in new.text or isinstance(new.value, dict | list)):
                word = flow(new.value)
                if "#" in new.text:
                    raise CannotEdit("a comment can't be put into brackets")
            else:
                word = new.text.strip()
            self._inline(path, span, word)
        elif is_block(self.layout, node):
            lines_of = block_lines(self.layout, path, node)
            indent = max(self._indent(path) + 2, self.layout.column(span.start))
            text = shifted(new.text.strip("\n").rstrip(), indent, self.newline)
            self.splice(lines_of, text + self.newline, keep=False)
        elif below:
            self._below(path, span, after_key(new, self._indent(path), self.newline))
        else:
            self._inline(path, span, new.text.strip())

    # ------------------------------------------------------------ entries

    def _entries(self, path: Path) -> tuple[Node, list[Entry]]:
        node = self.layout.at(path)
        return node, self.layout.entries(node)

    def _entry_text(self, key: str, value: Any, *, is_map: bool) -> str:
        if isinstance(value, Verbatim) and not goes_below(value):
            word = value.text.strip()
        else:
            word = flow(value)
        return f"{scalar(key, flow=True)}: {word}" if is_map else word

    def _insert(self, path: Path, at: int, key: str, value: Any) -> None:
        node, entries = self._entries(path)
        if self.layout.is_flow(node):
            word = self._entry_text(key, value, is_map=isinstance(node, Mapping))
            if at == 0:
                self.splice(Span(entries[0].start, entries[0].start), f"{word}, ")
            else:
                self.splice(Span(entries[at - 1].end, entries[at - 1].end), f", {word}")
            return
        chunks = self._chunks(node, entries)
        indent = self.layout.column(self.layout.span(node).start)
        if isinstance(node, Mapping):
            body = entry(key, value, indent, self.newline)
        else:
            body = " " * indent + item_text(value)
        if at == 0:
            # The first entry may stand behind the dash of the list that holds the map.
            start, lead = entries[0].start, " " * indent
            self.splice(Span(start, start), body.removeprefix(lead) + self.newline + lead)
            return
        end = self.layout.line_end(entries[at - 1].end)
        before = "" if self.layout.text[:end].endswith(("\n", "\r")) else self.newline
        assert chunks
        self.splice(Span(end, end), before + body + (self.newline if not before else ""))

    def remove(self, path: Path, at: int) -> None:
        """Take the entry with a number out of the map or list at a path."""
        node, entries = self._entries(path)
        if len(entries) == 1:
            self._set(path, {} if isinstance(node, Mapping) else [])
            return
        if not self.layout.is_flow(node):
            self._chunks(node, entries)
            self._remove_lines(node, entries, at)
            return
        text, here = self.layout.text, entries[at]
        if at + 1 < len(entries):
            span = Span(here.start, entries[at + 1].start)
        else:
            span = Span(entries[at - 1].end, here.end)
        if "#" in text[span.start : span.end]:
            # A comment stands beside it: the value and its comma go, the lines stay.
            end = here.end + (1 if text[here.end : here.end + 1] == "," else 0)
            span = Span(here.start, end)
        self.splice(span, "")

    def _remove_lines(self, node: Node, entries: list[Entry], at: int) -> None:
        """Take an entry of a block out with what stands beside it; comments above it stay."""
        text, layout = self.layout.text, self.layout
        start, end = layout.line_start(entries[at].start), layout.line_end(entries[at].end)
        first = layout.span(node).start
        if at or not text[layout.line_start(first) : first].strip(" "):
            self.splice(Span(start, end), "", keep=False)
            return
        # It stands behind a dash, which now holds the next; comments between go above the dash.
        line, after = text[start : entries[at].start], entries[1].start
        lead = " " * (len(line) - len(line.lstrip(" ")))
        rows = [row.strip() for row in text[end : layout.line_start(after)].splitlines()]
        above = "".join(f"{lead}{row}{self.newline}" for row in rows if row)
        self.splice(Span(start, after), above + line, keep=False)

    def _permute(self, path: Path, order: list[int]) -> None:
        """Bring entries into another order; comments above an entry go with it."""
        node, entries = self._entries(path)
        text = self.layout.text
        if self.layout.is_flow(node):
            parts: list[str] = []
            for place, number in enumerate(order):
                until = entries[place + 1].start if place + 1 < len(entries) else entries[-1].end
                parts += [text[entries[number].start : entries[number].end]]
                parts += [text[entries[place].end : until]]
            self.splice(Span(entries[0].start, entries[-1].end), "".join(parts))
            return
        chunks = self._chunks(node, entries)
        pieces = [text[one.start : one.end] for one in chunks]
        lead = " " * (self.layout.column(chunks[0].start))
        pieces[0] = lead + pieces[0]
        moved = [pieces[number] for number in order]
        ended = [one if one.endswith(("\n", "\r")) else one + self.newline for one in moved]
        whole = "".join(ended).removeprefix(lead)
        self.splice(Span(chunks[0].start, chunks[-1].end), whole, keep=False)

    def _chunks(self, node: Node, entries: list[Entry]) -> list[_Chunk]:
        layout = self.layout
        starts = []
        floor = layout.line_start(layout.span(node).start)
        for number, one in enumerate(entries):
            start = layout.line_start(one.start)
            before = layout.text[start : one.start].strip(" ")
            if before.strip("- "):
                raise CannotEdit("an entry begins in the middle of a line")
            if before and isinstance(node, Mapping):
                starts.append(one.start)
                continue
            least = layout.line_end(entries[number - 1].end) if number else floor
            while start > least and layout.is_comment_line(layout.line_start(start - 1)):
                start = layout.line_start(start - 1)
            starts.append(start)
        ends = [*starts[1:], layout.line_end(entries[-1].end)]
        return [_Chunk(start, end) for start, end in zip(starts, ends, strict=True)]
