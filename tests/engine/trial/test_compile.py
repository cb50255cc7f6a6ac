"""Nonsense in a test is told with its place before anything runs."""

from __future__ import annotations

import pytest

from engine.compile.desk import desk_digest
from tests.engine.trial.stage import plan, specs

WRONG = {
    "cases: { a: { ticket: { reasn: late } } }": ("E217", "`reasn`", "reason"),
    "cases: { a: { ticket: { reason: lat } } }": ("E304", "lat", ""),
    "cases: { a: { ticket: { state: financ } } }": ("E304", "financ", "finance"),
    "cases: { a: { ticket: { phase: solved } } }": ("E206", "not of the phase", "leave it out"),
    "cases: { a: { ticket: { type: refund } } }": ("E206", "that of the test", "leave it out"),
    "cases: { a: { ticket: { fee: 3 } } }": ("E206", "computed by its formula", "formula reads"),
    "cases: { a: { ticket: { requester: nobody } } }": ("E216", "nobody", ""),
    "cases: { a: { as: bem } }": ("E216", "bem", "ben"),
    "cases: { a: { expect: { prioriti: low } } }": ("E201", "prioriti", "priority"),
    "cases: { a: { expect: { priority: lo } } }": ("E304", "`lo`", "low"),
    "cases: { a: { expect: { can.payy: true } } }": ("E216", "payy", "pay"),
    "cases: { a: { expect: { can.pay: perhaps } } }": ("E204", "perhaps", ""),
    "cases: { a: { expect: { field.foto.visible: true } } }": ("E216", "foto", "photo"),
    "cases: { a: { expect: { field.photo.shown: true } } }": ("E201", "shown", "visible"),
    "cases: { a: { expect: { field.photo.right: write } } }": ("E205", "write", ""),
    "cases: { a: { expect: { sees.bem: true } } }": ("E216", "bem", "ben"),
    "cases: { a: { expect: { notified: [led] } } }": ("E216", "led", "lead"),
    "cases: { a: { expect: { decided_by: routing/refund.vp } } }": ("E216", "vp", "refund.vip"),
    "cases: { a: { expect: { due.solved: soon } } }": ("E304", "soon", "2026-03-02"),
    "cases: { a: { steps: { s: {} } } }": ("E206", "does nothing", "wait"),
    "cases: { a: { steps: { s: { wait: 1h, comment: x } } } }": ("E206", "one thing", "wait"),
    "cases: { a: { steps: { s: { do: approve } } } }": ("E202", "nobody is named", "as:"),
    "cases: { a: { steps: { s: { as: ben, edit: { state: x } } } } }": ("E304", "`x`", ""),
    "cases: { a: { steps: { s: { as: ben, edit: { team: claims } } } } }": ("E206", "no field", ""),
    "cases: { a: { now: 2026-02-30T09:00:00Z } }": ("E206", "2026-02-30", ""),
    "matrix: { m: { each: { reason: [late], amount: [1, 2] }, expect: {} } }": (
        "E206",
        "one length",
        "",
    ),
    "matrix: { m: { each: { reason: [late, regret] }, expect: { team: [a, b, c] } } }": (
        "E206",
        "3 values for 2 cases",
        "one for each",
    ),
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_told_with_its_place(text: str) -> None:
    """A code, the word that is wrong, a cure where there is one, and where it stands."""
    _, problems = plan(text)
    code, said, cure = WRONG[text]
    found = problems[0]
    assert (found.code.number, said in found.message, cure in found.cure) == (code, True, True), (
        found.message,
        found.cure,
    )
    assert found.place.file == "tests/mine.yaml"
    assert found.place.line == 9


def test_a_test_about_nothing_names_the_type() -> None:
    """References are checked as in every spec."""
    _, problems = plan("cases: { a: { steps: { s: { as: ben, do: aprove } } } }")
    assert "there is no transition `aprove`; did you mean `approve`?" in problems[0].headline


def test_tests_are_no_part_of_the_desk() -> None:
    """A changed expectation changes nothing that a ticket could notice."""

    one, _ = specs("cases: { a: { expect: { team: claims } } }")
    other, _ = specs("cases: { a: { expect: { team: finance } } }")
    assert desk_digest(one) == desk_digest(other)
    assert one.tree != other.tree
