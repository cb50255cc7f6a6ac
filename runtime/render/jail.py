"""Renders notification templates in a process of its own, which may be killed at any moment.

Started by `runtime.render.notices` with nothing but an interpreter: it imports nothing of ours,
opens no file or connection, and answers one JSON line for each JSON line it reads.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Mapping
from typing import Any

from jinja2 import ChainableUndefined, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

MEMORY_BYTES = 400 * 1024 * 1024
CPU_SECONDS = 2
LONGEST = 100_000
# Names and `if`, as the compiler allows them (engine.compile.templates); checked again here because
# what is rendered may come from a store that somebody else wrote.
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.If,
    nodes.Name,
    nodes.Getattr,
    nodes.Not,
)


class Refused(ValueError):
    """A template that may not or can't be rendered."""


_ENVIRONMENT = ImmutableSandboxedEnvironment(autoescape=False, undefined=ChainableUndefined)


def main() -> None:
    """Answer until the input ends."""
    _confine()
    _say({"ready": True})
    for line in sys.stdin.buffer:
        _wind_up()
        try:
            asked = json.loads(line)
            values = _nested(asked["values"])
            texts = [_render(text, values) for text in asked["templates"]]
            answer: dict[str, Any] = {"texts": texts}
        except (Refused, TemplateError, MemoryError, RecursionError) as wrong:
            answer = {"refused": f"{type(wrong).__name__}: {wrong}"[:500]}
        _say(answer)


def _render(text: str, values: Mapping[str, Any]) -> str:
    tree = _ENVIRONMENT.parse(text)
    foreign = next((n for n in tree.find_all(nodes.Node) if not isinstance(n, _ALLOWED)), None)
    if foreign is not None:
        raise Refused(f"a template has no `{type(foreign).__name__.lower()}`")
    pieces: list[str] = []
    length = 0
    for piece in _ENVIRONMENT.from_string(text).generate(values):
        pieces.append(piece)
        length += len(piece)
        if length > LONGEST:
            raise Refused(f"the text would be longer than {LONGEST} characters")
    return "".join(pieces)


def _nested(flat: Mapping[str, str]) -> dict[str, Any]:
    """`ticket.fields.amount` → mappings inside mappings; every leaf is text."""
    whole: dict[str, Any] = {}
    for name, value in flat.items():
        *above, last = name.split(".")
        inner = whole
        for part in above:
            inner = inner.setdefault(part, {})
        inner[last] = value
    return whole


def _confine() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 16),
    ):
        resource.setrlimit(what, (most, most))


def _wind_up() -> None:
    """Give the next text its own seconds: the limit counts the whole life of the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _say(answer: Mapping[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
