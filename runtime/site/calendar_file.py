"""A file for calendars (iCalendar, RFC 5545) with the visits of one ticket."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from runtime.store.appointments import Appointment

_STATES = {"planned": "CONFIRMED", "done": "CONFIRMED", "missed": "CONFIRMED"}
_LINE = 74
"""Octets of a line without its end; what is longer goes on in the next one."""


def calendar_file(
    visits: Iterable[Appointment], *, host: str, title: str, url: str, now_us: int
) -> str:
    """The file's text; one event for each visit, known by its id, so that a moved one moves."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Specdesk//Visits//EN", "METHOD:PUBLISH"]
    for one in visits:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{one.id}@{host}",
            f"DTSTAMP:{_instant(now_us)}",
            f"DTSTART:{_instant(one.starts_us)}",
            f"DTEND:{_instant(one.ends_us)}",
            f"SUMMARY:{_text(title)}",
            *([f"LOCATION:{_text(one.place)}"] if one.place else []),
            f"URL:{url}",
            f"STATUS:{_STATES.get(one.state, 'CANCELLED')}",
            "END:VEVENT",
        ]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _instant(at_us: int) -> str:
    return f"{datetime.fromtimestamp(at_us / 1e6, UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(escaped.splitlines())


def _folded(line: str) -> str:
    """Lines of at most 75 octets, never cut within a character."""
    pieces, here = [], b""
    for letter in line:
        raw = letter.encode()
        if len(here) + len(raw) > _LINE:
            pieces.append(here)
            here = b" "
        here += raw
    return b"\r\n".join([*pieces, here]).decode()
