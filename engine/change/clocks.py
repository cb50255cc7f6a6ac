"""What other promises do to the clocks of open tickets: moved, newly late, saved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from engine.decide.deadline import retimed
from engine.evaluate import reads
from engine.facts import Ask, Facts
from engine.model.desk import Desk
from engine.predicate import Path

SAMPLE: Final = 5


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


def tally(
    found: dict[tuple[str, str], ClockTally],
    desks: tuple[Desk, Desk],
    facts: Facts,
    number: str,
    ask: Ask,
) -> None:
    """Add one open ticket: its clocks as a publish of the new desk would time them again."""
    old, new = desks
    running = {key: one for key, one in facts.clocks.items() if one.met_us is None}
    if not running:
        return
    policy = new.policies.get(facts.text("type"))
    after = retimed(old, new, Facts(facts.values, {}, running), ask).clocks
    for key, clock in running.items():
        becomes = after.get(key)
        is_same = becomes is not None and becomes.due_us == clock.due_us
        if policy is None or key not in policy.clocks or is_same:
            continue
        one = found.setdefault((policy.id, key), ClockTally())
        one.moved += 1
        was_late = clock.breached_us is not None or _passed(clock.due_us, ask)
        is_late = becomes is not None and becomes.breached_us is not None
        one.late += is_late and not was_late
        one.saved += was_late and not is_late
        if len(one.numbers) < SAMPLE and (is_late != was_late or len(one.numbers) < 2):
            one.numbers.append(number)


def _passed(due_us: int | None, ask: Ask) -> bool:
    return due_us is not None and due_us <= ask.now_us
