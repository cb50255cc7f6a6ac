"""The page about lint is true: what it calls wrong brings the code, what is right does not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.analyse.lint import lint
from specs.catalog import FILES, FOLDERS
from specs.problem import Code
from specs.source import core, read
from specs.writing import lines
from tests.engine.analyse.linting import CLEAN, codes, compiled, files_of

PAGE = Path(__file__).resolve().parents[3] / "docs" / "en" / "lint.md"
_EXAMPLE = re.compile(
    r"^<!-- (wrong|right): (\w+) ([\w/]+\.yaml) -->\n```yaml\n(.*?)^```$", re.M | re.S
)


@dataclass(frozen=True, slots=True)
class Example:
    """A part of a file of the clean tenant, and whether it brings a code."""

    is_wrong: bool
    code: str
    file: str
    body: str


EXAMPLES = [
    Example(m[1] == "wrong", m[2], m[3], m[4])
    for m in _EXAMPLE.finditer(PAGE.read_text(encoding="utf-8"))
]


def plain(text: str) -> dict[str, Any]:
    node, problems = read(text, "example.yaml")
    assert node is not None
    assert problems == []
    found = core(node)
    assert isinstance(found, dict)
    return found


def merged(old: Any, new: Any) -> Any:
    """The old map with the new one laid over it; rows of tables are replaced whole."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    both = {**old}
    for key, value in new.items():
        both[key] = value if key == "rows" else merged(old.get(key), value)
    return {key: value for key, value in both.items() if value is not None}


def as_text(value: Any) -> Any:
    """Scalars as the text that a spec would write."""
    if isinstance(value, dict):
        return {str(key): as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_text(item) for item in value]
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def tenant(example: Example) -> dict[str, bytes]:
    """The clean tenant with the part of the example in its place."""
    folder = example.file.partition("/")[0]
    kind = FILES[example.file] if example.file in FILES else FOLDERS[folder]
    base = plain(CLEAN[example.file]) if example.file in CLEAN else {"kind": kind.word}
    text = lines(as_text(merged(base, plain(example.body))), 0, "\n") + "\n"
    files = {**files_of(), example.file: text.encode()}
    if folder == "calendars":
        files["tenant.yaml"] += b"calendar: office\n"
    if example.code in ("E410", "W420"):
        files["automations/large.yaml"] = LARGE
    return files


LARGE = b"""\
kind: Automation
applies_to: refund
starts: { event: created }
when: { amount: { more_than: 500 } }
do: [{ set: { remark: large } }]
"""
"""Beside the examples of automations that clash stands another."""


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.code}-{e.is_wrong}")
def test_an_example_is_what_it_is_called(example: Example) -> None:
    specs, desk, problems = compiled(tenant(example))
    found = list(problems)
    if desk is not None:
        found += lint(specs, desk, 2090 if example.code == "W406" else 2026)
    assert (example.code in codes(found)) is example.is_wrong, [p.headline for p in found]
    if not example.is_wrong:
        assert [p.headline for p in found if p.is_error] == []


def test_every_finding_has_a_wrong_and_a_right_example() -> None:
    told = {(e.code, e.is_wrong) for e in EXAMPLES}
    wanted = {c.number for c in Code if c.number.startswith("W4")} | {
        "W203",
        "E402",
        "E408",
        "E409",
        "E410",
    }
    assert {code for code, _ in told} == wanted
    assert {(code, side) for code in wanted for side in (True, False)} == told
