"""Formulas are typed when loaded, exact when evaluated, and empty rather than wrong."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compile.formula import compile_formula
from engine.expression import Expression, evaluate, paths, reads_clock
from engine.facts import Facts, Value
from engine.model.field import FieldModel
from specs.problem import Code, Place, Problem
from tests.engine.language import AMOUNT, ANN, FIELDS, NOW_US, REASON, SCOPE, a_field

FACTS = Facts(
    {
        "reason": "k_regret",
        "amount": 12_345,
        "weight": 1_500,
        "pieces": 3,
        "product": "Kettle Ａ",
        "signed_on": "2026-02-20",
        "called_at": NOW_US - 90 * 60_000_000,
        "created_at": NOW_US,
        "spent": 5_400,
        "urgent_case": True,
        "kinds": ("k_glass",),
        "order_no.paid": 20_000,
        "team": "k_finance",
        "parts": (
            {"count": 2, "price": 150, "name": "a"},
            {"count": 3, "price": 101},
            {"count": 9},
        ),
    }
)


def compiled(
    text: str, wants: str | FieldModel = "any", *, stored: bool = False
) -> tuple[Expression | None, list[Problem]]:
    place = Place("types/refund.yaml", 7, 11, 7, 11 + len(text))
    return compile_formula(text, SCOPE, place, wants, stored=stored)


def value(text: str, wants: str | FieldModel = "any", facts: Facts = FACTS) -> Value:
    found, problems = compiled(text, wants)
    assert found is not None, problems
    return evaluate(found, facts, ANN)


@pytest.mark.parametrize(
    ("text", "wants", "wanted"),
    [
        ("reason == 'regret' ? amount * 0.10 : 0", AMOUNT, 1_234),
        ("amount <= order_no.paid", "boolean", True),
        ("amount / 7 * 7", AMOUNT, 12_345),
        ("amount / 7 * 7 == amount", "boolean", True),
        ("0.135 / 3 * 3", AMOUNT, 14),
        ("floor(pieces / 7 * 7)", "integer", 3),
        ("-amount + 1", AMOUNT, -12_245),
        ("weight * pieces", a_field("w", "decimal", scale=1), 45),
        ("0.125 * 100", AMOUNT, 1_250),
        ("0.125", AMOUNT, 12),
        ("0.135", AMOUNT, 14),
        ("round(amount / 7, 1)", AMOUNT, 1_760),
        ("round(amount, -1)", AMOUNT, 12_000),
        ("floor(-1.5) + ceil(-1.5) + abs(-1.5)", AMOUNT, -150),
        ("min(amount, 100, order_no.paid)", AMOUNT, 10_000),
        ("max(signed_on, '2026-02-25')", "date", "2026-02-25"),
        ("days_between(signed_on, created_at)", "integer", 10),
        ("hours_between(called_at, created_at)", a_field("h", "decimal", scale=2), 150),
        ("created_at - called_at", "duration", 5_400),
        ("spent * 2 + spent", "duration", 16_200),
        ("hours(spent)", a_field("h", "decimal", scale=2), 150),
        ("spent / spent", "integer", 1),
        ("called_at + spent == created_at", "boolean", True),
        ("called_at", "date", "2026-03-02"),
        ("add_days(signed_on, 10)", "date", "2026-03-02"),
        ("year(signed_on) * 100 + month(signed_on)", "integer", 202_602),
        ("day(called_at)", "integer", 2),
        ("today() > signed_on && now() >= created_at", "boolean", True),
        ("signed_on > '2026-02-19'", "boolean", True),
        ("created_at < '2026-03-02T09:00:01'", "boolean", True),
        ("lower(product)", "text", "kettle ａ"),
        ("upper('é')", "text", "É"),
        ("product + ' ' + product", "text", "Kettle Ａ Kettle Ａ"),
        ("contains(product, 'a')", "boolean", True),
        ("starts_with(product, 'KETTLE')", "boolean", True),
        ("len(product)", "integer", 8),
        ("len(kinds) + count(kinds) + count(photo)", "integer", 2),
        ("sum(parts.count)", "integer", 14),
        ("sum(parts.count * parts.price)", AMOUNT, 603),
        ("count(parts)", "integer", 3),
        ("reason in ['late', 'regret']", "boolean", True),
        ("'glass' in kinds && !('wood' in kinds)", "boolean", True),
        ("pieces in [1, 2]", "boolean", False),
        ("team == 'finance'", "boolean", True),
        ("coalesce(story, product, 'x')", "text", "Kettle Ａ"),
        ("is_empty(story) ? 'late' : reason", REASON, "k_late"),
        ("is_empty(story) ? null : 1", "integer", None),
        ("urgent_case ? 'yes' : 'no'", "text", "yes"),
        ("1 / 0", AMOUNT, None),
        ("'  '", "text", None),
    ],
)  # fmt: skip
def test_values(text: str, wants: str | FieldModel, wanted: Value) -> None:
    found = value(text, wants)
    assert found == wanted
    assert type(found) is type(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("amount + pieces", None),
        ("amount < pieces", None),
        ("amount == amount", None),
        ("!urgent_case", None),
        ("urgent_case && false", False),
        ("false && urgent_case", False),
        ("urgent_case && true", None),
        ("urgent_case || true", True),
        ("true || urgent_case", True),
        ("urgent_case || false", None),
        ("urgent_case ? 1 : 2", 2),
        ("is_empty(amount)", True),
        ("sum(parts.count)", 0),
        ("count(kinds)", 0),
        ("'glass' in kinds", False),
        ("reason in ['late']", None),
        ("coalesce(pieces, 7)", 7),
        ("len(product)", None),
        ("min(amount, 1)", None),
        ("days_between(signed_on, today())", None),
    ],
)
def test_on_empty_values(text: str, wanted: Value) -> None:
    assert value(text, facts=Facts({})) == wanted


def test_divisions_by_zero_and_huge_results_are_empty_and_warned_of() -> None:
    told: list[str] = []
    divided, _ = compiled("amount / pieces", AMOUNT)
    assert divided is not None
    assert evaluate(divided, Facts({"amount": 5, "pieces": 0}), ANN, told.append) is None
    huge, _ = compiled("amount * amount * amount", AMOUNT)
    assert huge is not None
    assert evaluate(huge, Facts({"amount": 2**52}), ANN, told.append) is None
    assert told == [
        "a division by zero gives an empty value",
        "the result is too large to keep",
    ]


@pytest.mark.parametrize(
    ("text", "wants", "code", "at", "message"),
    [
        ("amount <= piad", "boolean", Code.UNKNOWN_FIELD, "piad", "there is no field `piad` here"),
        ("order_no.payed", "any", Code.BAD_PATH, "order_no.payed", "did you mean `order_no.paid`?"),
        ("reason == 'regret_'", "boolean", Code.UNKNOWN_OPTION, "'regret_'", "mean `regret`?"),
        ("reason in ['late', 'x']", "boolean", Code.UNKNOWN_OPTION, "'x'", "unknown option `x`"),
        ("amount + product", AMOUNT, Code.FORMULA_TYPE, "amount + product", "`+` does not fit"),
        ("signed_on - signed_on", "any", Code.FORMULA_TYPE, "signed_on - signed_on", "days_"),
        ("amount == null", "boolean", Code.FORMULA_TYPE, "amount == null", "is_empty"),
        ("amount && urgent_case", "boolean", Code.FORMULA_TYPE, "amount", "true or false"),
        ("product < 'x'", "boolean", Code.FORMULA_TYPE, "product < 'x'", "`<` does not fit a text"),
        ("reason == team", "boolean", Code.FORMULA_TYPE, "reason == team", "can not be compared"),
        ("urgent_case ? 1 : 'x'", "any", Code.FORMULA_TYPE, "urgent_case ? 1 : 'x'", "one type"),
        ("foo(1)", "any", Code.UNKNOWN_FUNCTION, "foo(1)", "`floor`"),
        ("max(1)", "any", Code.FORMULA_TYPE, "max(1)", "`max` takes 2 or more values, not 1"),
        ("round(1, pieces)", "any", Code.FORMULA_TYPE, "pieces", "from 0 to 9"),
        ("parts.count", "integer", Code.FORMULA_TYPE, "parts.count", "sum(parts.count)"),
        ("sum(amount)", AMOUNT, Code.FORMULA_TYPE, "amount", "a column of rows"),
        ("today", "date", Code.FORMULA_SYNTAX, "today", "write `today()`"),
        ("amount", "text", Code.FORMULA_TYPE, "amount", "gives a number; a text is kept"),
        ("product", REASON, Code.FORMULA_TYPE, "product", "gives a text"),
        ("'lat'", REASON, Code.UNKNOWN_OPTION, "'lat'", "`late`"),
        ("kinds", "text", Code.FORMULA_TYPE, "kinds", "`kinds`"),
        ("[1]", "any", Code.FORMULA_TYPE, "[1]", "only after `in`"),
        ("signed_on > 'soon'", "boolean", Code.FORMULA_TYPE, "'soon'", "is no date"),
        ("null", AMOUNT, Code.FORMULA_TYPE, "null", "always empty"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_at_its_characters(
    text: str, wants: str | FieldModel, code: Code, at: str, message: str
) -> None:
    found, problems = compiled(text, wants)
    assert found is None
    (one,) = problems
    assert one.code is code
    assert text[one.place.col - 11 : one.place.end_col - 11] == at
    assert message in f"{one.message} {one.cure}"


def test_a_stored_formula_may_not_read_the_clock() -> None:
    found, problems = compiled("today() > signed_on", "boolean", stored=True)
    assert found is None
    assert [one.code for one in problems] == [Code.UNSTABLE_FORMULA]
    fresh, _ = compiled("today() > signed_on", "boolean")
    assert fresh is not None
    assert reads_clock(fresh)


def test_a_division_by_a_zero_that_stands_there_is_a_warning() -> None:
    found, problems = compiled("amount / 0", AMOUNT)
    assert found is not None
    assert [(one.code, one.severity) for one in problems] == [(Code.DIVISION_BY_ZERO, "warning")]


def test_paths_for_the_order_of_fields() -> None:
    found, _ = compiled("sum(parts.count) > 1 ? amount : order_no.paid", AMOUNT)
    assert found is not None
    names = [path.name for path in paths(found)]
    assert names == ["parts.count", "parts", "amount", "order_no.paid"]


# Arithmetic against a reckoning that shares nothing with it: fractions, rounded by hand.

Exact = Callable[[dict[str, int]], Fraction | None]
PLACES = {"amount": 2, "weight": 3, "pieces": 0}


def _leaf(name: str) -> tuple[str, Exact]:
    return name, lambda facts: Fraction(facts[name], 10 ** PLACES[name]) if name in facts else None


def _number(text: str) -> tuple[str, Exact]:
    return text, lambda facts: Fraction(text)


def _pair(op: str, left: tuple[str, Exact], right: tuple[str, Exact]) -> tuple[str, Exact]:
    def reckon(facts: dict[str, int]) -> Fraction | None:
        one, other = left[1](facts), right[1](facts)
        if one is None or other is None or (op == "/" and other == 0):
            return None
        return {
            "+": lambda: one + other,
            "-": lambda: one - other,
            "*": lambda: one * other,
            "/": lambda: one / other,
        }[op]()

    return f"({left[0]} {op} {right[0]})", reckon


LEAVES = st.sampled_from(sorted(PLACES)).map(_leaf) | st.decimals(0, 99, places=2).map(
    lambda n: _number(str(n))
)
SUMS = st.recursive(
    LEAVES,
    lambda part: st.builds(_pair, st.sampled_from("+-*/"), part, part),
    max_leaves=8,
)


def half_even(number: Fraction) -> int:
    low = number.numerator // number.denominator
    rest = number - low
    if rest != Fraction(1, 2):
        return low + (rest > Fraction(1, 2))
    return low + low % 2


@given(
    SUMS,
    st.dictionaries(st.sampled_from(sorted(PLACES)), st.integers(-(10**6), 10**6)),
    st.integers(0, 4),
)
def test_arithmetic_equals_fractions(
    formula: tuple[str, Exact], facts: dict[str, int], places: int
) -> None:
    text, reckon = formula
    exact = reckon(facts)
    wanted = None if exact is None else half_even(exact * 10**places)
    if wanted is not None and abs(wanted) >= 2**53:
        wanted = None
    assert value(text, a_field("x", "decimal", scale=places), Facts(dict(facts))) == wanted


def test_every_field_of_the_shop_can_be_asked_for_emptiness() -> None:
    for name in FIELDS:
        assert value(f"is_empty({name})", "boolean") is (name not in FACTS.values)
