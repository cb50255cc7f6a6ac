"""The files for build servers and hooks are true: each command exists with its options."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from runtime.cli import COMMANDS, build
from specs.source import plain, read
from tests.house.tree import ROOT, text

PAGE = Path("docs/en/ci.md")
HOOKS = Path(".pre-commit-hooks.yaml")
_BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.M | re.S)


def parsed(body: str) -> Any:
    """A file's content by the strict reader of specs, which every reader of YAML agrees with."""
    node, problems = read(body, "ci.yaml")
    assert node is not None
    assert problems == []
    return plain(node)


def blocks() -> list[Any]:
    return [parsed(body) for body in _BLOCK.findall(text(PAGE))]


def scalars(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from scalars(one)
    elif isinstance(value, list):
        for one in value:
            yield from scalars(one)
    elif isinstance(value, str):
        yield value


def commands() -> list[str]:
    """Every `specdesk …` of the page's files and of the hooks, without what the shell adds."""
    hooks = [one["entry"] for one in parsed(text(HOOKS))]
    lines = [line.strip() for one in scalars(blocks()) for line in one.splitlines()]
    found = [re.split(r" (?:>|\|\|) ", line)[0] for line in [*lines, *hooks]]
    return sorted({line for line in found if line.startswith("specdesk ")})


@pytest.mark.parametrize("line", commands())
def test_a_command_exists_with_its_options(line: str) -> None:
    """Parsed as the program would, without running it."""
    _, name, *words = shlex.split(line)
    assert name in COMMANDS
    group: Any = get_command(build([name]))
    group.commands[name].make_context(name, words)


def test_the_page_shows_a_workflow_a_pipeline_and_hooks() -> None:
    workflow, pipeline, hooks = blocks()
    assert set(workflow) == {"name", "on", "permissions", "jobs"}
    steps = workflow["jobs"]["specs"]["steps"]
    assert all(("run" in one) != ("uses" in one) for one in steps)
    assert {"upload-sarif" in one.get("uses", "") for one in steps} == {True, False}
    reports = pipeline["specs"]["artifacts"]["reports"]
    script = " ".join(pipeline["specs"]["script"])
    assert all(f"> {name}" in script for name in [*reports["junit"], reports["codequality"]])
    shown = [one["id"] for repo in hooks["repos"] for one in repo["hooks"]]
    assert set(shown) == {one["id"] for one in parsed(text(HOOKS))}
    assert (ROOT / HOOKS).exists()


def test_hooks_say_what_pre_commit_needs() -> None:
    for one in parsed(text(HOOKS)):
        assert {"id", "name", "entry", "language", "files", "pass_filenames"} <= set(one)
        assert re.compile(one["files"]).search("tenants/shop/types/refund.yaml")
