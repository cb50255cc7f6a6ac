"""Cases are played through the real decisions; what they expect is compared, and misses say why."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from engine.trial import play
from engine.trial.run import Result
from tests.engine.trial.stage import misses, results


def one(text: str) -> Result:
    """The only case."""
    (result,) = results(text).values()
    return result


def test_the_language_pages_own_examples_hold() -> None:
    """What the page about the language shows as a test is one."""
    found = misses("""
        cases:
          vip_beats_claims:
            ticket: { reason: damaged, amount: 80, customer.level: vip }
            expect:
              { team: vip_desk, priority: high, due.first_reply: 2026-03-02T10:00:00+08:00,
                decided_by: routing/refund.vip }
          agent_cannot_pay:
            ticket: { state: finance, amount: 100 }
            as: ben
            expect: { can.pay: false, because: "by: finance" }
          overdue_goes_to_lead:
            ticket: { reason: late, amount: 10 }
            steps: { later: { wait: 5h } }
            expect: { flags: [high_risk], notified: [lead] }
        matrix:
          photo:
            each: { reason: [damaged, wrong_item, regret] }
            expect:
              field.photo.visible: [true, true, false]
              field.photo.required: [true, false, false]
    """)
    assert found == []


def test_a_wrong_expectation_says_expected_actual_and_why() -> None:
    """Why names the row that decided and what kept the expected row from deciding."""
    result = one("""
        cases:
          wrong:
            ticket: { reason: damaged, amount: 80 }
            expect: { team: vip_desk }
    """)
    (miss,) = result.misses
    assert (miss.key, miss.expected, miss.actual) == ("team", "vip_desk", "claims")
    assert str(miss.place).startswith("tests/mine.yaml:13:")
    assert miss.why == (
        "decided by routing/refund.claims (routing/refund.yaml:10)",
        "row vip (routing/refund.yaml:9) did not hold: it asks whether customer.level is vip or "
        "svip; it is normal",
    )


WRONG = {
    "state: finance": ("state", "finance", "submitted"),
    "priority: low": ("priority", "low", "normal"),
    "flags: [high_risk]": ("flags", "high_risk", "empty"),
    "amount: 81": ("amount", "81.00", "80.00"),
    "fee: 8": ("fee", "8.00", "0.00"),
    "damage: not empty": ("damage", "not empty", "empty"),
    "reason: empty": ("reason", "empty", "damaged"),
    "breached.first_reply: true": ("breached.first_reply", "true", "false"),
    "assignee: cleo": ("assignee", "cleo", "ben"),
    "notified: [cleo]": ("notified", "cleo", "assigned, assignee, ben, received, requester"),
    "not_notified: [ben]": (
        "not_notified",
        "nothing to ben",
        "assigned, assignee, ben, received, requester",
    ),
    "can.approve: true": ("can.approve", "true", "false"),
    "open: [approve]": ("open", "approve", "nothing"),
    "sees.cleo: false": ("sees.cleo", "false", "true"),
    "field.photo.required: false": ("field.photo.required", "false", "true"),
    "field.iban.right: edit": ("field.iban.right", "edit", "hidden"),
    "refused: check": ("refused", "check", "nothing"),
    "explained: by the moon": ("explained", "by the moon", "no such reason was recorded"),
    "because: by hand": ("because", "by hand", "nothing was refused"),
    "made: [return]": ("made", "return", "nothing"),
}


@pytest.mark.parametrize("expect", WRONG)
def test_each_sort_of_expectation_can_miss(expect: str) -> None:
    """No sort of expectation is always content. Fin has nothing to do with the ticket."""
    found = misses(f"""
        cases:
          wrong:
            ticket: {{ state: submitted, reason: damaged, amount: 80 , team: claims }}
            as: fin
            expect: {{ {expect} }}
    """)
    assert found == [WRONG[expect]]


def test_a_case_that_names_who_opens_it_has_to_fill_the_form() -> None:
    """Without a name the test itself opens the ticket and may leave out what is required."""
    result = one("""
        cases:
          by_the_customer:
            ticket: { reason: damaged, amount: 80 }
            as: requester
            expect: { refused: [required, photo, order_no] }
          """)
    assert result.passed


def test_a_refusal_that_nobody_expected_fails_the_case() -> None:
    """Also when nothing is expected of the step."""
    found = misses("""
        cases:
          pays:
            ticket: { state: finance, amount: 3000 }
            steps: { pay: { as: fin, do: pay, values: { iban: X } } }
    """)
    assert found == [("step pay", "step pay by fin goes through", "refused")]


def test_a_broken_check_is_told_in_its_own_words() -> None:
    """The place is that of the check."""
    result = one("""
        cases:
          too_much:
            ticket: { reason: damaged, amount: 80, order_no.paid: 50 }
    """)
    (miss,) = result.misses
    assert miss.why == ("check (amount: 退款金额不能大于实付金额) at types/refund.yaml:62",)


def test_a_ticket_goes_all_its_way() -> None:
    """Steps by several people, each with its own expectations, on one clock."""
    found = misses("""
        cases:
          whole:
            ticket: { reason: damaged, amount: 80, order_no.paid: 100, photo: [box.png] }
            steps:
              ask:
                as: ben
                do: ask
                comment: 请补充
                expect: { state: waiting, notified: [more_information] }
              weekend:  { wait: 1w, expect: { breached.solved: false } }
              answered: { as: requester, comment: 好的, expect: { state: submitted, phase: new } }
              approve:
                as: ben
                do: approve
                expect: { team: finance, assignee: fin, home_team: claims }
              too_soon: { as: fin, do: pay, expect: { refused: [required, iban] } }
              pay:
                as: fin
                do: pay
                values: { iban: CN1 }
                expect: { state: inform, team: claims, assignee: ben }
              tell:     { as: ben, do: tell, expect: { notified: [refund_done] } }
              closes:   { wait: 8d }
            expect: { phase: closed, teams: [claims, finance], team: claims }
    """)
    assert found == []


def test_who_is_away_gets_nothing() -> None:
    """Load, capacity and absence are those of the case; the others' stay."""
    found = misses("""
        cases:
          away:
            people: { ben: { roles: [agent], teams: [claims], absent: true } }
            ticket: { reason: damaged, amount: 80 }
            expect: { team: after_sales, assignee: cleo }
          there:
            ticket: { reason: damaged, amount: 80 }
            expect: { team: claims, assignee: ben }
    """)
    assert found == []


def _parts(seed: int) -> list[str]:
    """Five hours cut at random minutes."""
    cuts = sorted(random.Random(seed).sample(range(1, 300), 6))
    return [f"{end - begin}m" for begin, end in pairwise([0, *cuts, 300])]


@pytest.mark.parametrize(
    "parts", [["5h"], ["1h"] * 5, ["20m"] * 15, ["4h 59m", "1m"], *map(_parts, range(20))]
)
def test_time_passes_alike_in_one_step_and_in_many(parts: list[str]) -> None:
    """Timers fire at their own instants, so the length of the steps makes no difference."""
    steps = ", ".join(f"s{at}: {{ wait: {part} }}" for at, part in enumerate(parts))
    result = one(f"""
        cases:
          waits:
            ticket: {{ reason: late, amount: 10 }}
            steps: {{ {steps} }}
    """)
    whole = one("""
        cases:
          waits:
            ticket: { reason: late, amount: 10 }
            steps: { later: { at: 2026-03-02T14:00:00+08:00 } }
    """)
    assert result.end.now_us == whole.end.now_us
    assert result.end.facts == whole.end.facts
    assert [m.event for m in result.moments] == [m.event for m in whole.moments]
    assert [m.ask.now_us for m in result.moments] == [m.ask.now_us for m in whole.moments]
    assert len(whole.moments) > 3


def test_timers_without_end_fail_the_case(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that sets itself off again and again is told, and the command goes on."""
    monkeypatch.setattr(play, "MAX_TIMERS", 2)
    found = misses("""
        cases:
          waits:
            ticket: { reason: late, amount: 10 }
            steps: { month: { wait: 30d } }
    """)
    assert found == [("step month", "at most 10,000 timers fire", "more fire")]
