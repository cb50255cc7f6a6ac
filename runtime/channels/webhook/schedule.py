"""When a call that failed is tried again, and what its answer means."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, Literal

_MINUTE, _HOUR = 60, 3600
WAITS_S: Final = (
    _MINUTE,
    5 * _MINUTE,
    30 * _MINUTE,
    2 * _HOUR,
    6 * _HOUR,
    12 * _HOUR,
    24 * _HOUR,
)
"""After the first failed try, the second …; after the last one nothing is tried any more."""
ATTEMPTS: Final = len(WAITS_S) + 1
LONGEST_S: Final = 24 * _HOUR
SPREAD: Final = 0.2
"""Waits are up to this share longer, so that what failed together does not come back together."""

Kind = Literal["done", "again", "never", "gone"]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an answer means. `gone`: the receiver wants nothing any more, of any event."""

    kind: Kind
    after_s: int | None = None


def meaning(status: int, retry_after: str, now_s: int) -> Meaning:
    """2xx is done, 410 gone, and all else is tried again: receivers have bad hours.

    `Retry-After` (seconds or a date) counts for 429 and 503 and where it comes with other errors.
    """
    if 200 <= status < 300:
        return Meaning("done")
    if status == 410:
        return Meaning("gone")
    return Meaning("again", _after(retry_after, now_s))


def next_s(key: str, attempts: int, after_s: int | None = None) -> int | None:
    """Seconds to the next try after `attempts` failed ones; None when there is none.

    `after_s`: what the receiver asked for; it makes the wait longer, never shorter, a day at most.
    """
    if attempts >= ATTEMPTS:
        return None
    wait = WAITS_S[attempts - 1]
    # By the event's own key, so that the same try has the same wait wherever it is counted.
    chance = int.from_bytes(hashlib.sha256(f"{key}:{attempts}".encode()).digest()[:4]) / 2**32
    spread = int(wait * SPREAD * chance)
    return min(max(wait + spread, after_s or 0), int(LONGEST_S * (1 + SPREAD)))


def _after(text: str, now_s: int) -> int | None:
    said = text.strip()[:64]
    if said.isascii() and said.isdigit():
        return min(int(said), LONGEST_S)
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return None
    # A date without a zone is one of UTC (RFC 9110).
    moment = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(
        max(int((moment - datetime.fromtimestamp(now_s, UTC)).total_seconds()), 0), LONGEST_S
    )
