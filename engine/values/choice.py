"""One of the field's options, kept by key."""

from __future__ import annotations

from engine.facts import Value
from engine.model.field import FieldModel, Option
from engine.values.base import Reader, ValueProblem, ValueType, text_of


def option_named(word: str, item: FieldModel) -> Option | None:
    """The option with this key or id; a key wins, since forms post keys."""
    if word in item.options:
        return item.options[word]
    return next((one for one in item.options.values() if one.id == word), None)


def title_of(key: str, item: FieldModel, locale: str) -> str:
    """What people read of an option; its key when the option is gone from the spec."""
    option = item.options.get(key)
    return option.title.say(locale) or option.id if option else key


class ChoiceValue(ValueType):
    def normalise(self, raw: object, item: FieldModel, zone: str) -> Value | ValueProblem:
        text = text_of(raw)
        if isinstance(text, ValueProblem):
            return text
        if not text:
            return None
        option = option_named(text, item)
        return option.key if option else ValueProblem("unknown_option", {"value": text})

    def show(self, value: Value, item: FieldModel, reader: Reader) -> str:
        return title_of(str(value), item, reader.locale)

    def to_text(self, value: Value, item: FieldModel, reader: Reader) -> str:
        option = item.options.get(str(value))
        return option.id if option else str(value)


TYPE = ChoiceValue()
