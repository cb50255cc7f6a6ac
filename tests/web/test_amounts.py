"""Lengths of time as people write them, and the calendar file's lines."""

from __future__ import annotations

import pytest

from runtime.site.calendar_file import calendar_file
from runtime.store.appointments import Appointment
from runtime.web.amounts import minutes_of


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1h 20m", 80), ("20分钟", 20), ("1小时20分", 80), ("1 个小时", 60), ("90", 90),
        ("1:30", 90), ("1.5h", 90), ("２０分钟", 20), ("2 hours", 120), ("1d", 1440),
        ("", 0), ("soon", 0), ("1h 1h", 0), ("-5", 0), ("1:75", 0), ("9" * 50, 0), ("h", 0),
    ],
)  # fmt: skip
def test_amounts(text: str, minutes: int) -> None:
    assert minutes_of(text) == minutes


def test_a_calendar_file_is_folded_and_escaped() -> None:
    visit = Appointment(
        id="v", ticket_id="t", starts_us=0, ends_us=3_600_000_000, place="A; B, C\\" + "街" * 40
    )
    made = calendar_file([visit], host="desk", title="RF-1\nX", url="https://desk/x", now_us=0)
    assert all(len(line.encode()) <= 75 for line in made.split("\r\n"))
    whole = made.replace("\r\n ", "")
    assert "SUMMARY:RF-1\\nX" in whole
    assert "LOCATION:A\\; B\\, C\\\\街街" in whole
    assert "DTEND:19700101T010000Z" in whole
    assert made.count("\r\n") == made.count("\n")
