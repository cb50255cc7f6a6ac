"""An instant, kept as whole microseconds UTC."""

from __future__ import annotations

import datetime
import re
from zoneinfo import ZoneInfo

from engine.facts import Value
from engine.instant import from_us, to_us
from engine.model.field import FieldModel
from engine.values.base import Reader, ValueProblem, ValueType, text_of
from engine.values.date import parse_date, show_date
from engine.values.number import as_int

_FORM = re.compile(
    r"(?P<day>\S+?)[T ]+(?P<h>\d{1,2}):(?P<m>\d{2})(:(?P<s>\d{2})(\.(?P<f>\d{1,6}))?)?"
    r" ?(?P<zone>Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)


def parse_instant(text: str, zone: str) -> int | None:
    """`2026-03-02T09:30`, with `:ss`, and with `+08:00` or `Z`, else in `zone`; or None."""
    found = _FORM.fullmatch(text)
    day = parse_date(found["day"]) if found else None
    if found is None or day is None:
        return None
    try:
        clock = datetime.time(
            int(found["h"]),
            int(found["m"]),
            int(found["s"] or 0),
            int((found["f"] or "0").ljust(6, "0")),
            tzinfo=_zone(found["zone"], zone),
        )
        moment = datetime.datetime.combine(day, clock)
        return to_us(moment.astimezone(datetime.UTC))
    except (ValueError, OverflowError):
        return None


def _zone(offset: str | None, zone: str) -> datetime.tzinfo:
    if offset is None:
        return ZoneInfo(zone)
    if offset == "Z":
        return datetime.UTC
    sign = -1 if offset[0] == "-" else 1
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    return datetime.timezone(sign * datetime.timedelta(hours=hours, minutes=minutes))


class DatetimeValue(ValueType):
    def normalise(self, raw: object, item: FieldModel, zone: str) -> Value | ValueProblem:
        text = text_of(raw)
        if isinstance(text, ValueProblem):
            return ValueProblem("not_datetime")
        if not text:
            return None
        moment = parse_instant(text, zone)
        return ValueProblem("not_datetime") if moment is None else moment

    def check(self, value: Value, item: FieldModel) -> ValueProblem | None:
        low, high = item.limits.low, item.limits.high
        if low is not None and as_int(value) < low:
            return ValueProblem("not_before", {"limit": _iso(low, "UTC")})
        if high is not None and as_int(value) > high:
            return ValueProblem("not_after", {"limit": _iso(high, "UTC")})
        return None

    def show(self, value: Value, item: FieldModel, reader: Reader) -> str:
        moment = from_us(as_int(value), reader.zone)
        gap = " " if reader.is_chinese else ", "
        return f"{show_date(moment.date(), reader)}{gap}{moment:%H:%M}"

    def to_text(self, value: Value, item: FieldModel, reader: Reader) -> str:
        return _iso(as_int(value), reader.zone)


def _iso(value: int, zone: str) -> str:
    moment = from_us(value, zone)
    return moment.isoformat(timespec="microseconds" if moment.microsecond else "seconds")


TYPE = DatetimeValue()
