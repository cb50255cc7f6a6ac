"""Ids rise within a process and carry their time; the settings are read with their defaults."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from runtime.clock import FixedClock, IdMaker, SystemClock, new_id
from runtime.settings import SettingError, read_settings


def test_ids_are_version_7_and_rise_even_when_the_clock_does_not() -> None:
    maker = IdMaker()
    now = 1_772_413_200_123_456
    made = [maker.next(now - n) for n in range(10_000)]
    assert made == sorted(set(made))
    first = uuid.UUID(made[0])
    assert (first.version, first.variant) == (7, uuid.RFC_4122)
    assert int(made[0].replace("-", "")[:12], 16) == now // 1000
    assert len(made[0]) == 36


def test_ids_of_later_instants_are_greater() -> None:
    assert new_id(SystemClock().now_us()) < new_id(SystemClock().now_us() + 10_000_000)


def test_a_fixed_clock_moves_only_when_told() -> None:
    clock = FixedClock(5)
    assert (clock.now_us(), clock.now_us()) == (5, 5)
    clock.advance(3)
    assert clock.now_us() == 8


def test_the_settings_have_defaults_that_work() -> None:
    found = read_settings({"PATH": "/bin", "HOSTS": "not.ours"})
    assert found.store == "sqlite:///.specdesk-data/specdesk.sqlite"
    assert found.files == Path(".specdesk-data/files")
    assert (found.hosts, found.listen, found.workers) == ((), ("127.0.0.1", 8000), 1)
    assert (found.smtp_url, found.demo) == (None, False)


def test_the_settings_are_what_the_operator_said() -> None:
    found = read_settings(
        {
            "SPECDESK_STORE": "postgresql://u@h/d",
            "SPECDESK_HOSTS": "Desk.example.com, b.example.com",
            "SPECDESK_LISTEN": "[::]:80",
            "SPECDESK_SMTP_URL": "smtp://mail:25",
            "SPECDESK_DEMO": "yes",
        }
    )
    assert found.store == "postgresql://u@h/d"
    assert found.hosts == ("desk.example.com", "b.example.com")
    assert found.listen == ("::", 80)
    assert (found.smtp_url, found.demo) == ("smtp://mail:25", True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LISTEN", "here"),
        ("LISTEN", "h:99999"),
        ("WORKERS", "-1"),
        ("DEMO", "so"),
        ("SMTP_URL", "x"),
        ("ALLOW_PRIVATE", "10.0.0.0/64"),
    ],
)
def test_a_setting_that_can_not_be_read_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"SPECDESK_{name}"):
        read_settings({f"SPECDESK_{name}": value})
