"""Schedules: which days a rule names, at which instants, and what is wrong in one."""

from __future__ import annotations

import datetime as dt
from itertools import islice

import pytest

from engine.compile.desk import desk_from_files
from engine.model.desk import Desk
from engine.model.schedule import FromRecord, Recurring
from specs.load import read_folder
from specs.problem import Problem
from tests.engine.decide.shop import FOLDER

FIRST = dt.date(2026, 3, 2)
MONDAY_9_US = 1_772_413_200_000_000
"""2026-03-02 09:00 in Shanghai."""


def days(rule: str, after_us: int, count: int = 4, zone: str = "Asia/Shanghai") -> list[str]:
    found = Recurring(rule, FIRST, 9 * 60, zone).runs_after(after_us)
    return [
        dt.datetime.fromtimestamp(us / 1e6, dt.UTC).strftime("%m-%d %H:%M")
        for us in islice(found, count)
    ]


@pytest.mark.parametrize(
    ("rule", "want"),
    [
        ("FREQ=DAILY", ["03-03 01:00", "03-04 01:00"]),
        ("FREQ=WEEKLY;BYDAY=MO", ["03-09 01:00", "03-16 01:00"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", ["03-06 01:00", "03-20 01:00"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", ["03-31 01:00", "04-30 01:00"]),
        ("FREQ=MONTHLY;BYDAY=1TU", ["03-03 01:00", "04-07 01:00"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", ["02-29 01:00"]),
        ("FREQ=DAILY;COUNT=2", ["03-03 01:00"]),
    ],
)
def test_a_rule_names_days(rule: str, want: list[str]) -> None:
    assert days(rule, MONDAY_9_US, len(want)) == want


def test_a_run_is_after_never_at_the_instant_asked() -> None:
    assert days("FREQ=DAILY", MONDAY_9_US - 1, 1) == ["03-02 01:00"]
    assert days("FREQ=DAILY", MONDAY_9_US, 1) == ["03-03 01:00"]


def test_a_rule_that_names_no_day_ends_soon() -> None:
    assert days("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", MONDAY_9_US) == []


def test_the_wall_clock_stays_over_a_clock_change() -> None:
    before_us = int(dt.datetime(2026, 3, 27, tzinfo=dt.UTC).timestamp()) * 1_000_000
    found = days("FREQ=DAILY", before_us, 4, "Europe/Berlin")
    assert found == ["03-27 08:00", "03-28 08:00", "03-29 07:00", "03-30 07:00"]


SCHEDULE = """
kind: Schedule
title: { zh-CN: 周检, en: Weekly check }
every: { rule: "FREQ=WEEKLY;BYDAY=MO", at: "09:00", first: 2026-03-02 }
requester: lead
for_each: { source: orders, when: { paid: { more_than: 100 } }, field: order_no }
create: { type: refund, values: { amount: $record.paid, reason: late } }
"""


def built(text: str) -> tuple[Desk | None, list[Problem]]:
    files = dict(read_folder(FOLDER)[0])
    files["schedules/check.yaml"] = text.encode()
    return desk_from_files(files)


def test_a_schedule_is_compiled() -> None:
    desk, problems = built(SCHEDULE)
    assert desk is not None, [one.headline for one in problems]
    made = desk.schedules["check"]
    assert (made.when.minute, made.when.zone) == (540, "Asia/Shanghai")
    assert made.values == {"amount": FromRecord("paid"), "reason": "late"}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("FREQ=WEEKLY;BYDAY=MO", "FREQ=HOURLY", "FREQ=WEEKLY;BYDAY=MO"),
        ("FREQ=WEEKLY;BYDAY=MO", "FREQ=DAILY;BYSECOND=1", "BYDAY"),
        ("FREQ=WEEKLY;BYDAY=MO", "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY"),
        ("FREQ=WEEKLY;BYDAY=MO", "BYDAY=MO", "FREQ=WEEKLY"),
        ('at: "09:00"', 'at: "25:00"', "09:00"),
        ("requester: lead", "requester: assignee", "lead_of"),
        ("source: orders", "source: ordrs", "`orders`"),
        ("field: order_no", "field: reason", "type reference"),
        ("paid: { more_than", "piad: { more_than", "paid"),
        ("$record.paid", "$record.piad", "`paid`"),
        ("amount: $record", "amonut: $record", "`amount`"),
        ("reason: late", "reason: lost", ""),
        ("type: refund", "type: refnd", "`refund`"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(old: str, new: str, says: str) -> None:
    assert old in SCHEDULE
    desk, problems = built(SCHEDULE.replace(old, new))
    assert desk is None
    assert any(says in one.cure for one in problems), [(p.message, p.cure) for p in problems]
    assert {one.place.file for one in problems} == {"schedules/check.yaml"}
