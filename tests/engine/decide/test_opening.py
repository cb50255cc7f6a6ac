"""Opening a ticket: the form's rules, routing with its reasons, defaults, the first deadlines."""

from __future__ import annotations

from dataclasses import replace

from engine.decide import form
from engine.decide.access import rights_to_open
from engine.decide.explain import explain
from engine.decide.verdict import Edit, Open
from engine.facts import Facts
from tests.engine.decide.shop import (
    ANN,
    BEN,
    EVE,
    FILLED,
    HOUR_US,
    MONDAY_US,
    after,
    ask,
    opened,
    shop,
    then,
)


def codes(verdict: object) -> set[tuple[str, str]]:
    return {(refusal.code, refusal.at) for refusal in verdict.refusals}  # type: ignore[attr-defined]


def test_a_refund_is_filled_routed_and_timed() -> None:
    verdict = opened()
    facts = verdict.facts
    assert verdict.allowed
    assert facts.get("product") == "冰箱"
    assert facts.get("paid") == 429900
    assert facts.get("amount") == 10000
    assert facts.get("subject") == "冰箱 · 延迟"
    assert (facts.get("team"), facts.get("home_team"), facts.names("teams")) == (
        "after_sales", "after_sales", ("after_sales",),
    )  # fmt: skip
    assert facts.get("priority") == "normal"
    assert facts.get("due.first_reply") == MONDAY_US + HOUR_US
    # 9:00 + 8 open hours with the lunch break from 12:00 to 13:00.
    assert facts.get("due.solved") == MONDAY_US + 9 * HOUR_US
    assert "created" in verdict.events


def test_every_fault_is_told_at_once() -> None:
    verdict = opened({"order_no": "A1", "amount": "-3", "reason": "nonsense"})
    assert codes(verdict) == {("value", "amount"), ("value", "reason")}
    assert codes(opened({})) >= {
        ("required", "order_no"),
        ("required", "amount"),
        ("required", "reason"),
    }


def test_a_record_nobody_found_is_refused() -> None:
    assert ("unknown_record", "order_no") in codes(opened({**FILLED, "order_no": "ZZ"}, refs={}))


def test_a_check_over_several_fields_stands_at_its_field() -> None:
    assert ("check", "amount") in codes(opened({**FILLED, "amount": "5000"}))


def test_shown_and_required_follow_the_answers() -> None:
    assert ("required", "photo") in codes(opened({**FILLED, "reason": "damaged"}))
    hidden = opened({**FILLED, "reason": "regret", "note_text": "not shown, so empty"})
    assert hidden.allowed
    assert hidden.facts.get("note_text") is None
    assert hidden.facts.get("fee") == 1000


def test_a_hidden_field_is_neither_asked_nor_taken() -> None:
    """`cost` is required but hidden on the portal: it must not close the way, nor be posted."""
    assert opened().allowed
    assert ("not_yours_to_write", "cost") in codes(opened({**FILLED, "cost": "1"}))
    assert ("required", "cost") not in codes(opened())


def test_nobody_opens_what_is_not_offered_to_them() -> None:
    unknown = Open("parcel", {}, "", "", "portal", "ann")
    assert codes(then(Facts({}), unknown, ANN)) == {("unknown_type", "")}
    assert rights_to_open(shop(), ANN, "refund").see
    grant = replace(shop().roles["requester"].grants["refund"][0], create=False)
    closed = replace(shop().roles["requester"], grants={"refund": (grant,)})
    without = replace(shop(), roles={**shop().roles, "requester": closed})
    assert not rights_to_open(without, ANN, "refund").see
    assert rights_to_open(without, BEN, "refund").fields["iban"] == "hidden"


def test_the_first_row_that_holds_decides_and_says_why() -> None:
    vip = opened(level="vip")
    team = next(reason for reason in vip.reasons if reason.topic == "team")
    assert (vip.facts.get("team"), vip.facts.get("priority")) == ("vip_desk", "high")
    assert team.rule == "routing/refund.vip"
    assert team.place.startswith("routing/refund.yaml:7:")
    assert ("customer.level", "vip") in {(read.path, read.value) for read in team.reads}


def test_losers_name_their_first_failing_test() -> None:
    team = next(reason for reason in opened().reasons if reason.topic == "team")
    assert team.rule == "routing/refund.otherwise"
    rows = explain(shop(), "refund", team, ask(ANN)).rows
    found = {row.id: row.failed for row in rows if row.failed is not None}
    assert set(found) == {"vip", "big"}
    assert (found["vip"].test.path.spelled, found["vip"].value) == ("customer.level", "normal")
    assert found["big"].test.path.spelled == "reason"


def test_a_dash_leaves_an_output_to_the_default() -> None:
    big = opened({**FILLED, "amount": "1500", "reason": "damaged", "photo": ["f1"]})
    assert big.facts.get("priority") == "urgent"
    assert big.facts.get("team") == "after_sales"
    assert next(r for r in big.reasons if r.topic == "team").rule == "default"


def test_an_edit_enforces_only_what_it_touches() -> None:
    facts = after()
    ok = then(facts, Edit({"amount": "50"}), BEN)
    assert ok.allowed
    assert ok.facts.get("amount") == 5000
    assert "changed:amount" in ok.events
    assert codes(then(facts, Edit({"amount": "5000"}), BEN)) == {("check", "amount")}
    assert codes(then(facts, Edit({"iban": "x"}), BEN)) == {("not_yours_to_write", "iban")}
    assert codes(then(facts, Edit({"amount": "50"}), EVE)) == {("not_yours_to_edit", "")}


def test_a_save_that_hides_a_field_clears_it() -> None:
    facts = then(after(), Edit({"note_text": "wet"}), BEN).facts
    assert facts.get("note_text") == "wet"
    cleared = then(facts, Edit({"reason": "regret"}), BEN)
    assert cleared.facts.get("note_text") is None
    assert {step.name for step in cleared.steps} >= {"reason", "note_text", "fee"}


def test_settling_twice_changes_nothing() -> None:
    facts = after()
    model = shop().types["refund"]
    assert form.settle(model, facts, ask(BEN)).values == facts.values
    assert form.settle(model, Facts({"type": "refund", "reason": "late"}), ask(BEN)).get("fee") == 0
