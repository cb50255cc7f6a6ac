"""Mutants are small, many, the same each time, and noticed by a test that looks at the place."""

from __future__ import annotations

from engine.trial.mutants import mutants
from engine.trial.mutate import mutate
from tests.engine.trial.stage import desk, plan

VIP = """
    cases:
      vip:
        ticket: { reason: damaged, amount: 80, customer.level: vip }
        expect: { team: vip_desk, priority: high }
"""
EDGE = """
    matrix:
      edge:
        each: { amount: [5000, 5000.01] }
        ticket: { reason: late }
        expect: { team: [after_sales, fraud_desk] }
"""


def test_every_mutant_is_another_desk_and_can_be_told_apart() -> None:
    found = mutants(desk())
    assert len(found) > 150
    made = [(one.said, one.place) for one in found]
    assert len(set(made)) == len(made)
    for one in found:
        changed = one.make()
        assert changed != desk(), one.said
        assert changed.digest == desk().digest
        assert one.types <= set(changed.types)


def test_the_same_mutants_are_chosen_each_time() -> None:
    cases = plan(VIP)[0].cases
    one, other = mutate(desk(), cases, 20), mutate(desk(), cases, 20)
    assert one == other
    assert (one.tried, one.possible) == (20, len(mutants(desk())))
    assert len(one.alive) + one.killed == 20


def alive(text: str) -> set[str]:
    return {one.said for one in mutate(desk(), plan(text)[0].cases, 100_000).alive}


def test_a_test_that_looks_at_a_row_notices_when_it_goes() -> None:
    assert "routing/refund.vip taken out" not in alive(VIP)
    assert "routing/refund.vip taken out" in alive(EDGE)


def test_only_a_test_at_the_edge_notices_a_shifted_limit() -> None:
    shifted = {
        f"routing/refund.big: amount is more than {limit} instead of amount is more than 5,000.00"
        for limit in ("5,000.01", "4,999.99")
    }
    assert shifted <= alive(VIP)
    assert not shifted & alive(EDGE)
