"""Changes and plans as people read them: text for a terminal, Markdown for a pull request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

Body = Mapping[str, Any]

_SIGNS: Final = {"add": "+", "remove": "-", "set": "~", "move": "^", "rename": "="}
_WIDTH: Final = 10


def headline(changes: Sequence[Body]) -> str:
    """How many changes there are, and of which class."""
    if not changes:
        return "no change"
    word = "change" if len(changes) == 1 else "changes"
    counts = Counter(str(one["class"]) for one in changes)
    return f"{len(changes)} {word}: " + ", ".join(f"{n} {name}" for name, n in counts.most_common())


def by_file(changes: Sequence[Body]) -> Iterator[tuple[str, list[Body]]]:
    """The changes of each file together, in the order of the plan."""
    for file, several in groupby(changes, key=file_of):
        yield file, list(several)


def file_of(change: Body) -> str:
    """The file that a change stands in."""
    place = change["place"]
    return str(place["file"]) if place else ""


def said(change: Body) -> str:
    """A change in one line: what, and from what to what."""
    title = change["title"]
    match change["op"]:
        case "rename":
            return f"{title}: {change['before']} is now called {change['after']}"
        case "move":
            return f"{title}: moved from place {change['before']} to {change['after']}"
        case "set":
            return f"{title}: {change['before']} → {change['after']}"
    value = change["after"] or change["before"]
    return f"{title}: {value}" if value else str(title)


def text_changes(changes: Sequence[Body]) -> Iterator[str]:
    """The changes file by file, each with its class and its place."""
    for file, several in by_file(changes):
        yield file
        for one in several:
            yield f"  {_SIGNS[one['op']]} {one['class']:<{_WIDTH}}  {said(one)}{at(one)}"
        yield ""


def at(change: Body) -> str:
    """Where it stands, to be clicked in a terminal."""
    place = change["place"]
    return f"  [{place['file']}:{place['line']}]" if place else ""


def markdown_changes(changes: Sequence[Body]) -> Iterator[str]:
    """The changes as folded tables, one a file."""
    for file, several in by_file(changes):
        yield f"<details><summary><code>{escaped(file)}</code> · {len(several)}</summary>"
        yield ""
        yield "| | class | change | at |"
        yield "|---|---|---|---|"
        for one in several:
            line = one["place"]["line"] if one["place"] else ""
            yield f"| {_SIGNS[one['op']]} | {one['class']} | {escaped(said(one))} | {line} |"
        yield ""
        yield "</details>"
        yield ""


def escaped(text: str) -> str:
    """A text that neither ends a cell nor is taken for markup."""
    found = text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")
    return found.replace("<", "&lt;").replace(">", "&gt;").replace("*", "\\*").replace("_", "\\_")
