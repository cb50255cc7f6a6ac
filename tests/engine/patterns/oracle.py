"""The oracle: after each event it tries every combination of all events, and keeps the smallest."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

from engine.decide.correlate import Token
from engine.model.pattern import PatternRule, Step
from engine.predicate import Path

SAME = (Path("batch", "batch", "text"),)
WHO = Path("assignee", "assignee", "person")


def rule_of(
    steps: int = 0,
    *,
    count: int = 0,
    within: int = 100,
    differs: bool = False,
    in_order: bool = False,
    name: str = "rule",
) -> PatternRule:
    """A rule of so many steps, or a burst of `count`."""
    made = tuple(Step(f"s{n}", ()) for n in range(steps or 1))
    return PatternRule(name, made, SAME, within, WHO if differs else None, in_order, count)


class Oracle:
    """What fires, by brute force: no window structure, no index, no early end."""

    def __init__(self, rule: PatternRule, most: int = 10**9) -> None:
        self.rule, self.most = rule, most
        self.live: list[Token] = []

    def feed(self, token: Token) -> tuple[int, ...] | None:
        """The match that this event completes: the smallest of all there are."""
        start = token.at_us - self.rule.within_us
        self.live = [one for one in self.live if one.at_us >= start] + [token]
        found = min(self._matches(), default=None)
        if found is not None:
            self.live = [one for one in self.live if one.n not in found]
        elif self.rule.in_order and token.steps == (len(self.rule.steps) - 1,):
            # What can only come last has nothing to wait for.
            self.live.pop()
        return found

    def shed(self) -> None:
        """Let the oldest go while too much waits."""
        while sum(len(one.steps) for one in self.live) > self.most:
            del self.live[0]

    def _matches(self) -> Iterator[tuple[int, ...]]:
        rule = self.rule
        tuples = (
            itertools.combinations(self.live, rule.count)
            if rule.is_burst
            else itertools.permutations(self.live, len(rule.steps))
        )
        for events in tuples:
            if self._holds(events):
                yield tuple(one.n for one in events)

    def _holds(self, events: tuple[Token, ...]) -> bool:
        rule = self.rule
        if not rule.is_burst and any(n not in one.steps for n, one in enumerate(events)):
            return False
        if len({one.same for one in events}) > 1:
            return False
        if rule.different is not None and len({one.differs for one in events}) < len(events):
            return False
        numbers = [one.n for one in events]
        return not rule.in_order or numbers == sorted(numbers)


def random_rule(chance: random.Random, name: str = "rule") -> PatternRule:
    """A burst of 2 to 4, or a pattern of 2 to 4 steps."""
    within = chance.choice((5, 20, 60, 10**9))
    if chance.random() < 0.3:
        return rule_of(count=chance.randint(2, 4), within=within, name=name)
    return rule_of(
        chance.randint(2, 4),
        within=within,
        differs=chance.random() < 0.5,
        in_order=chance.random() < 0.5,
        name=name,
    )


def digest(number: int) -> str:
    """Something of the form of a digest: 32 hexadecimal digits."""
    return f"{number:032x}"


def random_tokens(
    chance: random.Random, rule: PatternRule, count: int, keys: int = 3
) -> Iterator[Token]:
    """Events in order, often at one time, some of which fit several steps."""
    at_us = 1_772_413_200_000_000
    number = 0
    for _ in range(count):
        at_us += chance.choice((0, 0, 1, 2, 3, 10))
        number += chance.randint(1, 3)
        size = len(rule.steps)
        fits = [n for n in range(size) if chance.random() < 0.3] or [chance.randrange(size)]
        yield Token(
            number,
            at_us,
            tuple(fits),
            digest(chance.randrange(keys)),
            digest(chance.randrange(4)) if rule.different is not None else "",
        )
