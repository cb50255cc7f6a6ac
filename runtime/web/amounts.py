"""A length of time as people write it: `1h 20m`, `20分钟`, `1小时20分`, `90`, `1:30`, `1.5h`."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final

_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)\Z")
_PART = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)\s*(天|d|小时|时|h|分钟|分|min|m)?\s*")
_MINUTES: Final = {"天": 1440, "d": 1440, "小时": 60, "时": 60, "h": 60}
_MOST_CHARS: Final = 40


def minutes_of(text: str) -> int:
    """The minutes, 0 where the text is none such; a bare number counts minutes."""
    plain = unicodedata.normalize("NFKC", text).strip().lower().replace("hours", "h")
    plain = plain.replace("hour", "h").replace("minutes", "m").replace("个小时", "小时")
    if not plain or len(plain) > _MOST_CHARS:
        return 0
    clock = _CLOCK.match(plain)
    if clock:
        return int(clock[1]) * 60 + int(clock[2])
    at, total, units = 0, Decimal(0), set()
    while at < len(plain):
        part = _PART.match(plain, at)
        unit = _MINUTES.get(part[2] or "m", 1) if part else 0
        if part is None or unit in units:
            return 0
        units.add(unit)
        total += Decimal(part[1]) * unit
        at = part.end()
    return int(total)
