"""A point on the earth: latitude and longitude in millionths of a degree, kept as text."""

from __future__ import annotations

from engine.facts import Value
from engine.model.field import FieldModel
from engine.values.base import ValueProblem, ValueType, text_of
from engine.values.number import plain_number, scaled

_DIGITS = 6


class LocationValue(ValueType):
    def normalise(self, raw: object, item: FieldModel, zone: str) -> Value | ValueProblem:
        text = text_of(raw)
        if isinstance(text, ValueProblem) or not text:
            return text or None
        parts = text.replace("，", ",").split(",")
        if len(parts) != 2:
            return ValueProblem("not_location")
        lat, lon = (scaled(part, _DIGITS) for part in parts)
        if isinstance(lat, ValueProblem) or isinstance(lon, ValueProblem):
            return ValueProblem("not_location")
        if abs(lat) > 90 * 10**_DIGITS or abs(lon) > 180 * 10**_DIGITS:
            return ValueProblem("not_location")
        return f"{plain_number(lat, _DIGITS)},{plain_number(lon, _DIGITS)}"


TYPE = LocationValue()
