"""A heading in a form: layout, never a value."""

from __future__ import annotations

from engine.facts import Value
from engine.model.field import FieldModel
from engine.normal import is_empty
from engine.values.base import ValueProblem, ValueType


class HeadingValue(ValueType):
    def normalise(self, raw: object, item: FieldModel, zone: str) -> Value | ValueProblem:
        return None if is_empty(raw) else ValueProblem("not_input")


TYPE = HeadingValue()
