"""The matcher in C finds exactly what brute force and the correlator find."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from engine.decide.correlate import Correlator, Token
from engine.model.pattern import MOST_LIVE, PatternRule
from runtime.workers import matcher
from runtime.workers.guards import MOST_FACTS, Refused
from runtime.workers.matcher import Event, Matcher, Spec
from tests.engine.patterns.oracle import Oracle, digest, random_rule, random_tokens, rule_of

pytestmark = pytest.mark.skipif(
    not matcher.available(),
    reason="durable-rules is not installed: the C matcher is NOT tested (make setup tells why)",
)


def spec_of(rule: PatternRule) -> Spec:
    """A rule as the matcher knows it."""
    return Spec(
        rule.size, len(rule.steps), rule.different is not None, rule.in_order, rule.within_us
    )


def event_of(token: Token) -> Event:
    """An event as the matcher knows it."""
    return Event(token.n, token.at_us, token.steps, token.same, token.differs)


@pytest.mark.parametrize("batch", range(10))
def test_equal_to_brute_force(batch: int) -> None:
    """Ten random rules: after each event the same match and the same events waiting."""
    fired = 0
    for seed in range(10):
        chance = random.Random(1000 + 10 * batch + seed)
        rule = random_rule(chance)
        oracle, found = Oracle(rule, 12), Matcher(spec_of(rule), most=12)
        for number, token in enumerate(random_tokens(chance, rule, 50)):
            expected = oracle.feed(token)
            assert found.feed(event_of(token)) == expected, (seed, number)
            fired += expected is not None
            if number % 5 == 0:
                oracle.shed()
                found.shed()
            assert found.live == tuple(one.n for one in oracle.live)
    assert fired > 20


@pytest.mark.parametrize("seed", range(6))
def test_equal_to_the_correlator_through_rebuilds(seed: int) -> None:
    """Thousands of events, so that the state in C is deleted and filled anew many times."""
    chance = random.Random(seed)
    rule = [
        rule_of(count=3, within=50),
        rule_of(2, within=300, differs=True, in_order=True),
        rule_of(3, within=60),
        rule_of(2, within=10**9, differs=True),
        rule_of(3, within=100, in_order=True),
        rule_of(count=4, within=200),
    ][seed]
    plain, found = Correlator(rule), Matcher(spec_of(rule))
    fired = 0
    for token in random_tokens(chance, rule, 4000, keys=40):
        expected = plain.feed(token)
        assert found.feed(event_of(token)) == expected
        fired += expected is not None
    assert found.live == plain.live
    assert fired > 100
    assert found.rebuilds > 2


@pytest.mark.parametrize("seed", range(8))
def test_begun_anew_from_what_waits(seed: int) -> None:
    """A matcher that was told what waits goes on as the one before it would have."""
    chance = random.Random(seed)
    rule = random_rule(chance)
    whole = Correlator(rule)
    waiting: dict[int, Token] = {}
    for number, token in enumerate(random_tokens(chance, rule, 120)):
        if number % 10 == 0:
            found = Matcher(spec_of(rule))
            found.load([event_of(one) for one in waiting.values()])
        assert found.feed(event_of(token)) == whole.feed(token)
        waiting[token.n] = token
        waiting = {n: one for n, one in waiting.items() if n in whole.live}


def test_times_are_exact_to_the_microsecond() -> None:
    """Instants of this century are larger than 2^50; not one microsecond is lost."""
    start = 1_772_413_200_000_000
    for within in (0, 1, 3_600_000_000):
        for late in (0, 1):
            found = Matcher(Spec(2, 2, False, True, within))
            assert found.feed(Event(1, start, (0,), digest(1), "")) is None
            got = found.feed(Event(2, start + within + late, (1,), digest(1), ""))
            assert got == (None if late else (1, 2))


def test_ids_never_collide() -> None:
    """C knows an id by 32 bits of a hash alone; of the ids used no two share theirs."""

    def hash_of(text: str) -> int:
        value = 0x811C9DC5
        for byte in text.encode():
            value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
        return value

    hashes = {hash_of(f"{n:04x}") for n in range(MOST_FACTS)} | {hash_of("~f")}
    assert len(hashes) == MOST_FACTS + 1


def test_a_full_rule_still_matches() -> None:
    """With as many waiting as may, twice over, everything is still found."""
    spec = Spec(2, 2, False, True, 10**9)
    found = Matcher(spec)
    for n in range(MOST_LIVE + 5_000):
        assert found.feed(Event(n, n, (0,), digest(n), "")) is None
        if n % 256 == 0:
            found.shed()
    found.shed()
    assert len(found) == MOST_LIVE
    at = MOST_LIVE + 5_000
    assert found.feed(Event(at, at, (1,), digest(4_999), "")) is None
    assert found.feed(Event(at + 1, at, (1,), digest(5_000), "")) == (5_000, at + 1)


def _bad() -> Iterator[Event]:
    good = Event(1, 1, (0,), digest(1), digest(2))
    yield good._replace(n=-1)
    yield good._replace(n=2**53)
    yield good._replace(ts=1.5)  # type: ignore[arg-type]
    yield good._replace(ts=True)
    yield good._replace(kinds=())
    yield good._replace(kinds=(2,))
    yield good._replace(kinds=(0, 0))
    yield good._replace(same="")
    yield good._replace(same=digest(1) + "0")
    yield good._replace(same="客户一".ljust(32, "0"))
    yield good._replace(differs="")
    yield good._replace(differs="X" * 32)


@pytest.mark.parametrize("event", tuple(_bad()))
def test_bad_events_do_not_reach_c(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no token and no number is refused before C sees it."""
    found = Matcher(Spec(2, 2, True, False, 10))
    monkeypatch.setattr(matcher, "c", None)
    with pytest.raises(Refused):
        found.feed(event)
