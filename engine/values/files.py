"""Files, by id, in the order they were given."""

from __future__ import annotations

from engine.facts import Value
from engine.model.field import FieldModel
from engine.values.base import Reader, ValueProblem, ValueType, list_of, text_of
from engine.values.multi_choice import check_count, items_of


class FilesValue(ValueType):
    def normalise(self, raw: object, item: FieldModel, zone: str) -> Value | ValueProblem:
        found = [text_of(one) for one in list_of(raw)]
        ids = [one for one in found if isinstance(one, str)]
        if len(ids) < len(found):
            return ValueProblem("not_text")
        return tuple(dict.fromkeys(ids)) or None

    def check(self, value: Value, item: FieldModel) -> ValueProblem | None:
        return check_count(len(items_of(value)), item)

    def show(self, value: Value, item: FieldModel, reader: Reader) -> str:
        comma = "、" if reader.is_chinese else ", "
        return comma.join(reader.names.get(one, one) for one in items_of(value))

    def to_text(self, value: Value, item: FieldModel, reader: Reader) -> str:
        return "; ".join(items_of(value))


TYPE = FilesValue()
