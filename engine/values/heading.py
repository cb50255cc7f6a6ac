"""A heading in a form: layout, never a value."""

from __future__ import annotations

from engine.facts import Value
from engine.model.field import FieldModel
from engine.values.base import ValueProblem, ValueType, is_empty


class HeadingValue(ValueType):
    def normalise(self, raw: object, item: FieldModel, zone: str) -> Value | ValueProblem:
        return None if is_empty(raw) else ValueProblem("not_input")


TYPE = HeadingValue()
