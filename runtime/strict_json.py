"""JSON that comes from outside: read strictly, kept within bounds, looked into by path."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NoReturn

_DEPTH: Final = 24
_NODES: Final = 20_000


class JsonFault(ValueError):
    """A text is no JSON that can be read.

    `code`: not_utf8, not_json, twice, constant, too_deep. `values`: byte, line and column, name.
    """

    def __init__(self, code: str, message: str, **values: str | int) -> None:
        super().__init__(message)
        self.code = code
        self.values: Mapping[str, str | int] = values


def read_json(
    raw: bytes | str,
    *,
    whole: Callable[[str], Any] = int,
    decimal: Callable[[str], Any] = float,
) -> Any:
    """The value of a text; no name twice in one object, no NaN.

    Raises:
        JsonFault: it is no such text.
        ValueError: what `whole` or `decimal` say of a number; a number of too many digits.
    """
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        return json.loads(
            text,
            object_pairs_hook=_once,
            parse_int=whole,
            parse_float=decimal,
            parse_constant=_never,
        )
    except UnicodeDecodeError as wrong:
        raise JsonFault("not_utf8", "it is not UTF-8", byte=wrong.start) from None
    except json.JSONDecodeError as wrong:
        place = {"line": wrong.lineno, "column": wrong.colno}
        raise JsonFault("not_json", wrong.msg.lower(), **place) from None
    except RecursionError:
        raise JsonFault("too_deep", "it is nested too deep") from None


def is_modest(found: object) -> bool:
    """Whether it is neither deep nor large; looked at without recursion."""
    level, seen = [found], 0
    for _ in range(_DEPTH):
        seen += len(level)
        below: list[object] = []
        for one in level:
            below += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        if seen > _NODES or not below:
            return seen <= _NODES
        level = below
    return False


def at_path(path: Sequence[str | int], value: Any) -> tuple[bool, Any]:
    """Whether there is something at a path, and what; a step that does not fit finds nothing."""
    for step in path:
        if isinstance(step, str):
            if not isinstance(value, Mapping) or step not in value:
                return False, None
            value = value[step]
        else:
            if not isinstance(value, Sequence) or isinstance(value, str | bytes):
                return False, None
            if not -len(value) <= step < len(value):
                return False, None
            value = value[step]
    return True, value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise JsonFault("twice", "a name stands twice", name=name)
            seen.add(name)
    return found


def _never(text: str) -> NoReturn:
    raise JsonFault("constant", f"`{text}` is no JSON number", name=text)
