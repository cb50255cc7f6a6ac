"""What a written value means, so that two ways to say the same are equal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.change.written import plain
from specs.clauses import CellMark, ConditionMark, EventMark, FormulaMark
from specs.marks import Duration
from specs.shape import Shape


def meaning(shape: Shape, value: Any) -> Any:
    """A value to compare: no short forms, no spaces that say nothing."""
    if value is None:
        return None
    if shape.form == "list" and shape.item is not None and isinstance(value, (list, tuple)):
        return [meaning(shape.item, item) for item in value]
    marker = shape.marker
    if isinstance(marker, (ConditionMark, EventMark)) and isinstance(value, dict):
        return condition(value)
    if isinstance(marker, (CellMark, FormulaMark)):
        return " ".join(str(value).split())
    if isinstance(value, Duration):
        # Hours and minutes count the same open time; days and weeks do not.
        return (value.weeks, value.days, value.hours * 60 + value.minutes, value.plain)
    return plain(value)


def condition(raw: Any) -> Any:
    """A condition with every `is` and `one_of` written as the bare value or list it stands for."""
    if isinstance(raw, list):
        several = [condition(item) for item in raw]
        if len(several) == 1 and not isinstance(several[0], dict):
            return several[0]
        scalars = all(not isinstance(item, (dict, list)) for item in several)
        return sorted(several, key=str) if scalars else several
    if not isinstance(raw, Mapping):
        return raw if isinstance(raw, bool) or raw is None else str(raw)
    if len(raw) == 1:
        word, inner = next(iter(raw.items()))
        if word in ("is", "one_of"):
            return condition(inner)
        if word == "all" and isinstance(inner, list) and len(inner) == 1:
            return condition(inner[0])
    return {str(key): condition(item) for key, item in raw.items()}
