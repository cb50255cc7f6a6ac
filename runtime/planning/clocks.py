"""Which clocks of open tickets move, become late or are saved: each timed as a publish would."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.change.change import Change
from engine.change.clocks import ClockTally, Tally, policy_reads
from engine.change.diff import Side
from engine.change.effects import Effect
from engine.facts import Ask, Facts, Value
from engine.model.clock import clock_from
from engine.model.desk import Desk
from runtime.site.stored import frozen
from runtime.store.columns import built_in_column
from runtime.store.counting import open_rows, plain_column
from runtime.store.lower import column_of
from runtime.store.unit import Unit
from specs.kinds.sla import SlaPolicy

_ALWAYS = ("type", "team", "phase")


async def clock_effects(
    unit: Unit, before: Side, after: Side, changes: Sequence[Change], ask: Ask
) -> list[Effect]:
    """What the re-timing changes do, told at the first of them that touches the policy."""
    first = next((n for n, one in enumerate(changes) if one.klass == "retimed"), None)
    if first is None:
        return []
    old, new = before.desk, after.desk
    types = _types(before, after)
    tally = Tally(old, new, ask)
    if types:
        await _walk(unit, types, tally)
    told = [
        _effect(new, changes, first, policy, key, one) for (policy, key), one in tally.found.items()
    ]
    return [*told, *_new_only(after, changes)]


def _types(before: Side, after: Side) -> tuple[str, ...]:
    """The types whose open tickets a change of promises is for.

    A policy may say that it holds for new ones only; one that says nothing yet is counted as if it
    held for open ones, so that its author sees what they decide about.
    """
    spared = _spared(after)
    return tuple(
        key
        for key, policy in after.desk.policies.items()
        if key in before.desk.types and policy.id not in spared
    )


def _spared(side: Side) -> set[str]:
    policies = side.specs.specs(SlaPolicy).items()
    return {name for name, policy in policies if policy.when_changed == "new_tickets"}


def _new_only(after: Side, changes: Sequence[Change]) -> list[Effect]:
    """A word for each changed policy that leaves open tickets alone, at its first change."""
    found: dict[str, Effect] = {}
    for number, one in enumerate(changes):
        if one.klass == "retimed" and one.kind == "SlaPolicy" and one.id in _spared(after):
            found.setdefault(one.id, Effect(number, "new_only", args={"policy": one.id}))
    return list(found.values())


async def _walk(unit: Unit, types: tuple[str, ...], tally: Tally) -> None:
    columns: dict[str, Any] = {name: plain_column(name) for name in _ALWAYS}
    for path in policy_reads(tally.old, tally.new, types):
        own = built_in_column(path.name)
        columns.setdefault(path.name, column_of(path) if own is None else own)
    names = tuple(columns)
    asked = [plain_column("clocks"), plain_column("number"), *columns.values()]
    labelled = [column.label(f"c{place}") for place, column in enumerate(asked)]
    async for rows in open_rows(unit, types, labelled):
        for row in rows:
            _, kept, number, *rest = tuple(row)
            # A clock that was stopped keeps the terms it was stopped under.
            clocks = {k: clock_from(one) for k, one in kept.items() if one["met_us"] is None}
            if clocks:
                alike = tuple(map(frozen, rest))
                values: dict[str, Value] = dict(zip(names, alike, strict=True))
                tally.add(Facts(values, {}, clocks), number, alike)


def _effect(
    desk: Desk, changes: Sequence[Change], first: int, policy: str, key: str, one: ClockTally
) -> Effect:
    number = next(
        (n for n, c in enumerate(changes) if c.klass == "retimed" and c.id == policy), first
    )
    titles = (
        dict(clock.title.by_locale) or {"": clock.id}
        for model in desk.policies.values()
        for clock in model.clocks.values()
        if (model.id, clock.key) == (policy, key)
    )
    title = next(titles, {"": key})
    args = {"clock": title, "late": one.late, "saved": one.saved}
    return Effect(
        number, "moved", open=one.moved, all=one.moved, tickets=tuple(one.numbers), args=args
    )
