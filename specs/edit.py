"""A change of a spec's meaning as the smallest change of its text, so that comments survive.

`become` is the door: it compares what a text says with what it shall say and splices only the
difference. Every result is read again; one that would not say exactly what was wanted is refused.
"""

from __future__ import annotations

from typing import Any

from specs.source import plain
from specs.spec_set import node_at
from specs.splice import CannotEdit, Editor, Path, block_lines, is_block, layout_of
from specs.writing import bare, shifted


def fragment(text: str, path: Path) -> str:
    """The text of a value as it stands, its comments with it, moved to the left margin.

    Empty when nothing is written there.
    """
    layout = layout_of(text)
    node = node_at(layout.root, path)
    if node is None:
        return ""
    if is_block(layout, node):
        span = block_lines(layout, path, node)
        return shifted(_unix(layout.text[span.start : span.end]).rstrip("\n"), 0, "\n")
    span = layout.span(node)
    raw = _unix(layout.text[span.start : span.end])
    head, _, rest = raw.partition("\n")
    return f"{head}\n{shifted(rest, 0, chr(10))}" if rest else head


def become(text: str, wanted: dict[str, Any]) -> str:
    """The text changed so that it says `wanted`: maps, lists, texts, None, and Verbatim pieces.

    Comments and everything that does not change stay byte for byte.

    Raises:
        CannotEdit: the text is broken, or a place can't be changed without losing something.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    editor = Editor(text.removeprefix("\ufeff"))
    editor.make((), plain(editor.layout.root), wanted)
    if plain(editor.layout.root) != bare(wanted):
        raise CannotEdit("the text would not say what was wanted")
    return mark + editor.layout.text


def set_value(text: str, path: Path, value: Any) -> str:
    """The text with another value at a path that is there."""
    return _one(text, path, lambda here: value)


def insert(text: str, path: Path, value: Any, after: str | None = None) -> str:
    """The text with a new key at a path: behind the key `after`, else last."""
    *up, key = path

    def add(here: Any) -> Any:
        pairs = list((here or {}).items())
        at = next((n + 1 for n, (name, _) in enumerate(pairs) if name == after), len(pairs))
        return dict([*pairs[:at], (str(key), value), *pairs[at:]])

    return _one(text, tuple(up), add)


def remove(text: str, path: Path) -> str:
    """The text without the value at a path; comments above it stay."""
    *up, key = path

    def drop(here: Any) -> Any:
        if isinstance(here, list):
            return [item for number, item in enumerate(here) if number != key]
        return {name: item for name, item in here.items() if name != key}

    return _one(text, tuple(up), drop)


def move(text: str, path: Path, by: int) -> str:
    """The text with the entry at a path moved up (-1) or down (1) among its neighbours."""
    *up, key = path

    def shift(here: Any) -> Any:
        names = list(here)
        at = names.index(key)
        to = max(0, min(len(names) - 1, at + by))
        names.insert(to, names.pop(at))
        return {name: here[name] for name in names}

    return _one(text, tuple(up), shift)


def _one(text: str, path: Path, change: Any) -> str:
    whole = plain(layout_of(text).root)
    if not path:
        return become(text, change(whole))
    here = whole
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = change(here[path[-1]])
    return become(text, whole)


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n")
