"""Whatever happens to the matcher's process, the matches are those of the oracle."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
from collections.abc import AsyncIterator, Iterator

import pytest

from engine.decide.correlate import Correlator, Token
from engine.model.pattern import PatternRule
from runtime.clock import SECOND_US, FixedClock
from runtime.workers import correlation as deciding
from runtime.workers import matcher, matcher_process
from runtime.workers.correlation import Batch, Correlation, Fires
from runtime.workers.matcher_process import Died
from tests.engine.patterns.oracle import Oracle, digest, random_tokens, rule_of

needs_c = pytest.mark.skipif(
    not matcher.available(),
    reason="durable-rules is not installed: the C matcher is NOT tested (make setup tells why)",
)
ways = pytest.mark.parametrize("in_c", [pytest.param(True, marks=needs_c), False])

RULES = {
    rule.id: rule
    for rule in (
        rule_of(3, within=60, name="three"),
        rule_of(2, within=300, differs=True, in_order=True, name="apart"),
        rule_of(count=4, within=100, name="burst"),
    )
}


class Truth:
    """What the store would know: what waits, by rule, and the last event that was decided."""

    def __init__(self, made: Correlation, rules: dict[str, PatternRule], tenant: str = "t") -> None:
        self.made, self.rules, self.tenant = made, rules, tenant
        self.waiting: dict[str, dict[int, Token]] = {name: {} for name in rules}
        self.head = 0
        self.deaths = 0

    async def decide(self, events: list[tuple[str, Token]]) -> Fires:
        """Decide a batch as the worker does: anew as a whole, as often as the process dies."""
        while True:
            known = self.made.knows(self.tenant, self.rules, self.head)
            told = {} if known else {n: tuple(w.values()) for n, w in self.waiting.items()}
            batch = Batch(self.tenant, self.rules, self.head, events, told)
            try:
                fires = await self.made.decide(batch)
            except Died:
                self.deaths += 1
                continue
            self._write(events, fires)
            return fires

    def _write(self, events: list[tuple[str, Token]], fires: Fires) -> None:
        for name, token in events:
            self.waiting[name][token.n] = token
            start = token.at_us - self.rules[name].within_us
            for n in [n for n, one in self.waiting[name].items() if one.at_us < start]:
                del self.waiting[name][n]
        for name, numbers in fires:
            for n in numbers:
                self.waiting[name].pop(n, None)
        self.head = events[-1][1].n
        self.made.settled(self.tenant, self.head)


@pytest.fixture
async def made(in_c: bool) -> AsyncIterator[Correlation]:
    """Decides by the C matcher, or without it."""
    running = Correlation(FixedClock(0), in_c=in_c)
    yield running
    await running.close()


def _batches(seed: int, count: int, size: int = 16) -> Iterator[list[tuple[str, Token]]]:
    """Events of all rules, in batches."""
    chance = random.Random(seed)
    names = list(RULES)
    streams = {
        name: random_tokens(random.Random(seed + n), RULES[name], count * size, keys=12)
        for n, name in enumerate(names)
    }
    number = 0
    at_us = 0
    for _ in range(count):
        batch = []
        for _ in range(size):
            name = chance.choice(names)
            number += 1
            at_us += chance.choice((0, 1, 2, 5))
            batch.append((name, next(streams[name])._replace(n=number, at_us=at_us)))
        yield batch


@ways
async def test_equal_to_the_oracle(made: Correlation, in_c: bool) -> None:
    """Three rules side by side, batch by batch; the suite is the same with and without C."""
    truth = Truth(made, RULES)
    oracles = {name: Oracle(rule) for name, rule in RULES.items()}
    fired = 0
    for batch in _batches(1, 20):
        expected = [(name, oracles[name].feed(token)) for name, token in batch]
        found = await truth.decide(batch)
        assert found == [one for one in expected if one[1] is not None]
        fired += len(found)
    assert fired > 20
    assert (made.pid("t") is not None) is in_c


@needs_c
async def test_killed_and_told_again() -> None:
    """kill -9 between batches and within one: the matches stay those of one undisturbed run."""
    clock = FixedClock(0)
    made = Correlation(clock, in_c=True)
    truth = Truth(made, RULES)
    plain = {name: Correlator(rule) for name, rule in RULES.items()}
    chance = random.Random(5)
    for batch in _batches(2, 120):
        clock.advance(700 * SECOND_US)
        expected = [(name, plain[name].feed(token)) for name, token in batch]
        pid = made.pid("t")
        if pid is not None and chance.random() < 0.2:
            if chance.random() < 0.5:
                _kill(pid)
            else:
                asyncio.get_running_loop().call_later(0.0005, _kill, pid)
        assert await truth.decide(batch) == [one for one in expected if one[1] is not None]
    await made.close()
    assert truth.deaths > 5
    assert not made.put_in_quarantine("t")


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


_ABORTING = """
import os, random, sys
sys.path.insert(0, sys.argv[1])
from runtime.workers import matcher
chance = random.Random(os.getpid())
inner = matcher.Matcher._assert
def aborting(self, fact):
    if chance.random() < 12.5e-4:
        os.abort()
    return inner(self, fact)
matcher.Matcher._assert = aborting
matcher.main()
"""


@needs_c
async def test_aborts_at_random(monkeypatch: pytest.MonkeyPatch) -> None:
    """os.abort with a chance of 1 in 800 at every event: nothing is lost, nothing fires twice."""
    monkeypatch.setattr(matcher_process, "_START", _ABORTING)
    monkeypatch.setattr(deciding, "DEATHS", 10**9)
    made = Correlation(FixedClock(0), in_c=True)
    truth = Truth(made, RULES)
    plain = {name: Correlator(rule) for name, rule in RULES.items()}
    fired = 0
    for batch in _batches(3, 160, size=50):
        expected = [(name, plain[name].feed(token)) for name, token in batch]
        found = await truth.decide(batch)
        assert found == [one for one in expected if one[1] is not None]
        fired += len(found)
    await made.close()
    assert truth.deaths >= 2
    assert fired > 500


_HANGING = """
import sys, time
sys.path.insert(0, sys.argv[1])
from runtime.workers import matcher
def hang(self, event):
    while True:
        pass
matcher.Matcher.feed = hang
matcher.main()
"""


@needs_c
async def test_a_hanging_one_is_put_into_quarantine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three deaths within ten minutes: Python decides from then on, and says the same.

    Another tenant's process is untouched; rules that were changed get another try.
    """
    made = Correlation(FixedClock(0), in_c=True, reply_s=0.5)
    other = Truth(made, RULES, "larch")
    first, second, third, *_ = _batches(4, 3)
    assert await other.decide(first) is not None
    healthy = made.pid("larch")
    monkeypatch.setattr(matcher_process, "_START", _HANGING)
    truth = Truth(made, RULES)
    plain = {name: Correlator(rule) for name, rule in RULES.items()}
    for batch in (first, second, third):
        expected = [(name, plain[name].feed(token)) for name, token in batch]
        assert await truth.decide(batch) == [one for one in expected if one[1] is not None]
    assert truth.deaths == 3
    assert made.put_in_quarantine("t")
    assert not made.put_in_quarantine("t")
    assert not made.in_c("t", RULES)
    assert made.pid("t") is None
    assert made.in_c("larch", RULES)
    assert made.pid("larch") == healthy
    await other.decide(second)
    assert made.pid("larch") == healthy
    changed = {**RULES, "three": rule_of(3, within=61, name="three")}
    assert made.in_c("t", changed)
    await made.close()


@needs_c
async def test_deaths_far_apart_do_not_add_up() -> None:
    """What dies once an hour is started again each time."""
    clock = FixedClock(0)
    made = Correlation(clock, in_c=True)
    truth = Truth(made, RULES)
    for number, batch in enumerate(_batches(6, 5)):
        await truth.decide(batch)
        pid = made.pid("t")
        assert pid is not None, number
        os.kill(pid, signal.SIGKILL)
        clock.advance(3600 * SECOND_US)
    assert not made.put_in_quarantine("t")
    await made.close()


_HUNGRY = """
import sys
sys.path.insert(0, sys.argv[1])
from runtime.workers import matcher
def eat(self, event):
    self.eaten = bytearray(600 * 1024 * 1024)
matcher.Matcher.feed = eat
matcher.main()
"""


@needs_c
async def test_memory_is_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that wants more than 512 MB dies of it, and not the worker."""
    monkeypatch.setattr(matcher_process, "_START", _HUNGRY)
    made = Correlation(FixedClock(0), in_c=True)
    truth = Truth(made, RULES)
    (batch,) = _batches(7, 1)
    assert await truth.decide(batch) is not None
    assert truth.deaths == 3
    await made.close()


@needs_c
async def test_other_rules_get_another_process() -> None:
    """Handles leak when they are deleted, so a publish ends the process."""
    made = Correlation(FixedClock(0), in_c=True)
    truth = Truth(made, RULES)
    first, second = _batches(8, 2)
    await truth.decide(first)
    before = made.pid("t")
    truth.rules = {**RULES, "burst": rule_of(count=5, within=100, name="burst")}
    await truth.decide(second)
    after = made.pid("t")
    assert before != after
    await made.close()
    assert made.pid("t") is None
    assert after is not None
    with pytest.raises(ProcessLookupError):
        os.kill(after, 0)


@needs_c
async def test_processes_are_few() -> None:
    """Of many tenants only those asked last have a process."""
    made = Correlation(FixedClock(0), in_c=True)
    token = Token(1, 1, (0,), digest(1), "")
    rules = {"b": rule_of(2, name="b")}
    for number in range(deciding.MOST_PROCESSES + 2):
        await made.decide(Batch(f"t{number}", rules, 0, [("b", token)], {"b": ()}))
    assert made.pid("t0") is None
    assert made.pid("t1") is None
    assert made.pid("t2") is not None
    await made.close()
