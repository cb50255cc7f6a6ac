"""What people chose for themselves: how they are told, when not to be disturbed, their hours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo, available_timezones

from engine.model.calendar import Timeline

Digest = Literal["now", "hourly", "daily"]
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WAYS: Final = ("in_app", "mail")
"""The ways somebody may choose among; a further channel is one more word here."""
DAY: Final = 24 * 60
_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class Choices:
    """One person's choices; times of day are minutes since midnight in `zone`.

    `zone` "": the tenant's. `picture`: sha256 of the bytes kept as their picture, or "". `off`:
    pairs of a notification's id and a way by which they do not want it. `quiet`: from and until,
    over midnight where the first is later. `digest`: when mails that may wait are sent, `daily` at
    `digest_at`. `calendar`: the id of the calendar they work by; `hours`: their own instead, by day
    of the week. `keys`: single keys act.
    """

    zone: str = ""
    picture: str = ""
    off: frozenset[tuple[str, str]] = frozenset()
    quiet: tuple[int, int] | None = None
    digest: Digest = "now"
    digest_at: int = 9 * 60
    calendar: str = ""
    hours: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    keys: bool = True

    def wants(self, notification: str, way: str) -> bool:
        """Whether they want to be told of this by this way."""
        return (notification, way) not in self.off

    def is_quiet(self, now_us: int, tenant_zone: str) -> bool:
        """Whether they do not want to be disturbed at `now_us`."""
        if self.quiet is None:
            return False
        at = _minute(_local(now_us, self.zone or tenant_zone))
        first, last = self.quiet
        return first <= at < last if first <= last else at >= first or at < last

    def mail_at(self, now_us: int, tenant_zone: str) -> int | None:
        """When a mail that may wait goes to them; None: at once."""
        local = _local(now_us, self.zone or tenant_zone)
        due = now_us
        if self.digest == "hourly":
            due = _us(local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1))
        elif self.digest == "daily":
            due = _next(local, self.digest_at)
        if self.quiet is not None and self.is_quiet(due, tenant_zone):
            due = _next(_local(due, self.zone or tenant_zone), self.quiet[1])
        return None if due == now_us else due

    def works(self, now_us: int, tenant_zone: str, calendars: Mapping[str, Timeline]) -> bool:
        """Whether they work at `now_us`: by their own hours, else by their calendar, else always.

        A calendar that is gone says nothing.
        """
        if not self.hours:
            calendar = calendars.get(self.calendar)
            return calendar is None or calendar.is_open(now_us)
        local = _local(now_us, self.zone or tenant_zone)
        first, last = self.hours.get(DAYS[local.weekday()], (0, 0))
        return first <= _minute(local) < last


NONE: Final = Choices()


def choices_of(profile: Mapping[str, Any] | None) -> Choices:
    """What a stored profile says; what is damaged counts as not chosen."""
    if not profile:
        return NONE
    quiet, hours = profile.get("quiet"), profile.get("hours")
    told = profile.get("off")
    return Choices(
        zone=str(profile.get("zone") or "") if is_zone(str(profile.get("zone") or "")) else "",
        picture=str(profile.get("picture") or ""),
        off=frozenset((str(one[0]), str(one[1])) for one in told or () if len(one) == 2),
        quiet=(int(quiet[0]), int(quiet[1])) if quiet and len(quiet) == 2 else None,
        digest=_digest(profile.get("digest")),
        digest_at=int(profile.get("digest_at", 9 * 60)),
        calendar=str(profile.get("calendar") or ""),
        hours={day: (int(two[0]), int(two[1])) for day, two in (hours or {}).items()},
        keys=profile.get("keys") is not False,
    )


def kept(choices: Choices) -> dict[str, Any]:
    """The profile as it is stored."""
    return {
        "zone": choices.zone,
        "picture": choices.picture,
        "off": sorted([list(one) for one in choices.off]),
        "quiet": list(choices.quiet) if choices.quiet else None,
        "digest": choices.digest,
        "digest_at": choices.digest_at,
        "calendar": choices.calendar,
        "hours": {day: list(two) for day, two in choices.hours.items()},
        "keys": choices.keys,
    }


def minute_of(text: str) -> int | None:
    """A time of day like `9:30` as minutes since midnight; None where it is none."""
    found = _TIME.fullmatch(text.strip())
    return int(found[1]) * 60 + int(found[2]) if found else None


def time_of(minute: int) -> str:
    """Minutes since midnight as `09:30`."""
    return f"{minute // 60:02}:{minute % 60:02}"


@cache
def zones() -> tuple[str, ...]:
    """The time zones that somebody may choose, by name."""
    return tuple(sorted(name for name in available_timezones() if "/" in name or name == "UTC"))


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    return name in zones()


def _digest(word: object) -> Digest:
    return "hourly" if word == "hourly" else "daily" if word == "daily" else "now"


def _local(at_us: int, zone: str) -> datetime:
    return datetime.fromtimestamp(at_us / 1e6, UTC).astimezone(ZoneInfo(zone))


def _minute(local: datetime) -> int:
    return local.hour * 60 + local.minute


def _next(local: datetime, minute: int) -> int:
    """The next time that clocks show this minute of the day."""
    at = local.replace(hour=minute // 60, minute=minute % 60, second=0, microsecond=0)
    return _us(at if at > local else at + timedelta(days=1))


def _us(local: datetime) -> int:
    return int(local.timestamp()) * 1_000_000
