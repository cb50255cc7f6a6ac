"""`validate` and `schema`: ok, or every problem with place, reason and cure, and exit code 1."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.running import EXAMPLES, specdesk


def _copy(folder: Path, name: str = "ecommerce") -> Path:
    place = folder / name
    shutil.copytree(EXAMPLES / name, place, ignore=shutil.ignore_patterns(".specdesk"))
    return place


def test_a_sound_tenant_is_ok(tmp_path: Path) -> None:
    done = specdesk(tmp_path, "validate", str(EXAMPLES / "ecommerce"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "ok\n", "")


def test_several_folders_and_the_current_one(tmp_path: Path) -> None:
    names = ("education", "internet", "manufacturing")
    done = specdesk(tmp_path, "validate", *(str(EXAMPLES / name) for name in names))
    assert done.returncode == 0
    assert [line.rpartition(": ")[2] for line in done.stdout.splitlines()] == ["ok"] * 3
    assert specdesk(tmp_path, "validate", cwd=EXAMPLES / "education").stdout == "ok\n"


def test_a_typo_is_shown_with_place_reason_and_cure(tmp_path: Path) -> None:
    tenant = _copy(tmp_path)
    routing = tenant / "routing" / "refund.yaml"
    routing.write_text(routing.read_text("utf-8").replace("wrong_item", "wrong_itm"), "utf-8")
    done = specdesk(tmp_path, "validate", str(tenant))
    assert done.returncode == 1
    first, source, carets, declared = done.stdout.strip().splitlines()[:4]
    assert first == (
        "routing/refund.yaml:10:24: unknown option `wrong_itm` of refund.reason; "
        "did you mean `wrong_item`?  [E203]"
    )
    assert source.startswith("  10 |     claims: [damaged | wrong_itm")
    assert carets.strip(" |") == "^" * len("wrong_itm")
    assert declared.startswith("  options are declared in types/refund.yaml:")
    assert done.stderr == "1 error, 0 warnings\n"


@pytest.mark.parametrize(
    ("file", "text", "wanted"),
    [
        ("teams/x.yaml", "kind: Team\ntitle: [unclosed\n", "E101"),
        ("teams/x.yaml", "kind: Team\ntitle: &a x\nnote: *a\n", "E107"),
        ("teams/x.yaml", "kind: Team\ntitle: x\ncapasity: 3\n", "did you mean `capacity`?"),
        ("teams/x.yaml", "kind: Team\ntitle: x\nparent: nowhere\n", "E216"),
        ("teams/x.yml", "kind: Team\ntitle: x\n", ".yaml"),
        ("types/x.yaml", "kind: TicketType\ntitle: x\n", "workflow"),
        ("teams/x.yaml", "kind: Team\ntitle: x\ncapacity: many\n", "E204"),
    ],
)
def test_bad_input_is_refused_with_its_reason(
    tmp_path: Path, file: str, text: str, wanted: str
) -> None:
    tenant = _copy(tmp_path)
    (tenant / file).write_text(text, "utf-8")
    done = specdesk(tmp_path, "validate", str(tenant))
    assert done.returncode == 1
    assert file in done.stdout
    assert wanted in done.stdout
    assert "Traceback" not in done.stderr


def test_a_folder_that_is_no_tenant(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = specdesk(tmp_path, "validate", str(tmp_path / "empty"))
    assert done.returncode == 1
    assert "E215" in done.stdout


def test_wrong_use_is_2(tmp_path: Path) -> None:
    assert specdesk(tmp_path, "validate", "--nonsense").returncode == 2
    assert specdesk(tmp_path, "nonsense").returncode == 2
    assert specdesk(tmp_path, "--help").returncode == 0


def test_schema_completes_the_tenants_own_ids(tmp_path: Path) -> None:
    tenant = _copy(tmp_path)
    done = specdesk(tmp_path, "schema", str(tenant))
    assert done.returncode == 0
    written = [Path(line) for line in done.stdout.split()]
    assert written
    routing = json.loads((tenant / ".specdesk" / "schema" / "Routing.json").read_text("utf-8"))
    assert "vip_desk" in json.dumps(routing)
    assert '"oneOf"' not in json.dumps(routing)


@pytest.mark.parametrize("spoil", ["kind: TicketType\ntitle: [unclosed\n", "#" * (1 << 20)])
def test_one_broken_file_is_one_message(tmp_path: Path, spoil: str) -> None:
    """What reads the fields and states of a type that can't be read is not called wrong."""
    tenant = _copy(tmp_path)
    (tenant / "types" / "refund.yaml").write_text(f"{spoil}\n", "utf-8")
    done = specdesk(tmp_path, "validate", str(tenant))
    assert done.returncode == 1
    assert done.stdout.startswith("types/refund.yaml:")
    assert done.stderr == "1 error, 0 warnings\n"


def test_schema_of_no_tenant_says_the_cure(tmp_path: Path) -> None:
    done = specdesk(tmp_path, "schema", str(tmp_path / "missing"))
    assert done.returncode == 1
    assert "\n  name the folder that holds tenant.yaml" in done.stderr


def test_a_file_of_a_source_that_can_not_be_read_is_told_before_publishing(tmp_path: Path) -> None:
    """What `publish` refuses `validate` refuses, with the same words."""
    tenant = _copy(tmp_path)
    orders = tenant / "demo" / "orders.csv"
    lines = orders.read_text("utf-8").splitlines()
    orders.write_text("\n".join([*lines, lines[1], ""]), "utf-8")
    done = specdesk(tmp_path, "validate", str(tenant))
    assert done.returncode == 1
    assert f"demo/orders.csv:{len(lines) + 1}:1:" in done.stdout
    assert "[E226]" in done.stdout
    refused = specdesk(tmp_path, "publish", str(tenant))
    assert refused.returncode == 1
    assert refused.stdout.splitlines()[0] == done.stdout.splitlines()[0]


def test_a_test_that_can_not_be_understood_is_told_before_publishing(tmp_path: Path) -> None:
    """`lint` and `publish` say of it what `validate` says."""
    tenant = _copy(tmp_path)
    tests = tenant / "tests" / "refund.yaml"
    tests.write_text(tests.read_text("utf-8").replace("cases:\n", _STRANGE, 1), "utf-8")
    done = specdesk(tmp_path, "validate", str(tenant))
    assert done.returncode == 1
    assert done.stdout.startswith("tests/refund.yaml:")
    assert done.stderr == "1 error, 0 warnings\n"
    for command in ("lint", "publish"):
        refused = specdesk(tmp_path, command, str(tenant))
        assert refused.returncode == 1
        assert refused.stdout == done.stdout


_STRANGE = "cases:\n  strange:\n    ticket: { reasn: damaged }\n    expect: { team: vip_desk }\n"


def test_reasons_and_cures_in_chinese(tmp_path: Path) -> None:
    tenant = _copy(tmp_path)
    (tenant / "teams" / "x.yaml").write_text("kind: Team\ntitle: x\nparent: after_sale\n", "utf-8")
    for command in ("validate", "lint"):
        done = specdesk(tmp_path, command, "--locale", "zh-CN", str(tenant))
        assert done.returncode == 1
        assert "没有小组 `after_sale`" in done.stdout
        assert "是否想写 `after_sales`？" in done.stdout
