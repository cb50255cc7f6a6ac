"""Rows of sub-fields, such as a parts list: a tuple of mappings by column key."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.facts import Value
from engine.model.field import FieldModel
from engine.normal import is_empty
from engine.values.base import Reader, ValueProblem, ValueType
from engine.values.messages import sentence
from engine.values.multi_choice import check_count


def rows_of(value: Value) -> tuple[Mapping[str, Value], ...]:
    """The rows of a stored value."""
    if not isinstance(value, tuple):
        return ()
    return tuple(row for row in value if isinstance(row, Mapping))


class LinesValue(ValueType):
    """`column_type` finds the type of a column; the registry hands it in."""

    def __init__(self, column_type: Callable[[str], ValueType]) -> None:
        self.column_type = column_type

    def normalise(self, raw: object, item: FieldModel, zone: str) -> Value | ValueProblem:
        if is_empty(raw):
            return None
        if not isinstance(raw, (list, tuple)):
            return ValueProblem("not_rows")
        rows: list[Value] = []
        for number, given in enumerate(raw, 1):
            row = self._row(number, given, item, zone)
            if isinstance(row, ValueProblem):
                return row
            if row:
                rows.append(row)
        return tuple(rows) or None

    def _row(
        self, number: int, given: object, item: FieldModel, zone: str
    ) -> dict[str, Value] | ValueProblem:
        if not isinstance(given, Mapping) or set(given) - set(item.columns):
            return ValueProblem("not_rows")
        row: dict[str, Value] = {}
        for key, column in item.columns.items():
            if not column.is_input:
                continue  # computed when the form settles, whatever came in
            value = self.column_type(column.type).normalise(given.get(key), column, zone)
            if isinstance(value, ValueProblem):
                return _in_row(number, column, value)
            if not is_empty(value):
                row[key] = value
        return row

    def check(self, value: Value, item: FieldModel) -> ValueProblem | None:
        rows = rows_of(value)
        for number, row in enumerate(rows, 1):
            for key, column in item.columns.items():
                cell = row.get(key)
                kind = self.column_type(column.type)
                if is_empty(cell):
                    missing = column.required and column.is_input
                    wrong = ValueProblem("missing") if missing else None
                else:
                    wrong = kind.check(cell, column)
                if wrong is not None:
                    return _in_row(number, column, wrong)
        return check_count(len(rows), item)

    def show(self, value: Value, item: FieldModel, reader: Reader) -> str:
        semicolon = "；" if reader.is_chinese else "; "
        return semicolon.join(self._line(row, item, reader) for row in rows_of(value))

    def _line(self, row: Mapping[str, Value], item: FieldModel, reader: Reader) -> str:
        cells = (
            self.column_type(column.type).show(row[key], column, reader)
            for key, column in item.columns.items()
            if not is_empty(row.get(key))
        )
        return " ".join(cells)

    def to_text(self, value: Value, item: FieldModel, reader: Reader) -> str:
        lines = []
        for row in rows_of(value):
            cells = (
                f"{column.id}={self.column_type(column.type).to_text(row[key], column, reader)}"
                for key, column in item.columns.items()
                if not is_empty(row.get(key))
            )
            lines.append(", ".join(cells))
        return "; ".join(lines)


def _in_row(number: int, column: FieldModel, why: ValueProblem) -> ValueProblem:
    return ValueProblem("row", {"row": number, "column": column.label, "why": Why(why)})


class Why:
    """A problem inside another's sentence, said in the reader's language."""

    def __init__(self, wrong: ValueProblem) -> None:
        self.wrong = wrong

    def say(self, locale: str) -> str:
        return sentence(self.wrong.code, self.wrong.args, locale)
