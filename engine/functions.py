"""The functions of formulas: total, without side effects, a value or None (empty) for any input."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from typing import Any, Final

from engine.instant import from_us
from engine.normal import fold

EXACT: Final[Context] = Context(
    prec=60, rounding=ROUND_HALF_EVEN, Emin=-999_999, Emax=999_999, traps=[]
)
"""Sixty digits: far more than any sum of stored numbers needs before its one rounding."""
_GUARDED: Final[Context] = Context(
    prec=40, rounding=ROUND_HALF_EVEN, Emin=-999_999, Emax=999_999, traps=[]
)
_HOUR: Final = Decimal(3600)


def settled(value: Any) -> Any:
    """A number without the last of its digits, which a division may have spoilt; else the value.

    So a third of three is one: what is compared or rounded is settled before.
    """
    return _GUARDED.plus(value) if isinstance(value, Decimal) else value


def rounded(number: Decimal, places: int, how: str = ROUND_HALF_EVEN) -> Decimal | None:
    """The number with so many decimal places (negative: tens, hundreds); None when out of range."""
    if not number.is_finite() or abs(places) > 12:
        return None
    result = settled(number).quantize(Decimal(1).scaleb(-places), how, EXACT)
    return result if result.is_finite() else None


def _round(number: Decimal, places: Decimal = Decimal(0)) -> Decimal | None:
    return rounded(number, int(places)) if places == int(places) else None


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _local_date(moment: int, zone: str) -> str:
    return from_us(moment, zone).date().isoformat()


def _days_between(first: str, last: str) -> Decimal | None:
    one, other = _date(first), _date(last)
    return None if one is None or other is None else Decimal((other - one).days)


def _hours_between(first: int, last: int) -> Decimal:
    return EXACT.divide(Decimal(last - first), _HOUR * 1_000_000)


def _add_days(day: str, days: Decimal) -> str | None:
    start = _date(day)
    if start is None or days != int(days) or abs(days) > 100_000:
        return None
    try:
        return (start + dt.timedelta(days=int(days))).isoformat()
    except OverflowError:
        return None


def _part(name: str) -> Callable[[str], Decimal | None]:
    def part(day: str) -> Decimal | None:
        found = _date(day)
        return None if found is None else Decimal(getattr(found, name))

    return part


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "min": lambda *values: min(map(settled, values)),
    "max": lambda *values: max(map(settled, values)),
    "abs": lambda number: number.copy_abs(),
    "round": _round,
    "floor": lambda number: rounded(number, 0, ROUND_FLOOR),
    "ceil": lambda number: rounded(number, 0, ROUND_CEILING),
    "len": lambda value: Decimal(len(value)),
    "lower": lambda text: text.lower(),
    "upper": lambda text: text.upper(),
    "trim": lambda text: text.strip() or None,
    "concat": lambda *texts: "".join(texts),
    "contains": lambda text, part: fold(part) in fold(text),
    "starts_with": lambda text, part: fold(text).startswith(fold(part)),
    "days_between": _days_between,
    "hours_between": _hours_between,
    "hours": lambda seconds: EXACT.divide(seconds, _HOUR),
    "add_days": _add_days,
    "local_date": _local_date,
    "year": _part("year"),
    "month": _part("month"),
    "day": _part("day"),
}
"""Each is called with values only: an empty argument has made the result empty before.

`local_date` is not written by people; the compiler puts it where a date is made of an instant.
"""
