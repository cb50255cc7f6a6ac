"""Where a value stands in a JSON reply: the singular queries of JSONPath (RFC 9535 2.3.5.1).

`$.order.items[0]['name']` names at most one value and is found in as many steps as it has. Filters,
wildcards, slices and descents name several values or search; a mapping needs none of them.
"""

from __future__ import annotations

import re
from typing import Final

Step = str | int
JsonPath = tuple[Step, ...]

MOST_STEPS: Final = 32
_NAME: Final = re.compile(r"[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_\u0080-\U0010ffff]*")
_INDEX: Final = re.compile(r"\[\s*(0|-?[1-9][0-9]{0,8})\s*\]")
_QUOTED: Final = re.compile(
    r"""\[\s*(?:'((?:[^'\\\x00-\x1f]|\\.)*)'|"((?:[^"\\\x00-\x1f]|\\.)*)")\s*\]"""
)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))")
_ESCAPED: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class JsonPathError(ValueError):
    """The text is no path; `at` is the character where it goes wrong."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


def parse_json_path(text: str) -> JsonPath:
    """The steps of a path.

    Raises:
        JsonPathError: it is no singular query.
    """
    if not text.startswith("$"):
        raise JsonPathError("a path begins with `$`", 0)
    steps: list[Step] = []
    at = 1
    while at < len(text):
        step, at = _step(text, at)
        steps.append(step)
        if len(steps) > MOST_STEPS:
            raise JsonPathError(f"a path has at most {MOST_STEPS} steps", at)
    return tuple(steps)


def _step(text: str, at: int) -> tuple[Step, int]:
    if text.startswith("..", at):
        raise JsonPathError("a path names one value: `..` would search for several", at)
    if text[at] == ".":
        found = _NAME.match(text, at + 1)
        if found is not None:
            return found[0], found.end()
        several = text.startswith("*", at + 1)
        raise JsonPathError(_SEVERAL if several else "a name follows the `.`", at + 1)
    found = _INDEX.match(text, at)
    if found is not None:
        return int(found[1]), found.end()
    found = _QUOTED.match(text, at)
    if found is not None:
        return _unescaped(found[1] if found[1] is not None else found[2]), found.end()
    if text[at] == "[":
        raise JsonPathError(_SEVERAL, at)
    raise JsonPathError(f"`{text[at]}` can't stand here", at)


_SEVERAL: Final = "a path names one value: write `['name']` or `[0]`, no filter, slice or `*`"


def _unescaped(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        return chr(int(found[1], 16)) if found[1] else _ESCAPED.get(found[2], found[2])

    return _ESCAPE.sub(one, text)
