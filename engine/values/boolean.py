"""Yes or no; not answered is neither."""

from __future__ import annotations

from engine.facts import Value
from engine.model.field import FieldModel
from engine.values.base import Reader, ValueProblem, ValueType, text_of

_WORDS = {
    **dict.fromkeys(("true", "yes", "on", "1", "是"), True),
    **dict.fromkeys(("false", "no", "off", "0", "否"), False),
}


class BooleanValue(ValueType):
    def normalise(self, raw: object, item: FieldModel, zone: str) -> Value | ValueProblem:
        text = text_of(raw)
        if isinstance(text, ValueProblem):
            return ValueProblem("not_boolean")
        if not text:
            return None
        found = _WORDS.get(text.lower())
        return ValueProblem("not_boolean") if found is None else found

    def show(self, value: Value, item: FieldModel, reader: Reader) -> str:
        pair = ("是", "否") if reader.is_chinese else ("Yes", "No")
        return pair[0] if value else pair[1]

    def to_text(self, value: Value, item: FieldModel, reader: Reader) -> str:
        return "true" if value else "false"


TYPE = BooleanValue()
