"""Two decisions compared: what differs, and what is no difference."""

from __future__ import annotations

from dataclasses import replace

from engine.change.compare import Difference, Outcome, differences

ONE = Outcome("a", "a", "normal", ("x", "y"), {"team": "routing/r.one"}, ("press",), {}, {"c": 5})


def test_the_same_answer_by_another_rule_is_no_difference() -> None:
    assert differences(ONE, replace(ONE, rules={"team": "routing/r.two"})) == ()


def test_the_order_of_tags_and_automations_does_not_count() -> None:
    assert differences(ONE, replace(ONE, tags=("y", "x"))) == ()


def test_teams_due_times_and_automations_are_told_with_their_rules() -> None:
    other = Outcome("b", "a", "high", ("x", "y"), {"team": "routing/r.two"}, (), {}, {"c": 9})
    assert differences(ONE, other) == (
        Difference("team", "a", "b", "routing/r.one", "routing/r.two"),
        Difference("priority", "normal", "high"),
        Difference("due.c", 5, 9),
        Difference("automation", ("press",), ()),
    )
