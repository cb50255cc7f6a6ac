"""Values as YAML text: plain where that is safe, in brackets where that is short."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

WIDTH = 96

_SAFE_START = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`]|-[^\s\-?:,\[\]{}#]")
_CONTROL = "\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff"
_UNSAFE = re.compile(rf":(\s|\Z)|\s#|[\x00-\x1f{_CONTROL}]")
_BROKEN = re.compile(rf"[\x00-\x08\x0b-\x1f{_CONTROL}]")


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A value given as YAML text and put in as it stands; `value` is what it reads as."""

    text: str
    value: Any


def bare(value: Any) -> Any:
    """A value with every Verbatim read."""
    if isinstance(value, Verbatim):
        return value.value
    if isinstance(value, dict):
        return {key: bare(item) for key, item in value.items()}
    return [bare(item) for item in value] if isinstance(value, list) else value


def scalar(text: str | None, *, flow: bool = False, quote: str = "") -> str:
    """A text as a scalar on one line; `quote` keeps the quotes that stood there, if they can be.

    Nothing (None) is written as nothing.
    """
    if text is None:
        return ""
    if not quote and _is_plain(text, flow):
        return text
    if quote != '"' and "\n" not in text and not _BROKEN.search(text) and "\t" not in text:
        if quote == "'" or '"' in text or "\\" in text:
            return "'" + text.replace("'", "''") + "'"
    return _escaped(text)


def _is_plain(text: str, flow: bool) -> bool:
    if not text or text != text.strip() or not _SAFE_START.match(text) or _UNSAFE.search(text):
        return False
    if text.startswith(("---", "...")) or text == "<<":
        return False
    return not (flow and re.search(r"[,\[\]{}]", text))


def _escaped(text: str) -> str:
    body = json.dumps(text, ensure_ascii=False)
    return _BROKEN.sub(lambda found: f"\\u{ord(found[0]):04x}", body)


def flow(value: Any) -> str:
    """A value on one line."""
    value = bare(value)
    if isinstance(value, dict):
        body = ", ".join(f"{scalar(key, flow=True)}: {flow(item)}" for key, item in value.items())
        return f"{{ {body} }}" if body else "{}"
    if isinstance(value, list):
        return f"[{', '.join(flow(item) if item is not None else '~' for item in value)}]"
    return scalar(value, flow=True)


def is_short(value: Any, room: int = WIDTH) -> bool:
    """Whether a map or list reads well on one line: small, and nothing nested in its maps."""
    if isinstance(value, dict):
        nested = any(isinstance(item, dict | Verbatim) for item in value.values())
        many_lines = any("\n" in item for item in value.values() if isinstance(item, str))
        return not value or (not nested and not many_lines and len(flow(value)) <= room)
    if isinstance(value, list):
        return len(flow(value)) <= room
    return False


def entry(key: str, value: Any, indent: int, newline: str) -> str:
    """`key: value` as lines of a block map without the line end of the last."""
    head = " " * indent + scalar(key) + ":"
    body = after_key(value, indent, newline)
    return head + body


def after_key(value: Any, indent: int, newline: str) -> str:
    """What stands after `key:` of a block map whose keys stand at `indent`."""
    if isinstance(value, Verbatim):
        return _verbatim(value, indent, newline)
    if isinstance(value, str) and _fits_block(value):
        return " " + block(value, indent, newline)
    if isinstance(value, dict | list) and not is_short(value, WIDTH - indent):
        return newline + lines(value, indent + 2, newline)
    body = flow(value) if isinstance(value, dict | list) else scalar(value)
    return f" {body}" if body else ""


def lines(value: Any, indent: int, newline: str) -> str:
    """A map or list in block style at an indentation."""
    if isinstance(value, dict):
        return newline.join(entry(key, item, indent, newline) for key, item in value.items())
    return newline.join(" " * indent + item_text(item) for item in value)


def item_text(value: Any) -> str:
    """An item of a block list on its line."""
    return f"- {flow(value)}" if value is not None else "-"


def _verbatim(value: Verbatim, indent: int, newline: str) -> str:
    text = value.text.strip("\n").rstrip()
    if not text:
        return ""
    if goes_below(value):
        return newline + shifted(text, indent + 2, newline)
    return f" {text.strip()}"


def goes_below(value: Verbatim) -> bool:
    """Whether a text has to begin on the line below its key."""
    text = value.text.strip()
    is_map = isinstance(value.value, dict | list) and not text.startswith(("{", "["))
    return "\n" in text or is_map or text.startswith("#")


def shifted(text: str, indent: int, newline: str) -> str:
    """A text with its lines moved so that the least indented stands at `indent`."""
    rows = text.split("\n")
    least = min((len(row) - len(row.lstrip(" ")) for row in rows if row.strip()), default=0)
    return newline.join(" " * indent + row[least:] if row.strip() else "" for row in rows)


def _fits_block(text: str) -> bool:
    return (
        "\n" in text.strip("\n")
        and text[:1] not in (" ", "\n", "\t")
        and not (_BROKEN.search(text) or "\r" in text or text.endswith("\n\n") or "\t" in text)
    )


def block(text: str, indent: int, newline: str) -> str:
    """A text of several lines as a block below its key."""
    head = "|" if text.endswith("\n") else "|-"
    rows = (" " * (indent + 2) + row if row else "" for row in text.removesuffix("\n").split("\n"))
    return head + newline + newline.join(rows)
