"""Text on one line."""

from __future__ import annotations

import re2

from engine.facts import Value
from engine.model.field import FieldModel
from engine.values.base import ValueProblem, ValueType, text_of


class TextValue(ValueType):
    """Line breaks become spaces; `is` compares code points, so nothing else is changed."""

    def normalise(self, raw: object, item: FieldModel, zone: str) -> Value | ValueProblem:
        text = text_of(raw)
        return text if isinstance(text, ValueProblem) else " ".join(text.splitlines()) or None

    def check(self, value: Value, item: FieldModel) -> ValueProblem | None:
        text, limits = str(value), item.limits
        if limits.max_length is not None and len(text) > limits.max_length:
            return ValueProblem("too_long", {"limit": limits.max_length})
        if limits.pattern is not None and not re2.fullmatch(limits.pattern, text):
            if limits.pattern_say:
                return ValueProblem("pattern_say", {"say": limits.pattern_say})
            return ValueProblem("pattern")
        return None

    def show(self, value: Value, item: FieldModel, reader: object) -> str:
        return str(value)


TYPE = TextValue()
