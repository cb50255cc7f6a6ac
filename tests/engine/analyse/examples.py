"""The wrong and right examples of the pages about problems, laid over the clean tenant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specs.catalog import FILES, FOLDERS
from specs.source import core, read
from specs.writing import lines
from tests.engine.analyse.linting import CLEAN, files_of

_EXAMPLE = re.compile(
    r"^<!-- (wrong|right)( file)?: (\w+) ([\w/.-]+) -->\n```yaml\n(.*?)^```$", re.M | re.S
)


@dataclass(frozen=True, slots=True)
class Example:
    """A file of the clean tenant, whole or the part that differs, and whether it brings a code."""

    is_wrong: bool
    is_whole: bool
    code: str
    file: str
    body: str


def examples_of(page: Path) -> list[Example]:
    """The examples of a page, in order."""
    return [
        Example(m[1] == "wrong", bool(m[2]), m[3], m[4], m[5])
        for m in _EXAMPLE.finditer(page.read_text(encoding="utf-8"))
    ]


def _plain(text: str) -> dict[str, Any]:
    node, problems = read(text, "example.yaml")
    assert node is not None
    assert problems == []
    found = core(node)
    assert isinstance(found, dict)
    return found


def _merged(old: Any, new: Any) -> Any:
    """The old map with the new one laid over it; rows of tables are replaced whole."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    both = {**old}
    for key, value in new.items():
        both[key] = value if key == "rows" else _merged(old.get(key), value)
    return {key: value for key, value in both.items() if value is not None}


def _as_text(value: Any) -> Any:
    """Scalars as the text that a spec would write."""
    if isinstance(value, dict):
        return {str(key): _as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def tenant(example: Example) -> dict[str, bytes]:
    """The clean tenant with the file, or the part of it, in its place."""
    files = files_of()
    if example.is_whole:
        return {**files, example.file: example.body.encode()}
    folder = example.file.partition("/")[0]
    kind = FILES[example.file] if example.file in FILES else FOLDERS[folder]
    base = _plain(CLEAN[example.file]) if example.file in CLEAN else {"kind": kind.word}
    text = lines(_as_text(_merged(base, _plain(example.body))), 0, "\n") + "\n"
    return {**files, example.file: text.encode()}
