"""The commands `import` and `export` as a person runs them: streams, exit codes, words."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.running import warm
from tests.imports.conftest import EXAMPLES

SAMPLE = EXAMPLES / "internet/demo/incident_sample.csv"
MAPPING = EXAMPLES / "internet/imports/incident_log.yaml"


@pytest.fixture
def specdesk(fresh_url: str, tmp_path: Path) -> object:
    """Runs a command on a store of its own, where the internet tenant is published."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        variables = {
            **os.environ,
            "SPECDESK_STORE": fresh_url,
            "SPECDESK_KEY_FILE": str(tmp_path / "keys.json"),
        }
        return subprocess.run(
            warm(*words),
            cwd=EXAMPLES.parents[1],
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )

    assert run("publish", str(EXAMPLES / "internet")).returncode == 0
    return run


@pytest.mark.slow
def test_import_then_export(specdesk: object, tmp_path: Path) -> None:
    """Twice in, once there; wrong rows give exit code 1 with file, line, column and reason."""
    run = specdesk
    assert callable(run)
    given = ("import", "--tenant", "internet", "--mapping", str(MAPPING))
    first = run(*given, str(SAMPLE))
    assert (first.returncode, first.stdout) == (
        0,
        f"{SAMPLE}: 8 rows: 2 new tickets, 8 events, 4 new people\n",
    )
    again = run(*given, str(SAMPLE))
    assert (again.returncode, again.stdout) == (0, f"{SAMPLE}: 8 rows: 8 rows in before\n")

    wrong = tmp_path / "wrong.csv"
    wrong.write_bytes(SAMPLE.read_bytes().replace(b",Closed,", b",Clsd,").replace(b"INC9", b"INC8"))
    refused = run(*given, str(wrong))
    assert refused.returncode == 1
    assert refused.stdout.startswith(f"{wrong}:6: incident_state: there is no state `Clsd`; add")
    wrong.write_bytes(SAMPLE.read_bytes().replace(b"made_sla", b"made_sl"))
    refused = run(*given, str(wrong))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"{wrong}:1: there is no column `made_sla`; did you mean `made_sl`?" in refused.stderr

    told = run("export", "--tenant", "internet", "--view", "all", "--format", "csv")
    assert told.returncode == 0
    assert told.stdout.splitlines()[0].startswith("number,type,subject,description,state,phase,")
    assert len(told.stdout.splitlines()) == 5
    assert run("export", "--tenant", "internet", "--view", "none").returncode == 1
    assert run("export", "--tenant", "none", "--view", "all").returncode == 1
    assert run("export", "--tenant", "internet", "--view", "all", "--format", "xml").returncode == 2
