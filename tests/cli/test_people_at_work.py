"""`absence` and `rebalance` as processes: shown first, done when asked, faults with their cure."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.running import EXAMPLES, specdesk

TENANT = ("--tenant", "manufacturing")


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The manufacturing tenant with three people, two of whom repair machines."""
    folder = tmp_path_factory.mktemp("plant")
    assert specdesk(folder, "publish", str(EXAMPLES / "manufacturing")).returncode == 0
    for name, place in (("lei", "senior,skill=spindle"), ("shi", "junior"), ("ann", "")):
        kind = ("--kind", "staff", "--team", f"mechanical:{place}") if place else ()
        made = specdesk(
            folder, "person", f"{name}@example.com", *TENANT, "--no-password", "--name", name, *kind
        )
        assert made.returncode == 0, made.stdout
    return folder


def absence(plant: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return specdesk(plant, "absence", "shi@example.com", *TENANT, *words)


def test_an_absence_is_recorded_and_ended(plant: Path) -> None:
    away = absence(plant, "--from", "2026-03-02", "--until", "2999-03-06",
                   "--substitute", "lei@example.com")  # fmt: skip
    assert (away.returncode, away.stdout) == (0, "")
    assert "0 tickets handed on" in away.stderr
    assert absence(plant, "--end").returncode == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--from", "tomorrow"), 2, "want a day like 2026-03-02"),
        (("--from", "0001-01-01"), 2, "want a day like 2026-03-02"),
        (("--until", "9999-12-31"), 2, "want a day like 2026-03-02"),
        (("--end", "--everything"), 2, "stands alone"),
        (("--from", "2999-03-02", "--until", "2999-03-01"), 1, "The last day lies before"),
        (("--from", "2020-03-02", "--until", "2020-03-03"), 1, "The last day has passed"),
        (("--substitute", "shi@example.com"), 1, "Nobody stands in for themselves"),
        (("--substitute", "ann@example.com"), 1, "Choose somebody who works here"),
        (("--substitute", "moon@example.com"), 1, "nobody in `manufacturing` has the address"),
    ],
)
def test_what_makes_no_sense_is_told(
    plant: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    done = absence(plant, *words)
    assert done.returncode == code
    assert said in " ".join((done.stdout + done.stderr).split())


def test_who_does_not_work_here_has_no_absence(plant: Path) -> None:
    done = specdesk(plant, "absence", "ann@example.com", *TENANT)
    assert (done.returncode, "does not work here" in done.stderr) == (1, True)


def test_an_empty_address_is_nobodys(plant: Path) -> None:
    done = specdesk(plant, "absence", "", "--tenant", "manufacturing", "--until", "2999-01-01")
    assert (done.returncode, "has the address" in done.stderr) == (1, True), done.stderr


def test_a_rebalance_of_nothing_says_so(plant: Path) -> None:
    done = specdesk(plant, "rebalance", "lei@example.com", *TENANT)
    assert (done.returncode, done.stdout) == (0, "lei has no open tickets\n")
    done = specdesk(plant, "rebalance", "lei@example.com", *TENANT, "--apply")
    assert (done.returncode, "0 tickets moved" in done.stderr) == (0, True)
    assert specdesk(plant, "rebalance", "moon@example.com", *TENANT).returncode == 1
    assert specdesk(plant, "rebalance", "lei@example.com", *TENANT, "--locale", "x").returncode == 2
