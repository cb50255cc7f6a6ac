"""The names of the holes in a text of a request, or in the texts of its body."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

HOLE: Final = re.compile(r"\{([^{}]*)\}")


def holes_in(raw: Any) -> Iterator[str]:
    """Each name as often as it stands there."""
    if isinstance(raw, str):
        yield from (found[1] for found in HOLE.finditer(raw))
    elif isinstance(raw, Mapping):
        for one in raw.values():
            yield from holes_in(one)
    elif isinstance(raw, list | tuple):
        for one in raw:
            yield from holes_in(one)


def taken_by(call: Any) -> tuple[str, ...]:
    """What the action hands over to a call of a source: everything but what we know ourselves."""
    named = dict.fromkeys([*holes_in(call.path), *holes_in(call.body or {})])
    return tuple(name for name in named if name != "key" and "." not in name)
