"""The correlator: finds bursts and patterns among the events of one rule, in plain Python.

It owns the meaning. Events come in the order of their numbers, and their times never go back. Those
older than the window are let go; then the newest event is looked at together with those that wait:
the match with the smallest numbers, in the order of the steps, fires, and its events are used up. A
match always holds the newest event, for without it it would have fired before; so each event fires
a rule at most once, and what waits never holds a whole match.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from engine.model.pattern import MOST_LIVE, PatternRule


class Token(NamedTuple):
    """One event as a rule sees it; no word of a ticket is in it.

    `n`: its number, rising; `at_us`: when; `steps`: the indexes of the rule's steps that it fits;
    `same`, `differs`: digests of what has to agree and to differ ("" where nothing has to).
    """

    n: int
    at_us: int
    steps: tuple[int, ...]
    same: str
    differs: str = ""


class OutOfOrder(ValueError):
    """An event came after one with a later number or time: our own bug."""


class Correlator:
    """One rule with the events that wait for others; `feed` gives the numbers of a match."""

    def __init__(self, rule: PatternRule, live: Iterable[Token] = (), most: int = MOST_LIVE):
        self.rule, self.most = rule, most
        self._live: OrderedDict[int, Token] = OrderedDict()
        self._by_same: dict[str, list[Token]] = {}
        self._last = (-1, 0)
        self._weight = 0
        for token in live:
            self._follow(token)
            self._keep(token)

    def __len__(self) -> int:
        return len(self._live)

    @property
    def live(self) -> tuple[int, ...]:
        """The numbers of the events that wait, oldest first."""
        return tuple(self._live)

    def feed(self, token: Token) -> tuple[int, ...] | None:
        """Take one event; the numbers of the match that it completes, by step, or None.

        Raises:
            OutOfOrder: the number does not rise, or the time goes back.
        """
        self._follow(token)
        self._expire(token.at_us - self.rule.within_us)
        waiting = self._by_same.get(token.same)
        found = self._match(waiting or [], token)
        if found is None:
            if self.rule.may_wait(token.steps):
                self._keep(token)
            return None
        for n in found:
            if n != token.n:
                self._drop(n)
        return found

    def shed(self) -> tuple[int, ...]:
        """Let the oldest go that are too many; their numbers."""
        gone: list[int] = []
        while self._weight > self.most:
            gone.append(next(iter(self._live)))
            self._drop(gone[-1])
        return tuple(gone)

    def _follow(self, token: Token) -> None:
        n, at_us = self._last
        if token.n <= n or token.at_us < at_us:
            raise OutOfOrder(f"event {token.n} at {token.at_us} after {n} at {at_us}")
        self._last = (token.n, token.at_us)

    def _keep(self, token: Token) -> None:
        self._live[token.n] = token
        self._weight += len(token.steps)
        self._by_same.setdefault(token.same, []).append(token)

    def _drop(self, n: int) -> None:
        token = self._live.pop(n)
        self._weight -= len(token.steps)
        waiting = self._by_same[token.same]
        waiting.remove(token)
        if not waiting:
            del self._by_same[token.same]

    def _expire(self, before_us: int) -> None:
        live = self._live
        while live:
            n = next(iter(live))
            if live[n].at_us >= before_us:
                return
            self._drop(n)

    def _match(self, waiting: Sequence[Token], token: Token) -> tuple[int, ...] | None:
        if self.rule.is_burst:
            whole = len(waiting) + 1 >= self.rule.count
            return (*(one.n for one in waiting), token.n) if whole else None
        if len(waiting) + 1 < len(self.rule.steps):
            return None
        if self.rule.in_order and len(self.rule.steps) - 1 not in token.steps:
            # The newest comes last or nowhere.
            return None
        return _first(self.rule, waiting, token)


def _first(rule: PatternRule, waiting: Sequence[Token], newest: Token) -> tuple[int, ...] | None:
    """The match with the smallest numbers that holds the newest event, or None."""
    size = len(rule.steps)
    by_step: list[list[Token]] = [[] for _ in range(size)]
    for token in (*waiting, newest):
        for step in token.steps:
            by_step[step].append(token)
    found: list[Token] = []
    if not _enough(rule, by_step) or not _fill(rule, by_step, newest, found):
        return None
    return tuple(token.n for token in found)


def _enough(rule: PatternRule, by_step: Sequence[Sequence[Token]]) -> bool:
    """Whether each step can have a value of its own; where not, no search need be made."""
    values = [{_value(rule, token) for token in fits} for fits in by_step]
    holder: dict[str | int, int] = {}

    def place(step: int, seen: set[str | int]) -> bool:
        for value in values[step]:
            if value in seen:
                continue
            seen.add(value)
            if value not in holder or place(holder[value], seen):
                holder[value] = step
                return True
        return False

    return all(place(step, set()) for step in range(len(values)))


def _fill(
    rule: PatternRule, by_step: Sequence[Sequence[Token]], newest: Token, found: list[Token]
) -> bool:
    """Fill the steps from `found` on, smallest numbers first; False leaves `found` as it was."""
    here = len(found)
    if here == len(by_step):
        return newest in found
    if newest not in found and not any(newest in fits for fits in by_step[here:]):
        return False
    for token in _worth(rule, by_step[here], found):
        found.append(token)
        if _fill(rule, by_step, newest, found):
            return True
        found.pop()
    return False


def _worth(rule: PatternRule, fits: Sequence[Token], found: Sequence[Token]) -> list[Token]:
    """Of the events that fit a step those worth a try: the first of each value that is still free.

    The other steps can take up at most as many values as there are steps; so of the first that
    many one is free, and no later event could be part of a smaller match. The newest is always
    worth it, since a match has to hold it.
    """
    taken = {_value(rule, token) for token in found}
    after = found[-1].n if rule.in_order and found else -1
    worth: list[Token] = []
    for token in fits:
        value = _value(rule, token)
        if token.n > after and value not in taken:
            taken.add(value)
            worth.append(token)
            if len(worth) == len(rule.steps):
                break
    newest = fits[-1]
    if newest not in worth and newest.n > after and newest not in found:
        if all(_value(rule, newest) != _value(rule, one) for one in found):
            worth.append(newest)
    return worth


def _value(rule: PatternRule, token: Token) -> str | int:
    """What no two events of a match may share: what has to differ, at least the event itself."""
    return token.differs if rule.different is not None else token.n


def fire_id(tenant_id: str, rule: PatternRule, events: Sequence[str]) -> str:
    """The name of a match: the same rule and the same events (ids) fire once, however often found.

    It does not depend on the rule's wording, so that a publish in between fires nothing twice.
    """
    parts = "\x00".join((tenant_id, rule.id, *sorted(events)))
    return hashlib.sha256(parts.encode()).hexdigest()
