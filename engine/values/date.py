"""A day of the calendar, kept as `YYYY-MM-DD`."""

from __future__ import annotations

import datetime
import re

from engine.facts import Value
from engine.model.field import FieldModel
from engine.values.base import Reader, ValueProblem, ValueType, text_of

_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def parse_date(text: str) -> datetime.date | None:
    """A date from `2026-03-02`, `2026/3/2` or `2026年3月2日`; None when it is none."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    try:
        return datetime.date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def show_date(day: datetime.date, reader: Reader) -> str:
    """`2026-03-02` for Chinese readers, `2 Mar 2026` for others."""
    if reader.is_chinese:
        return day.isoformat()
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


class DateValue(ValueType):
    def normalise(self, raw: object, item: FieldModel, zone: str) -> Value | ValueProblem:
        text = text_of(raw)
        if isinstance(text, ValueProblem):
            return ValueProblem("not_date")
        if not text:
            return None
        day = parse_date(text)
        return ValueProblem("not_date") if day is None else day.isoformat()

    def check(self, value: Value, item: FieldModel) -> ValueProblem | None:
        low, high = item.limits.low_date, item.limits.high_date
        if low is not None and str(value) < low:
            return ValueProblem("not_before", {"limit": low})
        if high is not None and str(value) > high:
            return ValueProblem("not_after", {"limit": high})
        return None

    def show(self, value: Value, item: FieldModel, reader: Reader) -> str:
        day = parse_date(str(value))
        return show_date(day, reader) if day else str(value)


TYPE = DateValue()
