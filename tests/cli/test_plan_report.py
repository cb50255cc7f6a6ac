"""What a plan's text folds: the cases of spec tests, which no ticket ever meets."""

from __future__ import annotations

from typing import Any

from runtime.cli.plan_report import text_changes


def _change(kind: str, file: str, line: int) -> dict[str, Any]:
    return {
        "class": "cosmetic",
        "op": "set",
        "kind": kind,
        "title": "refund › a case › amount",
        "before": "1",
        "after": "2",
        "place": {"file": file, "line": line},
        "effects": [],
    }


def test_cases_are_counted_and_the_rest_told() -> None:
    cases = [_change("SpecTest", "tests/refund.yaml", n) for n in (3, 4)]
    other = _change("View", "views/mine.yaml", 2)
    folded = list(text_changes([*cases, other], fold_cases=True))
    assert folded[0] == "tests/refund.yaml"
    assert folded[1].strip().startswith("2 changes of its cases")
    assert [line for line in folded if "1 → 2" in line] == [
        "  ~ cosmetic    refund › a case › amount: 1 → 2  [views/mine.yaml:2]"
    ]
    assert sum("1 → 2" in line for line in text_changes([*cases, other])) == 3
