"""The example tenants are well, and a thousand files are checked quickly."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from specs.load import load, load_files, read_folder
from specs.problem import render

TENANTS = sorted(
    path.parent for path in (Path(__file__).parents[2] / "examples/tenants").glob("*/tenant.yaml")
)


@pytest.mark.parametrize("folder", TENANTS, ids=lambda path: path.name)
def test_an_example_has_no_problem(folder: Path) -> None:
    specs, problems = load(folder)
    assert [render(one, None) for one in problems] == []
    assert specs.tenant is not None
    assert specs.tenant.id == folder.name
    assert specs.broken == frozenset()


@pytest.mark.parametrize("folder", TENANTS, ids=lambda path: path.name)
def test_every_value_of_an_example_has_a_place(folder: Path) -> None:
    """What is said about a spec has to point into its own file, at the very value."""
    specs, _ = load(folder)
    for kind in specs.objects.values():
        for file in kind.values():
            text = specs.files[file.file].decode().splitlines()
            for key, value in file.node.entries:
                place = file.key_place(key.text)
                line = text[place.line - 1]
                assert line[place.col - 1 : place.end_col - 1] == key.text
                assert file.place(key.text).line >= place.line
                assert file.node_at(key.text) is value


@pytest.mark.slow
def test_a_thousand_files_take_less_than_three_seconds() -> None:
    """Time of this process alone, so that neighbours do not count."""
    files, _ = read_folder(TENANTS[0])
    patterns = ["types/refund.yaml", "routing/refund.yaml", "roles/agent.yaml"]
    for number in range(300):
        for name in patterns:
            files[name.replace(".yaml", f"_{number}.yaml")] = files[name]
    assert len([name for name in files if name.endswith(".yaml")]) > 950
    start = time.process_time()
    _, problems = load_files(files)
    assert time.process_time() - start < 3
    assert problems == []
