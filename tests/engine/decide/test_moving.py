"""The workflow: who may move, guards, needs, teams that follow, answers and reopening by word."""

from __future__ import annotations

from engine.decide import access
from engine.decide.move import ways
from engine.decide.verdict import Comment, Fall, Move
from tests.engine.decide.shop import (
    ANN,
    BEN,
    CLEO,
    EVE,
    FAY,
    HOUR_US,
    MONDAY_US,
    after,
    ask,
    opened,
    shop,
    then,
)


def codes(verdict: object) -> set[str]:
    return {refusal.code for refusal in verdict.refusals}  # type: ignore[attr-defined]


PAID = ((Move("approve"), BEN), (Move("pay", {"iban": "6222"}), FAY))


def test_the_whole_way_to_the_money() -> None:
    facts = after(*PAID)
    assert (facts.get("state"), facts.get("team"), facts.names("tags")) == (
        "inform",
        "after_sales",
        ("large",),
    )
    told = then(facts, Move("tell"), BEN, MONDAY_US + 4 * HOUR_US)
    assert (told.facts.get("state"), told.facts.get("phase")) == ("done", "solved")
    assert told.facts.get("solved_at") == MONDAY_US + 4 * HOUR_US
    assert [effect.args["notification"] for effect in told.effects] == ["told"]


def test_only_who_by_names_and_from_where_it_starts() -> None:
    facts = after()
    assert codes(then(facts, Move("approve"), FAY)) == {"unknown_transition"}  # does not see it
    assert "not_by_you" in codes(then(facts, Move("approve"), ANN))
    assert codes(then(facts, Move("tell"), BEN)) == {"not_from_here"}
    assert codes(then(facts, Move("nonsense"), BEN)) == {"unknown_transition"}


def test_a_guard_says_what_it_wants() -> None:
    facts = after((Move("approve"), BEN)).with_values({"amount": 300000})
    refused = then(facts, Move("pay", {"iban": "1"}), FAY)
    guard = next(r for r in refused.refusals if r.code == "guard")
    assert str(guard.args["test"]).startswith("amount ")
    assert guard.place.startswith("types/refund.yaml:")


def test_needs_are_asked_and_nothing_else_is_taken() -> None:
    facts = after((Move("approve"), BEN))
    assert "required" in codes(then(facts, Move("pay"), FAY))
    assert "unknown_field" in codes(then(facts, Move("pay", {"iban": "1", "amount": "1"}), FAY))
    assert "required" in codes(then(after(), Move("ask"), BEN))


def test_ways_list_what_is_open_and_why_the_rest_is_not() -> None:
    facts = after()
    rights = access.rights(shop(), facts, ask(BEN))
    found = {way.transition.id: way for way in ways(shop(), facts, rights, ask(BEN))}
    assert set(found) == {"approve", "ask", "reject"}
    assert all(way.open for way in found.values())
    assert found["ask"].needs == ("comment",)


def test_the_requesters_answer_moves_the_ticket_on() -> None:
    waiting = after((Move("ask", comment="哪一天送到的？"), BEN))
    assert waiting.get("phase") == "waiting"
    answered = then(waiting, Comment("昨天"), ANN, MONDAY_US + 2 * HOUR_US)
    assert answered.facts.get("state") == "submitted"
    by_ben = then(waiting, Comment("再等等"), BEN, MONDAY_US + 2 * HOUR_US)
    assert by_ben.facts.get("state") == "waiting"


def test_pauses_give_the_time_back() -> None:
    waiting = after((Move("ask", comment="?"), BEN))
    assert waiting.get("due.solved") is None
    back = then(waiting, Comment("!"), ANN, MONDAY_US + 25 * HOUR_US).facts
    # One of eight hours was used on Monday; on Tuesday from 10:00 seven are left, with lunch.
    assert back.get("due.solved") == MONDAY_US + (25 + 8) * HOUR_US


def test_the_first_answer_is_counted_once_and_tells_the_requester() -> None:
    first = then(after(), Comment("您好"), BEN, MONDAY_US + HOUR_US // 2)
    assert "first_agent_reply" in first.events
    assert first.facts.clocks["first_reply"].met_us == MONDAY_US + HOUR_US // 2
    assert [e.args["notification"] for e in first.effects] == ["told"]
    again = then(first.facts, Comment("还在处理"), BEN, MONDAY_US + HOUR_US)
    assert "first_agent_reply" not in again.events


def test_notes_are_for_those_who_may_write_them() -> None:
    assert then(after(), Comment("内部", internal=True), BEN).events == ("noted",)
    assert codes(then(after(), Comment("内部", internal=True), ANN)) == {"not_yours_to_note"}
    assert codes(then(after(), Comment("   "), BEN)) == {"required"}


def test_a_word_from_the_requester_reopens_a_solved_ticket() -> None:
    solved = after(*PAID, (Move("tell"), BEN))
    back = then(solved, Comment("还没到账"), ANN, MONDAY_US + 30 * HOUR_US).facts
    assert (back.get("state"), back.get("phase"), back.get("reopened")) == ("inform", "active", 1)
    assert back.get("solved_at") is None


def test_a_solved_ticket_closes_by_itself() -> None:
    solved = then(after(*PAID), Move("tell"), BEN)
    close = next(due for due in solved.dues if due.what == "close")
    assert close.at_us == MONDAY_US + HOUR_US + 7 * 24 * HOUR_US
    closed = then(solved.facts, Fall(close.clock, "close"), type(ANN)(None), close.at_us)
    assert (closed.facts.get("phase"), closed.facts.get("closed_at")) == ("closed", close.at_us)
    early = then(solved.facts, Fall(close.clock, "close"), type(ANN)(None), close.at_us - 1)
    assert early.steps == ()


def test_a_breach_flags_tells_and_gives_the_ticket_to_the_lead() -> None:
    facts = opened().facts
    system = type(ANN)(None)
    late = then(facts, Fall("first_reply", "breach"), system, MONDAY_US + HOUR_US)
    assert late.facts.names("flags") == ("high_risk",)
    assert late.facts.get("breached.first_reply") is True
    assert late.facts.get("assignee") == "cleo"
    again = then(late.facts, Fall("first_reply", "breach"), system, MONDAY_US + HOUR_US)
    assert (again.steps, again.effects) == ((), ())


def test_a_field_right_is_the_widest_of_the_grants_that_see() -> None:
    facts = after()
    assert access.rights(shop(), facts, ask(BEN)).fields["iban"] == "hidden"
    assert access.rights(shop(), facts, ask(CLEO)).fields["iban"] == "masked"
    assert access.rights(shop(), facts, ask(BEN)).fields["cost"] == "read"
    assert access.rights(shop(), facts, ask(EVE)) == access.NOTHING
    mine = access.rights(shop(), facts, ask(ANN))
    assert (mine.see, mine.edit, mine.fields["amount"], mine.fields["cost"]) == (
        True,
        False,
        "read",
        "hidden",
    )


def test_a_past_team_still_sees_but_no_longer_edits() -> None:
    facts = after((Move("approve"), BEN))
    rights = access.rights(shop(), facts, ask(BEN))
    assert (rights.see, rights.edit) == (True, False)
    assert access.rights(shop(), facts, ask(FAY)).writes("iban")
