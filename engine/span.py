"""A stretch of time as a spec writes it (`1w 2d 4h 30m`, `24h plain`) and as a person reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US

_UNITS = ("w", "d", "h", "m")
_PART = re.compile(r"(\d{1,7})([wdhm])", re.ASCII)
_LONGEST_DAYS = 3_660
_WORDS = {
    "zh": {"w": " 周", "d": " 天", "h": " 小时", "m": " 分", "plain": "（自然时间）"},
    "en": {"w": "w", "d": "d", "h": "h", "m": "m", "plain": " (clock time)"},
}
_UNDER_A_MINUTE = {"zh": "不到 1 分", "en": "under 1m"}


@dataclass(frozen=True, slots=True)
class Span:
    """Weeks and days are steps on a calendar; seconds are open time; a plain span is wall clock.

    Hours and minutes are folded into `seconds`. What each step means on a calendar is said by
    `engine.model.calendar.Calendar.add`.
    """

    weeks: int = 0
    days: int = 0
    seconds: int = 0
    plain: bool = False

    @classmethod
    @lru_cache(maxsize=1024)
    def parse(cls, text: str) -> Span:
        """Read `15m`, `1d 4h`, `24h plain`; raises ValueError saying what is wrong.

        Units come in falling order, each at most once; ten years is the longest.
        """
        words = text.split()
        plain = bool(words) and words[-1] == "plain"
        amounts = _amounts(words[:-1] if plain else words)
        span = cls(
            weeks=amounts.get("w", 0),
            days=amounts.get("d", 0),
            seconds=amounts.get("h", 0) * 3600 + amounts.get("m", 0) * 60,
            plain=plain,
        )
        if span.plain_us > _LONGEST_DAYS * DAY_US:
            raise ValueError("a duration may be at most ten years")
        return span

    @property
    def plain_us(self) -> int:
        """Its length in microseconds by the wall clock: a week is seven days, a day 24 hours."""
        return (self.weeks * 7 + self.days) * DAY_US + self.seconds * SECOND_US

    def text(self) -> str:
        """The canonical spec text; `Span.parse(span.text()) == span` for whole minutes."""
        body = " ".join(f"{n}{unit}" for unit, n in self._parts()) or "0m"
        return body + (" plain" if self.plain else "")

    def show(self, locale: str) -> str:
        """For people: `1 小时 42 分` in any Chinese locale, else `1h 42m`."""
        words = _WORDS[_language(locale)]
        parts = self._parts() or [("m", 0)]
        body = " ".join(f"{n}{words[unit]}" for unit, n in parts)
        return body + (words["plain"] if self.plain else "")

    def _parts(self) -> list[tuple[str, int]]:
        hours, rest = divmod(self.seconds, 3600)
        parts = (("w", self.weeks), ("d", self.days), ("h", hours), ("m", rest // 60))
        return [(unit, n) for unit, n in parts if n]


def humanise(us: int, locale: str) -> str:
    """A length in microseconds in at most two units, rounded down; the sign is the caller's to say.

    Hours run up to 47 (`30 小时`), because a day of open time is not 24 hours to its readers;
    from two days on it reads `3 天 4 小时`.
    """
    language = _language(locale)
    words = _WORDS[language]
    minutes = abs(us) // MINUTE_US
    if not minutes:
        return _UNDER_A_MINUTE[language]
    if minutes < 48 * 60:
        parts = zip("hm", divmod(minutes, 60), strict=True)
    else:
        parts = zip("dh", divmod(minutes // 60, 24), strict=True)
    return " ".join(f"{n}{words[unit]}" for unit, n in parts if n)


def _amounts(words: list[str]) -> dict[str, int]:
    if not words:
        raise ValueError("a duration is written like `15m`, `4h`, `2d` or `1d 4h`")
    amounts: dict[str, int] = {}
    last = -1
    for word in words:
        found = _PART.fullmatch(word)
        if found is None:
            raise ValueError(f"`{word}` is no duration; write a number with w, d, h or m")
        place = _UNITS.index(found[2])
        if place <= last:
            raise ValueError("the units of a duration come in falling order: w d h m, each once")
        last = place
        amounts[found[2]] = int(found[1])
    return amounts


def _language(locale: str) -> str:
    return "zh" if locale.lower().split("-")[0] == "zh" else "en"
