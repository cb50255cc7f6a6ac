"""`specdesk fmt`: writes, checks, shows; a file that can't be read is told and left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import specdesk

UGLY = "title:   Claims  \nkind: Team\n"
TIDY = "kind: Team\ntitle: Claims\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with a spec to format, one that is well, one that is data, one that is broken."""
    for name, text in {
        "teams/claims.yaml": UGLY,
        "teams/desk.yaml": "kind: Team\ntitle: Desk\n",
        "demo/people.yaml": "people:   []\n",
        ".git/x.yaml": "a:   1\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_check_and_diff_write_nothing(shop: Path) -> None:
    checked = specdesk(shop, "fmt", "--check")
    assert (checked.returncode, checked.stdout) == (1, "teams/claims.yaml\n")
    shown = specdesk(shop, "fmt", "--diff", "teams/claims.yaml")
    assert shown.returncode == 0
    assert "-title:   Claims  \n" in shown.stdout
    assert "+title: Claims\n" in shown.stdout
    assert specdesk(shop, "fmt", "--check", "--diff").returncode == 1
    assert (shop / "teams/claims.yaml").read_text() == UGLY


def test_it_writes_once(shop: Path) -> None:
    done = specdesk(shop, "fmt")
    assert (done.returncode, done.stdout) == (0, "teams/claims.yaml\n")
    assert (shop / "teams/claims.yaml").read_text() == TIDY
    assert (shop / "demo/people.yaml").read_text() == "people:   []\n"
    again = specdesk(shop, "fmt", "--check")
    assert (again.returncode, again.stdout) == (0, "")


def test_broken_files_are_told_and_the_others_done(shop: Path) -> None:
    (shop / "teams" / "a.yaml").write_text("kind: [Team\n")
    (shop / "teams" / "b.yaml").write_bytes(b"kind: \xff\n")
    done = specdesk(shop, "fmt")
    assert (done.returncode, done.stdout) == (1, "teams/claims.yaml\n")
    assert "[E101]" in done.stderr
    assert "teams/b.yaml: the file can not be read" in done.stderr
    assert specdesk(shop, "fmt", "missing").returncode == 2
