"""Cells become the same conditions as structured text, with exact columns for mistakes."""

from __future__ import annotations

from typing import Any

import pytest

from engine.compile.cells import compile_cell, compile_result
from engine.compile.condition import compile_condition
from engine.evaluate import holds
from engine.facts import Facts, Value
from engine.predicate import FALSE, TRUE, Not, Op, Predicate
from engine.predicate import Test as Leaf
from specs.problem import Code, Place, Problem
from tests.engine.language import ANN, NOW_US, SCOPE

JANUARY = ["2026-01-01", "2026-02-01"]
TEAMS = {"claims": "k_claims", "finance": "k_finance"}


def cell(name: str, text: str) -> tuple[Predicate, list[Problem]]:
    info = SCOPE.find(name.split("."))
    assert info is not None
    return compile_cell(text, info, Place("routing/refund.yaml", 11, 24, 11, 24 + len(text)))


@pytest.mark.parametrize(
    ("name", "text", "raw"),
    [
        ("reason", "late", "late"),
        ("reason", "late | damaged", ["late", "damaged"]),
        ("reason", "not late", {"is_not": "late"}),
        ("reason", "not late | damaged", {"none_of": ["late", "damaged"]}),
        ("reason", "empty", {"is_empty": "true"}),
        ("reason", "not empty", {"is_empty": "false"}),
        ("amount", "200", "200"),
        ("amount", "1 | 2", ["1", "2"]),
        ("amount", "over 200", {"more_than": "200"}),
        ("amount", "up to 50", {"at_most": "50"}),
        ("amount", "under 30", {"less_than": "30"}),
        ("amount", "from 10", {"at_least": "10"}),
        ("amount", "from 0 up to 50", {"between": ["0", "50"]}),
        ("amount", "over 50 up to 200", {"more_than": "50", "at_most": "200"}),
        ("product", "has 媒体 | 12315", {"contains_any": ["媒体", "12315"]}),
        ("product", "has 媒体", {"contains": "媒体"}),
        ("product", '"over 5"', "over 5"),
        ("signed_on", "before 2026-01-01", {"before": "2026-01-01"}),
        ("signed_on", "over 2026-01-01", {"after": "2026-01-01"}),
        ("signed_on", "from 2026-01-01 up to 2026-02-01", {"between": JANUARY}),
        ("signed_on", "within 30d", {"within_last": "30d"}),
        ("due.solved", "within next 4h", {"within_next": "4h"}),
        ("spent", "over 1d 4h under 2d", {"more_than": "1d 4h", "less_than": "2d"}),
        ("called_at", "over 2026-03-02 09:00", {"after": "2026-03-02 09:00"}),
        ("kinds", "glass | wood", {"contains_any": ["glass", "wood"]}),
        ("tags", "has fragile", {"contains": "fragile"}),
        ("area", "under kitchen", {"under": "kitchen"}),
        ("area", "oven", "oven"),
        ("photo", "from 1", {"count": {"at_least": "1"}}),
        ("photo", "over 1 up to 3", {"count": {"between": ["2", "3"]}}),
        ("urgent_case", "yes", "true"),
        ("customer.level", "vip", "vip"),
        ("teams", "$my.teams", "$my.teams"),
        ("team", "$my.teams", "$my.teams"),
    ],
)
def test_a_cell_means_what_structured_text_means(name: str, text: str, raw: Any) -> None:
    found, problems = cell(name, text)
    assert not problems
    wanted, _ = compile_condition({name: raw}, SCOPE, lambda steps: Place("", 1, 1, 1, 1))
    assert found == wanted


def test_any_asks_nothing() -> None:
    assert cell("amount", "any") == (TRUE, [])


@pytest.mark.parametrize(
    ("text", "value", "answer"),
    [
        ("not 5", 500, False),
        ("not 5", 600, True),
        ("not 5", None, True),
        ("from 0", None, False),
    ],
)
def test_negated_numbers(text: str, value: Value, answer: bool) -> None:
    found, problems = cell("amount", text)
    assert not problems
    assert holds(found, Facts({"amount": value}), ANN) is answer


@pytest.mark.parametrize("name", ["signed_on", "created_at"])
def test_an_open_end_of_days_never_holds_of_nothing(name: str) -> None:
    for text in ("from 2026-03-01", "up to 2026-03-02", "before 2026-03-03", "over 2026-03-01"):
        found, problems = cell(name, text)
        assert not problems
        now: Value = "2026-03-02" if name == "signed_on" else NOW_US
        assert holds(found, Facts({name: now}), ANN), text
        assert not holds(found, Facts({}), ANN), text


def test_not_has() -> None:
    found, _ = cell("kinds", "not glass")
    info = SCOPE.find(("kinds",))
    assert info is not None
    assert found == Not(Leaf(info.path, Op.CONTAINS, "k_glass"))


@pytest.mark.parametrize(
    ("name", "text", "code", "at", "message"),
    [
        ("reason", "late | wrong_itm", Code.UNKNOWN_OPTION, "wrong_itm",
         "unknown option `wrong_itm` of refund.reason did you mean `wrong_item`?"),
        ("reason", "over 5", Code.OPERATOR_TYPE, "over 5", "does not fit `refund.reason`"),
        ("amount", "over much", Code.VALUE_TYPE, "much", "enter a number"),
        ("amount", "has 5", Code.OPERATOR_TYPE, "has 5", "its operators are"),
        ("signed_on", "2026-01-01", Code.OPERATOR_TYPE, "2026-01-01", "before, after"),
        ("signed_on", "within 5h", Code.VALUE_TYPE, "5h", "whole number of days"),
        ("photo", "over x", Code.VALUE_TYPE, "x", "no whole number"),
        ("amount", "-", Code.CELL_SYNTAX, "-", "only in result cells"),
        ("area", "under kitchn", Code.UNKNOWN_OPTION, "kitchn", "`kitchen`"),
    ],
)  # fmt: skip
def test_mistakes_stand_at_their_columns(
    name: str, text: str, code: Code, at: str, message: str
) -> None:
    found, problems = cell(name, text)
    (one,) = problems
    assert one.code is code
    assert text[one.place.col - 24 : one.place.end_col - 24] == at
    assert message in f"{one.message} {one.cure}"
    assert found == FALSE


def test_the_line_of_the_language_page() -> None:
    _, (one,) = cell("reason", "damaged | wrong_itm")
    assert one.headline == (
        "routing/refund.yaml:11:34: unknown option `wrong_itm` of refund.reason;"
        " did you mean `wrong_item`?  [E203]"
    )


@pytest.mark.parametrize(
    ("text", "kind", "known", "wanted"),
    [
        ("-", "team", TEAMS, None),
        ("claims", "team", TEAMS, "k_claims"),
        ("claims | finance", "tags", TEAMS, ("k_claims", "k_finance")),
        ("claims", "skills", TEAMS, ("k_claims",)),
        ("1d 4h", "duration", {}, "1d 4h"),
        ("90m", "duration", {}, "1h 30m"),
    ],
)
def test_result_cells(text: str, kind: str, known: dict[str, str], wanted: Value) -> None:
    assert compile_result(text, kind, known, Place("", 1, 1, 1, 1)) == (wanted, [])


@pytest.mark.parametrize(
    ("text", "kind", "at", "message"),
    [
        ("clams", "team", "clams", "there is no team `clams` did you mean `claims`?"),
        ("claims | finance", "team", "finance", "one team is set, not several"),
        ("claims | x", "tags", "x", "there is no tag `x`"),
        ("soon", "duration", "soon", "no duration"),
        ("- claims", "team", "claims", "too much"),
    ],
)
def test_result_mistakes(text: str, kind: str, at: str, message: str) -> None:
    place = Place("sla/refund.yaml", 5, 3, 5, 3 + len(text))
    found, (one,) = compile_result(text, kind, TEAMS, place)
    assert found is None
    assert text[one.place.col - 3 : one.place.end_col - 3] == at
    assert message in f"{one.message} {one.cure}"
