"""Formula text becomes the right tree, and a mistake is named at the very characters."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.condition import Group, Leaf, read_condition
from specs.expression import (
    MAX_NODES,
    Binary,
    Call,
    Choose,
    Items,
    Literal,
    Name,
    Syntax,
    Unary,
    parse_formula,
    size,
    spot,
)
from specs.problem import Place


def said(node: Syntax | None) -> str:
    """The tree with every part in brackets."""
    if isinstance(node, Literal):
        return repr(node.value) if isinstance(node.value, str) else str(node.value)
    if isinstance(node, Name):
        return ".".join(node.parts)
    if isinstance(node, Unary):
        return f"({node.op}{said(node.item)})"
    if isinstance(node, Binary):
        return f"({said(node.left)} {node.op} {said(node.right)})"
    if isinstance(node, Choose):
        return f"({said(node.test)} ? {said(node.then)} : {said(node.other)})"
    if isinstance(node, Call):
        return f"{node.name}({', '.join(map(said, node.args))})"
    assert isinstance(node, Items)
    return f"[{', '.join(map(said, node.items))}]"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1 + 2 * 3", "(1 + (2 * 3))"),
        ("1 - 2 - 3", "((1 - 2) - 3)"),
        ("(1 - 2) / -3", "((1 - 2) / (-3))"),
        ("a || b && !c", "(a || (b && (!c)))"),
        ("a == 1 && b < 2", "((a == 1) && (b < 2))"),
        ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
        ("order_no.paid <= max(a, 2.50)", "(order_no.paid <= max(a, 2.50))"),
        ("reason in ['late', \"it's\"]", "(reason in ['late', \"it's\"])"),
        ("true && null", "(True && None)"),
        ("today()", "today()"),
        (r"'a\n\'b'", repr("a\n'b")),
        ("'零件' == name", "('零件' == name)"),
        ("!!a", "(!(!a))"),
    ],
)
def test_trees(text: str, tree: str) -> None:
    found, faults = parse_formula(text)
    assert not faults
    assert said(found) == tree


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("", "", "a value is expected here, but the formula ends"),
        ("amount +", "+", "a value is expected here, but the formula ends"),
        ("amount = 3", "=", "`=` has no meaning in a formula"),
        ("a and b", "and", "`and` is no operator of formulas"),
        ("1 < 2 < 3", "<", "comparisons can not be chained"),
        ("max(1, 2", "2", "`,` or `)` is expected here"),
        ("(1", "1", "`)` is expected here"),
        ("'abc", "'abc", "the quotes are not closed"),
        ("12abc", "12abc", "`12abc` is no number"),
        ("a b", "b", "an operator or the end is expected here"),
        ("name.size()", "name.size", "functions stand before their values"),
        ("a ? b", "b", "`:` is expected here"),
        (r"'\q'", r"\q", "is no escape"),
        ("a.", ".", "a name is expected after `.`"),
        ("a % 2", "%", "`%` has no meaning"),
    ],
)
def test_mistakes_are_named_at_their_characters(text: str, at: str, message: str) -> None:
    tree, faults = parse_formula(text)
    assert tree is None
    (fault,) = faults
    assert message in fault.message
    assert text[fault.start : fault.end] == at


def test_chained_comparison_points_at_the_second() -> None:
    _, (fault,) = parse_formula("1 < 2 < 3")
    assert fault.start == 6


def test_the_size_is_limited() -> None:
    whole = " + ".join(["1"] * 32)
    tree, faults = parse_formula(whole)
    assert tree is not None
    assert size(tree) == 63
    assert not faults
    _, (fault,) = parse_formula(whole + " + 1")
    assert fault.message == f"the formula has 65 nodes; at most {MAX_NODES} are read"


@pytest.mark.parametrize(
    "text", ["(" * 500 + "1" + ")" * 500, "-" * 900 + "1", "a?" * 400, "1" * 3000]
)
def test_deep_or_long_text_is_refused_without_harm(text: str) -> None:
    tree, faults = parse_formula(text)
    assert tree is None
    assert faults


@given(st.text(alphabet="ab1. ()[]'\"+-*/<>=!&|?:,\\\n中", max_size=40))
def test_any_text_gives_a_tree_or_one_fault(text: str) -> None:
    tree, faults = parse_formula(text)
    assert (tree is None) == (len(faults) == 1)
    for fault in faults:
        assert 0 <= fault.start <= fault.end <= len(text) + 1


NAMES = st.sampled_from(("amount", "order_no.paid")).map(lambda n: Name(tuple(n.split(".")), 0, 0))
LEAVES: st.SearchStrategy[Syntax] = NAMES | st.decimals(0, 99, places=2).map(
    lambda n: Literal(Decimal(n), 0, 0)
)
TREES: st.SearchStrategy[Syntax] = st.recursive(
    LEAVES,
    lambda part: st.one_of(
        st.builds(Binary, st.sampled_from("+-*/"), part, part, st.just(0)),
        st.builds(Unary, st.just("-"), part, st.just(0), st.just(0)),
        st.builds(Choose, st.builds(Binary, st.just("<"), part, part, st.just(0)), part, part),
    ),
    max_leaves=12,
)


@given(TREES)
def test_what_is_written_out_is_read_back(tree: Syntax) -> None:
    if size(tree) <= MAX_NODES:
        found, faults = parse_formula(said(tree))
        assert not faults
        assert said(found) == said(tree)


def test_places_inside_plain_and_quoted_scalars() -> None:
    text = "amount <= piad"
    plain = Place("types/refund.yaml", 9, 12, 9, 12 + len(text))
    assert spot(plain, text, 10, 14) == Place("types/refund.yaml", 9, 22, 9, 26)
    quoted = Place("types/refund.yaml", 9, 12, 9, 12 + len(text) + 2)
    assert spot(quoted, text, 10, 14).col == 23
    block = Place("types/refund.yaml", 9, 12, 11, 4)
    assert spot(block, text, 10, 14) == block


def test_a_condition_keeps_the_way_to_each_part() -> None:
    raw = {"reason": ["damaged"], "any": {"amount": {"more_than": "5", "at_most": "9"}}}
    tree, faults = read_condition(raw)
    assert not faults
    assert tree == Group(
        "all",
        (
            Leaf(("reason",), "", ["damaged"], ("reason",), ("reason",)),
            Group(
                "any",
                (
                    Group(
                        "all",
                        tuple(
                            Leaf(("amount",), op, n, ("any", "amount"), ("any", "amount", op))
                            for op, n in (("more_than", "5"), ("at_most", "9"))
                        ),
                    ),
                ),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("raw", "steps"),
    [("yes", ()), ({"any": "x"}, ("any",)), ({"any": ["x"]}, ("any", 0)), ({"a": {}}, ("a",))],
)
def test_what_is_no_condition_is_named(raw: object, steps: tuple[str | int, ...]) -> None:
    _, faults = read_condition(raw)
    assert [fault.steps for fault in faults] == [steps]
