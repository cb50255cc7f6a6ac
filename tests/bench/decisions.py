"""Tickets decided a second by the rule index and by others: same rules, same answers, one process.

Engines take turns in short rounds, so that a busy moment hits all; what is printed is the median
rate by CPU time, and the median of the ratios round by round.
"""

from __future__ import annotations

import resource
import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence
from typing import Any

from engine.index.columns import Columns
from engine.index.index import compile_index
from engine.index.vectors import Vectors
from engine.predicate import Predicate
from tests.bench.peers import PEERS, Engine, Ticket
from tests.bench.rules import ASK, FIELDS, Rule, facts_of, predicate_of, some_rules, some_tickets

SIZES = (10, 100, 1_000, 10_000)
_ROUNDS = 5
_CHECKED = 40
_BATCH = 1_000_000


def run(batch: int = _BATCH) -> None:
    """Print all figures of the section."""
    tickets = some_tickets(20_000)
    for size in SIZES:
        _size(size, tickets)
    if batch:
        _vectors(batch)


def _size(size: int, tickets: Sequence[Ticket]) -> None:
    rules = some_rules(size)
    preds = [predicate_of(rule) for rule in rules]
    print(f"{size} rules: {_compile_time(preds)}, {_memory(preds)}")
    print("  engine          first a second   index is ×   all a second   index is ×")
    ours = _index(preds)
    engines = [ours]
    for peer in PEERS:
        if peer.missing:
            print(f"  {peer.name:14} not installed: pip install -r requirements-bench.lock")
            continue
        engines.append(_checked(peer.make(rules), ours, tickets))
    first = _measured([one.first for one in engines], tickets)
    every = _measured([one.every for one in engines], tickets)
    for engine, (rate, ratio), (rate_all, ratio_all) in zip(engines, first, every, strict=True):
        print(f"  {engine.name:14} {rate:15,.0f} {ratio:12.1f} {rate_all:14,.0f} {ratio_all:12.1f}")
    print(flush=True)


def _index(preds: Sequence[Predicate]) -> Engine:
    """The product's index; tickets come as the product's facts, made beforehand."""
    index = compile_index(preds)
    return Engine("rule index", _asked(index.first), _asked(index.all))


def _asked(ask: Callable[..., Any]) -> Any:
    """Marks a function of ours, which is given facts and asks directly."""
    return (ask,)


def _checked(engine: Engine, ours: Engine, tickets: Sequence[Ticket]) -> Engine:
    (first,), (every,) = ours.first, ours.every  # type: ignore[misc]
    for ticket in tickets[:_CHECKED]:
        facts = facts_of(ticket)
        if [int(n) for n in engine.every(ticket)] != every(facts, ASK):
            raise RuntimeError(f"{engine.name} gives other answers")
        one = engine.first(ticket)
        if (None if one is None else int(one)) != first(facts, ASK):
            raise RuntimeError(f"{engine.name} gives another first rule")
    return engine


def _measured(asks: Sequence[Any], tickets: Sequence[Ticket]) -> list[tuple[float, float]]:
    """Of each engine the median rate, and the median of how many times the first one is as fast."""
    facts = [facts_of(ticket) for ticket in tickets]
    counts = [_count(ask, tickets, facts) for ask in asks]
    rates: list[list[float]] = [[] for _ in asks]
    for _ in range(_ROUNDS):
        for ask, count, found in zip(asks, counts, rates, strict=True):
            found.append(count / _took(ask, tickets[:count], facts[:count]))
    return [
        (
            statistics.median(found),
            statistics.median(own / other for own, other in zip(rates[0], found, strict=True)),
        )
        for found in rates
    ]


def _count(ask: Any, tickets: Sequence[Ticket], facts: Sequence[Any]) -> int:
    """So many tickets that a round takes about a twentieth of a second, at least 5."""
    each = _took(ask, tickets[:5], facts[:5]) / 5
    return max(5, min(len(tickets), int(0.05 / each)))


def _took(ask: Any, tickets: Sequence[Ticket], facts: Sequence[Any]) -> float:
    began = time.process_time()
    if isinstance(ask, tuple):
        own = ask[0]
        for one in facts:
            own(one, ASK)
    else:
        for ticket in tickets:
            ask(ticket)
    return max(time.process_time() - began, 1e-9)


def _compile_time(preds: Sequence[Predicate]) -> str:
    took: list[list[float]] = []
    for _ in range(3):
        began = time.process_time()
        index = compile_index(preds)
        index.first(facts_of({}), ASK)
        first = time.process_time()
        index.all(facts_of({}), ASK)
        took.append([first - began, time.process_time() - first])
    first_s, all_s = (statistics.median(column) for column in zip(*took, strict=True))
    return (
        f"index made in {first_s * 1e3:.1f} ms for the first match, {all_s * 1e3:.1f} more for all"
    )


def _memory(preds: Sequence[Predicate]) -> str:
    tracemalloc.start()
    index = compile_index(preds)
    index.first(facts_of({}), ASK)
    index.all(facts_of({}), ASK)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return f"{held / 2**20:.1f} MB"


def _vectors(batch: int) -> None:
    facts = [facts_of(ticket) for ticket in some_tickets(batch)]
    columns = Columns(facts)
    print(f"{batch:,} tickets at once, CPU seconds (wall in brackets)")
    _timed("take the fields apart", lambda: columns.encode(FIELDS))
    for size in SIZES:
        rules: list[Rule] = some_rules(size)
        preds = [predicate_of(rule) for rule in rules]
        asked: Vectors = _timed(
            f"{size} rules: find their words", lambda preds=preds: Vectors(preds, columns, ASK)
        )
        _timed("  first match of each ticket", asked.first)
        counts = _timed("  all matches, counted", asked.counts)
        print(f"    {int(counts.sum()):,} matches")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"  the process at its largest: {peak} MB\n")


def _timed(what: str, work: Callable[[], Any]) -> Any:
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(f"  {what:36} {cpu:6.2f} ({wall:.2f})", flush=True)
    return found


if __name__ == "__main__":
    run()
