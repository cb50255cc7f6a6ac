"""`specdesk mv`, `map`, `retire` on a folder: what they print, write and refuse."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.running import EXAMPLES, specdesk


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLES / "ecommerce", tmp_path / "shop"))


def texts(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_rename_is_shown_made_and_sound(shop: Path) -> None:
    before = texts(shop)
    dry = specdesk(shop, "mv", "field", "refund.reason", "refund.cause", str(shop), "--dry-run")
    assert dry.returncode == 0
    assert "+  inputs: [cause, " in dry.stdout or "+  inputs: " in dry.stdout
    assert "+++ b/moves/m" in dry.stdout
    assert texts(shop) == before
    made = specdesk(shop, "mv", "field", "refund.reason", "refund.cause")
    assert made.returncode == 0, made.stdout + made.stderr
    assert "routing/refund.yaml:5: cause" in made.stdout
    assert "rename: field, from: refund.reason, to: cause" in made.stdout
    after = texts(shop)
    assert {path for path in after if after[path] == before.get(path)} >= {"demo/people.yaml"}
    assert specdesk(shop, "validate").stdout == "ok\n"


def test_what_is_in_the_way_is_shown_and_nothing_written(shop: Path) -> None:
    before = texts(shop)
    told = specdesk(shop, "retire", "option", "refund.reason.regret")
    assert told.returncode == 1
    assert "`refund.reason.regret` is still used here  [E606]" in told.stdout
    assert "nothing was changed" in told.stderr
    unknown = specdesk(shop, "mv", "state", "refund.waitng", "held")
    assert (unknown.returncode, unknown.stdout) == (
        1,
        "there is no state `refund.waitng`; did you mean `refund.waiting`?  [E603]\n",
    )
    wrong = specdesk(shop, "mv", "feild", "refund.reason", "cause")
    assert (wrong.returncode, "did you mean `field`?" in wrong.stderr) == (2, True)
    assert texts(shop) == before


def test_a_type_moves_with_the_files_that_are_called_like_it(shop: Path) -> None:
    made = specdesk(shop, "mv", "type", "refund", "money_back")
    assert made.returncode == 0, made.stdout
    assert "types/refund.yaml → types/money_back.yaml" in made.stdout
    assert not (shop / "types" / "refund.yaml").exists()
    assert (shop / "routing" / "money_back.yaml").exists()
    assert specdesk(shop, "validate").stdout == "ok\n"


def test_no_tenant_is_a_problem(tmp_path: Path) -> None:
    told = specdesk(tmp_path, "mv", "field", "refund.reason", "cause")
    assert told.returncode == 1
    assert "[E215]" in told.stdout
