"""What is said of rows that are dead, impossible, redundant, contradict or meet; and of gaps."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analyse import solver
from engine.analyse.tables import Table, View, check_tables, tables
from engine.analyse.world import SOMEBODY
from engine.decide.route import route
from engine.facts import Facts
from engine.model.desk import Desk
from specs.source import read
from tests.engine.analyse.linting import codes, compiled, files_of, linted, one, replaced, rows


def test_the_clean_tenant_is_clean() -> None:
    assert [p.headline for p in linted(files_of())] == []


def test_a_row_behind_a_wider_one_is_dead_and_the_ticket_shows_it() -> None:
    found = one(linted(rows("wide: [any, any, claims]", "late: [late, over 10, desk]")), "W401")
    assert "`late` of routing/refund never decides" in found.message
    assert "`wide`" in found.message
    assert found.place.line == 9
    assert "decided_by: routing/refund.wide" in found.witness
    assert "reason: late" in found.witness


def test_a_row_behind_several_that_take_all_of_it_is_dead() -> None:
    files = rows(
        "small: [any, up to 10, claims]", "big: [any, over 10, claims]", "late: [late, any, desk]"
    )
    assert "W401" in codes(linted(files))


def test_an_empty_value_keeps_a_row_alive() -> None:
    """`paid` may be empty: then neither comparison holds, and the last row decides."""
    files = rows(
        "small: [up to 10, claims]", "big: [over 10, claims]", "rest: [any, desk]",
        inputs="paid", rest="[claims]",
    )  # fmt: skip
    assert "W401" not in codes(linted(files))
    files = rows(
        "small: [up to 10, claims]", "big: [over 10, claims]", "rest: [any, desk]",
        inputs="amount", rest="[claims]",
    )  # fmt: skip
    # `amount` is required, so it is never empty.
    assert one(linted(files), "W401").message.startswith("`rest`")


def test_a_row_that_no_value_can_meet_is_impossible() -> None:
    assert one(linted(rows("huge: [any, over 1000, claims]")), "W409").place.line == 8
    # `damage` is only shown for damaged goods.
    files = rows("odd: [late, heavy, claims]", inputs="reason, damage")
    assert "W409" in codes(linted(files))


def test_two_rows_that_ask_the_same_contradict() -> None:
    found = one(linted(rows("a: [late, any, claims]", "b: [late, any, desk]")), "W410")
    assert "`b`" in found.message
    assert "decided_by: routing/refund.a" in found.witness


def test_a_row_that_changes_nothing_is_redundant() -> None:
    found = linted(rows("claims: [damaged, any, claims]", "late: [late, any, desk]"))
    assert "`late`" in one(found, "W402").message


def test_rows_that_cross_are_told_once_for_a_table() -> None:
    found = one(
        linted(rows("a: [late, any, claims]", "b: [any, over 5, desk]", rest="[claims]")), "W403"
    )
    assert "their order decides" in found.message
    assert "decided_by: routing/refund.a" in found.witness


def test_an_exception_before_a_rule_is_no_finding() -> None:
    files = rows("late: [late, over 5, claims]", "rest: [late, any, desk]", rest="[claims]")
    assert codes(linted(files)) == []


def test_texts_are_never_certain() -> None:
    files = rows("a: [has ab, claims]", "b: [has b, desk]", inputs="remark", rest="[claims]")
    for found in linted(files):
        assert found.message.startswith("possibly: ")


def test_only_one_refuses_rows_that_overlap() -> None:
    files = rows("a: [late, any, claims]", "b: [any, over 5, desk]", hit="only_one")
    found = one(compiled(files)[2], "E408")
    assert found.is_error
    assert "reason: late" in found.witness
    files = rows("a: [late, any, claims]", "b: [damaged, any, desk]", hit="only_one", rest="[desk]")
    assert codes(compiled(files)[2]) == []


def test_a_table_without_otherwise_must_be_total() -> None:
    whole = rows("a: [up to 10, claims]", "b: [over 10, desk]", inputs="amount", rest="")
    assert codes(compiled(whole)[2]) == []
    holes = rows("a: [up to 10, claims]", "b: [over 20, desk]", inputs="amount", rest="")
    found = one(compiled(holes)[2], "E402")
    assert "amount: 11.00" in found.witness
    empty = rows("a: [up to 10, claims]", "b: [over 10, desk]", inputs="paid", rest="")
    assert one(compiled(empty)[2], "E402").is_error


def test_all_adds_up_and_a_row_that_adds_nothing_is_redundant() -> None:
    tenant = {"tenant": files_of()["tenant.yaml"].decode() + "tags: { x: X, y: Y }\n"}
    text = (
        "kind: Routing\napplies_to: refund\n"
        "table:\n  hit: all\n  inputs: [reason]\n  sets: [tags]\n"
        "  rows:\n    a: [late | damaged, x | y]\n    b: [late, y]\n  otherwise: [x]\n"
    )
    found = linted({**files_of(**tenant), "routing/tags.yaml": text.encode()})
    assert "`b`" in one(found, "W402").message


def test_a_check_makes_rows_impossible_for_z3_alone() -> None:
    """A gap that the boxes see and the check `amount <= paid` closes."""
    files = rows(
        "a: [any, not empty, claims]", "b: [up to 500, any, desk]",
        inputs="amount, paid", rest="",
    )  # fmt: skip
    found = one(compiled(files)[2], "E402")
    assert "amount: 501.00" in found.witness
    closed = replaced("types/refund.yaml", ("amount <= paid", "amount <= 500"))
    table = rows(
        "a: [any, not empty, claims]", "b: [up to 500, any, desk]",
        inputs="amount, paid", rest="",
    )["routing/refund.yaml"]  # fmt: skip
    told = codes(compiled({**closed, "routing/refund.yaml": table})[2])
    assert told == ([] if solver.is_there() else ["E402"])


def test_a_formula_is_followed_by_z3() -> None:
    """`fee` is a tenth of `amount`, so it is over 50 exactly where the amount is over 500."""
    files = rows(
        "a: [over 500.05, any, claims]", "b: [any, up to 50, desk]", inputs="amount, fee", rest=""
    )
    told = codes(compiled(files)[2])
    assert told == ([] if solver.is_there() else ["E402"])


def test_without_z3_it_is_possible_and_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "is_there", lambda: False)
    files = rows(
        "a: [over 500.05, any, claims]", "b: [any, up to 50, desk]", inputs="amount, fee", rest=""
    )
    found = one(compiled(files)[2], "E402")
    assert found.message.startswith("possibly")
    assert found.witness == ""


CELLS = st.tuples(
    st.sampled_from(["any", "damaged", "late | regret", "not late"]),
    st.sampled_from(["any", "up to 2", "over 2", "from 1 up to 3", "under 0.02"]),
    st.sampled_from(["any", "empty", "light", "not heavy", "not empty"]),
)
TEAMS = st.sampled_from(["claims", "desk"])
REASONS = ("damaged", "late", "regret")
AMOUNTS = (1, 2, 99, 100, 101, 200, 201, 300, 301, 100_000)


def every_ticket() -> list[Facts]:
    """One ticket for everything that the cells above can tell apart."""
    found = []
    for reason, amount, damage in product(REASONS, AMOUNTS, ("light", "heavy", None)):
        if damage is None or reason == "damaged":
            values = {"type": "refund", "reason": reason, "amount": amount, "damage": damage}
            found.append(Facts({"state": "fresh", "phase": "new", "priority": "normal", **values}))
    return found


def decided(desk: Desk, facts: Facts) -> str:
    _, reasons = route(desk, facts, SOMEBODY)
    return next(r.rule for r in reasons if r.topic == "team")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(CELLS, TEAMS), min_size=1, max_size=5))
def test_findings_agree_with_trying_every_ticket(
    table: list[tuple[tuple[str, str, str], str]],
) -> None:
    lines = [f"r{n}: [{', '.join(cells)}, {team}]" for n, (cells, team) in enumerate(table)]
    _, desk, _ = compiled(rows(*lines, inputs="reason, amount, damage"))
    assert desk is not None
    deciding = {decided(desk, facts) for facts in every_ticket()}
    silent = {f"r{n}" for n in range(len(table)) if f"routing/refund.r{n}" not in deciding}
    found = check_tables(desk)
    dead = {p.message.split("`")[1] for p in found if p.code.number in ("W401", "W409", "W410")}
    assert dead == silent
    for problem in found:
        if problem.witness:
            check_witness(desk, problem.witness)


def check_witness(desk: Desk, text: str) -> None:
    """The ticket of a case is decided by the row that the case names."""
    node, problems = read(text, "witness.yaml")
    assert node is not None
    assert problems == []
    case = next(iter(_plain(node).values()))
    values = dict(case["ticket"])
    if "amount" in values:
        values["amount"] = round(float(values["amount"]) * 100)
    facts = Facts({"type": "refund", "state": "fresh", "priority": "normal", **values})
    assert decided(desk, facts) == case["expect"]["decided_by"]


def _plain(node: object) -> dict:  # type: ignore[type-arg]
    from specs.source import core

    return core(node)  # type: ignore[arg-type,return-value]


def test_a_finding_about_several_types_holds_for_all_of_them() -> None:
    other = (
        files_of()["types/refund.yaml"]
        .decode()
        .replace("max: 1000, required", "max: 9000, required")
        .replace("RF", "EX")
    )
    text = (
        "kind: Routing\napplies_to: [refund, exchange]\n"
        "table:\n  inputs: [amount]\n  sets: [team]\n  rows:\n"
        "    huge: [over 2000, claims]\n    vast: [over 9000, claims]\n  otherwise: [desk]\n"
    )
    files = files_of(types__exchange=other, routing__refund=text)
    found = linted(files)
    assert [p.message.split("`")[1] for p in found if p.code.number == "W409"] == ["vast"]


def test_every_table_is_seen_once() -> None:
    _, desk, _ = compiled(files_of())
    assert desk is not None
    found: list[Table] = tables(desk)
    assert [t.name for t in found] == ["routing/refund"]
    assert View(desk, found[0], found[0].types[0]).is_exact(0)
