"""Automations: what starts them, strata, circles, each verb; macros within a person's rights."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.compile.desk import desk_from_files
from engine.decide.clicking import offered
from engine.decide.kin import Link, Merge
from engine.decide.run import decide
from engine.decide.verdict import Comment, Edit, Event, Fall, Move, Open, React, UseMacro, Verdict
from engine.facts import Ask, Facts, Value, Viewer
from engine.model.desk import Desk
from engine.values.registry import normalise
from specs.load import read_folder
from specs.problem import Code, Problem
from tests.engine.decide.shop import (
    ANN,
    BEN,
    EVE,
    FILLED,
    FOLDER,
    HOUR_US,
    MONDAY_US,
    ORDER,
    roster,
)

SYSTEM = Viewer(None)
DAY_US = 24 * HOUR_US


def built(**specs: str) -> tuple[Desk | None, list[Problem]]:
    """The shop with more automations (`a_…`) and macros (`m_…`)."""
    files = dict(read_folder(FOLDER)[0])
    for name, body in specs.items():
        kind = "Macro" if name.startswith("m_") else "Automation"
        title = "title: X\n" if kind == "Macro" else ""
        text = f"kind: {kind}\n{title}applies_to: refund\n{body}\n"
        files[f"{kind.lower()}s/{name}.yaml"] = text.encode()
    return desk_from_files(files)


def with_parts(do: str) -> Desk:
    """The shop whose refunds have rows of parts, and one automation that does this."""
    files = dict(read_folder(FOLDER)[0])
    rows = "{ type: lines, fields: { what: { type: text }, cost: { type: money } } }"
    fields = f"fields:\n  parts: {rows}\n".encode()
    files["types/refund.yaml"] = files["types/refund.yaml"].replace(b"fields:\n", fields, 1)
    text = f"kind: Automation\napplies_to: refund\nstarts: reopened\ndo: {do}\n"
    files["automations/a_parts.yaml"] = text.encode()
    desk, problems = desk_from_files(files)
    assert desk is not None, [one.headline for one in problems]
    return desk


def desk_with(**specs: str) -> Desk:
    desk, problems = built(**specs)
    assert desk is not None, [one.headline for one in problems]
    return desk


def ask(who: Viewer, at_us: int) -> Ask:
    return Ask(at_us, who, "2026-03-02")


def opened(desk: Desk, values: Mapping[str, object] = FILLED) -> Verdict:
    event = Open("refund", values, "", "", "portal", "ann", "ann", {"order_no": ORDER})
    known = Facts({"customer.level": "normal", "requester.locale": "en", "customer.name": "Ann"})
    return decide(desk, known, event, ask(ANN, MONDAY_US), roster())


def then(
    desk: Desk, facts: Facts, event: Event, who: Viewer = BEN, at_us: int = MONDAY_US + HOUR_US
) -> Verdict:
    return decide(desk, facts, event, ask(who, at_us), roster())


def fired(verdict: Verdict) -> dict[str, object]:
    """Automation → whether it acted, of those that were started."""
    found = [one for one in verdict.reasons if one.topic == "automation"]
    return {one.rule.removeprefix("automations/"): one.outcome for one in found}


def test_an_event_starts_it_and_the_condition_decides() -> None:
    desk = desk_with(a_late="starts: created\nwhen: { reason: late }\ndo: [{ flag: high_risk }]")
    late = opened(desk)
    assert late.facts.names("flags") == ("high_risk",)
    assert fired(late) == {"a_late": True}
    other = opened(desk, {**FILLED, "reason": "regret"})
    assert other.facts.names("flags") == ()
    assert fired(other) == {"a_late": False}
    why = next(one for one in other.reasons if one.topic == "automation")
    assert [(read.path, read.value) for read in why.reads] == [("reason", "regret")]
    assert why.place.startswith("automations/a_late.yaml:")


def test_nothing_starts_it_but_its_own_events() -> None:
    desk = desk_with(a_x="starts: commented\ndo: [{ flag: high_risk }]")
    facts = opened(desk).facts
    assert facts.names("flags") == ()
    assert then(desk, facts, Comment("?"), ANN).facts.names("flags") == ("high_risk",)


def test_what_changed_starts_it_whoever_changed_it() -> None:
    desk = desk_with(
        a_big="starts: changed(amount)\nwhen: { amount: { more_than: 1 } }\ndo: [{ tag: large }]",
        a_prio="starts: changed(priority)\nwhen: { priority: { changed_to: urgent } }\n"
        "do: [{ flag: high_risk }]",
        a_set="starts: commented\ndo: [{ set: { priority: urgent } }]",
    )
    first = opened(desk)
    assert "a_big" not in fired(first)
    edited = then(desk, first.facts, Edit({"amount": "200"}))
    assert edited.facts.names("tags") == ("large",)
    told = then(desk, first.facts, Comment("?"), ANN)
    assert (told.facts.get("priority"), told.facts.names("flags")) == ("urgent", ("high_risk",))
    assert list(fired(told)) == ["a_set", "a_prio"]


def test_one_that_writes_what_another_reads_runs_before_it_whatever_it_is_called() -> None:
    desk = desk_with(
        a_reads="starts: created\nwhen: { tags: { contains: large } }\ndo: [{ flag: high_risk }]",
        z_writes="starts: created\ndo: [{ tag: large }]",
    )
    verdict = opened(desk)
    assert list(fired(verdict)) == ["z_writes", "a_reads"]
    assert verdict.facts.names("flags") == ("high_risk",)


def test_of_one_stratum_all_conditions_are_read_before_any_acts() -> None:
    desk = desk_with(
        a_one="starts: created\nwhen: { reason: late }\ndo: [{ tag: large }]",
        b_two="starts: created\nwhen: { reason: late }\ndo: [{ tag: fragile }]",
    )
    assert [len(stratum) for stratum in desk.strata["refund"]] == [2]
    assert set(opened(desk).facts.names("tags")) == {"large", "fragile"}


CIRCLE = {
    "a_one": "starts: changed(amount)\ndo: [{ set: { note_text: x } }]",
    "b_two": "starts: changed(note_text)\ndo: [{ set: { amount: 5 } }]",
}


def test_a_circle_is_refused_and_written_out() -> None:
    desk, problems = built(**CIRCLE)
    assert desk is None
    (found,) = [one for one in problems if one.code is Code.AUTOMATION_LOOP]
    assert "a_one brings about changed(note_text) → b_two" in found.message
    assert "b_two brings about changed(amount) → a_one" in found.message
    assert found.place.file == "automations/a_one.yaml"


def test_one_that_starts_itself_is_a_circle_unless_its_condition_is_false_afterwards() -> None:
    again = "starts: changed(priority)\n{}do: [{{ set: {{ priority: normal }} }}]"
    assert built(a_x=again.format(""))[0] is None
    assert built(a_x=again.format("when: { priority: low }\n"))[0] is not None
    assert built(a_x=again.format("when: { priority: { is_not: low } }\n"))[0] is None


def test_a_condition_that_what_was_set_makes_false_breaks_the_circle() -> None:
    broken = {
        "a_one": "starts: changed(reason)\nwhen: { priority: high }\n"
        "do: [{ set: { priority: low } }]",
        "b_two": "starts: changed(priority)\nwhen: { priority: low }\n"
        "do: [{ set: { reason: late } }]",
    }
    assert built(**broken)[0] is None
    broken["a_one"] = broken["a_one"].replace("priority: low", "priority: urgent")
    assert built(**broken)[0] is not None


def test_a_move_by_rule_keeps_guard_and_needs_but_asks_nobody() -> None:
    desk = desk_with(
        a_pay="starts: entered(finance)\ndo: [{ move: pay }]",
    )
    facts = then(desk, opened(desk).facts, Move("approve")).facts
    assert facts.get("state") == "finance"  # pay needs the account
    again = then(desk, opened(desk).facts.with_values({"iban": "1"}), Move("approve")).facts
    assert (again.get("state"), again.names("tags")) == ("inform", ("large",))


def test_a_time_in_a_state_counts_once_for_each_stay() -> None:
    desk = desk_with(
        a_wait="starts: { state: waiting, for: 3d plain }\n"
        "do: [{ comment: { en: '{customer.name}, are you there?', zh-CN: 在吗 } }]"
    )
    waiting = then(desk, opened(desk).facts, Move("ask", comment="?"))
    due = next(one for one in waiting.dues if one.what == "held:a_wait")
    assert due.at_us == MONDAY_US + HOUR_US + 3 * DAY_US
    early = then(desk, waiting.facts, Fall("", "held:a_wait"), SYSTEM, due.at_us - 1)
    assert early.words == ()
    fell = then(desk, waiting.facts, Fall("", "held:a_wait"), SYSTEM, due.at_us)
    assert [(word.text, word.internal) for word in fell.words] == [("Ann, are you there?", False)]
    assert not any(one.what.startswith("held:") for one in fell.dues)
    assert then(desk, fell.facts, Fall("", "held:a_wait"), SYSTEM, due.at_us + 1).words == ()
    back = then(desk, fell.facts, Comment("yes"), ANN, due.at_us + HOUR_US)
    asked = then(desk, back.facts, Move("ask", comment="?"), BEN, due.at_us + 2 * HOUR_US)
    assert any(one.what == "held:a_wait" for one in asked.dues)


def test_words_of_a_rule_are_quoted_by_their_notice_and_are_no_first_reply() -> None:
    desk = desk_with(a_hi="starts: created\ndo: [{ comment: We look into it. }]")
    verdict = opened(desk)
    assert [word.text for word in verdict.words] == ["We look into it."]
    assert "first_agent_reply" not in verdict.events
    assert [e.args["word"] for e in verdict.effects if e.args.get("word")] == [1]


def test_a_share_of_a_clock_is_an_event_of_its_own() -> None:
    desk = desk_with(a_most="starts: due(solved, 80%)\ndo: [{ flag: high_risk }]")
    facts = opened(desk).facts
    due = next(d for d in opened(desk).dues if (d.clock, d.what) == ("solved", "warn:80%"))
    fell = then(desk, facts, Fall("solved", "warn:80%"), SYSTEM, due.at_us)
    assert fell.facts.names("flags") == ("high_risk",)
    assert built(a_most="starts: due(solved, 0%)\ndo: [{ flag: high_risk }]")[0] is None


def test_acts_on_other_tickets_are_effects_with_what_they_take_from_this_one() -> None:
    desk = desk_with(
        a_sub="starts: entered(finance)\ndo: [{ create: { type: refund, as: child, "
        "subject: 'Check {reason}', values: { amount: $ticket.amount, reason: late } } }]"
    )
    made = then(desk, opened(desk).facts, Move("approve"))
    (effect,) = [one for one in made.effects if one.kind == "create"]
    assert effect.args["values"] == {"amount": "100.00", "reason": "late"}
    assert effect.args["subject"] == "Check 延迟"


def test_rows_that_another_ticket_takes_over_keep_their_amounts() -> None:
    """A cell is kept in cents; taken for what somebody typed it would be a hundred times more."""
    desk = with_parts("[{ create: { type: refund, values: { parts: $ticket.parts } } }]")
    parts: tuple[Value, ...] = ({"what": "泵", "cost": 1250}, {"cost": 99})
    facts = opened(desk).facts.with_values({"parts": parts})
    made = then(desk, facts, React("a_parts"), SYSTEM)
    (effect,) = [one for one in made.effects if one.kind == "create"]
    values = effect.args["values"]
    assert isinstance(values, Mapping)
    assert normalise(desk.types["refund"].fields["parts"], values["parts"]) == parts


def test_a_burst_acts_with_what_its_events_have_in_common() -> None:
    desk = desk_with(
        a_many="starts: { burst: { of: created, same: [product], count: 3, within: 1h } }\n"
        "do: [{ set: { note_text: $same.product } }]"
    )
    facts = opened(desk).facts
    verdict = then(desk, facts, React("a_many", {"product": "冰箱"}), SYSTEM)
    assert verdict.facts.get("note_text") == "冰箱"


def test_a_ticket_ends_where_it_is_merged() -> None:
    desk = desk_with()
    facts = opened(desk).facts
    assert not then(desk, facts, Merge("t2"), BEN).allowed
    merged = then(desk, facts, Merge("t2"), SYSTEM).facts
    assert (merged.get("parent"), merged.get("phase")) == ("t2", "closed")
    assert then(desk, merged, Merge("t3"), SYSTEM).refusals[0].code == "merged_away"
    assert then(desk, facts, Link("t2"), SYSTEM).facts.get("parent") == "t2"


MACRO = "do: [{ comment: 'Please wait, {customer.name}.' }, { tag: large }, { move: ask }]"


def test_a_macro_does_all_of_it_as_the_person_who_clicks() -> None:
    desk = desk_with(m_wait=MACRO)
    facts = opened(desk).facts
    done = then(desk, facts, UseMacro("m_wait"))
    assert done.allowed, done.refusals
    assert (done.facts.get("state"), done.facts.names("tags")) == ("waiting", ("large",))
    assert [word.text for word in done.words] == ["Please wait, Ann."]


@pytest.mark.parametrize(
    ("body", "who", "code"),
    [
        (MACRO, ANN, "not_yours_to_edit"),
        (MACRO, EVE, "unknown_macro"),  # does not see the ticket
        ("when: { reason: regret }\n" + MACRO, BEN, "macro_not_now"),
        ("for: [{ role: senior }]\n" + MACRO, BEN, "macro_not_yours"),
        ("do: [{ set: { iban: '1' } }]", BEN, "not_yours_to_write"),
        ("do: [{ merge: { into: $ticket.parent } }]", BEN, "not_yours_to_merge"),
        ("do: [{ move: reject }]", ANN, "not_by_you"),
        ("do: [{ move: tell }]", BEN, "not_from_here"),
    ],
)
def test_a_macro_is_refused_whole(body: str, who: Viewer, code: str) -> None:
    desk = desk_with(m_x=body)
    facts = opened(desk).facts
    refused = then(desk, facts, UseMacro("m_x"), who)
    assert code in {one.code for one in refused.refusals}
    assert then(desk, facts, UseMacro("m_gone"), who).refusals[0].code == "unknown_macro"


def test_macros_are_offered_to_those_who_may_do_all_of_it() -> None:
    desk = desk_with(m_a=MACRO, m_b="do: [{ set: { iban: '1' } }]")
    facts = opened(desk).facts
    assert [one.id for one in offered(desk, facts, ask(BEN, MONDAY_US))] == ["m_a"]
    assert offered(desk, facts, ask(ANN, MONDAY_US)) == ()


@pytest.mark.parametrize(
    ("do", "says"),
    [
        ("{ move: aprove }", "did you mean `approve`?"),
        ("{ set: { amonut: 5 } }", "did you mean `amount`?"),
        ("{ set: { paid: 5 } }", "set another field"),
        ("{ set: { amount: $ticket.reason } }", "same type"),
        ("{ set: { amount: $ticket.amuont } }", "`$ticket.amount`?"),
        ("{ comment: 'x {amuont}' }", "`{amount}`?"),
        ("{ create: { type: refnd } }", "did you mean `refund`?"),
        ("{ create: { type: refund, like: x } }", "write { create:"),
        ("{ refresh: reason }", "type reference"),
        ("{ merge: { into: 5 } }", "$ticket.<field"),
        ("{ create: { type: { a: b } } }", "`refund`"),
        ("{ create: { type: refund, as: [child] } }", "write one of parent"),
        ("{ comment: { fr: Bonjour } }", "`en`"),
        ("{ move: { to: x } }", "`approve`"),
        ("{ call: x }", "add it to `calls:`"),
    ],
)
def test_what_is_wrong_in_an_action_is_told_with_a_cure(do: str, says: str) -> None:
    desk, problems = built(a_x=f"starts: created\ndo: [{do}]")
    assert desk is None
    assert any(says in one.cure for one in problems), [(p.message, p.cure) for p in problems]
    assert all(one.place.file == "automations/a_x.yaml" for one in problems)


@pytest.mark.parametrize(
    ("starts", "says"),
    [
        ("{}", "write one of event"),
        ("{ event: created, state: waiting, for: 1d }", "write one of event"),
        ("{ state: waiting }", "write `starts: { state: waiting, for: 3d }`"),
        ("{ state: wating, for: 1d }", "`waiting`"),
        ("creatd", "did you mean `created`?"),
        ("entered(wating)", "`waiting`"),
    ],
)
def test_what_is_wrong_in_a_start_is_told_with_a_cure(starts: str, says: str) -> None:
    desk, problems = built(a_x=f"starts: {starts}\ndo: [{{ flag: high_risk }}]")
    assert desk is None
    assert any(says in one.cure for one in problems), [(p.message, p.cure) for p in problems]


def test_one_mistake_is_one_message() -> None:
    """What can't be found is told where names are looked up, and not again by the compiler."""
    for do in ("{ tag: lrage }", "{ notify: tolld }", "{ transfer: aftr_sales }", "{ flag: [x] }"):
        _, problems = built(a_x=f"starts: created\ndo: [{do}]")
        assert [one.code.number for one in problems] == ["E216"], do
    _, problems = built(a_x="starts: entered(nowhere)\ndo: [{ tag: large }]")
    assert [one.code.number for one in problems] == ["E218"]


def test_several_marks_may_stand_in_one_action() -> None:
    desk = desk_with(a_x="starts: created\ndo: [{ tag: [large, fragile] }]")
    assert opened(desk).facts.names("tags") == ("large", "fragile")
