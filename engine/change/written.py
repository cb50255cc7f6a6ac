"""Values of specs as people write them, in one line, for both sides of a change."""

from __future__ import annotations

from typing import Any, Final

from specs.base import Spec
from specs.clauses import Action, Who, WhoMark
from specs.shape import Shape, slots

MOST: Final = 160
"""So many characters of a value are shown; the file has the rest."""


def written(value: Any, shape: Shape | None = None) -> str:
    """A value in one line, as it would stand in a file; "" for nothing."""
    if value is None or value == ():
        return ""
    marker = shape.marker if shape is not None else None
    if isinstance(marker, WhoMark) and marker.bare_role and value.sort == "role":
        return str(value.id)
    text = _flow(value, top=True)
    return text if len(text) <= MOST else text[: MOST - 1] + "…"


def plain(value: Any) -> Any:
    """A value without our classes: what a reader of the file would have."""
    if isinstance(value, Spec):
        return {
            slot.name: plain(getattr(value, slot.attribute))
            for slot in slots(type(value)).values()
            if slot.attribute in value.model_fields_set and slot.name != "note"
        }
    if isinstance(value, Who):
        return value.id if value.sort == "relation" else {value.sort: value.id}
    if isinstance(value, Action):
        to = {"to": plain(value.to)} if value.to is not None else {}
        return {value.verb: plain(value.value), **to}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return str(value)


def _flow(value: Any, *, top: bool = False) -> str:
    value = plain(value)
    if value == {}:
        return "{}"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        inner = ", ".join(_flow(item) for item in value)
        return inner if top else f"[{inner}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else " ".join(str(value).split())
