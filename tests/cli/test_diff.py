"""`specdesk diff`: two folders, two versions, all three formats, wrong use."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.running import EXAMPLES, specdesk

SHOP = "ecommerce"


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shop as it is in `old`, and with a lower limit in `new`."""
    folder = tmp_path_factory.mktemp("shops")
    for name in ("old", "new"):
        shutil.copytree(EXAMPLES / SHOP, folder / name)
    refund = folder / "new" / "types" / "refund.yaml"
    refund.write_text(refund.read_text("utf-8").replace("max: 50000", "max: 40000"), "utf-8")
    return folder


def test_two_folders(shops: Path) -> None:
    done = specdesk(shops, "diff", "old", "new")
    assert done.returncode == 3, done.stderr
    assert "types/refund.yaml\n" in done.stdout
    assert "~ tightening  Refund request › Refund amount › max: 50000 → 40000" in done.stdout
    assert done.stdout.endswith("1 change: 1 tightening\n")
    same = specdesk(shops, "diff", "old", "old")
    assert (same.returncode, same.stdout) == (0, "no change\n")


def test_formats(shops: Path) -> None:
    done = specdesk(shops, "diff", "old", "new", "--format", "json")
    (change,) = json.loads(done.stdout)["changes"]
    assert (change["class"], change["before"], change["after"]) == ("tightening", "50000", "40000")
    assert change["place"]["file"] == "types/refund.yaml"
    page = specdesk(shops, "diff", "old", "new", "--format", "markdown").stdout
    assert page.startswith("**1 change: 1 tightening**")
    assert "| ~ | tightening | Refund request › Refund amount › max: 50000 → 40000 |" in page


def test_versions(shops: Path) -> None:
    first = specdesk(shops, "publish", "old")
    assert first.returncode == 0, first.stderr
    done = specdesk(shops, "diff", "live", "new", "--tenant", SHOP)
    assert done.returncode == 3, done.stderr
    assert specdesk(shops, "diff", "v1", "old", "--tenant", SHOP).stdout == "no change\n"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["old", "live"], 2, "is no folder; for a version say --tenant"),
        (["old", "live", "--tenant", "nobody"], 2, "no tenant `nobody` is published"),
        (["old"], 2, "Missing argument 'B'"),
    ],
)
def test_wrong_use(shops: Path, words: list[str], code: int, told: str) -> None:
    done = specdesk(shops, "diff", *words)
    assert done.returncode == code
    assert told in done.stderr


def test_errors_of_a_side(shops: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(shops / "old", broken)
    (broken / "types" / "refund.yaml").write_text("kind: TicketType\n", "utf-8")
    done = specdesk(shops, "diff", "old", str(broken))
    assert done.returncode == 1
    assert "has errors, so it can't be compared" in done.stderr
    assert "E2" in done.stdout
