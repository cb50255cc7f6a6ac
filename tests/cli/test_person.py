"""`person`: somebody new can sign in, faults name their cure, passwords stay out of sight."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.cli.running import EXAMPLES, specdesk

PASSWORD = "a long password of Mia"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    assert specdesk(tmp_path, "publish", str(EXAMPLES / "education")).returncode == 0
    return tmp_path


def person(folder: Path, *words: str, said: str = PASSWORD) -> subprocess.CompletedProcess[str]:
    return specdesk(folder, "person", *words, "--tenant", "education", said=f"{said}\n")


def test_a_person_is_made_then_changed(shop: Path) -> None:
    words = ("Mia@Example.com", "--name", "Mia", "--kind", "staff", "--role", "admin")
    made = person(shop, *words)
    assert (made.returncode, made.stdout) == (0, "education: Mia@Example.com made\n")
    changed = person(shop, *words, "--team", "finance:lead")
    assert changed.stdout.endswith("changed\n")
    store = sqlite3.connect(shop / "store.sqlite")
    assert store.execute("select role from person_role").fetchall() == [("admin",)]
    assert store.execute("select team_key, lead from membership").fetchall() == [("finance", 1)]
    (hashed,) = store.execute("select password_hash from account").fetchone()
    assert hashed.startswith("$argon2")
    assert PASSWORD not in made.stdout + made.stderr + changed.stdout + changed.stderr
    assert specdesk(shop, "check-store").stdout == "ok\n"


def test_a_place_in_a_team_may_say_more(shop: Path) -> None:
    words = ("mia@example.com", "--no-password", "--kind", "staff", "--team")
    place = "tech:lead,senior,capacity=0,skill=network,skill=projector"
    assert person(shop, *words, place).returncode == 0
    store = sqlite3.connect(shop / "store.sqlite")
    asked = "select lead, seniority, capacity, skills from membership"
    ((lead, seniority, capacity, skills),) = store.execute(asked).fetchall()
    assert (lead, seniority, capacity) == (1, "senior", 0)
    assert json.loads(skills) == ["network", "projector"]
    for wrong in ("tech:boss", "tech:capacity=many", "tech:skill="):
        assert person(shop, *words, wrong).returncode == 2
    unknown = person(shop, *words, "tech:skill=netwrk")
    assert (unknown.returncode, "did you mean `network`?" in unknown.stdout) == (1, True)


def test_faults_are_told_and_nothing_is_written(shop: Path) -> None:
    done = person(shop, "mia", "--kind", "staff", "--role", "admn", "--team", "moon", said="short")
    assert done.returncode == 1
    assert "no e-mail address" in done.stdout
    assert "at least 10 characters" in done.stdout
    assert "did you mean `admin`?" in done.stdout
    assert "there is no team `moon`" in done.stdout
    assert person(shop, "mia@example.com", "--role", "admin").returncode == 1
    assert person(shop, "mia@example.com", "--kind", "robot").returncode == 2
    store = sqlite3.connect(shop / "store.sqlite")
    assert store.execute("select count(*) from person").fetchone() == (0,)
