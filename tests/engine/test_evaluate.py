"""What every operator means, above all on empty values; the other back ends follow this."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.evaluate import first_failing, first_test, holds, reads
from engine.facts import Ask, Facts, Value, Viewer
from engine.predicate import FALSE, TRUE, All, AnyOf, Not, Op, Path, Predicate, Var
from engine.predicate import Test as Leaf
from tests.engine.language import ANN, NOW_US

DAY_US = 86_400_000_000
HOUR_US = 3_600_000_000
MIDNIGHT = Var("today", "Asia/Shanghai")


def asked(kind: str, op: Op, operand: Any, value: Value, ask: Ask = ANN) -> bool:
    """Whether one test holds of one value."""
    return holds(Leaf(Path("x", "x", kind), op, operand), Facts({"x": value}), ask)


@pytest.mark.parametrize(
    ("kind", "op", "operand", "yes", "no"),
    [
        ("choice", Op.IS, "late", "late", "damaged"),
        ("choice", Op.IS_NOT, "late", "damaged", "late"),
        ("choice", Op.ONE_OF, ("late", "regret"), "regret", "damaged"),
        ("choice", Op.NONE_OF, ("late", "regret"), "damaged", "late"),
        ("boolean", Op.IS, True, True, False),
        ("boolean", Op.IS, False, False, True),
        ("money", Op.AT_LEAST, 500, 500, 499),
        ("money", Op.MORE_THAN, 500, 501, 500),
        ("money", Op.AT_MOST, 500, 500, 501),
        ("money", Op.LESS_THAN, 500, 499, 500),
        ("money", Op.BETWEEN, (1, 5), 5, 6),
        ("money", Op.BETWEEN, (1, 5), 1, 0),
        ("integer", Op.IS, 1, 1, True),
        ("date", Op.BEFORE, "2026-03-02", "2026-03-01", "2026-03-02"),
        ("date", Op.AFTER, "2026-03-02", "2026-03-03", "2026-03-02"),
        ("date", Op.AFTER, Var("today"), "2026-03-03", "2026-03-02"),
        ("date", Op.WITHIN_LAST, DAY_US, "2026-03-01", "2026-02-28"),
        ("date", Op.WITHIN_LAST, DAY_US, "2026-03-02", "2026-03-03"),
        ("date", Op.WITHIN_NEXT, DAY_US, "2026-03-03", "2026-03-01"),
        ("datetime", Op.WITHIN_LAST, DAY_US, NOW_US - DAY_US, NOW_US - DAY_US - 1),
        ("datetime", Op.WITHIN_LAST, DAY_US, NOW_US, NOW_US + 1),
        ("datetime", Op.WITHIN_NEXT, DAY_US, NOW_US + DAY_US, NOW_US - 1),
        ("datetime", Op.BEFORE, Var("now"), NOW_US - 1, NOW_US),
        ("datetime", Op.BEFORE, MIDNIGHT, NOW_US - 10 * HOUR_US, NOW_US),
        ("datetime", Op.AFTER, MIDNIGHT, NOW_US + DAY_US, NOW_US + HOUR_US),
        ("text", Op.IS, "Ａ", "Ａ", "A"),
        ("text", Op.CONTAINS, "a", "xＡx", "xbx"),
        ("text", Op.CONTAINS_ANY, ("零件", "b"), "缺零件", "零 件"),
        ("text", Op.CONTAINS_ALL, ("a", "b"), "B-A", "a"),
        ("text", Op.STARTS_WITH, "退", "退款", "要退款"),
        ("text", Op.MATCHES, "^A[0-9]+$", "A12", "xA12"),
        ("tree", Op.UNDER, ("kitchen", "oven"), "oven", "garden"),
        ("tags", Op.CONTAINS, "fragile", ("fragile", "b"), ("b",)),
        ("tags", Op.CONTAINS_ANY, ("a", "b"), ("b", "c"), ("c",)),
        ("tags", Op.CONTAINS_ALL, ("a", "b"), ("c", "b", "a"), ("a",)),
        ("teams", Op.CONTAINS_ANY, Var("my.teams"), ("after_sales", "x"), ("x",)),
        ("team", Op.ONE_OF, Var("my.teams"), "after_sales", "finance"),
        ("person", Op.IS, Var("me"), "ann", "ben"),
        ("files", Op.COUNT, (2, -1), ("a", "b"), ("a",)),
        ("files", Op.COUNT, (0, 1), ("a",), ("a", "b")),
    ],
)  # fmt: skip
def test_operators(kind: str, op: Op, operand: Any, yes: Value, no: Value) -> None:
    assert asked(kind, op, operand, yes)
    assert not asked(kind, op, operand, no)


OPERANDS: list[tuple[str, Op, Any]] = [
    ("text", Op.IS, "a"),
    ("text", Op.ONE_OF, ("a",)),
    ("text", Op.CONTAINS, "a"),
    ("text", Op.CONTAINS_ANY, ("a",)),
    ("text", Op.CONTAINS_ALL, ("a",)),
    ("text", Op.STARTS_WITH, "a"),
    ("text", Op.MATCHES, ".*"),
    ("money", Op.AT_LEAST, 0),
    ("money", Op.MORE_THAN, -1),
    ("money", Op.AT_MOST, 0),
    ("money", Op.LESS_THAN, 1),
    ("money", Op.BETWEEN, (0, 0)),
    ("date", Op.BEFORE, "2026-01-01"),
    ("date", Op.AFTER, "2026-01-01"),
    ("date", Op.WITHIN_LAST, DAY_US),
    ("datetime", Op.WITHIN_NEXT, DAY_US),
    ("tree", Op.UNDER, ("a",)),
    ("tags", Op.CONTAINS, "a"),
    ("files", Op.COUNT, (0, -1)),
]


@pytest.mark.parametrize("empty", [None, "", "  ", ()])
@pytest.mark.parametrize(("kind", "op", "operand"), OPERANDS)
def test_on_an_empty_value_operators_are_false(
    kind: str, op: Op, operand: Any, empty: Value
) -> None:
    assert not asked(kind, op, operand, empty)


@pytest.mark.parametrize("empty", [None, "", ()])
def test_on_an_empty_value_three_operators_are_true(empty: Value) -> None:
    assert asked("choice", Op.IS_NOT, "a", empty)
    assert asked("choice", Op.NONE_OF, ("a",), empty)
    assert asked("choice", Op.IS_EMPTY, True, empty)
    assert not asked("choice", Op.IS_EMPTY, False, empty)


def test_the_system_is_nobody_and_in_no_team() -> None:
    system = Ask(NOW_US, Viewer(None), "2026-03-02")
    assert not asked("person", Op.IS, Var("me"), "ann", system)
    assert asked("person", Op.IS_NOT, Var("me"), "ann", system)
    assert not asked("team", Op.ONE_OF, Var("my.teams"), "finance", system)


def test_of_no_teams_all_is_not_every_ticket() -> None:
    nobody = Ask(NOW_US, Viewer("eve"), "2026-03-02")
    assert not asked("teams", Op.CONTAINS_ALL, Var("my.teams"), ("finance",), nobody)


def test_a_value_left_from_another_type_is_no_error() -> None:
    assert not asked("money", Op.AT_LEAST, 5, "much")
    assert not asked("date", Op.BEFORE, "2026-01-01", 5)


@pytest.mark.parametrize(
    ("op", "operand", "before", "after", "answer"),
    [
        (Op.CHANGED, True, "a", "b", True),
        (Op.CHANGED, True, "a", "a", False),
        (Op.CHANGED, True, None, "", False),
        (Op.CHANGED, False, "a", "a", True),
        (Op.CHANGED_TO, ("b", "c"), "a", "b", True),
        (Op.CHANGED_TO, ("b",), "a", "c", False),
        (Op.CHANGED_TO, ("b",), "b", "b", False),
        (Op.CHANGED_FROM, ("a",), "a", "b", True),
        (Op.CHANGED_FROM, ("a",), None, "a", False),
    ],
)
def test_what_an_event_changed(
    op: Op, operand: Any, before: Value, after: Value, answer: bool
) -> None:
    ask = Ask(NOW_US, Viewer("ann"), "2026-03-02", {"x": before})
    assert asked("choice", op, operand, after, ask) is answer


def test_what_the_event_did_not_touch_has_not_changed() -> None:
    assert not asked("choice", Op.CHANGED, True, "a")
    assert not asked("choice", Op.CHANGED_TO, ("a",), "a")


def test_of_rows_one_has_to_hold() -> None:
    path = Path("parts.count", "parts.count", "integer", 0, "parts")
    facts = Facts({"parts": ({"count": 1}, {"count": 7}, {})})
    assert holds(Leaf(path, Op.MORE_THAN, 5), facts, ANN)
    assert not holds(Leaf(path, Op.MORE_THAN, 7), facts, ANN)
    assert not holds(Leaf(path, Op.MORE_THAN, 0), Facts({}), ANN)
    assert holds(Leaf(path, Op.IS_EMPTY, True), Facts({}), ANN)


A = Leaf(Path("a", "a", "boolean"), Op.IS, True)
B = Leaf(Path("b", "b", "boolean"), Op.IS, True)


def test_groups() -> None:
    facts = Facts({"a": True, "b": False})
    assert holds(TRUE, facts, ANN)
    assert not holds(FALSE, facts, ANN)
    assert holds(AnyOf((B, A)), facts, ANN)
    assert not holds(All((A, B)), facts, ANN)
    assert holds(Not(All((A, B))), facts, ANN)


def test_the_first_failing_test_explains() -> None:
    facts = Facts({"a": True, "b": False})
    assert first_failing(All((A, B)), facts, ANN) == B
    assert first_failing(AnyOf((B, B)), facts, ANN) == B
    assert first_failing(Not(AnyOf((B, A))), facts, ANN) == A
    assert first_failing(AnyOf((A, B)), facts, ANN) is None
    assert first_failing(FALSE, facts, ANN) is None
    assert first_test(Not(All((B, A)))) == B
    assert [path.name for path in reads(All((A, Not(B), A)))] == ["a", "b"]


PREDICATES: st.SearchStrategy[Predicate] = st.recursive(
    st.sampled_from((A, B)),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda items: All(tuple(items))),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: AnyOf(tuple(items))),
        inner.map(Not),
    ),
)


def naive(pred: Predicate, facts: Facts) -> bool:
    """The same by truth tables alone."""
    if isinstance(pred, Leaf):
        return facts.get(pred.path.name) is True
    if isinstance(pred, Not):
        return not naive(pred.item, facts)
    answers = [naive(item, facts) for item in pred.items]
    return False not in answers if isinstance(pred, All) else True in answers


@given(PREDICATES, st.booleans(), st.booleans())
def test_every_condition_that_fails_names_a_test(pred: Predicate, a: bool, b: bool) -> None:
    facts = Facts({"a": a, "b": b})
    assert holds(pred, facts, ANN) is naive(pred, facts)
    failed = first_failing(pred, facts, ANN)
    assert (failed is None) is holds(pred, facts, ANN)
