"""Which control stands for which position and what it shows of a value, for both directions."""

from __future__ import annotations

from typing import Any

from generators.admin_screen.controls import Sort
from specs.base import ShortForm
from specs.clauses import ActionMark, CellMark, ConditionMark, ValueMark
from specs.marks import (
    DayMark,
    DecimalMark,
    FlagMark,
    IdMark,
    PathMark,
    Ref,
    StrMark,
    TextMark,
    WholeMark,
    Words,
)
from specs.shape import Shape, slots
from specs.vocabulary import is_locale
from specs.writing import flow

_RAW = (ConditionMark, ValueMark, CellMark, ActionMark)
_ON = {"true", "yes", "on"}


def sort_of(shape: Shape, value: Any) -> Sort | None:
    """The control for a position that holds `value` (None: nothing); None for a constant.

    A value that its position can't hold is shown as its own YAML, so that nothing is lost.
    """
    if shape.form == "leaf":
        return _of_leaf(shape, value)
    if shape.form == "list":
        return _of_list(shape, value)
    if shape.form == "map":
        return _of_map(shape, value)
    return "group" if value is None or isinstance(whole(shape, value), dict) else "raw"


def _of_leaf(shape: Shape, value: Any) -> Sort | None:
    marker = shape.marker
    if shape.words:
        return "choice" if len(shape.words) > 1 else None
    if marker is None or isinstance(marker, _RAW):
        return "raw"
    if isinstance(marker, TextMark):
        return "localized" if value is None or is_text(value) else "raw"
    if isinstance(value, dict | list):
        return "raw"
    if isinstance(marker, FlagMark):
        return "boolean"
    if isinstance(marker, Words | Ref):
        return "choice"
    if isinstance(marker, WholeMark | DecimalMark):
        return "number"
    return "text"


def _of_list(shape: Shape, value: Any) -> Sort:
    item = shape.item
    if item is None or item.form != "leaf" or isinstance(item.marker, ActionMark | CellMark):
        return "raw"
    items = value if isinstance(value, list) else [] if value is None else [value]
    # Who and events may be maps; they are written in brackets on their line.
    maps = not isinstance(item.marker, Ref | Words | StrMark | PathMark | DayMark)
    fits = all(_is_line(one) or (maps and isinstance(one, dict)) for one in items)
    return "list" if fits else "raw"


def _is_line(item: Any) -> bool:
    return isinstance(item, str) and item == item.strip() != "" and "\n" not in item


def _of_map(shape: Shape, value: Any) -> Sort:
    if value is not None and not isinstance(value, dict):
        return "raw"
    item, key = shape.item, shape.key.marker if shape.key else None
    if item is None or item.form in ("list", "map"):
        return "raw"
    if item.form == "leaf":
        named = isinstance(key, IdMark | Ref | Words)
        return "map" if named and sort_of(item, None) not in ("raw", None) else "raw"
    return "map"


def is_text(value: Any) -> bool:
    """Whether a value is a text or a text by locale."""
    if isinstance(value, dict):
        return all(is_locale(key) and isinstance(text, str | None) for key, text in value.items())
    return isinstance(value, str)


def whole(shape: Shape, value: Any) -> Any:
    """An object as if it had been written in full."""
    return value if shape.short is None else ShortForm(shape.short).whole(value)


def is_short(shape: Shape, value: Any) -> bool:
    """Whether an object was written as the value of one of its keys alone."""
    return value is not None and whole(shape, value) is not value


def model_of(shape: Shape, value: Any) -> Any:
    """The class of an object, None where its `type:` is missing or unknown."""
    if shape.form == "tagged":
        word = value.get("type") if isinstance(value, dict) else None
        return dict(shape.models).get(word) if isinstance(word, str) else None
    return shape.model


def slots_of(shape: Shape, value: Any) -> dict[str, Any]:
    """The keys of an object by name; of one without a known type its `type` alone."""
    model = model_of(shape, value)
    if model is not None:
        return dict(slots(model))
    first = dict(slots(shape.models[0][1])) if shape.models else {}
    return {"type": first["type"]} if "type" in first else {}


def line_of(item: Any) -> str:
    """An item of a list on its line."""
    return item if isinstance(item, str) else "" if item is None else flow(item)


def lines_of(value: Any) -> list[str]:
    """A list, or its only item, as lines."""
    if value is None:
        return []
    return [line_of(item) for item in value] if isinstance(value, list) else [line_of(value)]


def is_on(value: Any, default: Any) -> bool:
    """Whether a switch shows as on."""
    return bool(default) if value is None else str(value).lower() in _ON


def texts_of(value: Any, locales: tuple[str, ...]) -> dict[str, str]:
    """A text by the tenant's locales; one without a locale stands in the first."""
    if isinstance(value, dict):
        others = (locale for locale in value if locale not in locales)
        return {locale: value.get(locale) or "" for locale in (*locales, *others)}
    return {locale: (value or "") if at == 0 else "" for at, locale in enumerate(locales)}
