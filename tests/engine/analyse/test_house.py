"""House rules: what specs must have, findings raised, findings silenced with a reason."""

from __future__ import annotations

import pytest

from engine.analyse.lint import lint
from specs.catalog import KINDS
from specs.kinds.house_rules import JUDGED
from specs.problem import Problem, has_errors
from tests.engine.analyse.linting import codes, compiled, files_of, linted, one, rows


def with_rules(body: str, files: dict[str, bytes] | None = None) -> dict[str, bytes]:
    """The tenant with one file of house rules."""
    text = f"kind: HouseRules\n{body}"
    return {**(files or files_of()), "house_rules/house.yaml": text.encode()}


def told(body: str) -> Problem:
    return one(linted(with_rules(body)), "W418")


def test_every_type_has_targets() -> None:
    found = told("rules: { timed: { every: TicketType, must_have: sla, say: Promise a time } }\n")
    assert found.message == "the ticket type `refund` has no `sla`, as `timed` wants it"
    assert found.cure == "Promise a time"
    assert found.place.file == "types/refund.yaml"
    assert not found.is_error
    assert (
        codes(linted(with_rules("rules: { r: { every: TicketType, must_have: routing } }\n"))) == []
    )


@pytest.mark.parametrize("word", ["routing", "portal", "view", "promise", "test", "prefix"])
def test_what_a_type_has(word: str) -> None:
    files = files_of(
        tests__refund="kind: SpecTest\nabout: refund\n"
        "promises:\n  x: { never: { do: pay, from: done } }\n",
        views__every="kind: View\ntitle: All\ncolumns: [number]\n",
    )
    body = f"rules: {{ r: {{ every: TicketType, must_have: {word} }} }}\n"
    assert codes(linted(with_rules(body, files))) == []


def test_what_stands_inside_types() -> None:
    found = told("rules: { guided: { every: State, except: done, must_have: guide } }\n")
    assert found.message == "the state `fresh` of refund has no `guide`, as `guided` wants it"
    body = "rules: { short: { every: Field, named: '[a-z]{1,6}' } }\n"
    assert codes(linted(with_rules(body))) == []
    assert (
        "`amount`"
        in told(
            "rules: { short: { every: Field, named: '[a-z]{1,5}|reason|damage|remark' } }\n"
        ).message
    )


def test_a_rule_may_fail_the_lint() -> None:
    body = "rules: { timed: { every: TicketType, must_have: sla, severity: error } }\n"
    specs, desk, problems = compiled(with_rules(body))
    assert desk is not None
    assert not has_errors(problems)
    assert has_errors(lint(specs, desk, 2026))


def test_a_rule_that_asks_for_nothing_there_is_refused() -> None:
    files = with_rules("rules: { odd: { every: Team, must_have: [title, slaa] } }\n")
    found = one(compiled(files)[2], "E205")
    assert "`slaa` is nothing that a Team can have" in found.message
    files = with_rules("rules: { odd: { every: TicketType, must_have: slaa } }\n")
    assert one(compiled(files)[2], "E205").cure == "did you mean `sla`?"


CROSSING = ("a: [late, any, claims]", "b: [any, over 5, desk]")


def test_a_finding_is_raised() -> None:
    files = with_rules("raise: W403\n", rows(*CROSSING, rest="[claims]"))
    assert one(linted(files), "W403").is_error


def test_a_finding_is_silenced_with_a_reason() -> None:
    table = rows(*CROSSING, rest="[claims]")
    for target in ("routing/refund", "routing/refund.b", "all"):
        body = f"silence: {{ W403: {{ {target}: the order is meant }} }}\n"
        assert codes(linted(with_rules(body, table))) == []
    body = "silence: { W403: { routing/refund.other: the order is meant } }\n"
    assert codes(linted(with_rules(body, table))) == ["W419", "W403"]


def test_a_silence_that_silences_nothing_is_told() -> None:
    found = one(linted(with_rules("silence: { W403: { routing/refund: gone } }\n")), "W419")
    assert found.place.file == "house_rules/house.yaml"


def test_codes_are_those_that_lint_has() -> None:
    for body in ("raise: [W493]\n", "raise: W493\n", "silence: { W493: { all: because } }\n"):
        assert "did you mean" in one(compiled(with_rules(body))[2], "E205").cure


def test_rules_are_about_kinds_there_are() -> None:
    assert set(JUDGED) - {"Field", "State", "Transition"} <= set(KINDS)


def test_house_rules_leave_the_digest_alone() -> None:
    _, plain, _ = compiled(files_of())
    _, ruled, _ = compiled(with_rules("raise: W403\n"))
    assert plain is not None
    assert ruled is not None
    assert plain.digest == ruled.digest
