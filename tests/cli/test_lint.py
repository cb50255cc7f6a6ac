"""`specdesk lint` as a command: clean examples, exit codes, text and JSON."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.running import specdesk
from tests.engine.analyse.linting import files_of, rows
from tests.house.tree import ROOT

TENANTS = sorted((ROOT / "examples" / "tenants").iterdir())


def written(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@pytest.mark.parametrize("tenant", TENANTS, ids=lambda path: path.name)
def test_the_examples_are_clean(tenant: Path, tmp_path: Path) -> None:
    done = specdesk(tmp_path, "lint", str(tenant))
    assert (done.returncode, done.stdout) == (0, "ok\n"), done.stdout


def test_a_warning_leaves_0_and_shows_its_ticket(tmp_path: Path) -> None:
    table = rows("wide: [any, any, claims]", "late: [late, any, desk]")
    done = specdesk(tmp_path, "lint", str(written(tmp_path, table)))
    assert done.returncode == 0
    assert "[W401]" in done.stdout
    assert "> " in done.stdout
    assert "decided_by: routing/refund.wide" in done.stdout
    assert "0 errors, 1 warning\n" in done.stderr


def test_what_a_house_rule_raises_leaves_1(tmp_path: Path) -> None:
    table = rows("wide: [any, any, claims]", "late: [late, any, desk]")
    table["house_rules/house.yaml"] = b"kind: HouseRules\nraise: W401\n"
    assert specdesk(tmp_path, "lint", str(written(tmp_path, table))).returncode == 1


def test_json_is_for_tools(tmp_path: Path) -> None:
    table = rows("wide: [any, any, claims]", "late: [late, any, desk]")
    done = specdesk(tmp_path, "lint", "--format", "json", str(written(tmp_path, table)))
    whole = json.loads(done.stdout)
    (found,) = whole["problems"]
    assert (whole["command"], whole["ok"], whole["warnings"]) == ("lint", True, 1)
    assert (found["code"], found["severity"], found["file"]) == (
        "W401", "warning", "routing/refund.yaml",
    )  # fmt: skip
    assert found["line"] == 9
    assert found["witness"].startswith("late_is_dead:")


def test_errors_come_alone(tmp_path: Path) -> None:
    files = files_of()
    files["types/refund.yaml"] = files["types/refund.yaml"].replace(b"to: done", b"to: nowhere")
    done = specdesk(tmp_path, "lint", str(written(tmp_path, files)))
    assert done.returncode == 1
    assert "[E218]" in done.stdout
    assert "[W4" not in done.stdout


def test_a_file_of_a_source_that_can_not_be_read_is_an_error(tmp_path: Path) -> None:
    tenant = tmp_path / "ecommerce"
    shutil.copytree(ROOT / "examples" / "tenants" / "ecommerce", tenant)
    orders = tenant / "demo" / "orders.csv"
    lines = orders.read_text("utf-8").splitlines()
    orders.write_text("\n".join([*lines, lines[1], ""]), "utf-8")
    done = specdesk(tmp_path, "lint", str(tenant))
    assert done.returncode == 1
    assert f"demo/orders.csv:{len(lines) + 1}:1:" in done.stdout
