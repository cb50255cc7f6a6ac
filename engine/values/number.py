"""Numbers in decimal text: exact, scaled to whole numbers; the floor under all numeric types."""

from __future__ import annotations

import re
from decimal import Decimal

from engine.facts import Value
from engine.model.field import FieldModel
from engine.normal import GREATEST, fold
from engine.values.base import Reader, ValueProblem, ValueType, text_of

_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d*)?|[+-]?\.\d+", re.ASCII)


def scaled(text: str, scale: int) -> int | ValueProblem:
    """Decimal text as a whole number of 10^-scale units.

    Thousands may be grouped by commas; full-width digits are read. More digits than `scale` are
    refused, zeros at the end aside: rounding is never silent at the door.
    """
    plain = fold(text).strip().replace("−", "-")
    if len(plain) > 40 or not _NUMBER.fullmatch(plain):
        return ValueProblem("not_number" if scale else "not_integer")
    number = Decimal(plain.replace(",", "")).scaleb(scale)
    if number != number.to_integral_value():
        return ValueProblem("too_many_decimals" if scale else "not_integer", {"places": scale})
    if abs(number) > GREATEST:
        return ValueProblem("too_large")
    return int(number)


def plain_number(value: int, scale: int) -> str:
    """`1230` at scale 2 as `12.30`, without grouping."""
    sign, digits = ("-" if value < 0 else ""), str(abs(value)).rjust(scale + 1, "0")
    return sign + (f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits)


def grouped(value: int, scale: int) -> str:
    """The same with thousands grouped, as both languages write it: `5,000.00`."""
    whole, dot, rest = plain_number(value, scale).partition(".")
    return f"{int(whole):,}{dot}{rest}" if whole != "-0" else f"-0{dot}{rest}"


def as_int(value: Value) -> int:
    """A stored number; 0 for what is none, which only a spec changed meanwhile can bring about."""
    return value if isinstance(value, int) else 0


class NumberValue(ValueType):
    """A number with `item.scale` decimal digits."""

    def scale(self, item: FieldModel) -> int:
        return item.scale

    def normalise(self, raw: object, item: FieldModel, zone: str) -> Value | ValueProblem:
        text = text_of(raw)
        if isinstance(text, ValueProblem) or isinstance(raw, bool):
            return ValueProblem("not_number")
        return scaled(text, self.scale(item)) if text else None

    def check(self, value: Value, item: FieldModel) -> ValueProblem | None:
        number, limits = as_int(value), item.limits
        if limits.low is not None and number < limits.low:
            return ValueProblem("at_least", {"limit": grouped(limits.low, self.scale(item))})
        if limits.high is not None and number > limits.high:
            return ValueProblem("at_most", {"limit": grouped(limits.high, self.scale(item))})
        return None

    def show(self, value: Value, item: FieldModel, reader: Reader) -> str:
        return grouped(as_int(value), self.scale(item))

    def to_text(self, value: Value, item: FieldModel, reader: Reader) -> str:
        return plain_number(as_int(value), self.scale(item))
