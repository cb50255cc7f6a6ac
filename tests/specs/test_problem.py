"""Problems: how they are sorted, told and guessed at."""

from __future__ import annotations

from specs.problem import Code, Place, did_you_mean, nearest, ordered, problem, render

TEXT = "table:\n  rows:\n    claims: [damaged | wrong_itm, any]\n"
AT = Place("routing/refund.yaml", 3, 24, 3, 33)


def test_the_line_form_is_that_of_the_language() -> None:
    one = problem(
        Code.UNKNOWN_OPTION,
        "unknown option `wrong_itm` of refund.reason",
        AT,
        cure="did you mean `wrong_item`?",
        related=(("options are declared in", Place("types/refund.yaml", 12, 5, 12, 12)),),
    )
    assert render(one, TEXT) == (
        "routing/refund.yaml:3:24: unknown option `wrong_itm` of refund.reason; "
        "did you mean `wrong_item`?  [E203]\n"
        "  3 |     claims: [damaged | wrong_itm, any]\n"
        "    |                        ^^^^^^^^^\n"
        "  options are declared in types/refund.yaml:12"
    )


def test_a_cure_that_is_no_guess_has_its_own_line() -> None:
    one = problem(Code.ALIAS, "`*x` is an alias", Place("a.yaml", 1, 4, 1, 6), cure="write it out")
    assert render(one, "a: *x") == (
        "a.yaml:1:4: `*x` is an alias  [E107]\n  1 | a: *x\n    |    ^^\n  write it out"
    )


def test_carets_stand_under_wide_characters() -> None:
    one = problem(Code.BAD_VALUE, "no", Place("a.yaml", 1, 5, 1, 7))
    assert render(one, "退款: 商品").splitlines()[2] == "    |       ^^^^"


def test_a_place_beyond_the_text_is_told_without_it() -> None:
    assert render(problem(Code.SYNTAX, "no", Place("a.yaml", 9, 1, 9, 2)), "a") == (
        "a.yaml:9:1: no  [E101]"
    )


def test_problems_are_sorted_and_told_once() -> None:
    late = problem(Code.SYNTAX, "b", Place("b.yaml", 1, 1, 1, 2))
    early = problem(Code.TAG, "a", Place("a.yaml", 10, 1, 10, 2))
    first = problem(Code.TAG, "a", Place("a.yaml", 9, 1, 9, 2))
    assert ordered([late, early, late, first]) == [first, early, late]


def test_a_code_says_whether_it_refuses_a_publish() -> None:
    assert {code.severity for code in Code if code.number.startswith("E")} == {"error"}
    assert {code.severity for code in Code if code.number.startswith("W")} == {"warning"}
    assert len({code.number for code in Code}) == len(list(Code))
    assert all(code.meaning and not code.meaning.endswith(".") for code in Code)


def test_guesses() -> None:
    assert nearest("after_sale", ["after_sales", "finance"]) == "after_sales"
    assert nearest("After-Sales", ["after_sales"]) == "after_sales"
    assert nearest("zzz", ["after_sales"]) is None
    assert did_you_mean("zzz", ["a", "b"]) == "known here: `a`, `b`"
    assert did_you_mean("zzz", []) == ""
