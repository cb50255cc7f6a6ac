"""Assignment: least busy, in turn, skill then load, absence, substitutes, overflow, returns."""

from __future__ import annotations

from engine.decide.assign import assign
from engine.decide.verdict import Assign, Move
from engine.facts import Viewer
from engine.model.roster import Member
from tests.engine.decide.shop import BEN, CLEO, EVE, FAY, after, opened, roster, shop, then

SYSTEM = Viewer(None)
AFTER, RESERVE, VIP = "after_sales", "reserve", "vip_desk"


def test_the_least_busy_by_share_of_capacity_takes_it() -> None:
    found = roster(
        Member("ben", "Ben", AFTER, capacity=10, load=4),
        Member("cleo", "Cleo", AFTER, capacity=3, load=2),
    )
    person, team, why = assign(shop(), AFTER, found)
    assert (person, team) == ("ben", AFTER)
    assert why is not None
    assert why.said["chosen"] == "Ben"
    assert [m["load"] for m in why.said["members"]] == [4, 2]  # type: ignore[attr-defined]


def test_equal_loads_go_to_who_waited_longest_then_by_id() -> None:
    two = roster(
        Member("ben", "Ben", AFTER, last_assigned_us=5),
        Member("cleo", "Cleo", AFTER, last_assigned_us=2),
    )
    assert assign(shop(), AFTER, two)[0] == "cleo"
    assert assign(shop(), AFTER, roster(Member("b", "B", AFTER), Member("a", "A", AFTER)))[0] == "a"


def test_round_robin_takes_turns() -> None:
    found = roster(
        Member("x", "X", RESERVE, load=9, last_assigned_us=1),
        Member("y", "Y", RESERVE, last_assigned_us=2),
    )
    assert assign(shop(), RESERVE, found)[0] == "x"


def test_skill_comes_first_then_load_and_no_skill_is_better_than_nobody() -> None:
    skilled = roster(
        Member("ben", "Ben", VIP), Member("chen", "Chen", VIP, load=3, skills=frozenset({"erp"}))
    )
    assert assign(shop(), VIP, skilled, frozenset({"erp"}))[0] == "chen"
    assert assign(shop(), VIP, skilled)[0] == "ben"
    assert assign(shop(), VIP, roster(Member("ben", "Ben", VIP)), frozenset({"erp"}))[0] == "ben"


def test_the_saturated_overflow_to_the_next_team() -> None:
    full = roster(Member("ben", "Ben", AFTER, load=2), Member("eve", "Eve", RESERVE))
    assert assign(shop(), AFTER, full)[:2] == ("eve", RESERVE)
    nobody = roster(Member("ben", "Ben", AFTER, load=2))
    assert assign(shop(), AFTER, nobody)[:2] == ("", AFTER)


def test_an_absent_owner_never_blocks() -> None:
    away = roster(
        Member("ben", "Ben", AFTER, absent=True, substitute="cleo"),
        Member("cleo", "Cleo", AFTER, load=1),
    )
    assert assign(shop(), AFTER, away)[0] == "cleo"
    assert assign(shop(), AFTER, away, keep="ben")[0] == "cleo"


def test_manual_teams_assign_nobody() -> None:
    assert assign(shop(), "finance", roster(Member("fay", "Fay", "finance")))[:2] == ("", "finance")


def test_an_overflow_is_remembered_in_the_ticket() -> None:
    full = roster(Member("ben", "Ben", AFTER, load=2), Member("eve", "Eve", RESERVE))
    facts = opened(team=full).facts
    assert (facts.get("team"), facts.get("assignee")) == (RESERVE, "eve")
    assert facts.names("teams") == (AFTER, RESERVE)


def test_a_return_goes_to_the_last_assignee_there() -> None:
    crowd = roster(
        Member("ben", "Ben", AFTER, load=1),
        Member("cleo", "Cleo", AFTER),
        Member("fay", "Fay", "finance"),
    )
    facts = then(opened(team=crowd).facts, Assign("ben"), CLEO, team=crowd).facts
    facts = then(facts, Move("approve"), BEN, team=crowd).facts
    assert (facts.get("team"), facts.get("assignee")) == ("finance", None)
    facts = then(facts, Move("pay", {"iban": "6222"}), FAY, team=crowd).facts
    assert (facts.get("team"), facts.get("assignee")) == (AFTER, "ben")


def test_by_hand_only_members_and_within_rights() -> None:
    facts = after()
    assert then(facts, Assign("cleo"), BEN).facts.get("assignee") == "cleo"
    assert {r.code for r in then(facts, Assign("eve"), BEN).refusals} == {"not_in_team"}
    assert {r.code for r in then(facts, Assign("ben"), EVE).refusals} == {"not_yours_to_assign"}
    moved = then(facts, Assign("", RESERVE), BEN).facts
    assert (moved.get("team"), moved.get("home_team"), moved.get("assignee")) == (
        RESERVE,
        RESERVE,
        "eve",
    )
    assert {r.code for r in then(facts, Assign("", "nowhere"), BEN).refusals} == {"unknown_team"}


def test_nobody_is_given_a_ticket_whose_team_is_gone() -> None:
    """A team that a later desk has no more leads to a refusal, not to a fault of ours."""
    facts = opened().facts.with_values({"team": "gone", "teams": ("gone", "after_sales")})
    refused = then(facts, Assign("ben"), CLEO).refusals
    assert {r.code for r in refused} <= {"unknown_team", "not_yours_to_assign"}
    system = then(facts, Assign("ben"), SYSTEM).refusals
    assert [(r.code, r.args) for r in system] == [("unknown_team", {"team": "gone"})]
