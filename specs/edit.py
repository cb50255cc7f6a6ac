"""A change of a spec's meaning as the smallest change of its text, so that comments survive.

`become` is the door: it compares what a text says with what it shall say and splices only the
difference. Every result is read again; one that would not say exactly what was wanted is refused.
"""

from __future__ import annotations

from typing import Any

from specs.layout import Span
from specs.source import Mapping, plain
from specs.spec_set import node_at
from specs.splice import CannotEdit, Editor, Path, block_lines, is_block, layout_of
from specs.writing import bare, scalar, shifted


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
    return _made(text, wanted, ())


def _made(text: str, wanted: dict[str, Any], path: Path) -> str:
    """The text that says `wanted`, which differs from what it says at a path alone."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    editor = Editor(text.removeprefix("\ufeff"))
    old: Any = plain(editor.layout.root)
    new: Any = wanted
    for step in path:
        old, new = old[step], new[step]
    editor.make(path, old, new)
    if _ordered(plain(editor.layout.root)) != _ordered(bare(wanted)):
        raise CannotEdit("the text would not say what was wanted")
    return mark + editor.layout.text


def set_value(text: str, path: Path, value: Any) -> str:
    """The text with another value at a path that is there."""
    # Of two items of a list that say the same, this one is changed.
    return _one(text, path, lambda here: value, path)


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
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    editor = Editor(text.removeprefix("\ufeff"))
    whole = here = plain(editor.layout.root)
    for step in path[:-1]:
        here = here[step]
    names = list(here) if isinstance(here, dict) else list(range(len(here)))
    editor.remove(path[:-1], names.index(path[-1]))
    del here[path[-1]]
    if _ordered(plain(editor.layout.root)) != _ordered(whole):
        raise CannotEdit("the text would not say what was wanted")
    return mark + editor.layout.text


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


def rename(text: str, path: Path, name: str) -> str:
    """The text with the key at a path called `name`; its value, place and comments stay.

    Raises:
        CannotEdit: there is no such key, or its map has one of that name already.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    layout = layout_of(text)
    parent = node_at(layout.root, path[:-1]) if path else None
    key = parent.key(str(path[-1])) if isinstance(parent, Mapping) else None
    if key is None or not isinstance(parent, Mapping):
        raise CannotEdit("there is no key of that name to rename")
    if name != key.text and parent.get(name) is not None:
        raise CannotEdit(f"`{name}` stands there already")
    span = Span(layout.offset(key.place), layout.offset(key.place, end=True))
    quote = layout.text[span.start] if not key.plain else ""
    word = scalar(name, flow=True, quote=quote)
    after = layout.text[: span.start] + word + layout.text[span.end :]
    wanted = _renamed(plain(layout.root), path, name)
    if _ordered(plain(layout_of(after).root)) != _ordered(wanted):
        raise CannotEdit("the text would not say what was wanted")
    return mark + after


def _renamed(whole: Any, path: Path, name: str) -> Any:
    step, *rest = path
    if isinstance(whole, list):
        return [
            _renamed(one, tuple(rest), name) if at == step else one for at, one in enumerate(whole)
        ]
    if rest:
        return {k: _renamed(v, tuple(rest), name) if k == step else v for k, v in whole.items()}
    return {name if key == step else key: value for key, value in whole.items()}


def _one(text: str, path: Path, change: Any, near: Path = ()) -> str:
    whole = plain(layout_of(text).root)
    if not path:
        return become(text, change(whole))
    here = whole
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = change(here[path[-1]])
    return _made(text, whole, near)


def _ordered(value: Any) -> Any:
    """A value in which the order of keys counts when it is compared."""
    if isinstance(value, dict):
        return [(key, _ordered(item)) for key, item in value.items()]
    return [_ordered(item) for item in value] if isinstance(value, list) else value


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n")
