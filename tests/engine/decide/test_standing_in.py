"""An absent owner never blocks: what goes to a substitute, when, and what stays."""

from __future__ import annotations

from engine.decide.verdict import Assign, Comment, Edit, Event, Move, Shift, Verdict
from engine.facts import Facts, Value, Viewer
from engine.model.roster import Member, Roster
from tests.engine.decide.shop import ANN, BEN, CLEO, opened, roster, then, viewer

AFTER = "after_sales"
LEAD = Viewer("cleo", "Cleo", CLEO.roles, CLEO.teams, frozenset({AFTER}), is_staff=True)
SYSTEM = Viewer(person_id=None, name="Specdesk")
MANAGER = Viewer("ivy", "Ivy", functions=frozenset({"manage_people"}), is_staff=True)
HERE = roster(Member("ben", "Ben", AFTER), Member("cleo", "Cleo", AFTER, lead=True, load=1))


def without_ben(*more: Member, load: int = 1, substitute: str = "cleo") -> Roster:
    """Ben is away; Cleo, of whom two is the most, stands in."""
    return roster(
        Member("ben", "Ben", AFTER, load=1, absent=True, substitute=substitute),
        Member("cleo", "Cleo", AFTER, lead=True, load=load),
        *more,
    )


def bens(**values: Value) -> Facts:
    """A refund that Ben holds, with other values where named."""
    verdict = opened(team=HERE)
    assert verdict.facts.get("assignee") == "ben"
    return verdict.facts.with_values(dict(values))


def act(facts: Facts, event: Event, who: Viewer = CLEO, team: Roster | None = None) -> Verdict:
    found = then(facts, event, who, team=team or without_ben())
    assert found.allowed, found.refusals
    return found


def test_an_urgent_ticket_goes_on_with_the_substitute_at_the_next_event() -> None:
    for priority in ("urgent", "high"):
        found = act(bens(priority=priority), Comment("any news?"), ANN)
        assert found.facts.get("assignee") == "cleo"
        assert "assigned" in found.events
        assert [r.said.get("by") for r in found.reasons if r.topic == "assignee"] == ["stands"]


def test_others_wait_for_their_owner() -> None:
    for priority in ("normal", "low"):
        found = act(bens(priority=priority), Comment("any news?"), ANN)
        assert found.facts.get("assignee") == "ben"


def test_a_waiting_ticket_that_is_answered_goes_to_the_substitute() -> None:
    waiting = bens(phase="waiting")
    assert act(waiting, Comment("here it is"), ANN).facts.get("assignee") == "cleo"
    assert act(waiting, Comment("note", internal=True)).facts.get("assignee") == "ben"


def test_who_is_away_may_still_work_on_their_own_and_a_choice_by_hand_stands() -> None:
    urgent = bens(priority="urgent")
    assert act(urgent, Comment("on the train"), BEN).facts.get("assignee") == "ben"
    free = urgent.with_values({"assignee": "cleo"})
    assert act(free, Assign("ben")).facts.get("assignee") == "ben"


def test_nobody_who_is_there_loses_a_ticket() -> None:
    found = then(bens(priority="urgent"), Comment("x"), ANN, team=HERE)
    assert found.facts.get("assignee") == "ben"
    assert not [r for r in found.reasons if r.topic == "assignee"]


def test_what_is_done_is_left_alone() -> None:
    solved = bens(priority="urgent", phase="closed", state="paid")
    assert then(solved, Comment("thanks"), CLEO, team=without_ben()).facts.get("assignee") == "ben"


# -- the verb -----------------------------------------------------------------------------------


def codes(facts: Facts, event: Event, who: Viewer, team: Roster | None = None) -> set[str]:
    return {r.code for r in then(facts, event, who, team=team or without_ben()).refusals}


def test_an_absence_hands_over_any_open_ticket() -> None:
    for who in (SYSTEM, LEAD, MANAGER, BEN):
        found = act(bens(), Shift("ben", "absence"), who)
        assert found.facts.get("assignee") == "cleo"
        assert found.facts.get(f"last_assignee.{AFTER}") == "cleo"


def test_only_those_it_concerns_hand_over() -> None:
    assert codes(bens(), Shift("ben", "absence"), viewer("zed", "agent", teams=(AFTER,))) == {
        "not_yours_to_assign"
    }
    assert codes(bens(), Shift("ben", "rebalance", "cleo"), BEN) == {"not_yours_to_assign"}


def test_a_plan_that_came_true_meanwhile_does_no_harm() -> None:
    assert codes(bens(), Shift("cleo", "absence"), SYSTEM) == {"holder_changed"}
    assert codes(bens(phase="closed"), Shift("ben", "absence"), SYSTEM) == {"holder_changed"}
    assert codes(bens(), Shift("ben", "absence"), SYSTEM, HERE) == {"not_away"}
    assert codes(bens(), Shift("ben", "rebalance", "eve"), LEAD) == {"not_in_team"}
    assert codes(bens(), Shift("ben", "rebalance", "cleo"), LEAD, without_ben(load=2)) == {
        "no_room"
    }
    away = roster(Member("ben", "Ben", AFTER), Member("cleo", "Cleo", AFTER, absent=True))
    assert codes(bens(), Shift("ben", "rebalance", "cleo"), LEAD, away) == {"no_room"}


def test_a_ticket_that_nobody_can_take_waits_unassigned_in_its_team() -> None:
    alone = roster(Member("ben", "Ben", AFTER, load=1, absent=True, substitute="ben"))
    found = act(bens(priority="urgent"), Shift("ben", "absence"), SYSTEM, alone)
    assert (found.facts.get("assignee"), found.facts.get("team")) == (None, AFTER)
    reason = next(r for r in found.reasons if r.topic == "assignee")
    assert reason.outcome == ""


def test_where_the_team_is_full_the_next_team_takes_over() -> None:
    eve = Member("eve", "Eve", "reserve")
    full = without_ben(eve, load=2, substitute="")
    found = act(bens(), Shift("ben", "absence"), SYSTEM, full)
    assert (found.facts.get("assignee"), found.facts.get("team")) == ("eve", "reserve")
    assert found.facts.names("teams") == (AFTER, "reserve")


def test_a_rebalance_is_told_as_one() -> None:
    both = roster(Member("ben", "Ben", AFTER, load=2), Member("cleo", "Cleo", AFTER))
    found = act(bens(), Shift("ben", "rebalance", "cleo"), LEAD, both)
    assert found.facts.get("assignee") == "cleo"
    reason = next(r for r in found.reasons if r.topic == "assignee")
    assert (reason.said["by"], reason.said["instead_of"]) == ("rebalance", "Ben")


def test_a_move_to_another_team_is_not_mistaken_for_an_absence() -> None:
    found = act(bens(priority="urgent"), Move("approve"))
    assert found.facts.get("team") == "finance"
    assert act(bens(priority="urgent"), Edit({"amount": "90"})).facts.get("assignee") == "cleo"
