"""A mark from 1 up to the field's highest."""

from __future__ import annotations

from engine.facts import Value
from engine.model.field import FieldModel
from engine.values.base import Reader
from engine.values.integer import IntegerValue
from engine.values.number import as_int


class RatingValue(IntegerValue):
    def show(self, value: Value, item: FieldModel, reader: Reader) -> str:
        return f"{as_int(value)} / {item.limits.high or 5}"


TYPE = RatingValue()
