"""Times, durations and money in the words that the design language fixes."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.numbers import format_currency, format_decimal
from markupsafe import Markup

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NEAR = {
    "zh-CN": {-1: "昨天", 0: "今天", 1: "明天"},
    "en": {-1: "Yesterday", 0: "Today", 1: "Tomorrow"},
}
_UNITS = {"zh-CN": (" 天", " 小时", " 分"), "en": ("d", "h", "m")}


def day(value: date, locale: str, today: date) -> str:
    """A calendar day without a time: ``11-21`` or ``21 Nov``; the year only when it differs."""
    other_year = value.year != today.year
    if locale == "en":
        short = f"{value.day} {_MONTHS[value.month - 1]}"
        return f"{short} {value.year}" if other_year else short
    short = f"{value.month:02}-{value.day:02}"
    return f"{value.year}-{short}" if other_year else short


def weekday(value: date, locale: str) -> str:
    """The day of the week, short: ``Mon`` or ``周一``."""
    return str(_babel(locale).days["format"]["abbreviated"][value.weekday()])


def month(value: date, locale: str) -> str:
    """The month of a day: ``Nov 2026`` or ``2026 年 11 月``."""
    if locale == "en":
        return f"{_MONTHS[value.month - 1]} {value.year}"
    return f"{value.year} 年 {value.month} 月"


def moment(value: datetime, locale: str, now: datetime, zone: str) -> str:
    """A point in time as lists show it: ``今天 12:06``, ``Yesterday 16:40``, ``11-21 09:12``."""
    here, today = value.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    near = _NEAR[locale].get((here.date() - today).days)
    return f"{near or day(here.date(), locale, today)} {here:%H:%M}"


def written(value: datetime, locale: str, now: datetime, zone: str) -> str:
    """A point in time as prose shows it: ``11 月 21 日 09:12`` or ``21 Nov 09:12``."""
    here, today = value.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    if locale == "en":
        return f"{day(here.date(), locale, today)} {here:%H:%M}"
    year = f"{here.year} 年 " if here.year != today.year else ""
    return f"{year}{here.month} 月 {here.day} 日 {here:%H:%M}"


def period(start: datetime, end: datetime, locale: str, now: datetime, zone: str) -> str:
    """From when to when, as prose shows it: ``21 Nov 14:00–16:00``; a later day is named too."""
    last = end.astimezone(ZoneInfo(zone))
    same = start.astimezone(ZoneInfo(zone)).date() == last.date()
    until = f"{last:%H:%M}" if same else written(end, locale, now, zone)
    return f"{written(start, locale, now, zone)}–{until}"


def duration(value: timedelta, locale: str) -> str:
    """A length of time in its two largest units: ``1 小时 42 分``, ``1h 42m``, ``3d``."""
    minutes = int(abs(value).total_seconds() // 60)
    amounts = (minutes // 1440, minutes % 1440 // 60, minutes % 60)
    parts = [f"{n}{unit}" for n, unit in zip(amounts, _UNITS[locale], strict=True) if n]
    return " ".join(parts[:2]) if parts else f"0{_UNITS[locale][2]}"


def left(value: timedelta, locale: str) -> str:
    """Time until a deadline, or how far it is over when negative: ``35m over``, ``超时 35 分``."""
    span = duration(value, locale)
    if value < timedelta(0):
        return f"超时 {span}" if locale == "zh-CN" else f"{span} over"
    return span if locale == "zh-CN" else f"{span} left"


def exact(value: datetime, zone: str) -> str:
    """The very instant, for whoever doubts the words: ``2026-11-22 10:24:07 UTC+08:00``."""
    here = value.astimezone(ZoneInfo(zone)).isoformat(" ", "seconds")
    return f"{here[:19]} UTC{here[19:]}"


def ago(value: datetime, locale: str, now: datetime, zone: str) -> str:
    """How long ago, up to a day; after that the moment itself."""
    passed = now - value
    if not timedelta(0) <= passed < timedelta(days=1):
        return moment(value, locale, now, zone)
    minutes = int(passed.total_seconds() // 60)
    if minutes < 1:
        return "刚刚" if locale == "zh-CN" else "just now"
    if minutes < 60:
        return f"{minutes} 分钟前" if locale == "zh-CN" else f"{minutes} min ago"
    hours = minutes // 60
    return f"{hours} 小时前" if locale == "zh-CN" else f"{hours} h ago"


@cache
def _babel(locale: str) -> Locale:
    """Reading a locale's name is most of what Babel does to write a number."""
    return Locale.parse(locale, sep="-")


def money(value: Decimal, locale: str, currency: str) -> str:
    """An amount with its currency sign and grouping: ``¥4,299.00``."""
    return format_currency(value, currency, locale=_babel(locale))


def number(value: Decimal | int | float, locale: str) -> str:
    """A number with grouping: ``1,250``."""
    return format_decimal(value, locale=_babel(locale))


def file_size(value: int) -> str:
    """Bytes as a person reads them: ``212 KB``, ``3.2 MB``."""
    if value < 1024:
        return f"{value} B"
    if value < 1024 * 1024:
        return f"{value / 1024:.0f} KB"
    return f"{value / 1024 / 1024:.1f} MB"


def listed(parts: Iterable[str], locale: str) -> str:
    """Names one after the other: ``a, b`` or ``甲、乙``."""
    return ("、" if locale.startswith("zh") else ", ").join(parts)


def clauses(parts: Iterable[str], locale: str) -> str:
    """Sentences without their stops, one after the other: ``this; that``."""
    return ("；" if locale.startswith("zh") else "; ").join(parts)


_REACHED: Final = re.compile(
    r"(?<![\w+.-])(?P<phone>\+?\d[\d ()-]{5,18}\d)(?![\w-])"
    r"|(?P<mail>[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+)"
)


def reachable(text: str) -> Markup:
    """A line that says how one is reached: a phone calls and writes by a touch."""
    made, at = Markup(), 0
    for one in _REACHED.finditer(text):
        word = one[0]
        digits = re.sub(r"[^\d+]", "", word)
        to = f"mailto:{word}" if one["mail"] else f"tel:{digits}"
        made += text[at : one.start()]
        made += Markup('<a class="nowrap" href="{}">{}</a>').format(to, word)
        at = one.end()
    return made + text[at:]


def stop(text: str, locale: str) -> str:
    """A sentence of a spec with its full stop, so that another may follow."""
    if text.endswith((".", "!", "?", "…", "。", "！", "？")):
        return text if locale == "zh-CN" else f"{text} "
    return f"{text}。" if locale == "zh-CN" else f"{text}. "
