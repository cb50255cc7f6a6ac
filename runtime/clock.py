"""The one place that knows what time it is and makes new ids.

Everything below the web and the workers takes a `Clock`; tests hand in a `FixedClock`.
"""

from __future__ import annotations

import os
import threading
import time
from typing import Protocol

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US


class Clock(Protocol):
    """Tells the present instant."""

    def now_us(self) -> int:
        """The present instant as microseconds since 1970 in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    __slots__ = ()

    def now_us(self) -> int:
        """The present instant as microseconds since 1970 in UTC."""
        return time.time_ns() // 1000


class FixedClock:
    """A clock that stands still until a test moves it."""

    __slots__ = ("_now_us",)

    def __init__(self, now_us: int) -> None:
        self._now_us = now_us

    def now_us(self) -> int:
        """The instant last set, as microseconds since 1970 in UTC."""
        return self._now_us

    def advance(self, by_us: int) -> None:
        """Move forward by `by_us` microseconds."""
        self._now_us += by_us

    def set(self, now_us: int) -> None:
        """Stand at `now_us` from now on."""
        self._now_us = now_us


class IdMaker:
    """Makes UUIDv7 texts that rise strictly within this process.

    The millisecond comes first, then a counter of 12 bits that starts anew each millisecond and
    borrows the next millisecond when it is used up, then 62 random bits.
    """

    __slots__ = ("_last", "_lock")

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def next(self, now_us: int) -> str:
        """A fresh id for the instant `now_us`; later calls give greater texts."""
        with self._lock:
            self._last = max(now_us // 1000 << 12, self._last + 1)
            stamp = self._last
        tail = int.from_bytes(os.urandom(8)) & (1 << 62) - 1 | 2 << 62
        head = stamp >> 12 << 16 | 7 << 12 | stamp & 0xFFF
        digits = f"{head:016x}{tail:016x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


_IDS = IdMaker()


def new_id(now_us: int) -> str:
    """A UUIDv7 for the instant `now_us`, rising within this process."""
    return _IDS.next(now_us)


def first_id(now_us: int) -> str:
    """What sorts before each id of the millisecond of `now_us`, and after all before it."""
    digits = f"{now_us // 1000:012x}"
    return f"{digits[:8]}-{digits[8:]}"
