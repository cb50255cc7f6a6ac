"""The capped process that alone speaks durable-rules: append-only matching, one rule a handle.

C finds combinations; Python decides what has expired, what fires and what is used up. Of the C
module five functions are called, each behind `guards`. Nothing is ever retracted: what is dead
stays in C until half as much is dead as alive, then the state is deleted and what lives is asserted
anew; an event takes 8 KB there, so that 20,000 that wait stay below what the process may take.
Everything here may die at any moment; whoever asked starts another process and tells it again what
is waiting.

Lines of JSON come in and go out:

- `{"rules": [[size, kinds, differs, in_order, within_us], …]}` → `{"ok": count}`
- `{"live": [rule, [event, …], more]}` → `{"ok": count}`: what waits in a rule, in place of what
  waited; where `more` is true, besides that
- `{"feed": [[rule, event], …], "shed": true}` → `{"fires": [[rule, [n, …]], …]}`; `shed` ends a
  batch: what is too much then is let go

where an event is `[n, ts, [kind, …], same, differs]`. A line that is refused ends the process.
"""

from __future__ import annotations

import json
import resource
import sys
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple, TextIO

from runtime.workers.guards import (
    FLUSH,
    MOST_FACTS,
    MOST_PATTERNS,
    Refused,
    check_line,
    check_number,
    check_ruleset,
    flush_rule,
)

try:
    import durable_rules_engine as c
except ImportError:
    c = None

MEMORY_BYTES: Final = 512 * 1024 * 1024
MOST_LIVE: Final = 20_000
_COMPACT: Final = 512
_OK, _NOT_HANDLED = 0, 1
_NOBODY = "0" * 32
_STATE = "0"


class Spec(NamedTuple):
    """A rule as the matcher knows it: `size` patterns of kinds 0 …, or all of kind 0 (a burst)."""

    size: int
    kinds: int
    differs: bool
    in_order: bool
    within_us: int


class Event(NamedTuple):
    """One event: its number, its time, the kinds it is, and what has to agree and to differ."""

    n: int
    ts: int
    kinds: tuple[int, ...]
    same: str
    differs: str


def available() -> bool:
    """Whether the C module is installed."""
    return c is not None


def ruleset_of(spec: Spec) -> dict[str, Any]:
    """The rule set of a rule, in the one form that is safe.

    Raises:
        Refused: the rule is too large.
    """
    check_number(spec.within_us, "within")
    if not 2 <= spec.size <= MOST_PATTERNS or spec.kinds not in (1, spec.size):
        raise Refused(f"a rule has 2 to {MOST_PATTERNS} patterns, of one kind or a kind each")
    patterns = [{f"p{n}": {"$and": list(_conditions(spec, n))}} for n in range(spec.size)]
    made = {"r": {"pri": 1, "all": patterns}, "~flush": flush_rule()}
    check_ruleset(made)
    return made


def _conditions(spec: Spec, number: int) -> Iterator[dict[str, Any]]:
    burst = spec.kinds == 1
    yield {"k": "k0" if burst else f"k{number}"}
    if number:
        yield {"j": {"p0": "j"}}
        for earlier in range(number):
            if spec.differs:
                yield {"$neq": {"w": {f"p{earlier}": "w"}}}
        if burst or spec.in_order:
            # The number tells the order; so of the same events only one combination is found.
            yield {"$gt": {"n": {f"p{number - 1}": "n"}}}
        yield {"$lte": {"ts": {"$add": {"$l": {"p0": "ts"}, "$r": spec.within_us}}}}
        yield {"one": {"p0": "one"}}
    else:
        yield {"one": 1}


class Matcher:
    """One rule in C; `feed` gives the numbers of a match, as `engine.decide.correlate` would."""

    def __init__(self, spec: Spec, most: int = MOST_LIVE) -> None:
        self.spec, self.most = spec, most
        self.rebuilds = 0
        rules = json.dumps(ruleset_of(spec))
        self._handle = c.create_ruleset("m", rules)
        self._live: OrderedDict[int, Event] = OrderedDict()
        self._weight = 0
        # The n of each fact that C holds; its place here is its id there.
        self._facts: list[int] = []
        self._last = (-1, 0)

    def __len__(self) -> int:
        return len(self._live)

    @property
    def live(self) -> tuple[int, ...]:
        """The numbers of the events that wait, oldest first."""
        return tuple(self._live)

    def load(self, live: Sequence[Event], *, more: bool = False) -> None:
        """Wait with these events instead of those before, or besides; they hold no whole match."""
        if not more:
            self._live.clear()
            self._weight = 0
            self._last = (-1, 0)
            self._rebuild()
        for event in live:
            self._follow(event)
            self._keep(event)
            self._combinations(event)

    def feed(self, event: Event) -> tuple[int, ...] | None:
        """Take one event; the numbers of the match that it completes, by pattern, or None.

        Raises:
            Refused: it is not in order, or has a form that must not reach C.
        """
        self._follow(event)
        while self._live:
            n, oldest = next(iter(self._live.items()))
            if oldest.ts >= event.ts - self.spec.within_us:
                break
            self._drop(n)
        self._keep(event)
        self._make_room(len(event.kinds))
        found = min((m for m in self._combinations(event) if self._counts(m, event)), default=None)
        for n in found or (() if self._may_wait(event) else (event.n,)):
            self._drop(n)
        return found

    def shed(self) -> None:
        """Let the oldest go that are too many."""
        while self._weight > self.most:
            self._drop(next(iter(self._live)))

    def _may_wait(self, event: Event) -> bool:
        """Whether an event that completes nothing can still become part of a match."""
        return not self.spec.in_order or min(event.kinds) < self.spec.size - 1

    def _follow(self, event: Event) -> None:
        n, ts = self._last
        if event.n <= n or event.ts < ts:
            raise Refused("events come in order")
        if not event.kinds or len(set(event.kinds)) < len(event.kinds):
            raise Refused("an event is of one kind at least, and of each once")
        if not all(0 <= kind < self.spec.kinds for kind in event.kinds):
            raise Refused("the rule has no such kind")
        if self.spec.differs and not event.differs:
            raise Refused("the rule needs to know what differs")
        self._last = (event.n, event.ts)

    def _keep(self, event: Event) -> None:
        self._live[event.n] = event
        self._weight += len(event.kinds)

    def _drop(self, n: int) -> None:
        self._weight -= len(self._live.pop(n).kinds)

    def _make_room(self, more: int) -> None:
        dead = len(self._facts) + more - self._weight
        if dead > max(_COMPACT, self._weight // 2) or len(self._facts) + more > MOST_FACTS:
            newest = self._live.popitem()
            self._rebuild()
            self._live[newest[0]] = newest[1]

    def _combinations(self, event: Event) -> list[tuple[int, ...]]:
        found: list[tuple[int, ...]] = []
        for kind in event.kinds:
            line = self._fact(event, kind)
            check_line(line)
            found += [self._numbers(frame) for frame in self._assert(line)]
        return found

    def _fact(self, event: Event, kind: int) -> str:
        if len(self._facts) >= MOST_FACTS:
            raise Refused("too many events wait in one rule")
        name = f"{len(self._facts):04x}"
        self._facts.append(event.n)
        return (
            f'{{"id":"{name}","k":"k{kind}","j":"{event.same}","w":"{event.differs or _NOBODY}",'
            f'"n":{event.n},"ts":{event.ts},"one":1}}'
        )

    def _numbers(self, frame: dict[str, Any]) -> tuple[int, ...]:
        return tuple(self._facts[int(frame[f"p{n}"]["id"], 16)] for n in range(self.spec.size))

    def _counts(self, numbers: tuple[int, ...], newest: Event) -> bool:
        """Whether a combination that C found is a match: of living events, each once.

        C is believed in nothing that can be looked up here: not that all agree, nor that they
        differ, nor their order.
        """
        if len(set(numbers)) < len(numbers) or any(n not in self._live for n in numbers):
            return False
        events = [self._live[n] for n in numbers]
        if any(one.same != newest.same for one in events):
            return False
        if self.spec.differs and len({one.differs for one in events}) < len(events):
            return False
        rising = self.spec.in_order or self.spec.kinds == 1
        return not rising or list(numbers) == sorted(numbers)

    def _assert(self, line: str) -> list[dict[str, Any]]:
        """Give C one fact and drain what it found; an action left undone would lock the state."""
        code, state = c.assert_fact(self._handle, line)
        if code == _NOT_HANDLED:
            return []
        if code != _OK:
            raise RuntimeError(f"durable-rules answers {code}")
        frames: list[dict[str, Any]] = []
        action = c.start_action_for_state(self._handle, state)
        while action:
            ((name, frame),) = json.loads(action[1] if type(action) is tuple else action).items()
            if name == "r":
                frames.append(frame)
            action = c.complete_and_start_action(self._handle, state)
        return frames

    def _rebuild(self) -> None:
        self._assert(FLUSH)
        c.delete_state(self._handle, _STATE)
        self._facts.clear()
        self.rebuilds += 1
        for event in self._live.values():
            # What waits holds no whole match, so nothing is found here.
            self._combinations(event)


class Server:
    """The conversation: rules, what waits in them, and events."""

    def __init__(self) -> None:
        self.matchers: list[Matcher] = []

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """What a line asks for.

        Raises:
            Refused: the line is none of the three.
        """
        if set(asked) == {"rules"}:
            if self.matchers:
                raise Refused("handles leak: other rules need another process")
            self.matchers = [Matcher(Spec(*one)) for one in asked["rules"]]
            return {"ok": len(self.matchers)}
        if set(asked) == {"live"}:
            rule, live, more = asked["live"]
            self.matchers[rule].load([_event(one) for one in live], more=more)
            return {"ok": len(self.matchers[rule])}
        if set(asked) == {"feed", "shed"}:
            fires = [(rule, self.matchers[rule].feed(_event(one))) for rule, one in asked["feed"]]
            for matcher in self.matchers if asked["shed"] else ():
                matcher.shed()
            return {"fires": [(rule, found) for rule, found in fires if found is not None]}
        raise Refused("a line has rules, live or feed")


def _event(raw: Sequence[Any]) -> Event:
    n, ts, kinds, same, differs = raw
    return Event(n, ts, tuple(kinds), same, differs)


def serve(lines: TextIO, out: TextIO) -> None:
    """Answer line by line until the pipe ends."""
    server = Server()
    for line in lines:
        out.write(json.dumps(server.answer(json.loads(line))) + "\n")
        out.flush()


def main() -> None:
    """Cap this process, say that it is ready, and serve."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if c is None:
        raise SystemExit("the module durable_rules_engine is not installed")
    sys.stdout.write('{"ok": 0}\n')
    sys.stdout.flush()
    serve(sys.stdin, sys.stdout)


if __name__ == "__main__":
    main()
