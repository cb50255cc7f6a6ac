"""`log`, `show`, `pull`, `status` and `publish` with a base, over one store."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from runtime.cli import run
from tests.cli.running import ROOT, variables

SHOP = ("--tenant", "spruce")
SPECS = ROOT / "tests" / "web" / "tenants" / "spruce"


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Said]


@pytest.fixture
def specdesk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Run:
    """Runs a command in this process, with its store below the test's folder."""
    for name, text in variables(tmp_path).items():
        monkeypatch.setenv(name, text)
    monkeypatch.chdir(tmp_path)

    def running(*words: str) -> Said:
        code = run(list(words))
        return Said(code, *capfd.readouterr())

    return running


@pytest.fixture
def folder(tmp_path: Path, specdesk: Run) -> Path:
    """A folder in which the tenant was published once from `a`."""
    shutil.copytree(SPECS, tmp_path / "a")
    done = specdesk("publish", "a", "-m", "first\nof all")
    assert done.returncode == 0, done.stderr
    return tmp_path


def tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    whole = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    return {path: content for path, content in whole.items() if not path.startswith(".")}


def edit(folder: Path, path: str, old: str, new: str) -> None:
    file = folder / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_revision_comes_back_byte_for_byte(folder: Path, specdesk: Run) -> None:
    done = specdesk("pull", *SHOP, "v1", "b")
    assert done.returncode == 0, done.stderr
    assert tree(folder / "b") == tree(folder / "a")
    assert specdesk("status", "b").returncode == 0
    shown = specdesk("show", "v1", "tenant.yaml", *SHOP)
    assert shown.stdout == (folder / "a" / "tenant.yaml").read_text(encoding="utf-8")


def test_the_log_says_who_when_why_and_what_points_there(folder: Path, specdesk: Run) -> None:
    edit(folder / "a", "tenant.yaml", "kind: Tenant", "kind: Tenant\n# a comment")
    assert specdesk("publish", "a", "-m", "second").returncode == 0
    said = specdesk("log", *SHOP)
    assert re.match(r"v2 +\d{4}-\d\d-\d\d \d\d:\d\d  \S+.*\(live\)\n +from v1  tree", said.stdout)
    assert "first" in said.stdout
    found = json.loads(specdesk("log", *SHOP, "--format", "json").stdout)
    assert [(one["revision"], one["environments"], one["parents"]) for one in found] == [
        (2, ["live"], [1]), (1, [], []),
    ]  # fmt: skip
    # Another comment is another tree and the same meaning.
    assert found[0]["tree"] != found[1]["tree"]
    assert found[0]["desk"] == found[1]["desk"]
    assert found[0]["provenance"]["command"] == "publish"
    assert found[1]["message"] == "first\nof all"
    assert found[0]["at"].endswith("+08:00")
    by_digest = specdesk("show", found[1]["tree"][:10], *SHOP)
    assert by_digest.stdout.startswith("v1\n")
    older = specdesk("log", *SHOP, "--before", "2", "--format", "json")
    assert [one["revision"] for one in json.loads(older.stdout)] == [1]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "v9", *SHOP), "there is no revision v9"),
        (("show", "abcdef0123", *SHOP), "no revision has a digest"),
        (("show", "yesterday", *SHOP), "names no revision"),
        (("show", "v1", "types/none.yaml", *SHOP), "has no file"),
        (("show", "v1", "--tenant", "moon"), "no tenant `moon` is published"),
        (("log", "--tenant", "moon"), "no tenant `moon` is published"),
        (("pull", "--tenant", "moon", "b"), "no tenant `moon` is published"),
        (("publish", "a", "--base", "v9"), "--base: there is no revision v9"),
        (("publish", "a", "--as", "moon@example.com"), "no active person"),
    ],
)
def test_what_is_not_there_is_told(specdesk: Run, words: tuple[str, ...], said: str) -> None:
    done = specdesk(*words)
    assert (done.returncode, said in done.stderr) == (1, True), done.stderr


def test_drift_has_a_word_and_its_files(folder: Path, specdesk: Run) -> None:
    assert specdesk("pull", *SHOP, "b").returncode == 0
    edit(folder / "b", "tenant.yaml", "kind: Tenant", "kind: Tenant\n# b")
    done = specdesk("status", "b")
    assert (done.returncode, done.stdout.split()[1]) == (3, "ahead:")
    assert "here   tenant.yaml" in done.stdout
    edit(folder / "a", "people.yaml", "kind: People", "kind: People\n# a")
    assert specdesk("publish", "a").returncode == 0
    done = specdesk("status", "b", "--format", "json")
    assert json.loads(done.stdout) == {
        "tenant": "spruce", "status": "diverged", "live": 2, "base": 1,
        "changed_here": ["tenant.yaml"], "changed_live": ["people.yaml"],
    }  # fmt: skip
    shutil.copytree(SPECS, folder / "c")
    done = specdesk("status", "c")
    assert (done.returncode, done.stdout.split()[1]) == (3, "behind:")
    edit(folder / "c", "tenant.yaml", "kind: Tenant", "kind: Tenant\n# c")
    assert specdesk("status", "c").stdout.split()[1] == "different:"


def test_a_pull_spares_what_was_changed_and_says_what_it_does(folder: Path, specdesk: Run) -> None:
    assert specdesk("pull", *SHOP, "b").returncode == 0
    edit(folder / "a", "tenant.yaml", "kind: Tenant", "kind: Tenant\n# a")
    (folder / "a" / "README.md").write_text("hello\n")
    assert specdesk("publish", "a").returncode == 0
    edit(folder / "b", "tenant.yaml", "kind: Tenant", "kind: Tenant\n# b")
    (folder / "b" / "own.md").write_text("mine\n")
    before = tree(folder / "b")
    done = specdesk("pull", "b")
    assert (done.returncode, "changed in the folder: tenant.yaml" in done.stderr) == (1, True)
    assert tree(folder / "b") == before
    done = specdesk("pull", "b", "--force")
    assert done.returncode == 0
    assert "wrote tenant.yaml" in done.stderr
    assert "kept own.md" in done.stderr
    assert tree(folder / "b") == tree(folder / "a") | {"own.md": b"mine\n"}
    done = specdesk("pull", "v1", "b")
    assert (done.returncode, "removed README.md" in done.stderr) == (0, True), done.stderr
    assert "README.md" not in tree(folder / "b")


def test_two_publishers_lose_nothing(folder: Path, specdesk: Run) -> None:
    assert specdesk("pull", *SHOP, "b").returncode == 0
    edit(folder / "a", "tenant.yaml", "kind: Tenant", "kind: Tenant\n# a")
    assert specdesk("publish", "a", "-m", "theirs").returncode == 0
    edit(folder / "b", "people.yaml", "kind: People", "kind: People\n# b")
    done = specdesk("publish", "b")
    assert done.returncode == 1
    assert "v2 is live, and yours was made from v1" in done.stderr
    assert "theirs" in done.stderr
    assert "changed there: tenant.yaml" in done.stderr
    done = specdesk("publish", "b", "--merge")
    assert (done.returncode, done.stdout) == (0, "spruce: published as v3\n"), done.stderr
    assert "took over tenant.yaml" in done.stderr
    assert "# a" in (folder / "b" / "tenant.yaml").read_text(encoding="utf-8")
    assert specdesk("status", "b").returncode == 0
    edit(folder / "a", "people.yaml", "kind: People", "kind: People\n# also a")
    before = tree(folder / "a")
    done = specdesk("publish", "a", "--merge")
    assert (done.returncode, "in the same lines: people.yaml" in done.stderr) == (1, True)
    assert tree(folder / "a") == before
    theirs = folder / "a" / ".specdesk" / "theirs" / "people.yaml"
    assert theirs.read_bytes() == (folder / "b" / "people.yaml").read_bytes()
    assert specdesk("publish", "a", "--base", "v3").returncode == 0


def test_a_publish_in_a_persons_name(folder: Path, specdesk: Run) -> None:
    for name, role in (("ivy", "admin"), ("ben", "agent")):
        made = specdesk(
            "person", f"{name}@example.com", *SHOP, "--name", name, "--kind", "staff",
            "--role", role, "--no-password",
        )  # fmt: skip
        assert made.returncode == 0, made.stdout
    edit(folder / "a", "tenant.yaml", "kind: Tenant", "kind: Tenant\n# by ivy")
    refused = specdesk("publish", "a", "--as", "ben@example.com")
    assert (refused.returncode, "may not publish" in refused.stderr) == (1, True)
    assert specdesk("publish", "a", "--as", "ivy@example.com").returncode == 0
    (newest, _) = json.loads(specdesk("log", *SHOP, "--format", "json").stdout)
    assert newest["author"] == "ivy"


def test_a_store_of_a_newer_version_is_left_alone(folder: Path, specdesk: Run) -> None:
    with sqlite3.connect(folder / "store.sqlite") as here:
        here.execute("UPDATE alembic_version SET version_num = '9999'")
    done = specdesk("log", *SHOP)
    assert (done.returncode, "a newer version of Specdesk wrote it" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr


def test_a_file_that_was_altered_in_the_store_is_not_given_out(folder: Path, specdesk: Run) -> None:
    with sqlite3.connect(folder / "store.sqlite") as here:
        here.execute("UPDATE spec_file SET bytes = ?", (b"x",))
    done = specdesk("pull", *SHOP, "v1", "b")
    assert (done.returncode, "is not what was published" in done.stderr) == (1, True), done.stderr
    assert not (folder / "b").exists()


def test_rollback_is_shown_and_done_and_undone(folder: Path, specdesk: Run) -> None:
    edit(folder / "a", "tenant.yaml", "kind: Tenant", "kind: Tenant\n# second")
    assert specdesk("publish", "a").returncode == 0
    dry = specdesk("rollback", *SHOP, "--dry-run")
    assert (dry.returncode, "nothing was done" in dry.stdout) == (0, True), dry.stderr
    assert "file     tenant.yaml" in dry.stderr
    done = specdesk("rollback", *SHOP, "-m", "a mistake")
    assert (done.returncode, done.stdout) == (0, "spruce: v1 is live again\n"), done.stderr
    assert (
        "v1  " in specdesk("log", *SHOP, "-n", "2").stdout.partition("(live)")[0].splitlines()[-1]
    )
    behind = specdesk("publish", "a")
    assert (behind.returncode, "v1 is live" in behind.stdout + behind.stderr) == (1, True)
    again = specdesk("rollback", "v2", *SHOP)
    assert (again.returncode, again.stdout) == (0, "spruce: v2 is live again\n")
    assert specdesk("status", "a").returncode == 0
    for words, said in (
        (("v2",), "v2 is live already"), (("v9",), "there is no revision v9"),
        (("beef",), "no revision has a digest"),
    ):  # fmt: skip
        wrong = specdesk("rollback", *words, *SHOP)
        assert (wrong.returncode, said in wrong.stderr) == (1, True), wrong.stderr
    assert specdesk("rollback", "v1", *SHOP).returncode == 0
    first = specdesk("rollback", *SHOP)
    assert (first.returncode, "is the first revision" in first.stderr) == (1, True)


def test_a_revision_of_a_newer_language_is_not_made_live(folder: Path, specdesk: Run) -> None:
    edit(folder / "a", "tenant.yaml", "kind: Tenant", "kind: Tenant\n# second")
    assert specdesk("publish", "a").returncode == 0
    with sqlite3.connect(folder / "store.sqlite") as here:
        (text,) = here.execute(
            "SELECT files FROM revision WHERE tenant_id = 'spruce' AND n = 1"
        ).fetchone()
        files = json.loads(text)
        (old,) = here.execute(
            "SELECT bytes FROM spec_file WHERE sha256 = ?", (files["tenant.yaml"],)
        ).fetchone()
        newer = old.replace(b"language: 1", b"language: 2")
        files["tenant.yaml"] = hashlib.sha256(newer).hexdigest()
        here.execute("INSERT INTO spec_file VALUES ('spruce', ?, ?)", (files["tenant.yaml"], newer))
        here.execute("UPDATE revision SET files = ? WHERE n = 1", (json.dumps(files),))
    done = specdesk("rollback", "v1", *SHOP)
    assert (done.returncode, "can't read v1" in done.stderr) == (1, True), done.stderr
    assert "Traceback" not in done.stderr
    assert specdesk("log", *SHOP).stdout.startswith("v2")
