"""The git hook: a commit of broken specs is refused and goes through once they are well."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.running import specdesk, variables
from tests.engine.analyse.linting import files_of

WRONG = "kind: Team\ntitle: Claims\nparent: nowhere\n"
RIGHT = "kind: Team\ntitle: Claims\nparent: desk\n"


def git(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """git with a name of its own and nothing of the machine's settings."""
    kept = {name: text for name, text in variables(folder).items() if not name.startswith("GIT_")}
    mine = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_NAME": "Ann" for who in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{who}_EMAIL": "ann@example.com" for who in ("AUTHOR", "COMMITTER")},
    }
    return subprocess.run(
        ["git", *words],
        cwd=folder,
        env={**kept, **mine},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a tenant in it, committed, and the hook installed."""
    for name, content in files_of().items():
        path = tmp_path / "specs/shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    assert git(tmp_path, "init", "-q").returncode == 0
    git(tmp_path, "add", "specs")
    assert specdesk(tmp_path, "fmt", "specs").returncode == 0
    git(tmp_path, "add", "specs")
    assert git(tmp_path, "commit", "-qm", "first").returncode == 0
    done = specdesk(tmp_path, "hook", "install")
    assert (done.returncode, done.stdout.strip()) == (0, ".git/hooks/pre-commit")
    return tmp_path


def _committed(repository: Path) -> int:
    return int(git(repository, "rev-list", "--count", "HEAD").stdout)


def test_a_commit_of_broken_specs_is_refused_and_then_accepted(repository: Path) -> None:
    team = repository / "specs/shop/teams/claims.yaml"
    team.write_text(WRONG)
    refused = git(repository, "commit", "-qam", "broken")
    assert refused.returncode != 0
    told = refused.stdout + refused.stderr
    assert "specs/shop/teams/claims.yaml:3:9: there is no team `nowhere`" in told
    assert "[E216]" in told
    assert _committed(repository) == 1
    team.write_text(RIGHT)
    accepted = git(repository, "commit", "-qam", "mended")
    assert accepted.returncode == 0, accepted.stderr
    assert _committed(repository) == 2


def test_what_is_staged_counts_and_not_what_lies_about(repository: Path) -> None:
    team = repository / "specs/shop/teams/claims.yaml"
    team.write_text(WRONG)
    git(repository, "add", "specs")
    team.write_text(RIGHT)
    assert git(repository, "commit", "-qm", "staged is broken").returncode != 0
    git(repository, "add", "specs")
    team.write_text(WRONG)
    assert git(repository, "commit", "-qm", "staged is well").returncode == 0


def test_an_unformatted_file_is_refused(repository: Path) -> None:
    (repository / "specs/shop/teams/claims.yaml").write_text(RIGHT.replace(": desk", ":   desk"))
    refused = git(repository, "commit", "-qam", "wide")
    assert refused.returncode != 0
    assert "teams/claims.yaml: not formatted; run: specdesk fmt specs/shop" in (
        refused.stdout + refused.stderr
    )


def test_other_commits_are_left_alone(repository: Path) -> None:
    (repository / "specs/shop/teams/claims.yaml").write_text(WRONG)
    (repository / "note.txt").write_text("hello")
    git(repository, "add", "note.txt")
    assert git(repository, "commit", "-qm", "a note").returncode == 0


def test_a_hook_that_is_there_is_not_overwritten(repository: Path) -> None:
    path = repository / ".git/hooks/pre-commit"
    assert specdesk(repository, "hook", "install", "lint").returncode == 0
    assert "hook run lint" in path.read_text()
    path.write_text("#!/bin/sh\nexit 0\n")
    done = specdesk(repository, "hook", "install")
    assert (done.returncode, path.read_text()) == (1, "#!/bin/sh\nexit 0\n")
    assert "add to it" in done.stderr


def test_outside_of_a_repository_it_is_wrong_use(tmp_path: Path) -> None:
    done = specdesk(tmp_path, "hook", "run")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    wrong = specdesk(tmp_path, "hook", "run", "everything")
    assert (wrong.returncode, "fmt, validate, lint" in wrong.stderr) == (2, True)
