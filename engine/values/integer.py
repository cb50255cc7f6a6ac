"""A whole number."""

from __future__ import annotations

from engine.model.field import FieldModel
from engine.values.number import NumberValue


class IntegerValue(NumberValue):
    def scale(self, item: FieldModel) -> int:
        return 0


TYPE = IntegerValue()
