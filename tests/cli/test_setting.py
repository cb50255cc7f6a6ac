"""`setting` as a process: written from the input, listed by name alone, taken away."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.running import EXAMPLES, specdesk

SHOP = ("--tenant", "ecommerce")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    assert specdesk(folder, "publish", str(EXAMPLES / "ecommerce")).returncode == 0
    return folder


def said(shop: Path, value: str, *words: str) -> subprocess.CompletedProcess[str]:
    return specdesk(shop, "setting", "set", *words, said=value)


def test_a_value_is_written_listed_by_name_and_taken_away(shop: Path) -> None:
    assert said(shop, "whsec_c2VjcmV0\n", "hook", "--secret", *SHOP).returncode == 0
    listed = specdesk(shop, "setting", "list", *SHOP)
    assert listed.stdout.splitlines() == ["hook  secret"]
    assert specdesk(shop, "setting", "remove", "hook", *SHOP).returncode == 0
    assert specdesk(shop, "setting", "list", *SHOP).stdout == ""


def test_what_can_not_be_written_is_told(shop: Path) -> None:
    empty = said(shop, " \n", "hook", *SHOP)
    assert (empty.returncode, "is empty" in empty.stderr) == (2, True)
    name = said(shop, "x", "No-Name", *SHOP)
    assert (name.returncode, "A name is small letters" in name.stderr) == (1, True)
    unknown = said(shop, "x", "hook", "--tenant", "nobody")
    assert (unknown.returncode, "there is no tenant `nobody`" in unknown.stderr) == (2, True)
