"""Text of several lines, plain."""

from __future__ import annotations

from engine.facts import Value
from engine.model.field import FieldModel
from engine.values.base import ValueProblem, text_of
from engine.values.text import TextValue


class LongTextValue(TextValue):
    """Line breaks are kept."""

    def normalise(self, raw: object, item: FieldModel, zone: str) -> Value | ValueProblem:
        text = text_of(raw)
        return text if isinstance(text, ValueProblem) else text or None


TYPE = LongTextValue()
