"""Several of the field's options, each once, in the order of the spec."""

from __future__ import annotations

from engine.facts import Value
from engine.model.field import FieldModel
from engine.values.base import Reader, ValueProblem, ValueType, list_of, text_of
from engine.values.choice import option_named, title_of


def items_of(value: Value) -> tuple[str, ...]:
    """A list value as strings; a scalar left from an earlier type counts as one."""
    if isinstance(value, tuple):
        return tuple(str(one) for one in value)
    return () if value is None else (str(value),)


class MultiChoiceValue(ValueType):
    def normalise(self, raw: object, item: FieldModel, zone: str) -> Value | ValueProblem:
        keys = []
        for one in list_of(raw):
            text = text_of(one)
            option = option_named(text, item) if isinstance(text, str) else None
            if option is None:
                return ValueProblem("unknown_option", {"value": str(one)})
            keys.append(option.key)
        order = {key: number for number, key in enumerate(item.options)}
        return tuple(sorted(dict.fromkeys(keys), key=order.__getitem__)) or None

    def check(self, value: Value, item: FieldModel) -> ValueProblem | None:
        return check_count(len(items_of(value)), item)

    def show(self, value: Value, item: FieldModel, reader: Reader) -> str:
        comma = "、" if reader.is_chinese else ", "
        return comma.join(title_of(key, item, reader.locale) for key in items_of(value))

    def to_text(self, value: Value, item: FieldModel, reader: Reader) -> str:
        ids = (item.options[key].id if key in item.options else key for key in items_of(value))
        return "; ".join(ids)


def check_count(number: int, item: FieldModel) -> ValueProblem | None:
    """Whether a list is neither too short nor too long."""
    low, high = item.limits.min_count, item.limits.max_count
    if low is not None and number < low:
        return ValueProblem("too_few", {"limit": low})
    if high is not None and number > high:
        return ValueProblem("too_many", {"limit": high})
    return None


TYPE = MultiChoiceValue()
