"""Limits of dates that move: today and now, at the door of every form."""

from __future__ import annotations

import pytest

from engine.compile.desk import desk_from_files
from engine.decide.run import decide
from engine.decide.verdict import Open
from engine.facts import Facts
from specs.load import read_folder
from tests.engine.decide.shop import ANN, FILLED, FOLDER, ORDER, ask, roster


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("{ type: date, label: X, max: today }", "2026-03-02", ""),
        ("{ type: date, label: X, max: today }", "2026-03-03", "not_after"),
        ("{ type: date, label: X, min: today }", "2026-03-02", ""),
        ("{ type: date, label: X, min: today }", "2026-03-01", "not_before"),
        ("{ type: date, label: X, min: 2026-03-05 }", "2026-03-04", "not_before"),
        ("{ type: datetime, label: X, min: now }", "2026-03-02T09:00:00+08:00", ""),
        ("{ type: datetime, label: X, min: now }", "2026-03-02T08:59:00+08:00", "not_before"),
        ("{ type: datetime, label: X, max: now }", "2026-03-02T09:01:00+08:00", "not_after"),
        (
            '{ type: datetime, label: X, max: "2026-03-01T00:00:00+08:00" }',
            "2026-03-02T00:00:00+08:00",
            "not_after",
        ),
    ],
)
def test_a_limit_is_that_of_the_moment(field: str, value: str, code: str) -> None:
    files = dict(read_folder(FOLDER)[0])
    files["types/refund.yaml"] = files["types/refund.yaml"].replace(
        b"fields:\n", f"fields:\n  day: {field}\n".encode(), 1
    )
    desk, problems = desk_from_files(files)
    assert desk is not None, [one.headline for one in problems]
    values = {**FILLED, "day": value}
    event = Open("refund", values, "", "", "portal", "ann", "ann", {"order_no": ORDER})
    verdict = decide(desk, Facts({"customer.level": "normal"}), event, ask(ANN), roster())
    assert [getattr(r.args.get("wrong"), "code", r.code) for r in verdict.refusals] == (
        [code] if code else []
    )
