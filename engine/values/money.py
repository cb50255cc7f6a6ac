"""An amount of money: the currency's digits, exact."""

from __future__ import annotations

from engine.facts import Value
from engine.model.field import FieldModel
from engine.values.base import Reader, ValueProblem, text_of
from engine.values.number import NumberValue, as_int, grouped

_SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "HKD": "HK$"}
_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "BHD": 3, "KWD": 3, "OMR": 3, "TND": 3}


def digits_of(currency: str) -> int:
    """How many decimal digits a currency has (ISO 4217)."""
    return _DIGITS.get(currency, 2)


class MoneyValue(NumberValue):
    def normalise(self, raw: object, item: FieldModel, zone: str) -> Value | ValueProblem:
        text = text_of(raw)
        if isinstance(text, str) and text:
            raw = text.removeprefix("¥").removeprefix(_SIGNS.get(item.currency, "¥")).strip()
        return super().normalise(raw, item, zone)

    def show(self, value: Value, item: FieldModel, reader: Reader) -> str:
        number = as_int(value)
        sign = _SIGNS.get(item.currency, f"{item.currency} " if item.currency else "")
        return ("-" if number < 0 else "") + sign + grouped(abs(number), item.scale)


TYPE = MoneyValue()
