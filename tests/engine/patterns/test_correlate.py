"""The correlator finds exactly what brute force finds, event by event."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.decide.correlate import Correlator, OutOfOrder, Token, fire_id
from engine.model.pattern import MOST_STEPS, PatternRule
from tests.engine.patterns.oracle import Oracle, digest, random_rule, random_tokens, rule_of

A, B = digest(1), digest(2)


@pytest.mark.parametrize("batch", range(15))
def test_equal_to_brute_force(batch: int) -> None:
    """After each event: the same match, the same events left waiting; shedding too."""
    fired = sum(_compared(random.Random(10 * batch + seed)) for seed in range(10))
    assert fired > 20


def _compared(chance: random.Random) -> int:
    rule = random_rule(chance)
    most = chance.choice((6, 12))
    oracle, found = Oracle(rule, most), Correlator(rule, most=most)
    fired = 0
    for number, token in enumerate(random_tokens(chance, rule, 50)):
        expected = oracle.feed(token)
        assert found.feed(token) == expected
        fired += expected is not None
        if number % 5 == 0:
            oracle.shed()
            found.shed()
        assert found.live == tuple(one.n for one in oracle.live)
    return fired


@given(
    st.lists(
        st.tuples(
            st.integers(0, 8),
            st.sets(st.integers(0, 2), min_size=1),
            st.integers(0, 1),
            st.integers(0, 2),
        ),
        max_size=14,
    ),
    st.booleans(),
    st.booleans(),
    st.sampled_from((3, 20)),
)
def test_equal_to_brute_force_on_the_smallest_cases(
    events: list[tuple[int, set[int], int, int]], differs: bool, in_order: bool, within: int
) -> None:
    """The same, with cases that shrink to what is wrong."""
    rule = rule_of(3, within=within, differs=differs, in_order=in_order)
    oracle, found = Oracle(rule), Correlator(rule)
    at_us = 0
    for n, (later, fits, same, who) in enumerate(events):
        at_us += later
        token = Token(n, at_us, tuple(sorted(fits)), digest(same), digest(who))
        assert found.feed(token) == oracle.feed(token)


@pytest.mark.parametrize("seed", range(20))
def test_begun_anew_from_what_waits(seed: int) -> None:
    """A correlator made of the waiting events goes on as if nothing had happened."""
    chance = random.Random(seed)
    rule = random_rule(chance)
    whole = Correlator(rule)
    waiting: dict[int, Token] = {}
    for token in random_tokens(chance, rule, 80):
        again = Correlator(rule, waiting.values())
        expected = whole.feed(token)
        assert again.feed(token) == expected
        waiting[token.n] = token
        waiting = {n: one for n, one in waiting.items() if n in whole.live}


def test_three_of_one_batch_within_an_hour() -> None:
    """The window has both ends in; what was used is used up; other batches do not count."""
    found = Correlator(rule_of(count=3, within=3600))
    assert found.feed(Token(1, 0, (0,), A)) is None
    assert found.feed(Token(2, 10, (0,), B)) is None
    assert found.feed(Token(3, 3599, (0,), A)) is None
    assert found.feed(Token(4, 3600, (0,), A)) == (1, 3, 4)
    assert found.feed(Token(5, 3601, (0,), A)) is None
    assert found.feed(Token(6, 3602, (0,), A)) is None
    assert found.feed(Token(7, 3601 + 3601, (0,), A)) is None
    assert found.live == (6, 7)


def test_complaint_then_refund_by_different_agents() -> None:
    """Order, agreement and difference each keep a match away."""
    rule = rule_of(2, within=100, differs=True, in_order=True)
    ben, chen = digest(7), digest(8)
    found = Correlator(rule)
    assert found.feed(Token(1, 0, (1,), A, chen)) is None  # the refund came first
    assert found.feed(Token(2, 1, (0,), A, ben)) is None
    assert found.feed(Token(3, 2, (1,), A, ben)) is None  # the same agent
    assert found.feed(Token(4, 3, (1,), B, chen)) is None  # another customer
    assert found.feed(Token(5, 102, (1,), A, chen)) is None  # too late
    assert found.feed(Token(6, 103, (0,), A, ben)) is None
    assert found.feed(Token(7, 104, (1,), A, chen)) == (6, 7)


def test_the_order_of_events_is_kept_to() -> None:
    """A number or a time that goes back is our own bug, told at once."""
    found = Correlator(rule_of(count=2))
    found.feed(Token(5, 50, (0,), A))
    with pytest.raises(OutOfOrder):
        found.feed(Token(5, 51, (0,), B))
    with pytest.raises(OutOfOrder):
        found.feed(Token(6, 49, (0,), B))


def test_the_worst_search_ends_in_a_moment() -> None:
    """Many events, all by too few people: nothing fires, and finding that out is quick."""
    rule = rule_of(MOST_STEPS, within=10**9, differs=True)
    found = Correlator(rule)
    began = time.perf_counter()
    for n in range(600):
        token = Token(n, n, (n % MOST_STEPS,), A, digest(n // MOST_STEPS % (MOST_STEPS - 1)))
        assert found.feed(token) is None
    assert time.perf_counter() - began < 20


def test_a_match_has_one_name() -> None:
    """The same events of a rule are one match, in whatever order; another tenant's are another."""
    rule = rule_of(2)
    assert fire_id("a", rule, ["x", "y"]) == fire_id("a", rule, ["y", "x"])
    others = {
        fire_id("b", rule, ["x", "y"]),
        fire_id("a", rule_of(2, name="other"), ["x", "y"]),
        fire_id("a", rule, ["x", "z"]),
        fire_id("a", rule, ["x", "y"]),
    }
    assert len(others) == 4


def test_a_changed_rule_has_another_version() -> None:
    """What a rule means is its version; where it is written is not."""
    versions: set[str] = {
        one.version
        for one in (
            rule_of(2),
            rule_of(2, within=99),
            rule_of(2, differs=True),
            rule_of(2, in_order=True),
            rule_of(count=2),
        )
    }
    assert len(versions) == 5
    again: PatternRule = rule_of(2)
    assert again.version in versions
