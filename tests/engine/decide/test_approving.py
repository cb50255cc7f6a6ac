"""Approvals, sentence by sentence (decisions.md 8): asked, answered, withdrawn, late, granted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from engine.compile.desk import desk_from_files
from engine.decide import access
from engine.decide.deadline import timers
from engine.decide.pending import LOOK, request_of
from engine.decide.verdict import Approve, Assign, Comment, Due, Edit, Fall, Move, Refuse, Withdraw
from engine.facts import Ask, Viewer
from engine.model.roster import Roster
from tests.engine.decide.mill import (
    ALL,
    ASKED,
    BEN,
    FILES,
    GIL,
    GUO,
    HAN,
    IDA,
    SAM,
    SYSTEM,
    THREE,
    TWO,
    TYPE,
    asked,
    desk,
    lead,
    team,
    ticket,
)
from tests.engine.decide.shop import HOUR_US, MONDAY_US

# -- taking such a transition makes a request; the ticket stays in `from`, pending -----------------


def test_taking_it_makes_a_request_and_the_ticket_stays() -> None:
    one = asked()
    assert (one.facts.get("state"), one.facts.get("account")) == ("need", "ICBC 1")
    request = request_of(one.facts)
    assert request is not None
    assert (request.transition, request.asker) == ("buy", "ben")
    assert one.facts.names("approvers") == ("guo",)
    assert one.last is not None
    assert "asked" in one.last.events
    assert "moved" not in one.last.events
    assert one.told() == {"approval_asked": ("approvers",)}


def test_what_is_missing_is_asked_for_before_anybody_is_asked() -> None:
    assert "required" in ticket().codes(Move("buy", comment="x"), BEN)
    assert "required" in ticket().codes(Move("buy", {"account": "1"}), BEN)
    small = ticket()
    small.do(Edit({"amount": "50"}), BEN)
    assert "guard" in small.codes(ASKED, BEN)


def test_the_words_to_the_customer_are_said_when_the_move_is_made() -> None:
    one = asked()
    assert one.last is not None
    assert "commented" not in one.last.events
    granted = one.do(Approve(), GUO)
    assert "commented" in granted.events
    assert {"approved", "moved"} <= set(granted.events)


# -- the values the guard and `needs` read are frozen (changing them withdraws it) -----------------


@pytest.mark.parametrize("values", [{"amount": "700"}, {"account": "ICBC 2"}])
def test_a_change_of_a_frozen_value_withdraws_the_request(values: Mapping[str, object]) -> None:
    one = asked()
    changed = one.do(Edit(values), BEN)
    assert "withdrawn:changed" in changed.events
    assert request_of(one.facts) is None
    assert one.facts.names("approvers") == ()
    assert one.told() == {"approval_withdrawn": ("guo",)}
    assert one.codes(Approve(), GUO) == {"nothing_asked"}


def test_a_change_of_another_value_leaves_it() -> None:
    one = asked()
    assert one.do(Edit({"colour": "red"}), BEN).allowed
    assert one.do(Comment("Hello"), BEN).allowed
    assert request_of(one.facts) is not None
    assert one.do(Approve(), GUO).facts.get("state") == "bought"


# -- other transitions are closed unless `while_pending: true` -------------------------------------


def test_other_transitions_are_closed_while_it_waits() -> None:
    one = asked()
    assert "pending" in one.codes(Move("drop"), BEN)
    assert "pending" in one.codes(ASKED, BEN)


def test_while_pending_leaves_others_open_and_a_move_withdraws() -> None:
    one = asked("{ of: { lead_of: money }, within: 4h, while_pending: true }")
    assert "pending" in one.codes(ASKED, BEN)
    moved = one.do(Move("drop"), BEN)
    assert moved.facts.get("state") == "declined"
    assert "withdrawn:moved" in moved.events
    assert request_of(one.facts) is None


def test_an_event_that_would_move_it_waits_too() -> None:
    upon = "    answered: { from: need, to: bought, by: [buyer, requester], upon: comment }\n"
    one = ticket(ALL, extra=upon)
    one.do(ASKED, BEN)
    assert one.do(Comment("?"), BEN).facts.get("state") == "need"


# -- the asker may withdraw and never counts as approver -------------------------------------------


def test_the_asker_may_withdraw_and_nobody_else() -> None:
    one = asked()
    assert one.codes(Withdraw(), GUO) == {"not_yours_to_withdraw"}
    assert one.codes(Withdraw(), GIL) == {"not_yours_to_withdraw"}
    gone = one.do(Withdraw("Too early"), BEN)
    assert "withdrawn:asker" in gone.events
    assert request_of(one.facts) is None
    assert one.do(ASKED, BEN).allowed


def test_the_asker_never_counts() -> None:
    both = Roster({**team(lead("guo"), lead("ben")).teams}, {"buyer": ("ben",)})
    one = asked(roster=both)
    assert one.facts.names("approvers") == ("guo",)
    assert one.codes(Approve(), BEN) == {"asker_never_approves"}


def test_who_alone_could_approve_can_not_ask() -> None:
    alone = Roster({**team(lead("ben")).teams}, {"buyer": ("ben",)})
    one = ticket(roster=alone)
    refused = one.do(ASKED, BEN)
    (why,) = [r for r in refused.refusals if r.code == "no_approver"]
    assert why.args == {"there": 0, "needed": 1}
    assert "no_approver" in ticket(TWO).codes(ASKED, BEN)


# -- mode: any | all | { at_least: n } -------------------------------------------------------------


def test_any_the_first_answer_decides() -> None:
    assert asked(roster=THREE).do(Approve(), HAN).facts.get("state") == "bought"
    refused = asked(roster=THREE)
    assert "refused" in refused.do(Refuse("Too dear"), HAN).events
    assert request_of(refused.facts) is None


def test_all_have_to_agree() -> None:
    one = asked(ALL, THREE)
    for who in (GUO, HAN):
        assert one.do(Approve(), who).facts.get("state") == "need"
    assert one.do(Approve(), IDA).facts.get("state") == "bought"
    other = asked(ALL, THREE)
    other.do(Approve(), GUO)
    assert "refused" in other.do(Refuse("No"), HAN).events


def test_at_least_so_many() -> None:
    one = asked(TWO, THREE)
    assert one.do(Approve(), GUO).facts.get("state") == "need"
    assert one.do(Refuse("No"), HAN).facts.get("state") == "need"
    assert request_of(one.facts) is not None
    assert one.do(Approve(), IDA).facts.get("state") == "bought"
    other = asked(TWO, THREE)
    other.do(Refuse("No"), GUO)
    assert "refused" in other.do(Refuse("No"), HAN).events


def test_nobody_answers_twice_or_for_others() -> None:
    one = asked(ALL, THREE)
    one.do(Approve(), GUO)
    assert one.codes(Approve(), GUO) == {"answered_before"}
    assert one.codes(Refuse("x"), GUO) == {"answered_before"}
    assert one.codes(Approve(), GIL) == {"not_yours_to_approve"}
    assert one.codes(Approve(), SAM) == {"nothing_asked"}
    assert one.codes(Approve(), SYSTEM) == {"not_yours_to_approve"}


def test_a_refusal_wants_a_reason() -> None:
    assert asked().codes(Refuse("  "), GUO) == {"required"}


def test_an_answer_meant_for_an_earlier_request_does_not_count() -> None:
    one = asked()
    seen = request_of(one.facts)
    assert seen is not None
    one.do(Edit({"amount": "9000"}), BEN)
    one.do(ASKED, BEN)
    assert one.codes(Approve(seen.serial), GUO) == {"other_request"}
    assert one.do(Approve(seen.serial + 1), GUO).facts.get("state") == "bought"


# -- granted → the move runs under the desk of that moment, guards checked again -------------------


def test_granted_the_move_runs_whole() -> None:
    one = asked()
    granted = one.do(Approve(), GUO)
    assert (granted.facts.get("state"), granted.facts.get("phase")) == ("bought", "active")
    assert request_of(granted.facts) is None
    assert one.told() == {"bought": ("requester",), "approval_granted": ("ben",)}


def test_the_guard_is_looked_at_again_under_the_desk_of_that_moment() -> None:
    one = asked()
    stricter = TYPE.replace("more_than: 100", "more_than: 1000").replace(
        "{APPROVAL}", "{ of: { lead_of: money }, within: 4h }"
    )
    files = {**FILES, "types/purchase.yaml": stricter}
    later, _ = desk_from_files({path: text.encode() for path, text in files.items()})
    assert later is not None
    one.desk = later
    assert one.codes(Approve(), GUO) == {"guard"}
    assert one.facts.get("state") == "need"


def test_another_approval_published_meanwhile_holds() -> None:
    one = asked()
    one.desk = desk("{ of: boss, mode: any, within: 4h }")
    assert one.codes(Approve(), GUO) == {"not_yours_to_approve"}
    tia = Viewer("tia", "Tia", frozenset({"boss", "buyer"}), frozenset({"top"}), is_staff=True)
    one.do(Fall("approval", LOOK), SYSTEM)
    assert one.facts.names("approvers") == ("tia",)
    assert one.do(Approve(), tia).facts.get("state") == "bought"


def test_an_approval_that_is_gone_withdraws_the_request() -> None:
    one = asked()
    without = TYPE.replace("      approval: {APPROVAL}\n", "")
    files = {**FILES, "types/purchase.yaml": without}
    found, _ = desk_from_files({path: text.encode() for path, text in files.items()})
    assert found is not None
    one.desk = found
    assert "withdrawn:gone" in one.do(Fall("approval", LOOK), SYSTEM).events


# -- refused → `refused_to:` or stays with the reason ----------------------------------------------


def test_refused_it_stays_and_the_asker_is_told() -> None:
    one = asked()
    refused = one.do(Refuse("Too dear"), GUO)
    assert refused.facts.get("state") == "need"
    assert "refused" in refused.events
    assert one.told() == {"approval_refused": ("ben",)}
    assert one.do(Move("drop"), BEN).allowed


def test_refused_it_goes_where_refused_ones_go() -> None:
    one = asked("{ of: { lead_of: money }, within: 4h, refused_to: declined }")
    refused = one.do(Refuse("Too dear"), GUO)
    assert (refused.facts.get("state"), refused.facts.get("phase")) == ("declined", "closed")
    assert {"refused", "moved", "entered:declined"} <= set(refused.events)


# -- after `within` → `late:` actions, default notify `upper_lead`, never granted by itself --------


def test_late_the_upper_lead_is_told_once_and_nothing_is_granted() -> None:
    one = asked()
    (due,) = [due for due in timers(one.desk, one.facts) if due.clock == "approval"]
    assert due == Due("approval", "late", MONDAY_US + int(4.25 * HOUR_US))
    assert one.facts.get("due.approval") == due.at_us
    early = one.do(Fall("approval", "late"), SYSTEM)
    assert (early.steps, early.effects) == ((), ())
    one.at_us = due.at_us
    late = one.do(Fall("approval", "late"), SYSTEM, 0)
    assert one.told() == {"approval_late": ("upper_lead",)}
    assert late.facts.get("state") == "need"
    assert request_of(late.facts) is not None
    assert late.facts.get("breached.approval") is True
    again = one.do(Fall("approval", "late"), SYSTEM, 1)
    assert (again.steps, again.effects) == ((), ())
    assert one.do(Approve(), GUO).facts.get("state") == "bought"


def test_late_actions_of_its_own() -> None:
    one = asked("{ of: { lead_of: money }, within: 4h, late: [{ notify: bought, to: assignee }] }")
    one.at_us = MONDAY_US + 5 * HOUR_US
    one.do(Fall("approval", "late"), SYSTEM, 0)
    assert one.told() == {"bought": ("assignee",)}


def test_within_counts_on_its_calendar() -> None:
    one = ticket()
    one.at_us = MONDAY_US + 7 * HOUR_US
    one.do(ASKED, BEN, 0)
    # Two of four hours are left on Monday; the others begin on Tuesday at nine.
    assert one.facts.get("due.approval") == MONDAY_US + 26 * HOUR_US
    plain = ticket("{ of: { lead_of: money }, within: 4h plain }")
    plain.at_us = MONDAY_US + 7 * HOUR_US
    plain.do(ASKED, BEN, 0)
    assert plain.facts.get("due.approval") == MONDAY_US + 11 * HOUR_US


def test_its_clock_ends_with_it() -> None:
    one = asked()
    one.do(Approve(), GUO)
    assert one.facts.get("due.approval") is None
    assert "approval" not in one.facts.clocks


# -- who is asked changes meanwhile ----------------------------------------------------------------


def test_an_approver_who_lost_the_part_counts_no_more() -> None:
    one = asked(TWO, THREE)
    one.do(Approve(), HAN)
    one.roster = team(lead("guo"), lead("ida"))
    assert one.codes(Approve(), HAN) == {"not_yours_to_approve"}
    assert one.do(Approve(), GUO).facts.get("state") == "need"
    assert one.do(Approve(), IDA).facts.get("state") == "bought"


def test_who_is_asked_anew_sees_it_after_a_look() -> None:
    one = asked()
    one.roster = team(lead("han"))
    one.do(Fall("approval", LOOK), SYSTEM)
    assert one.facts.names("approvers") == ("han",)
    assert one.do(Approve(), HAN).facts.get("state") == "bought"


def test_a_look_grants_what_only_the_departed_had_not_answered() -> None:
    one = asked(ALL, team(lead("guo"), lead("han")))
    one.do(Approve(), GUO)
    one.roster = team(lead("guo"))
    assert one.do(Fall("approval", LOOK), SYSTEM).facts.get("state") == "bought"


def test_a_look_at_nothing_new_changes_nothing() -> None:
    one = asked()
    looked = one.do(Fall("approval", LOOK), SYSTEM)
    assert (looked.steps, looked.events, looked.effects) == ((), (), ())


def test_a_substitute_answers_for_who_is_absent() -> None:
    away = team(lead("guo", absent=True, substitute="sam"), lead("han"))
    one = asked(ALL, away)
    assert one.facts.names("approvers") == ("guo", "han", "sam")
    one.do(Approve(), SAM)
    assert one.do(Approve(), HAN).facts.get("state") == "bought"
    here = asked(ALL, team(lead("guo", substitute="sam"), lead("han")))
    assert here.codes(Approve(), SAM) == {"nothing_asked"}


def test_the_asker_is_nobodys_substitute() -> None:
    one = asked(ALL, team(lead("guo", absent=True, substitute="ben"), lead("han")))
    assert one.facts.names("approvers") == ("guo", "han")


def test_a_role_includes_those_that_inherit_from_it() -> None:
    one = asked("{ of: buyer, mode: any, within: 4h }")
    assert set(one.facts.names("approvers")) == {"gil", "tia"}


# -- rights: being asked gives `see` ---------------------------------------------------------------


def test_being_asked_gives_see_and_what_is_to_be_judged() -> None:
    before, one = ticket(), asked()
    ask = Ask(one.at_us, GUO)
    assert access.rights(before.desk, before.facts, ask) == access.NOTHING
    rights = access.rights(one.desk, one.facts, ask)
    assert (rights.see, rights.edit) == (True, False)
    assert (rights.fields["amount"], rights.fields["account"]) == ("read", "read")
    one.do(Approve(), GUO)
    assert access.rights(one.desk, one.facts, ask) == access.NOTHING


def test_a_transfer_leaves_the_request() -> None:
    one = asked()
    assert one.do(Assign("gil"), GIL).allowed
    assert request_of(one.facts) is not None


def test_a_close_of_its_own_withdraws() -> None:
    one = asked()
    one.last = replace(
        one.last,  # type: ignore[type-var]
        facts=one.facts.with_values({"phase": "solved", "solved_at": MONDAY_US}),
    )
    one.at_us += 8 * 24 * HOUR_US
    assert "withdrawn:closed" in one.do(Fall("", "close"), SYSTEM).events
