"""`specdesk plan`, `approve` and `publish --plan`: exit codes, formats, what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.cli.running import EXAMPLES, specdesk

SHOP = "ecommerce"


def edit(folder: Path, file: str, was: str, becomes: str) -> None:
    """Another text in a file of the folder."""
    path = folder / file
    text = path.read_text("utf-8")
    assert was in text
    path.write_text(text.replace(was, becomes, 1), "utf-8")


def test_the_way_of_a_plan(tmp_path: Path) -> None:
    """From the first publish, over a change and an approval, to exactly that plan."""
    shutil.copytree(EXAMPLES / SHOP, tmp_path / "shop")
    first = specdesk(tmp_path, "plan", "shop")
    assert first.returncode == 3, first.stderr
    assert "(first publish" in first.stdout
    assert specdesk(tmp_path, "publish", "shop").returncode == 0
    same = specdesk(tmp_path, "plan", "shop")
    assert (same.returncode, same.stdout.split("  (")[0]) == (0, f"{SHOP}: no change")

    edit(tmp_path / "shop", "types/refund.yaml", "max: 50000", "max: 40000")
    done = specdesk(tmp_path, "plan", "shop", "--format", "json", "--out", "plan.json")
    assert (done.returncode, done.stdout) == (3, "")
    body = json.loads((tmp_path / "plan.json").read_text("utf-8"))
    assert [one["class"] for one in body["changes"]] == ["tightening"]
    assert (body["base"], body["needs"], body["counts"]["by_op"]["set"]) == (1, [], 1)

    edit(tmp_path / "shop", "roles/agent.yaml", "see:    { teams: $my.teams }", "see:    {}")
    kept = specdesk(tmp_path, "plan", "shop", "--save", "--format", "markdown")
    assert kept.returncode == 4, kept.stderr
    assert "- approval of widens: 1 change" in kept.stdout
    assert "kept as plan 1" in kept.stderr
    held = specdesk(tmp_path, "publish", "shop")
    assert held.returncode == 1
    assert "--approve widens" in held.stderr

    for name in ("cleo", "ben"):
        roles = ["--role", "admin"] if name == "cleo" else ["--role", "agent"]
        made = specdesk(
            tmp_path,
            "person",
            f"{name}@example.com",
            "--tenant",
            SHOP,
            "--name",
            name,
            "--kind",
            "staff",
            *roles,
        )
        assert made.returncode == 0, made.stderr
    nobody = specdesk(tmp_path, "approve", "1", "--tenant", SHOP, "--as", "x@example.com")
    assert (nobody.returncode, "no active person" in nobody.stderr) == (1, True)
    ben = specdesk(tmp_path, "approve", "1", "--tenant", SHOP, "--as", "ben@example.com")
    assert (ben.returncode, "publish_specs" in ben.stderr) == (1, True)
    cleo = specdesk(tmp_path, "approve", "1", "--tenant", SHOP, "--as", "cleo@example.com")
    assert (cleo.returncode, cleo.stdout) == (0, "plan 1 is approved\n")
    out = specdesk(tmp_path, "publish", "--plan", "1", "--tenant", SHOP)
    assert (out.returncode, out.stdout) == (0, f"{SHOP}: published as v2\n")


def test_errors_and_wrong_use(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / SHOP, tmp_path / "shop")
    edit(tmp_path / "shop", "types/refund.yaml", "start: submitted", "start: nowhere")
    broken = specdesk(tmp_path, "plan", "shop")
    assert (broken.returncode, "so there is no plan" in broken.stderr) == (1, True)
    assert "types/refund.yaml" in broken.stdout
    wrong = specdesk(tmp_path, "plan", "shop", "--format", "xml")
    assert wrong.returncode == 2
    unknown = specdesk(tmp_path, "publish", "shop", "--approve", "everything")
    assert (unknown.returncode, "no class of change" in unknown.stderr) == (2, True)
    alone = specdesk(tmp_path, "approve", "1", "--tenant", SHOP, "--as", "a@b.c", "--send-back")
    assert (alone.returncode, "say why" in alone.stderr) == (2, True)
