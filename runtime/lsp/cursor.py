"""Where the cursor stands in a text that is being written: at a key or value, and under which."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from specs.shape import Step
from specs.source import Mapping, Node, Scalar, Sequence, read, walk

_MARK = "qzcursorqz"
_WORD = re.compile(r"[^\s,\[\]{}|:\"'()&!=<>+*/?]*\Z")
_PAIRS = {"{": "}", "[": "]", "(": ")"}


@dataclass(frozen=True, slots=True)
class Cursor:
    """`path` leads to the value the cursor is in, or to the key it is at (its last step is then
    unfinished). `word` stands right before the cursor, `text` is the whole scalar up to it."""

    path: tuple[Step, ...]
    is_key: bool
    word: str
    text: str
    root: Node


def cursor_at(text: str, offset: int) -> Cursor | None:
    """The cursor in a text, made whole around it where it is still broken; None when it stands in
    nothing that can be read."""
    found = _WORD.search(text[:offset])
    word = found.group() if found is not None else ""
    for attempt in _attempts(text, offset):
        root, _ = read(attempt, "cursor")
        if root is not None:
            for path, is_key, scalar in _scalars(root):
                if _MARK in scalar.text:
                    before = scalar.text.partition(_MARK)[0]
                    return Cursor(path, is_key, word, before, root)
    return None


def _attempts(text: str, offset: int) -> Iterator[str]:
    before, after = text[:offset], text[offset:]
    line, newline, rest = after.partition("\n")
    closers = _open(before.rpartition("\n")[2])
    for tail in (line, "", f"{line}{closers}", closers, f" {closers}"):
        for mark in (_MARK, f" {_MARK}", f"{_MARK}: x"):
            yield f"{before}{mark}{tail}{newline}{rest}"


def _open(line: str) -> str:
    """What closes the brackets and quotes that a line leaves open."""
    waiting: list[str] = []
    for char in line:
        if waiting and waiting[-1] in ("'", '"'):
            if char == waiting[-1]:
                waiting.pop()
        elif char in _PAIRS and char != "(":
            waiting.append(_PAIRS[char])
        elif waiting and char == waiting[-1]:
            waiting.pop()
        elif char == '"':
            waiting.append(char)
    return "".join(reversed(waiting))


def _scalars(root: Node) -> Iterator[tuple[tuple[Step, ...], bool, Scalar]]:
    for path, node in walk(root):
        if isinstance(node, Scalar):
            yield path, False, node
        elif isinstance(node, Mapping):
            for key, _ in node.entries:
                yield (*path, key.text), True, key


def types_in(root: Node) -> dict[tuple[Step, ...], str]:
    """The `type:` of each object that says one, by the way to it."""
    found = {}
    for path, node in walk(root):
        said = node.get("type") if isinstance(node, Mapping) else None
        if isinstance(said, Scalar):
            found[path] = said.text
    return found


def keys_at(root: Node, path: tuple[Step, ...]) -> set[str]:
    """The keys that a map has already."""
    here: Node | None = root
    for step in path:
        if isinstance(here, Mapping):
            here = here.get(str(step))
        elif isinstance(here, Sequence) and isinstance(step, int) and step < len(here.items):
            here = here.items[step]
    return {key.text for key, _ in here.entries} if isinstance(here, Mapping) else set()


def key_under(root: Node, line: int, col: int) -> tuple[Step, ...] | None:
    """The way to the key at a place of a text."""
    for path, node in walk(root):
        for key, _ in node.entries if isinstance(node, Mapping) else ():
            place = key.place
            if place.line == line and place.col <= col <= place.end_col:
                return (*path, key.text)
    return None
