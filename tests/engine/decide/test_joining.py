"""Tickets that belong together: who may join them, circles, and what undoing brings back."""

from __future__ import annotations

import pytest

from engine.decide.joining import MERGED, TAKEN_IN, THEN
from engine.decide.kin import Beside, Echo, Kin, Link, Merge, Settle, Split, Unmerge, Watch
from engine.decide.pending import PENDING
from engine.decide.verdict import Comment, Event, Move
from engine.facts import Facts, Viewer
from tests.engine.decide.shop import ANN, BEN, CLEO, FAY, HOUR_US, MONDAY_US, after, then

SYSTEM = Viewer(None)
DO = frozenset({"link", "merge"})
ID = "t1"


def first(*events: tuple[Event, Viewer]) -> Facts:
    return after(*events).with_values({"id": ID, "number": "RF-1"})


def other(**more: object) -> Kin:
    return Kin(**{"id": "t2", "number": "RF-2", "do": DO, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kin", "code"),
    [
        (other(), ""),
        (other(id=ID), "joined_with_itself"),
        (other(phase="closed"), "other_done"),
        (other(phase="solved"), "other_done"),
        (other(phase="closed", into="RF-9"), "other_merged"),
        (other(above=("t7", ID)), "merge_in_circle"),
    ],
)
def test_into_what_a_ticket_is_merged(kin: Kin, code: str) -> None:
    verdict = then(first(), Merge(kin.id, kin), SYSTEM)
    assert [one.code for one in verdict.refusals] == ([code] if code else [])


@pytest.mark.parametrize(
    ("kin", "code"),
    [
        (other(), ""),
        (other(phase="closed"), ""),  # what is done may still have had parts
        (other(id=ID), "joined_with_itself"),
        (other(above=(ID,)), "part_in_circle"),
        (other(into="RF-9"), "other_merged"),
        (other(do=frozenset()), "not_yours_to_link_to"),
    ],
)
def test_of_what_a_ticket_becomes_a_part(kin: Kin, code: str) -> None:
    verdict = then(first(), Link(kin.id, kin), SYSTEM)
    assert [one.code for one in verdict.refusals] == ([code] if code else [])


@pytest.mark.parametrize("event", [Merge("t2", other()), Link("t2", other()), Split("RF-2")])
def test_joining_wants_its_verb(event: Event) -> None:
    (refusal,) = then(first(), event, BEN).refusals
    assert refusal.code.startswith("not_yours_to_")


def test_undoing_a_merge_brings_back_what_was() -> None:
    """State, phase, clocks and assignee; what was written meanwhile stays, and so does the time
    that was promised."""
    before = first((Comment("Hello"), BEN))
    merged = then(before, Merge("t2", other()), SYSTEM, MONDAY_US + 2 * HOUR_US).facts
    assert (merged.text("phase"), merged.get(MERGED), merged.text("parent")) == (
        "closed", True, "t2",
    )  # fmt: skip
    assert merged.clocks["solved"].met_us is not None
    noted = then(merged, Comment("Meanwhile", internal=True), BEN, MONDAY_US + 3 * HOUR_US).facts
    verdict = then(noted, Unmerge(), SYSTEM, MONDAY_US + 3 * HOUR_US)
    back = verdict.facts
    assert verdict.events[0] == "unmerged"
    for name in ("state", "phase", "assignee", "parent", "closed_at", "solved_at", "state_since"):
        assert back.get(name) == before.get(name), name
    assert back.get(MERGED) is None
    assert back.clocks == before.clocks
    assert back.get("due.solved") == before.get("due.solved")
    assert {due.clock for due in verdict.dues} >= {"solved", "state_limit"}
    assert then(back, Unmerge(), SYSTEM).refusals[0].code == "not_merged"


def test_a_deadline_that_passed_during_a_merge_is_missed_at_once() -> None:
    merged = then(first(), Merge("t2", other()), SYSTEM).facts
    late = then(merged, Unmerge(), SYSTEM, MONDAY_US + 40 * 24 * HOUR_US)
    assert late.facts.get("breached.solved") is True


def test_a_merged_ticket_takes_no_step_of_its_own() -> None:
    merged = then(first(), Merge("t2", other()), SYSTEM).facts
    verdict = then(merged, Move("approve"), BEN)
    assert "merged_away" in [one.code for one in verdict.refusals]


def test_an_answer_goes_once_to_each_that_was_merged() -> None:
    batch = first().with_values({TAKEN_IN: ("t5", "t6")})
    told = then(batch, Comment("It is mended, {name}."), BEN)
    echoes = [one.args for one in told.effects if one.kind == "echo"]
    assert echoes == [{"ticket": "t5", "word": 0}, {"ticket": "t6", "word": 0}]
    assert len({one.key for one in told.effects}) == len(told.effects)
    for quiet in (Comment("Between us", internal=True), Comment("I ask again")):
        who = BEN if isinstance(quiet, Comment) and quiet.internal else ANN
        assert not [one for one in then(batch, quiet, who).effects if one.kind == "echo"]


def test_an_answer_reaches_only_what_is_merged() -> None:
    echo = Echo("Mended, Ann.", "RF-2", "ben")
    assert then(first(), echo, SYSTEM).refusals[0].code == "not_merged"
    merged = then(first(), Merge("t2", other()), SYSTEM).facts
    told = then(merged, echo, SYSTEM)
    assert [e.args["notification"] for e in told.effects if e.kind == "notify"] == ["told"]
    assert told.facts.text("phase") == "closed"


def test_a_word_of_the_requester_goes_where_the_ticket_is_handled() -> None:
    merged = then(first(), Merge("t2", other()), SYSTEM).facts
    (relayed,) = [one for one in then(merged, Comment("And now?"), ANN).effects
                  if one.kind == "relay"]  # fmt: skip
    assert relayed.args == {"ticket": "t2"}
    noted = then(first(), Echo("And now?", "RF-1", "ann", internal=True), SYSTEM)
    assert noted.allowed


@pytest.mark.parametrize(("then_", "settled"), [("", 2), ("solved", 2), ("closed", 0)])
def test_solving_a_batch_solves_the_merged_or_leaves_them(then_: str, settled: int) -> None:
    batch = first((Move("approve"), BEN)).with_values({TAKEN_IN: ("t5", "t6")})
    if then_:
        batch = then(batch, Beside("merge_then", then=then_), SYSTEM).facts
        assert batch.text(THEN) == then_
    paid = then(batch, Move("pay", {"iban": "X"}), FAY).facts
    assert paid.text("state") == "inform"
    done = then(paid, Move("tell"), CLEO)
    assert done.facts.text("phase") == "solved"
    assert len([one for one in done.effects if one.kind == "settle"]) == settled


def test_what_was_settled_with_its_batch_can_be_reopened_by_its_requester() -> None:
    merged = then(first(), Merge("t2", other()), SYSTEM).facts
    settled = then(merged, Settle("RF-2"), SYSTEM).facts
    assert (settled.text("state"), settled.text("phase")) == ("done", "solved")
    again = then(settled, Comment("It is broken again"), ANN)
    assert (again.facts.text("state"), again.facts.get(MERGED)) == ("submitted", None)
    assert again.facts.get("parent") is None
    assert "unmerged" in again.events
    assert then(first(), Settle("RF-2"), SYSTEM).refusals[0].code == "not_merged"


def test_who_watches() -> None:
    facts = first()
    mine = then(facts, Watch("cleo"), CLEO)
    assert mine.facts.names("watchers") == ("cleo",)
    both = then(mine.facts, Watch("eve"), BEN).facts
    assert both.names("watchers") == ("cleo", "eve")
    assert then(both, Watch("cleo", on=False), BEN).facts.names("watchers") == ("eve",)
    assert then(facts, Watch("ann"), ANN).refusals[0].code == "not_yours_to_watch"
    assert then(facts, Watch("nobody", known=False), BEN).refusals[0].code == "unknown_watcher"


def test_what_waits_for_approval_is_not_merged() -> None:
    request = {"transition": "approve", "serial": 1, "asker": "ben", "asked": MONDAY_US}
    waiting = first().with_values({PENDING: request})
    assert then(waiting, Merge("t2", other()), SYSTEM).refusals[0].code == "merge_pending"
