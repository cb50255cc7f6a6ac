"""The types of the parts of a formula: what may be added, compared and kept."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from engine.compile.scope import PathInfo
from engine.evaluate import LIST_KINDS, TEXT_KINDS
from engine.expression import NUMBER_KINDS, Const, Node
from specs.expression import Literal

ORDERED: Final = frozenset({"number", "date", "datetime", "duration"})
INNER_SCALE: Final = 6
"""Decimal places that a part is shown with where nothing says how many are kept."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A part with its type: number, duration, boolean, text, date, datetime, key, list, lines,
    or empty (only `null`). `info` tells whose keys a key or list holds."""

    node: Node
    type: str
    info: PathInfo | None = None
    scale: int = 0

    @property
    def is_literal(self) -> bool:
        return isinstance(self.node, Const)


def type_of(kind: str) -> str:
    """The type in formulas of a field kind."""
    if kind in NUMBER_KINDS:
        return "number"
    if kind in TEXT_KINDS or kind == "location":
        return "text"
    if kind in ("boolean", "date", "datetime", "duration", "lines"):
        return kind
    return "list" if kind in LIST_KINDS else "key"


def literal(tree: Literal) -> Typed:
    value = tree.value
    if value is None:
        return Typed(Const(None), "empty")
    if isinstance(value, bool):
        return Typed(Const(value), "boolean")
    if isinstance(value, str):
        return Typed(Const(unicodedata.normalize("NFC", value)), "text")
    exponent = value.as_tuple().exponent
    scale = max(-exponent, 0) if isinstance(exponent, int) else 0
    return Typed(Const(value), "number", None, scale)


def family(part: Typed) -> str:
    """Keys of one family may be compared: teams with teams, options of one field."""
    info = part.info
    if info is None:
        return ""
    if info.path.kind in ("choice", "tree", "multi_choice"):
        return "options:" + ",".join(sorted(info.options))
    return {"teams": "team", "people": "person", "tickets": "ticket"}.get(
        info.path.kind, info.path.kind
    )


def same_keys(part: Typed, target: PathInfo) -> bool:
    return family(part) == family(Typed(Const(None), "key", target))


def null_cure(left: Typed, right: Typed) -> str:
    return "use `coalesce(…)`" if "empty" in (left.type, right.type) else ""


IN_WORDS: Final = {
    "number": "a number", "duration": "a length of time", "boolean": "true or false",
    "text": "a text", "date": "a date", "datetime": "a moment", "key": "a choice",
    "list": "a list", "lines": "a list of rows", "empty": "`null`",
}  # fmt: skip


def said(part: Typed) -> str:
    if part.info is not None and part.type in ("key", "list"):
        return f"`{part.info.path.spelled}`"
    return IN_WORDS[part.type]


ARITHMETIC: Final = {
    ("+", "number", "number"): "number",
    ("-", "number", "number"): "number",
    ("*", "number", "number"): "number",
    ("/", "number", "number"): "number",
    ("+", "text", "text"): "text",
    ("+", "duration", "duration"): "duration",
    ("-", "duration", "duration"): "duration",
    ("*", "duration", "number"): "duration",
    ("*", "number", "duration"): "duration",
    ("/", "duration", "number"): "duration",
    ("/", "duration", "duration"): "number",
    ("+", "datetime", "duration"): "datetime",
    ("-", "datetime", "duration"): "datetime",
    ("-", "datetime", "datetime"): "duration",
}
