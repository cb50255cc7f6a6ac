"""Renders notification templates in a process of its own, which may be killed at any moment.

Started by `runtime.render.notices` with nothing but an interpreter: it imports nothing of ours,
opens no file or connection, and answers one JSON line for each JSON line it reads. A letter is
asked for with a `page`: then the last template is made into HTML too, as Markdown.
"""

from __future__ import annotations

import html
import json
import re
import resource
import sys
from collections.abc import Mapping
from typing import Any

from jinja2 import ChainableUndefined, StrictUndefined, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markdown_it import MarkdownIt
from markupsafe import Markup

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
_PAGES = ImmutableSandboxedEnvironment(
    autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
# Pictures would be fetched from whoever the words name; HTML in a template is words.
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")
_MARKDOWN.disable(["image", "html_block", "html_inline"])
# Where a value stands while Markdown is read: what people wrote is never Markdown.
_HOLE = re.compile("\ue000([0-9]{1,6})\ue001|%EE%80%80([0-9]{1,6})%EE%80%81")
_PRIVATE = str.maketrans("", "", "\ue000\ue001\ue002")
_LINK = re.compile(r"https?://[^\s<>\"'\ue002]+")
_TRAILING = ".,;:!?)。，；：！？）”」"


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
            if "page" in asked:
                answer["page"] = _page(asked["templates"][-1], asked["values"], asked["page"])
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


def _page(text: str, values: Mapping[str, str], page: Mapping[str, Any]) -> str:
    """The body as HTML inside the frame; values are put in last, escaped."""
    names = list(values)
    holes = {name: f"\ue000{n}\ue001" if values[name] else "" for n, name in enumerate(names)}
    marked = _MARKDOWN.render(_render(text.translate(_PRIVATE), _nested(holes)))
    body = _filled(marked, [values[name].translate(_PRIVATE) for name in names])
    framed = _PAGES.from_string(page["frame"]).render(**page["names"], body=Markup(body))  # noqa: S704
    if len(framed) > 4 * LONGEST:
        raise Refused(f"the page would be longer than {4 * LONGEST} characters")
    return framed


def _filled(marked: str, values: list[str]) -> str:
    """Markdown's own HTML with values in the holes; addresses among the words become links."""
    pieces: list[str] = []
    linked = 0
    for piece in re.split(r"(<[^>]*>)", marked):
        if piece.startswith("<"):
            linked += piece.startswith("<a ") - piece.startswith("</a>")
            pieces.append(_HOLE.sub(lambda hole: _in_tag(values, hole), piece))
            continue
        plain = _HOLE.sub(lambda hole: _value(values, hole).replace("\n", "\ue002"),
                          html.unescape(piece))  # fmt: skip
        said = html.escape(plain) if linked else _with_links(plain)
        pieces.append(said.replace("\ue002", "<br>\n"))
    return "".join(pieces)


def _value(values: list[str], hole: re.Match[str]) -> str:
    number = int(hole.group(1) or hole.group(2))
    return values[number] if number < len(values) else ""


def _in_tag(values: list[str], hole: re.Match[str]) -> str:
    """A value inside an attribute; as an address it must be one that opens a page or a letter."""
    said = _value(values, hole)
    if hole.group(2) and not said.startswith(("http://", "https://", "mailto:")):
        return "#"
    return html.escape(said)


def _with_links(text: str) -> str:
    parts: list[str] = []
    end = 0
    for found in _LINK.finditer(text):
        link = found.group().rstrip(_TRAILING)
        parts.append(html.escape(text[end : found.start()]))
        parts.append(f'<a href="{html.escape(link)}">{html.escape(link)}</a>')
        end = found.start() + len(link)
    return "".join((*parts, html.escape(text[end:])))


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
