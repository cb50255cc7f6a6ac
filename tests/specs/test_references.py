"""References: what a spec names exists, and does not lead back to itself."""

from __future__ import annotations

import pytest

from specs.load import load_files
from specs.problem import Code, render
from tests.specs.small import SMALL, only, small, spoiled


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "place", "says"),
    [
        ("types/refund.yaml", "source: orders", "source: order", Code.UNKNOWN_REFERENCE, "6:40",
         "`orders`"),
        ("types/refund.yaml", "order_no.paid", "order_no.payd", Code.UNKNOWN_FIELD, "7:48",
         "`paid`"),
        ("types/refund.yaml", "order_no.paid", "ordr_no.paid", Code.UNKNOWN_FIELD, "7:39",
         "`order_no`"),
        ("types/refund.yaml", "order_no.paid", "order_no.paid.x", Code.BAD_PATH, "7:53", ""),
        ("types/refund.yaml", "order_no.paid", "a.b.c.d", Code.BAD_PATH, "7:39", ""),
        ("types/refund.yaml", "[order_no, reason]", "[order_no, reson]", Code.UNKNOWN_FIELD,
         "11:42", "`reason`"),
        ("types/refund.yaml", "start: submitted", "start: submited", Code.UNKNOWN_STATE, "13:10",
         "`submitted`"),
        ("types/refund.yaml", "from: submitted", "from: [submitted, sent]", Code.UNKNOWN_STATE,
         "18:30", "known here"),
        ("types/refund.yaml", "to: refunded", "to: refundd", Code.UNKNOWN_STATE, "18:33",
         "`refunded`"),
        ("types/refund.yaml", "by: agent", "by: agnt", Code.UNKNOWN_REFERENCE, "18:47", "`agent`"),
        ("types/refund.yaml", "by: agent", "by: { lead_of: fin }", Code.UNKNOWN_REFERENCE,
         "18:58", ""),
        ("types/refund.yaml", "[amount]", "[amunt]", Code.UNKNOWN_FIELD, "18:62", "`amount`"),
        ("types/refund.yaml", "notify: told", "notify: tod", Code.UNKNOWN_REFERENCE, "18:79",
         "`told`"),
        ("types/refund.yaml", "{amount}", "{amont}", Code.UNKNOWN_FIELD, "4:35", "`amount`"),
        ("types/refund.yaml", "en: Refund", "fr: Remboursement", Code.UNKNOWN_LOCALE, "2:21", ""),
        ("types/refund.yaml", "prefix: RF", "default_team: fnance", Code.UNKNOWN_REFERENCE, "3:15",
         "`finance`"),
        ("types/refund.yaml", "prefix: RF", "include: contact", Code.UNKNOWN_REFERENCE, "3:10", ""),
        ("routing/refund.yaml", "applies_to: refund", "applies_to: [refund, return]",
         Code.UNKNOWN_REFERENCE, "2:22", ""),
        ("routing/refund.yaml", "customer.level", "customer.levl", Code.UNKNOWN_FIELD, "4:29",
         "`level`"),
        ("routing/refund.yaml", "[damaged, any, finance]", "[damaged, finance]", Code.WRONG_ARITY,
         "7:13", "write 3 cells"),
        ("routing/refund.yaml", "otherwise: [after_sales]", "otherwise: [after_sales, x]",
         Code.WRONG_ARITY, "8:14", "write 1 cells"),
        ("sla/refund.yaml", "sets: [solved]", "sets: [solvd]", Code.UNKNOWN_REFERENCE, "4:37",
         "`solved`"),
        ("sla/refund.yaml", "flag: high_risk", "flag: hi_risk", Code.UNKNOWN_REFERENCE, "6:18",
         "`high_risk`"),
        ("sla/refund.yaml", "notify: told", "notify: toldd", Code.UNKNOWN_REFERENCE, "5:41",
         "`told`"),
        ("sla/refund.yaml", "to: [assignee, lead]", "to: { role: leed }", Code.UNKNOWN_REFERENCE,
         "5:59", ""),
        ("views/open.yaml", "amount, due.solved", "amount, due.first", Code.UNKNOWN_FIELD, "3:31",
         "`solved`"),
        ("views/open.yaml", "-amount", "-amont", Code.UNKNOWN_FIELD, "4:9", "`amount`"),
        ("views/open.yaml", "role: agent", "role: agnt", Code.UNKNOWN_REFERENCE, "5:15",
         "`agent`"),
        ("roles/agent.yaml", "types: { refund:", "types: { refnd:", Code.UNKNOWN_REFERENCE, "3:10",
         "`refund`"),
        ("roles/agent.yaml", "amount: read", "amont: read", Code.UNKNOWN_FIELD, "3:72",
         "`amount`"),
        ("people.yaml", "[email, phone]", "[email, fone]", Code.UNKNOWN_REFERENCE, "3:21",
         "`phone`"),
        ("sources/orders.yaml", "key: order_no", "key: order", Code.UNKNOWN_REFERENCE, "5:6",
         "`order_no`"),
        ("sources/orders.yaml", "demo/orders.csv", "demo/order.csv", Code.MISSING_FILE, "4:7",
         "`demo/orders.csv`"),
        ("sources/orders.yaml", "paid:     { type: money }", "cost: { type: money, column: pad }",
         Code.UNKNOWN_REFERENCE, "8:32", "`paid`"),
    ],
)  # fmt: skip
def test_a_name_that_leads_nowhere(
    file: str, old: str, new: str, code: Code, place: str, says: str
) -> None:
    _, problems = spoiled(file, old, new)
    # A renamed output also breaks who reads it; that is another file's problem.
    found = only([one for one in problems if one.place.file == file])
    assert (found.code, str(found.place)) == (code, f"{file}:{place}"), render(found, None)
    assert says in found.cure
    assert found.pointer


def test_the_cure_of_a_reference_says_where_the_right_one_is_declared() -> None:
    found = only(spoiled("types/refund.yaml", "source: orders", "source: order")[1])
    assert [f"{label} {at}" for label, at in found.related] == [
        "`orders` is declared in sources/orders.yaml:1:1"
    ]


def test_states_are_declared_in_the_type() -> None:
    found = only(spoiled("types/refund.yaml", "start: submitted", "start: submited")[1])
    assert [f"{label} {at}" for label, at in found.related] == [
        "states are declared in types/refund.yaml:14:3"
    ]


@pytest.mark.parametrize(
    ("files", "key", "members"),
    [
        ({"teams__a": "kind: Team\ntitle: A\nparent: a\n"}, "parent", ["a"]),
        (
            {
                "teams__a": "kind: Team\ntitle: A\noverflow: b\n",
                "teams__b": "kind: Team\ntitle: B\noverflow: a\n",
            },
            "overflow",
            ["a", "b"],
        ),
        (
            {
                "roles__x": "kind: Role\ntitle: X\ninherits: y\n",
                "roles__y": "kind: Role\ntitle: Y\ninherits: [agent, z]\n",
                "roles__z": "kind: Role\ntitle: Z\ninherits: x\n",
            },
            "inherits",
            ["x", "y", "z"],
        ),
    ],
)
def test_a_loop_is_told_once_with_all_its_members(
    files: dict[str, str], key: str, members: list[str]
) -> None:
    found = only(load_files(small(**files))[1])
    assert found.code is Code.REFERENCE_LOOP
    assert found.message.endswith(" → ".join([*members, members[0]]))
    assert found.pointer == f"/{key}"
    assert len(found.related) == len(members) - 1


def test_who_comes_after_a_loop_is_not_in_it() -> None:
    files = small(
        teams__a="kind: Team\ntitle: A\nparent: b\n",
        teams__b="kind: Team\ntitle: B\nparent: b\n",
    )
    assert only(load_files(files)[1]).place.file == "teams/b.yaml"


def test_exactly_one_team_is_the_default() -> None:
    none = only(spoiled("teams/after_sales.yaml", "default: true\n", "")[1])
    assert (none.code, none.place.file) == (Code.DEFAULT_TEAM, "tenant.yaml")
    two = only(spoiled("teams/finance.yaml", "title", "default: true\ntitle")[1])
    assert (two.code, str(two.place)) == (Code.DEFAULT_TEAM, "teams/finance.yaml:2:1")
    assert str(two.related[0][1]) == "teams/after_sales.yaml:3:1"


def test_one_field_id_has_one_type_in_a_tenant() -> None:
    other = SMALL["types/refund.yaml"].replace(
        "amount:   { type: money, min: 0.01 }", "amount:   { type: decimal }"
    )
    found = only(load_files(small(types__return=other))[1])
    assert (found.code, str(found.place)) == (Code.FIELD_CONFLICT, "types/return.yaml:8:3")
    assert str(found.related[0][1]) == "types/refund.yaml:8:3"


def test_field_sets_stand_for_their_fields() -> None:
    files = small(
        fieldsets__contact="kind: FieldSet\nfields: { mobile: { type: phone } }\n",
        types__refund=SMALL["types/refund.yaml"]
        .replace("prefix: RF", "include: [contact]")
        .replace("[order_no, reason]", "[order_no, reason, mobile]"),
    )
    assert load_files(files)[1] == []


def test_a_field_set_may_not_bring_a_field_that_the_type_has() -> None:
    files = small(
        fieldsets__sum="kind: FieldSet\nfields: { amount: { type: money } }\n",
        types__refund=SMALL["types/refund.yaml"].replace("prefix: RF", "include: [sum]"),
    )
    twice = only(load_files(files)[1])
    assert (twice.code, str(twice.place)) == (Code.FIELD_CONFLICT, "types/refund.yaml:8:3")
    assert str(twice.related[0][1]) == "fieldsets/sum.yaml:2:11"


def test_a_table_and_rules_do_not_stand_together() -> None:
    text = SMALL["routing/refund.yaml"]
    both = only(load_files(small(routing__refund=text + "rules: {}\n"))[1])
    assert (both.code, both.pointer) == (Code.BAD_VALUE, "/rules")
    neither = only(load_files(small(routing__refund="kind: Routing\napplies_to: refund\n"))[1])
    assert neither.code is Code.MISSING_KEY


def test_references_to_a_broken_object_are_left_open() -> None:
    _, problems = spoiled("sources/orders.yaml", "key: order_no", "ky: order_no")
    assert {one.place.file for one in problems} == {"sources/orders.yaml"}


def test_a_report_measures_something() -> None:
    report = """\
kind: Report
title: X
by: { a: { of: reason }, b: { of: team }, c: { of: priority } }
measures: { late: { of: share }, paid: { of: sum, value: amount } }
"""
    problems = load_files(small(reports__x=report))[1]
    assert [(one.code, one.pointer) for one in problems] == [
        (Code.BAD_VALUE, "/by"),
        (Code.MISSING_KEY, "/measures/late"),
    ]
