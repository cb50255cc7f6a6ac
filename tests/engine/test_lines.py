"""Rows of sub-fields: what a row needs, cells that are computed, and sums over rows."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.compile.desk import desk_from_files
from engine.decide import form
from engine.decide.run import decide
from engine.decide.verdict import Edit, Move, Open, Verdict
from engine.facts import Ask, Facts, Value, Viewer
from engine.model.desk import Desk
from engine.model.roster import Roster
from engine.values.registry import say_problem
from specs.problem import Problem
from tests.engine.decide.mill import FILES
from tests.engine.decide.shop import MONDAY_US

TYPE = """\
kind: TicketType
title: Purchase
fields:
  rate: { type: decimal, places: 2, label: Rate }
  half: { type: decimal, places: 2, label: Half, formula: "total / rate" }
  parts:
    type: lines
    label: Parts
    min_count: 1
    max_count: 3
    fields:
      name: { type: text, label: Name, required: true, max_length: 8 }
      pieces: { type: integer, label: Pieces, min: 1, max: 99, default: 1 }
      price: { type: money, label: Price }
      kind: { type: choice, label: Kind, options: { new: New, used: Used } }
      worth: { type: money, label: Worth, formula: "whole * coalesce(rate, 1)" }
      whole: { type: money, label: Whole, formula: "pieces * price" }
  total: { type: money, label: Total, formula: "sum(parts.worth)" }
  rows_: { type: integer, label: Rows, formula: "count(parts)" }
checks:
  not_dear: { must: "total <= 1000", at: parts, say: Too dear }
workflow:
  start: need
  states: { need: { phase: new }, done: { phase: solved } }
  transitions:
    finish: { from: need, to: done, by: buyer, needs: [parts] }
"""
BEN = Viewer("ben", "Ben", frozenset({"buyer"}), frozenset({"buying"}), is_staff=True)
ASK = Ask(MONDAY_US, BEN, "2026-03-02")


def compiled(text: str) -> tuple[Desk | None, list[Problem]]:
    files = {**FILES, "types/purchase.yaml": text}
    return desk_from_files({path: text.encode() for path, text in files.items()})


@cache
def desk() -> Desk:
    found, problems = compiled(TYPE)
    assert found is not None, [one.headline for one in problems]
    return found


def opened(parts: object, rate: str = "") -> Verdict:
    values = {"parts": parts} | ({"rate": rate} if rate else {})
    event = Open("purchase", values, "Press", "", "desk", "ben")
    return decide(desk(), Facts({}), event, ASK, Roster())


def rows(facts: Facts) -> tuple[Mapping[str, Value], ...]:
    found = facts.get("parts")
    assert isinstance(found, tuple)
    return found  # type: ignore[return-value]


def wrong(verdict: Verdict) -> str:
    (refusal,) = verdict.refusals
    return say_problem(refusal.args["wrong"], "en")  # type: ignore[arg-type]


def test_a_row_is_computed_and_summed() -> None:
    made = opened([{"name": "Bolt", "pieces": "3", "price": "1.25"}, {"name": "Nut"}], "2")
    assert made.allowed, made.refusals
    first, second = rows(made.facts)
    assert (first["whole"], first["worth"]) == (375, 750)
    assert second == {"name": "Nut"}
    assert (made.facts.get("total"), made.facts.get("rows_")) == (750, 2)


def test_a_computed_cell_is_never_taken_from_a_form() -> None:
    made = opened([{"name": "Bolt", "pieces": "1", "price": "2", "worth": "9999", "whole": "1"}])
    assert rows(made.facts)[0]["worth"] == 200


def test_a_row_says_what_it_needs_by_number_and_column() -> None:
    assert wrong(opened([{"name": "A"}, {"price": "2"}])) == "Row 2, Name: This is needed"
    assert wrong(opened([{"name": "A", "pieces": "0"}])) == "Row 1, Pieces: Enter at least 1"
    assert wrong(opened([{"name": "A", "pieces": "100"}])) == "Row 1, Pieces: Enter at most 99"
    assert wrong(opened([{"name": "much too long"}])).startswith("Row 1, Name:")
    assert wrong(opened([{"name": "A", "kind": "broken"}])).startswith("Row 1, Kind:")
    assert wrong(opened([{"name": "A"}] * 4)) == "Give at most 3"


def test_empty_rows_are_left_out() -> None:
    made = opened([{"name": "", "pieces": ""}, {"name": "Bolt"}, {}])
    assert [row["name"] for row in rows(made.facts)] == ["Bolt"]


def test_checks_hold_when_made_when_edited_and_when_moved() -> None:
    dear = [{"name": "Gold", "pieces": "11", "price": "100"}]
    refused = opened(dear)
    assert [(r.code, r.at) for r in refused.refusals] == [("check", "parts")]
    fine = opened([{"name": "Tin", "pieces": "1", "price": "1"}])
    edited = decide(desk(), fine.facts, Edit({"parts": dear}), ASK, Roster())
    assert [r.code for r in edited.refusals] == ["check"]
    bare = decide(desk(), Facts({}), Open("purchase", {}, "x", "", "desk", "ben"), ASK, Roster())
    moved = decide(desk(), bare.facts, Move("finish", {"parts": dear}), ASK, Roster())
    assert "check" in {r.code for r in moved.refusals}


def test_a_division_by_zero_is_empty_and_told() -> None:
    made = opened([{"name": "Bolt", "pieces": "1", "price": "2"}], "0")
    assert made.allowed
    assert made.facts.get("half") is None
    (told,) = [reason for reason in made.reasons if reason.topic == "formula.half"]
    assert told.said == {"warning": "a division by zero gives an empty value"}
    assert told.rule == "types/purchase.fields.half"


def test_what_can_not_stand_in_a_row_is_refused() -> None:
    hidden = TYPE.replace("name: { type: text,", "name: { show_when: { rate: 1 }, type: text,")
    assert any("can't stand in a row" in one.message for one in compiled(hidden)[1])
    round_ = TYPE.replace('formula: "pieces * price"', 'formula: "worth"')
    assert any("wait for each other" in one.message for one in compiled(round_)[1])
    unknown = TYPE.replace('formula: "pieces * price"', 'formula: "peices * price"')
    assert any("peices" in one.message for one in compiled(unknown)[1])


CELL = st.fixed_dictionaries(
    {"name": st.sampled_from(["A", "B"])},
    optional={
        "pieces": st.integers(1, 99).map(str),
        "price": st.decimals(0, 5, places=2, allow_nan=False).map(str),
    },
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(CELL, min_size=1, max_size=3),
    st.none() | st.decimals(0, 3, places=2, allow_nan=False, allow_infinity=False),
)
def test_rows_equal_a_plain_reckoning(
    given_rows: list[dict[str, str]], rate: Decimal | None
) -> None:
    """Each kept cell is rounded once, half to even; the sum is of what is kept."""
    values: dict[str, object] = {"parts": given_rows}
    if rate is not None:
        values["rate"] = str(rate)
    model = desk().types["purchase"]
    rights = form.Rights(True, True, frozenset(), dict.fromkeys(model.fields, "edit"))
    taken, refusals = form.take(model, values, rights, "UTC", ASK)
    assert refusals == []
    facts = form.settle(model, Facts(taken), ASK)
    cent, total = Decimal("0.01"), Decimal(0)
    for row, kept in zip(given_rows, rows(facts), strict=True):
        if "pieces" not in row or "price" not in row:
            assert "worth" not in kept
            continue
        whole = int(row["pieces"]) * Decimal(row["price"])
        worth = (whole * (1 if rate is None else rate)).quantize(cent, ROUND_HALF_EVEN)
        assert (kept["whole"], kept["worth"]) == (int(whole * 100), int(worth * 100))
        total += worth
    assert facts.get("total") == int(total * 100)
    if not rate:
        assert facts.get("half") is None
    else:
        assert facts.get("half") == int((total / rate).quantize(cent, ROUND_HALF_EVEN) * 100)
