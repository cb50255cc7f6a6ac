"""A length of plain time, kept as whole seconds; written `1d 4h 30m`."""

from __future__ import annotations

import re

from engine.facts import Value
from engine.model.field import FieldModel
from engine.values.base import Reader, ValueProblem, ValueType, text_of
from engine.values.number import as_int

_PART = re.compile(r"(\d{1,9})\s*([wdhms])", re.ASCII)
_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_CHINESE = {"w": " 周", "d": " 天", "h": " 小时", "m": " 分", "s": " 秒"}


def parse_seconds(text: str) -> int | None:
    """Whole seconds of `1d 4h`, units in falling order, each once; None when it is no duration."""
    total, rank, rest = 0, -1, text.strip().lower()
    if not rest:
        return None
    while rest:
        found = _PART.match(rest)
        if found is None or (place := "wdhms".index(found[2])) <= rank:
            return None
        total, rank = total + int(found[1]) * _SECONDS[found[2]], place
        rest = rest[found.end() :].lstrip()
    return total


def parts_of(seconds: int) -> list[tuple[int, str]]:
    """Days, hours, minutes and seconds, zeros left out; zero itself is `0 m`."""
    found, rest = [], abs(seconds)
    for unit in "dhms":
        number, rest = divmod(rest, _SECONDS[unit])
        if number:
            found.append((number, unit))
    return found or [(0, "m")]


def show_seconds(seconds: int, reader: Reader) -> str:
    """`1 天 4 小时` or `1d 4h`."""
    words = _CHINESE if reader.is_chinese else {}
    said = " ".join(f"{number}{words.get(unit, unit)}" for number, unit in parts_of(seconds))
    return ("-" if seconds < 0 else "") + said


class DurationValue(ValueType):
    def normalise(self, raw: object, item: FieldModel, zone: str) -> Value | ValueProblem:
        text = text_of(raw)
        if isinstance(text, ValueProblem) or isinstance(raw, bool):
            return ValueProblem("not_duration")
        if not text:
            return None
        seconds = raw if isinstance(raw, int) else parse_seconds(text)
        return ValueProblem("not_duration") if seconds is None else seconds

    def check(self, value: Value, item: FieldModel) -> ValueProblem | None:
        low, high = item.limits.low, item.limits.high
        if low is not None and as_int(value) < low:
            return ValueProblem("at_least", {"limit": show_seconds(low, Reader())})
        if high is not None and as_int(value) > high:
            return ValueProblem("at_most", {"limit": show_seconds(high, Reader())})
        return None

    def show(self, value: Value, item: FieldModel, reader: Reader) -> str:
        return show_seconds(as_int(value), reader)

    def to_text(self, value: Value, item: FieldModel, reader: Reader) -> str:
        return show_seconds(as_int(value), Reader())


TYPE = DurationValue()
