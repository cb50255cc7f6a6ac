"""The survey: who may answer and when, what an answer sets, when it is asked by notice."""

from __future__ import annotations

from engine.compile.desk import desk_from_files
from engine.decide.rating import survey_for
from engine.decide.run import decide
from engine.decide.verdict import Comment, Event, Fall, Move, Rate, Verdict
from engine.facts import Ask, Facts, Viewer
from engine.model.desk import Desk
from specs.load import read_folder
from tests.engine.decide.shop import (
    ANN,
    BEN,
    FAY,
    FOLDER,
    HOUR_US,
    MONDAY_US,
    after,
    roster,
)

SYSTEM = Viewer(None)
SURVEY = "survey: { question: 问题解决了吗？, scale: 5, ask_after: 1h, low: 2, notify: told }\n"


def desk(survey: str = SURVEY) -> Desk:
    files = dict(read_folder(FOLDER)[0])
    files["types/refund.yaml"] += survey.encode()
    found, problems = desk_from_files(files)
    assert found is not None, [one.headline for one in problems]
    return found


def then(model: Desk, facts: Facts, event: Event, who: Viewer, at_us: int) -> Verdict:
    return decide(model, facts, event, Ask(at_us, who, "2026-03-02"), roster())


SOLVED_US = MONDAY_US + 4 * HOUR_US


def solved(model: Desk) -> Verdict:
    paid = after((Move("approve"), BEN), (Move("pay", {"iban": "6222"}), FAY))
    return then(model, paid, Move("tell"), BEN, SOLVED_US)


def test_the_requester_of_a_solved_ticket_is_asked_and_nobody_else() -> None:
    model = desk()
    assert survey_for(model, solved(model).facts, ANN) is not None
    assert survey_for(model, solved(model).facts, BEN) is None
    assert survey_for(model, after(), ANN) is None
    assert survey_for(desk(""), solved(desk("")).facts, ANN) is None
    refused = then(model, after(), Rate(5), ANN, SOLVED_US)
    assert [one.code for one in refused.refusals] == ["not_yours_to_rate"]


def test_a_mark_is_kept_and_may_be_changed() -> None:
    model = desk()
    rated = then(model, solved(model).facts, Rate(4), ANN, SOLVED_US + HOUR_US)
    assert (rated.facts.get("rating"), rated.events) == (4, ("rated",))
    again = then(model, rated.facts, Rate(1, "又坏了"), ANN, SOLVED_US + 2 * HOUR_US)
    assert again.facts.get("rating") == 1


def test_marks_keep_to_the_scale_and_low_ones_want_words() -> None:
    model = desk()
    facts = solved(model).facts
    for mark in (0, 6, -1):
        refused = then(model, facts, Rate(mark, "x"), ANN, SOLVED_US)
        assert [one.code for one in refused.refusals] == ["mark_out_of_scale"]
    refused = then(model, facts, Rate(2, "  "), ANN, SOLVED_US)
    assert [one.code for one in refused.refusals] == ["words_with_low_mark"]
    assert then(model, facts, Rate(2, "慢"), ANN, SOLVED_US).allowed


def test_the_notice_goes_once_an_hour_after_and_not_when_rated_before() -> None:
    model = desk()
    done = solved(model)
    due = next(one for one in done.dues if one.what == "survey")
    assert due.at_us == SOLVED_US + HOUR_US
    asked = then(model, done.facts, Fall("", "survey"), SYSTEM, due.at_us)
    assert [e.args["notification"] for e in asked.effects] == ["told"]
    assert not any(one.what == "survey" for one in asked.dues)
    rated = then(model, done.facts, Rate(5), ANN, SOLVED_US)
    assert then(model, rated.facts, Fall("", "survey"), SYSTEM, due.at_us).effects == ()
    back = then(model, asked.facts, Comment("还没到账"), ANN, due.at_us + HOUR_US)
    assert survey_for(model, back.facts, ANN) is None
    assert not any(one.what == "survey" for one in back.dues)


def test_an_automation_may_start_on_a_low_mark() -> None:
    files = dict(read_folder(FOLDER)[0])
    files["types/refund.yaml"] += SURVEY.encode()
    files["automations/low.yaml"] = (
        b"kind: Automation\napplies_to: refund\nstarts: rated\nwhen: { rating: { at_most: 2 } }\n"
        b"do: [{ flag: high_risk }]\n"
    )
    model, _ = desk_from_files(files)
    assert model is not None
    low = then(model, solved(model).facts, Rate(1, "慢"), ANN, SOLVED_US)
    assert low.facts.names("flags") == ("high_risk",)


def test_a_low_mark_can_not_be_the_best() -> None:
    files = dict(read_folder(FOLDER)[0])
    files["types/refund.yaml"] += b"survey: { question: x, scale: 3, low: 3 }\n"
    found, problems = desk_from_files(files)
    assert found is None
    assert [one.place.line for one in problems] == [files["types/refund.yaml"].count(b"\n")]
