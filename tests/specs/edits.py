"""One random edit of one random text, and what it must not do."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from specs.edit import insert, move, remove, rename, set_value
from specs.layout import Layout
from specs.source import plain, read
from specs.splice import CannotEdit
from tests.specs.messy import messy

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "tenants").glob("*/*/*.yaml"))
NEW: list[Any] = ["x", "", "NO", "a: b", "# no", "退款 💬", "two\nlines", "end\n", "it's", "[x"]
NEW += [None, {}, [], {"a": "1", "退": "x"}, ["one", "- two", ""], {"a": {"b": ["c"]}}]
NAMES = ["fresh", "new one", "退", "a: b", "no", "'q'", "#x", "{y}"]


@dataclass(frozen=True, slots=True)
class Edit:
    """What was done where, and the text before and after; `after` is None when it was refused."""

    sort: str
    path: tuple[Any, ...]
    new: Any
    before: str
    after: str | None

    def __str__(self) -> str:
        told = f"{self.sort} {self.path} {self.new!r}"
        old, new = self.before.splitlines(True), (self.after or "").splitlines(True)
        return told + "\n" + "".join(difflib.ndiff(old, new))


def said(text: str) -> Any:
    """What a text says, in order."""
    root, problems = read(text, "spec")
    assert root is not None, text
    assert problems == [], problems[0].headline
    return plain(root)


def ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return [(key, ordered(item)) for key, item in value.items()]
    return [ordered(item) for item in value] if isinstance(value, list) else value


def comments(text: str) -> list[tuple[int, str]]:
    """Where each comment begins, and what it says."""
    root, _ = read(text, "spec")
    assert root is not None
    bare = text.removeprefix("\ufeff")
    found = Layout(bare, root).comments()
    return [(one.start, bare[one.start : one.end].rstrip()) for one in found]


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a value but the whole."""
    pairs: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = list(enumerate(value))
    return [one for key, item in pairs for one in ((*path, key), *paths(item, (*path, key)))]


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def wanted(edit: str, whole: Any, path: tuple[Any, ...], new: Any) -> Any:
    """What the whole shall say afterwards, worked out without any text."""
    if len(path) > 1:
        inner = wanted(edit, whole[path[0]], path[1:], new)
        if isinstance(whole, list):
            return [inner if n == path[0] else one for n, one in enumerate(whole)]
        return {key: inner if key == path[0] else one for key, one in whole.items()}
    step = path[0]
    if isinstance(whole, list):
        if edit == "set":
            return [new if n == step else one for n, one in enumerate(whole)]
        return [one for n, one in enumerate(whole) if n != step]
    pairs = list(whole.items())
    here = list(whole).index(step)
    if edit == "set":
        pairs[here] = (step, new)
    elif edit == "remove":
        del pairs[here]
    elif edit == "rename":
        pairs[here] = (new, pairs[here][1])
    elif edit == "insert":
        pairs.insert(here + 1, ("newcomer", new))
    elif edit == "move":
        to = max(0, min(len(pairs) - 1, here + new))
        pairs.insert(to, pairs.pop(here))
    return dict(pairs)


def edited(text: str, sort: str, path: tuple[Any, ...], new: Any) -> str:
    if sort == "set":
        return set_value(text, path, new)
    if sort == "insert":
        return insert(text, (*path[:-1], "newcomer"), new, after=path[-1])
    if sort == "remove":
        return remove(text, path)
    if sort == "move":
        return move(text, path, new)
    return rename(text, path, new)


def random_edit(seed: int) -> Edit | None:
    """An edit by its number; None where the text says nothing that could be edited."""
    random = Random(seed)
    text = messy(random)
    if random.random() < 0.3:
        text = random.choice(EXAMPLES).read_bytes().decode()
    whole = said(text)
    every = paths(whole)
    if not every:
        return None
    path = random.choice(every)
    in_list = isinstance(path[-1], int)
    sorts = ["set", "insert", "remove", "move", "rename"]
    sort = random.choice(["set", "remove"] if in_list else sorts)
    new: Any = {"move": random.choice([-1, 1]), "rename": random.choice(NAMES), "remove": None}.get(
        sort, random.choice(NEW)
    )
    if sort == "remove" and len(path) == 1 and len(whole) == 1:
        return None
    try:
        return Edit(sort, path, new, text, edited(text, sort, path, new))
    except CannotEdit as wrong:
        return Edit(sort, path, f"{new!r}: {wrong}", text, None)


def fault(edit: Edit) -> str:
    """What an edit did that it must not do, or ""."""
    assert edit.after is not None
    whole = said(edit.before)
    if ordered(said(edit.after)) != ordered(wanted(edit.sort, whole, edit.path, edit.new)):
        return "it says something else"
    before, after = comments(edit.before), [told for _, told in comments(edit.after)]
    merges = edit.sort == "set" and type(edit.new) is type(at(whole, edit.path))
    inside = _inside(edit) if edit.sort == "remove" or merges else range(0)
    for told in (told for start, told in before if start not in inside):
        if told not in after:
            return f"the comment {told!r} is lost"
        after.remove(told)
    if "\r\n" in edit.before and "\n" in edit.after.replace("\r\n", ""):
        return "a line end of another sort came in"
    return _untouched(edit)


def _inside(edit: Edit) -> range:
    """The lines of what goes; a comment in them may go along."""
    text = edit.before.removeprefix("\ufeff")
    root, _ = read(text, "spec")
    assert root is not None
    layout = Layout(text, root)
    parent = layout.at(edit.path[:-1])
    entries = layout.entries(parent)
    step = edit.path[-1]
    here = entries[step if isinstance(step, int) else [one.key for one in entries].index(step)]
    return range(layout.line_start(here.start), layout.line_end(here.end))


def _untouched(edit: Edit) -> str:
    """Lines far from the edit are the same bytes: those before the entry's parent's siblings."""
    assert edit.after is not None
    if edit.before.startswith("\ufeff") != edit.after.startswith("\ufeff"):
        return "the byte order mark"
    text = edit.before.removeprefix("\ufeff")
    root, _ = read(text, "spec")
    assert root is not None
    layout = Layout(text, root)
    top = layout.entries(root)
    number = [one.key for one in top].index(edit.path[0])
    reach = 1 if edit.sort in ("move", "insert") and len(edit.path) == 1 else 0
    first = max(0, number - reach)
    head = text[: layout.line_end(top[first - 1].end)] if first else ""
    tail_at = number + reach + 1
    tail = text[layout.line_start(top[tail_at].start) :] if tail_at < len(top) else ""
    after = edit.after.removeprefix("\ufeff")
    if not after.startswith(head):
        return "something above changed"
    if not after.rstrip("\r\n").endswith(tail.rstrip("\r\n")):
        return "something below changed"
    return ""
