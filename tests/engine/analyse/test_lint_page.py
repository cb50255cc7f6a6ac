"""The page about lint is true: what it calls wrong brings the code, what is right does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.analyse.lint import lint
from specs.problem import Code
from tests.engine.analyse.examples import Example, examples_of
from tests.engine.analyse.examples import tenant as laid
from tests.engine.analyse.linting import codes, compiled

PAGE = Path(__file__).resolve().parents[3] / "docs" / "en" / "lint.md"
EXAMPLES = examples_of(PAGE)


def tenant(example: Example) -> dict[str, bytes]:
    """The clean tenant with the part of the example in its place, and what makes it count."""
    files = laid(example)
    if example.file.startswith("calendars/"):
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
