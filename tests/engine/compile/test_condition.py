"""Structured conditions are typed exactly, and a mistake names its place, reason and cure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.compile.condition import compile_condition
from engine.compile.scope import Scope
from engine.evaluate import holds
from engine.facts import Facts
from engine.predicate import FALSE, TRUE, All, AnyOf, Not, Op, Predicate, Var
from engine.predicate import Test as Leaf
from specs.problem import Code, Place, Problem
from tests.engine.language import ANN, PLACE, SCOPE, a_field, options

DAY_US = 86_400_000_000
NEW_YEAR = 1_767_196_800_000_000
NEW_YEAR_ENDS = NEW_YEAR + DAY_US - 1
TODAY = Var("today", "Asia/Shanghai")
MINE = Var("my.teams")


def place_of(steps: tuple[str | int, ...]) -> Place:
    """A place whose file name tells the steps."""
    return Place("/".join(map(str, steps)), 1, 1, 1, 2)


def compiled(raw: object, **how: bool) -> tuple[Predicate, list[Problem]]:
    return compile_condition(raw, SCOPE, place_of, **how)


def good(raw: object, **how: bool) -> Predicate:
    found, problems = compiled(raw, **how)
    assert not problems
    return found


def leaf(name: str, op: Op, operand: Any) -> Leaf:
    info = SCOPE.find(name.split("."))
    assert info is not None
    return Leaf(info.path, op, operand)


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ({}, TRUE),
        ({"reason": "late"}, leaf("reason", Op.IS, "k_late")),
        ({"reason": ["late"]}, leaf("reason", Op.ONE_OF, ("k_late",))),
        ({"reason": {"is_not": "late"}}, leaf("reason", Op.IS_NOT, "k_late")),
        ({"reason": {"none_of": "late"}}, leaf("reason", Op.NONE_OF, ("k_late",))),
        ({"reason": {"is_empty": "false"}}, leaf("reason", Op.IS_EMPTY, False)),
        ({"amount": {"more_than": "2,000.5"}}, leaf("amount", Op.MORE_THAN, 200_050)),
        ({"amount": {"between": ["1", "2"]}}, leaf("amount", Op.BETWEEN, (100, 200))),
        ({"weight": "1.5"}, leaf("weight", Op.IS, 1500)),
        ({"spent": {"at_least": "1d 4h"}}, leaf("spent", Op.AT_LEAST, 100_800)),
        ({"urgent_case": "yes"}, leaf("urgent_case", Op.IS, True)),
        ({"product": " NO "}, leaf("product", Op.IS, "NO")),
        ({"product": {"contains": "ＡＢ"}}, leaf("product", Op.CONTAINS, "ab")),
        ({"product": {"matches": "^A"}}, leaf("product", Op.MATCHES, "^A")),
        ({"product": {"starts_with": "A"}}, leaf("product", Op.STARTS_WITH, "a")),
        ({"kinds": "glass"}, leaf("kinds", Op.CONTAINS, "k_glass")),
        ({"kinds": ["glass", "wood"]}, leaf("kinds", Op.CONTAINS_ANY, ("k_glass", "k_wood"))),
        ({"area": {"under": "kitchen"}}, leaf("area", Op.UNDER, ("k_kitchen", "k_oven"))),
        ({"photo": {"count": {"at_least": "1"}}}, leaf("photo", Op.COUNT, (1, -1))),
        ({"photo": {"count": {"between": ["2", "4"]}}}, leaf("photo", Op.COUNT, (2, 4))),
        ({"photo": {"count": {"more_than": "1"}}}, leaf("photo", Op.COUNT, (2, -1))),
        ({"parts": {"count": {"at_least": "2"}}}, leaf("parts", Op.COUNT, (2, -1))),
        ({"signed_on": {"within_last": "30d"}}, leaf("signed_on", Op.WITHIN_LAST, 30 * DAY_US)),
        ({"signed_on": {"before": "$today"}}, leaf("signed_on", Op.BEFORE, Var("today"))),
        ({"created_at": {"before": "$now"}}, leaf("created_at", Op.BEFORE, Var("now"))),
        ({"created_at": {"after": "$today"}}, leaf("created_at", Op.AFTER, TODAY)),
        ({"created_at": {"before": "2026-01-01"}}, leaf("created_at", Op.BEFORE, NEW_YEAR)),
        ({"created_at": {"after": "2026-01-01"}}, leaf("created_at", Op.AFTER, NEW_YEAR_ENDS)),
        ({"teams": "$my.teams"}, leaf("teams", Op.CONTAINS_ANY, Var("my.teams"))),
        ({"team": "$my.teams"}, leaf("team", Op.ONE_OF, Var("my.teams"))),
        ({"team": ["$my.teams", "finance"]}, leaf("team", Op.ONE_OF, (MINE, "k_finance"))),
        ({"assignee": "$me"}, leaf("assignee", Op.IS, Var("me"))),
        ({"watchers": "$me"}, leaf("watchers", Op.CONTAINS, Var("me"))),
        ({"phase": ["new", "active"]}, leaf("phase", Op.ONE_OF, ("new", "active"))),
        ({"state": "finance"}, leaf("state", Op.IS, "k_finance")),
        ({"type": "refund"}, leaf("type", Op.IS, "k_refund")),
        ({"tags": {"contains_all": ["fragile"]}}, leaf("tags", Op.CONTAINS_ALL, ("fragile",))),
        ({"order_no.paid": "5"}, leaf("order_no.paid", Op.IS, 500)),
        ({"customer.level": "vip"}, leaf("customer.level", Op.IS, "k_vip")),
        ({"requester.organisation.name": "Larch"},
         leaf("requester.organisation.name", Op.IS, "Larch")),
        ({"due.solved": {"before": "$now"}}, leaf("due.solved", Op.BEFORE, Var("now"))),
        ({"breached.solved": "true"}, leaf("breached.solved", Op.IS, True)),
        (
            {"reason": "late", "amount": {"at_least": "1", "at_most": "2"}},
            All(
                (
                    leaf("reason", Op.IS, "k_late"),
                    leaf("amount", Op.AT_LEAST, 100),
                    leaf("amount", Op.AT_MOST, 200),
                )
            ),
        ),
        (
            {"any": [{"reason": "late"}, {"pieces": "1"}], "none": {"pieces": "2"}},
            All(
                (
                    AnyOf((leaf("reason", Op.IS, "k_late"), leaf("pieces", Op.IS, 1))),
                    Not(leaf("pieces", Op.IS, 2)),
                )
            ),
        ),
    ],
)  # fmt: skip
def test_typed(raw: object, wanted: Predicate) -> None:
    assert good(raw) == wanted


def test_where_an_event_is_looked_at() -> None:
    assert good({"reason": {"changed": "true"}}, event=True) == leaf("reason", Op.CHANGED, True)
    found = good({"state": {"changed_to": "finance"}}, event=True)
    assert found == leaf("state", Op.CHANGED_TO, ("k_finance",))
    _, (one,) = compiled({"reason": {"changed": "true"}})
    assert one.code is Code.OPERATOR_TYPE


@pytest.mark.parametrize(
    ("raw", "code", "at", "message"),
    [
        ({"reason": ["late", "wrong_itm"]}, Code.UNKNOWN_OPTION, "reason/1",
         "unknown option `wrong_itm` of refund.reason did you mean `wrong_item`?"),
        ({"reason": {"is": "x"}}, Code.UNKNOWN_OPTION, "reason/is", "unknown option `x`"),
        ({"amuont": "1"}, Code.UNKNOWN_FIELD, "amuont", "did you mean `amount`?"),
        ({"order_no.piad": "1"}, Code.BAD_PATH, "order_no.piad", "did you mean `order_no.paid`?"),
        ({"customer": {"level": "vip"}}, Code.UNKNOWN_OPERATOR, "customer/level",
         "write the path as one key: `customer.level`"),
        ({"amount": {"more": "1"}}, Code.UNKNOWN_OPERATOR, "amount/more", "`more_than`"),
        ({"reason": {"more_than": "1"}}, Code.OPERATOR_TYPE, "reason/more_than",
         "`more_than` does not fit `refund.reason`, which is a choice its operators are"),
        ({"signed_on": "2026-01-01"}, Code.OPERATOR_TYPE, "signed_on", "before, after"),
        ({"kinds": {"is": "glass"}}, Code.OPERATOR_TYPE, "kinds/is", "contains, contains_any"),
        ({"location": "x"}, Code.UNKNOWN_FIELD, "location", "there is no field"),
        ({"amount": "much"}, Code.VALUE_TYPE, "amount", "enter a number"),
        ({"amount": "0.001"}, Code.VALUE_TYPE, "amount", "at most 2 decimal places"),
        ({"pieces": "1.5"}, Code.VALUE_TYPE, "pieces", "whole number"),
        ({"amount": {"between": ["1"]}}, Code.VALUE_TYPE, "amount/between", "two values"),
        ({"amount": {"at_least": ["1"]}}, Code.VALUE_TYPE, "amount/at_least", "not a list"),
        ({"reason": []}, Code.VALUE_TYPE, "reason", "the list is empty"),
        ({"reason": None}, Code.VALUE_TYPE, "reason", "is_empty: true"),
        ({"reason": ""}, Code.VALUE_TYPE, "reason", "a single value is wanted"),
        ({"assignee": "ben"}, Code.VALUE_TYPE, "assignee", "a spec names no person"),
        ({"assignee": "$you"}, Code.UNKNOWN_VARIABLE, "assignee", "there is no variable `$you`"),
        ({"amount": "$today"}, Code.VALUE_TYPE, "amount", "`$today` does not fit"),
        ({"team": "finanse"}, Code.UNKNOWN_REFERENCE, "team", "there is no team `finanse`"),
        ({"state": "paid"}, Code.UNKNOWN_STATE, "state", "there is no state `paid`"),
        ({"tags": "fragil"}, Code.UNKNOWN_OPTION, "tags", "there is no tag `fragil`"),
        ({"product": {"matches": "(a"}}, Code.PATTERN_NOT_LINEAR, "product/matches", "RE2"),
        ({"product": {"matches": r"(a)\1"}}, Code.PATTERN_NOT_LINEAR, "product/matches", "RE2"),
        ({"signed_on": {"within_last": "5h"}}, Code.VALUE_TYPE, "signed_on/within_last", "days"),
        ({"created_at": {"within_last": "soon"}}, Code.VALUE_TYPE, "created_at/within_last", "30d"),
        ({"photo": {"count": "many"}}, Code.VALUE_TYPE, "photo/count", "at_least: 1"),
        ({"reason": {"is_empty": "maybe"}}, Code.VALUE_TYPE, "reason/is_empty", "true or false"),
        ({"product": "a\x00b"}, Code.VALUE_TYPE, "product", "can not be kept"),
        ("late", Code.CONDITION_SHAPE, "", "a condition is a map"),
        ({"any": "late"}, Code.CONDITION_SHAPE, "any", "a condition is a map"),
    ],
)  # fmt: skip
def test_mistakes(raw: object, code: Code, at: str, message: str) -> None:
    found, problems = compiled(raw)
    (one,) = problems
    assert one.code is code
    assert one.place.file == at
    assert message in f"{one.message} {one.cure}"
    # What can not be read must never let more through.
    assert found == FALSE


def test_an_option_problem_names_where_options_are_declared() -> None:
    _, (one,) = compiled({"reason": "x"})
    assert one.related == (("options are declared in", PLACE),)


def test_keys_have_places_of_their_own_where_they_are_known() -> None:
    _, (one,) = compile_condition(
        {"amuont": "1"}, SCOPE, place_of, key_of=lambda steps: Place("key", 3, 1, 3, 7)
    )
    assert one.place.file == "key"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"product": {"matches": "a"}}, "`matches` can not be used"),
        ({"parts.count": "1"}, "lies inside rows"),
        ({"iban": "x"}, "is sensitive"),
        ({"customer.city": {"contains": "x"}}, "can not be asked of people"),
    ],
)
def test_over_many_rows_some_questions_are_refused(raw: object, message: str) -> None:
    assert not compiled(raw)[1]
    found, (one,) = compiled(raw, lowerable=True)
    assert one.code is Code.NOT_LOWERABLE
    assert message in one.message
    assert found == FALSE


def test_over_many_rows_most_questions_are_fine() -> None:
    good({"iban": {"is_empty": "true"}, "teams": "$my.teams"}, lowerable=True)
    good({"customer.city": "Paris", "order_no.product_name": {"contains": "x"}}, lowerable=True)


def test_one_id_under_two_keys_means_either() -> None:
    """Two types of one scope may keep the same option under different keys after a rename."""
    other = {"reason": a_field("reason", "choice", known=options("late"))}
    renamed = {"reason": a_field("reason", "choice", known={"x": options("late")["k_late"]})}
    key = replace(renamed["reason"].options["x"], key="x")
    renamed["reason"] = replace(renamed["reason"], options={"x": key})
    scope = Scope.of_types([other, renamed], owners=["refund", "return"])
    found, problems = compile_condition({"reason": "late"}, scope, place_of)
    assert not problems
    assert holds(found, Facts({"reason": "x"}), ANN)
    assert holds(found, Facts({"reason": "k_late"}), ANN)
    info = scope.find(("reason",))
    assert info is not None
    assert info.spelled == "reason"


def test_the_scope_guesses() -> None:
    assert SCOPE.suggest("custmer.level") == "customer.level"
    assert SCOPE.suggest("crated_at") == "created_at"
    assert SCOPE.suggest("zzzz") is None
    assert SCOPE.find(("order_no", "paid", "x")) is None
