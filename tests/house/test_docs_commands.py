"""Every command of the documentation runs: the `sh` blocks of a page, in order, in a copy."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.running import warm
from tests.house.test_docs import documents
from tests.house.tree import ROOT, text

_SH = re.compile(r"^```sh\n(.*?)^```$", re.M | re.S)
# They end only when stopped, need another machine, or are held by tests of their own.
_STAYING = re.compile(r"specdesk (serve|work|demo)\b")
_ELSEWHERE = ("export SPECDESK_STORE", "pg_dump", "pg_restore", "createuser", "createdb")
_LABEL = "label: { zh-CN: 退款金额, en: Refund amount }"
_FIELD = """fields:
  opened_box:
    type: boolean
    label: { zh-CN: 已拆封, en: Box opened }
    show_when: { reason: regret }
"""


def pages() -> list[Path]:
    """Documents with commands. Chinese pages hold the same blocks, as another test says."""
    return [p for p in documents() if _SH.search(text(p)) and "zh-CN" not in p.parts]


def lines_of(path: Path) -> list[str]:
    """The commands of a page without comments, in order."""
    found = [line for block in _SH.findall(text(path)) for line in block.splitlines()]
    bare = [re.sub(r"\s+#.*$", "", line).strip() for line in found]
    return [line for line in bare if line and not line.startswith("#")]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the examples and a `.venv` whose `specdesk` is this checkout's."""
    shutil.copytree(
        ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns(".specdesk")
    )
    command = tmp_path / ".venv" / "bin" / "specdesk"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nexec {shlex.join(warm())} "$@"\n')
    command.chmod(0o755)
    # An attachment's folder, as a service that ran would have it.
    (tmp_path / ".specdesk-data" / "files").mkdir(parents=True)
    return tmp_path


def run(line: str, place: Path) -> subprocess.CompletedProcess[str]:
    """One line in a shell, with no setting of the machine's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SPECDESK_")}
    return subprocess.run(
        ["sh", "-c", line], cwd=place, env=kept, capture_output=True, text=True, check=False
    )


def _edited(place: Path) -> None:
    """The two edits that start.md asks for."""
    path = place / "my-shop" / "types" / "refund.yaml"
    if path.exists():
        source = path.read_text(encoding="utf-8")
        assert _LABEL in source
        changed = source.replace(_LABEL, "label: { zh-CN: 想退多少, en: How much back }")
        path.write_text(changed.replace("fields:\n", _FIELD, 1), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("path", pages(), ids=str)
def test_commands_of_a_page_run(path: Path, place: Path) -> None:
    """In order, each with exit code 0; those that stay are asked for their help."""
    for line in lines_of(path):
        if line.startswith(("make ", "$EDITOR", *_ELSEWHERE)):
            continue
        if line.startswith("sqlite3 ") and shutil.which("sqlite3") is None:
            line = f"cp .specdesk-data/specdesk.sqlite {line.split(chr(39))[1]}"
        asked = f"{line} --help" if _STAYING.search(line) else line
        done = run(asked, place)
        assert done.returncode == 0, f"{path}: {line}\n{done.stdout}{done.stderr}"
        if line.startswith("cp -r examples/"):
            _edited(place)


def test_make_targets_exist() -> None:
    """Every `make WORD` of the documents is a target."""
    targets = set(re.findall(r"^([a-z-]+):", text(Path("Makefile")), re.M))
    found = {
        word
        for path in documents()
        for word in re.findall(r"(?:`|^)make ([a-z-]+)", text(path), re.M)
    }
    assert sorted(found - targets) == []


def test_options_of_commands_that_stay_exist(place: Path) -> None:
    """`serve --no-workers` and the like are options of the program."""
    helps: dict[str, str] = {}
    for path in pages():
        for line in lines_of(path):
            found = _STAYING.search(line)
            if found:
                asked = f".venv/bin/specdesk {found[1]} --help"
                shown = helps.get(asked) or helps.setdefault(asked, run(asked, place).stdout)
                options = re.findall(r"--[a-z-]+", line)
                assert [one for one in options if one not in shown] == [], line


@pytest.mark.slow
def test_backup_is_restored_whole(place: Path) -> None:
    """What operating.md writes away comes back: tickets, history, published specs."""
    for line in (
        ".venv/bin/specdesk publish examples/tenants/internet",
        ".venv/bin/specdesk import --tenant internet --mapping incident_log"
        " examples/tenants/internet/demo/incident_sample.csv",
    ):
        assert run(line, place).returncode == 0
    export = ".venv/bin/specdesk export --tenant internet --view all"
    before = run(export, place).stdout
    assert before.count("\n") == 3
    page = text(Path("docs/en/operating.md"))
    for heading in ("## Back up", "## Restore"):
        block = _SH.search(page.split(heading)[1])
        assert block is not None
        for line in block[1].splitlines():
            if line.startswith("sqlite3 ") and shutil.which("sqlite3") is None:
                target = line.split("'")[1]
                line = f"cp .specdesk-data/specdesk.sqlite {target}"
            done = run(line, place)
            assert done.returncode == 0, f"{line}\n{done.stderr}"
    assert (place / ".specdesk-data.old").is_dir()
    assert run(export, place).stdout == before
