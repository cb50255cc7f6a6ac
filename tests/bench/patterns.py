"""Figures of event patterns: events a second of each way to decide them, and memory over a million.

Each way runs in a process of its own, so that its memory is its own. `python -m
tests.bench.patterns WAY KEYS COUNT` is such a process; without arguments all are asked.
"""

from __future__ import annotations

import asyncio
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from engine.decide.correlate import Correlator, Token
from engine.model.pattern import PatternRule, Step
from engine.predicate import Path as Reads
from runtime.workers import matcher
from runtime.workers.matcher import Event, Matcher, Spec
from runtime.workers.matcher_process import MatcherProcess
from tests.bench.serving import ROOT

_SAME = (Reads("batch", "batch", "text"),)
_WHO = Reads("assignee", "assignee", "person")
_SECOND_US = 1_000_000
# Three of one batch within an hour; a complaint, then a refund by another agent within a day.
BURST = PatternRule("burst", (Step("event", ()),), _SAME, 3600 * _SECOND_US, count=3)
PATTERN = PatternRule(
    "pattern", (Step("complaint", ()), Step("refund", ())), _SAME, 86_400 * _SECOND_US, _WHO, True
)
WAYS = {
    "burst, Python": (BURST, "python"),
    "burst, C": (BURST, "c"),
    "pattern, Python": (PATTERN, "python"),
    "pattern, C": (PATTERN, "c"),
    "pattern, C, its process, 1 a line": (PATTERN, "process 1"),
    "pattern, C, its process, 256 a line": (PATTERN, "process 256"),
}


def main() -> None:
    """Print the table: events a second by number of keys, then memory over a million events."""
    if len(sys.argv) > 1:
        print(json.dumps(_run(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
        return
    show(print)


def show(say: Callable[[str], None], million: int = 1_000_000) -> None:
    """Measure every way that there is here."""
    say("events a second and CPU          200 keys   2,000 keys  50,000 keys")
    for way, (_, how) in WAYS.items():
        if how != "python" and not matcher.available():
            say(f"{way:36} durable-rules is not installed")
            continue
        rates = [_apart(way, keys, 60_000)["rate"] for keys in (200, 2_000, 50_000)]
        say(f"{way:36}" + "".join(f"{rate:12,.0f}" for rate in rates))
    say(f"\n{million:,} events, 2,000 keys   a second   MB at 10%   MB at the end   fires")
    for way, (_, how) in WAYS.items():
        if how == "python" or (matcher.available() and how != "process 1"):
            one = _apart(way, 2_000, million)
            fires = f"{one['fires']:8,.0f}"
            say(f"{way:30} {one['rate']:12,.0f} {one['first']:11.1f} {one['last']:15.1f} {fires}")


def _apart(way: str, keys: int, count: int) -> dict[str, float]:
    asked = [sys.executable, "-m", "tests.bench.patterns", way, str(keys), str(count)]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _tokens(rule: PatternRule, keys: int, count: int) -> Iterator[Token]:
    """Two events a second, of so many keys by chance, by one of 20 people."""
    chance = random.Random(7)
    digests = [f"{chance.getrandbits(128):032x}" for _ in range(keys)]
    people = [f"{chance.getrandbits(128):032x}" for _ in range(20)]
    size, start = len(rule.steps), 1_772_413_200_000_000
    for n in range(count):
        step = (chance.randrange(size),)
        who = chance.choice(people) if rule.different is not None else ""
        yield Token(n, start + n * _SECOND_US // 2, step, chance.choice(digests), who)


def _run(way: str, keys: int, count: int) -> dict[str, float]:
    rule, how = WAYS[way]
    tokens = _tokens(rule, keys, count)
    if how.startswith("process"):
        return asyncio.run(_in_process(rule, tokens, count, int(how.partition(" ")[2])))
    feed = _feeder(rule, how)
    fires, first, spent = 0, 0.0, 0.0
    done = 0
    while part := [token for _, token in zip(range(count // 10), tokens, strict=False)]:
        began = time.process_time()
        fires += sum(feed(token) is not None for token in part)
        spent += time.process_time() - began
        done += len(part)
        first = first or _rss_mb()
    return {"rate": done / spent, "fires": fires, "first": first, "last": _rss_mb()}


def _feeder(rule: PatternRule, how: str) -> Callable[[Token], object]:
    if how == "python":
        return Correlator(rule).feed
    made = Matcher(
        Spec(rule.size, len(rule.steps), bool(rule.different), rule.in_order, rule.within_us)
    )
    return lambda t: made.feed(Event(t.n, t.at_us, t.steps, t.same, t.differs))


async def _in_process(
    rule: PatternRule, tokens: Iterator[Token], count: int, size: int
) -> dict[str, float]:
    """By the wall clock, for two processes share the work; the memory is the matcher's."""
    process = MatcherProcess((rule,))
    await process.start()
    assert process.pid is not None
    fires, first, done, spent = 0, 0.0, 0, 0.0
    while part := [(rule.id, token) for _, token in zip(range(size), tokens, strict=False)]:
        began = time.perf_counter()
        fires += len(await process.feed(part))
        spent += time.perf_counter() - began
        done += len(part)
        first = first or (_rss_of(process.pid) if done >= count // 10 else 0.0)
    last = _rss_of(process.pid)
    await process.close()
    return {"rate": done / spent, "fires": fires, "first": first, "last": last}


def _rss_mb() -> float:
    return _rss_of("self")


def _rss_of(pid: int | str) -> float:
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


if __name__ == "__main__":
    main()
