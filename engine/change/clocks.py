"""What other promises do to the clocks of open tickets: moved, newly late, saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.decide.clock import chosen_row, line_of, target_of
from engine.evaluate import reads
from engine.facts import Ask, ClockState, Facts
from engine.model.calendar import Timeline
from engine.model.clock import late_from
from engine.model.desk import Desk
from engine.predicate import Path
from engine.span import Span

SAMPLE: Final = 5
_MOST_KEPT: Final = 20_000
"""So many sorts of tickets have their targets kept; beyond it they are chosen each time."""


@dataclass(slots=True)
class ClockTally:
    """What happens to one clock of one policy, over the tickets added so far."""

    moved: int = 0
    late: int = 0
    saved: int = 0
    numbers: list[str] = field(default_factory=list)


def policy_reads(old: Desk, new: Desk, types: Iterable[str]) -> tuple[Path, ...]:
    """Everything that choosing a target reads, on either desk."""
    found: dict[Path, None] = {}
    for key in types:
        for desk in (old, new):
            policy = desk.policies.get(key)
            for row in (*policy.rows, policy.otherwise) if policy is not None else ():
                found |= dict.fromkeys(reads(row.when))
    return tuple(found)


class Tally:
    """The clocks of open tickets as a publish of the new desk would time them again, counted.

    The same as `deadline.retimed` for each ticket, without the timers and reasons that a publish
    needs besides. Tickets alike in what the policies read share the choice of their targets, and
    those of one team the calendars.
    """

    def __init__(self, old: Desk, new: Desk, ask: Ask) -> None:
        self.old, self.new, self.ask = old, new, ask
        self.found: dict[tuple[str, str], ClockTally] = {}
        self._targets: dict[object, dict[str, Span | None]] = {}
        self._lines: dict[tuple[str, str, Span, Span], tuple[Timeline, Timeline]] = {}

    def add(self, facts: Facts, number: str, alike: object) -> None:
        """Add one open ticket. Facts with an equal `alike` have the same targets."""
        policy = self.new.policies.get(facts.text("type"))
        running = {key: one for key, one in facts.clocks.items() if one.met_us is None}
        if policy is None or not running:
            return
        targets = self._targets_of(facts, alike)
        for key, clock in running.items():
            if key not in targets:
                continue
            target = targets[key]
            due, late = (None, None) if target is None else self._timed(facts, clock, target)
            if target is None or due != clock.due_us:
                one = self.found.setdefault((policy.id, key), ClockTally())
                _count(one, clock, late is not None, number, self.ask)

    def _targets_of(self, facts: Facts, alike: object) -> Mapping[str, Span | None]:
        found = self._targets.get(alike)
        if found is None:
            policy = self.new.policies[facts.text("type")]
            row = chosen_row(policy, facts, self.ask)
            found = {key: target_of(row, model) for key, model in policy.clocks.items()}
            if len(self._targets) < _MOST_KEPT:
                self._targets[alike] = found
        return found

    def _timed(
        self, facts: Facts, clock: ClockState, target: Span
    ) -> tuple[int | None, int | None]:
        kind = facts.text("type")
        key = (kind, facts.text("team"), clock.target, target)
        lines = self._lines.get(key)
        if lines is None:
            was = self.old.policies.get(kind)
            before = line_of(self.old, was.calendar if was else "", facts, clock.target)
            becomes = line_of(self.new, self.new.policies[kind].calendar, facts, target)
            # One object where they are equal, so that each clock sees it at once.
            lines = self._lines[key] = (before, before if before == becomes else becomes)
        return late_from(clock, *lines, target, self.ask.now_us)


def _count(one: ClockTally, clock: ClockState, is_late: bool, number: str, ask: Ask) -> None:
    one.moved += 1
    was_late = clock.breached_us is not None or _passed(clock.due_us, ask)
    one.late += is_late and not was_late
    one.saved += was_late and not is_late
    if len(one.numbers) < SAMPLE and (is_late != was_late or len(one.numbers) < 2):
        one.numbers.append(number)


def _passed(due_us: int | None, ask: Ask) -> bool:
    return due_us is not None and due_us <= ask.now_us
