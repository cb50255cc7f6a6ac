"""One side of a backtest: old tickets under one desk, in bulk, or one by one through `decide`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.change.asking import Asking
from engine.change.bulk import Bulk, Opened
from engine.change.compare import outcome_of
from engine.change.door import Door, lenient
from engine.change.past import Past
from engine.change.reactions import Reactions
from engine.change.replay import Replayed, countable, narrowed, opened, run_clocks
from engine.model.desk import Desk


@dataclass(frozen=True, slots=True)
class Before:
    """Tickets of one type as a desk was asked about them: its form, how, and what came out."""

    form: object
    asking: Asking
    found: list[Replayed | None]


Asked = Mapping[str, Before]
"""By type."""


class _Type:
    """One type under one desk."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.bulk = Bulk(door)
        self.reactions = Reactions(door.desk, self.bulk.needs)


class Side:
    """One desk. `written`: the desk whose fields recorded values have; `now_us` stands still."""

    def __init__(self, written: Desk, desk: Desk, now_us: int) -> None:
        self.desk, self.now_us = lenient(desk), now_us
        self._written = written
        self._types: dict[str, _Type] = {}

    def knows(self, type_key: str) -> bool:
        """Whether the desk has the type."""
        return type_key in self.desk.types

    def door(self, type_key: str) -> Door | None:
        """The door for tickets of a type; None where the desk does not have it."""
        return self._type(type_key).door if self.knows(type_key) else None

    def reads(self, type_key: str, name: str) -> bool:
        """Whether a rule of the type reads a name, or a value of the record under it."""
        if not self.knows(type_key):
            return False
        names = self._type(type_key).bulk.needs.names
        return name in names or any(one.startswith(f"{name}.") for one in names)

    def exact(self, past: Past) -> Replayed | None:
        """One ticket through `decide` and `deadlines`; None where the desk can't open it."""
        if not self.knows(past.type):
            return None
        kind = self._type(past.type)
        verdict = opened(kind.door, past)
        if not verdict.allowed:
            return None
        counted = countable(self.desk.policies.get(past.type), imported=past.imported)
        late = run_clocks(self.desk, verdict.facts, past, self.now_us, counted)
        later = kind.reactions.of(past, verdict.facts, self.now_us)
        return Replayed(narrowed(outcome_of(verdict), counted), late, later)

    def many(
        self, pasts: Sequence[Past], like: Asked | None = None, other: Side | None = None
    ) -> tuple[list[Replayed | None], Asked]:
        """The tickets in bulk, in their order. `like`: how the desk of `other` was asked about
        them; what comes out as it did there is not worked out again."""
        found: list[Replayed | None] = [None] * len(pasts)
        asked: dict[str, Before] = {}
        for type_key in dict.fromkeys(past.type for past in pasts):
            if self.knows(type_key):
                places = [n for n, past in enumerate(pasts) if past.type == type_key]
                own = [pasts[n] for n in places]
                known = (like or {}).get(type_key)
                asked[type_key] = made = self._one_type(own, known, other)
                for place, one in zip(places, made.found, strict=True):
                    found[place] = one
        return found, asked

    def _one_type(self, pasts: Sequence[Past], known: Before | None, other: Side | None) -> Before:
        kind = self._type(pasts[0].type)
        form = kind.bulk.needs.form
        same = known is not None and known.form == form
        opened, asking = kind.bulk.open(pasts, known.asking if known and same else None)
        twin = known if known and same and other and self._runs_like(other, pasts[0].type) else None
        judged = [
            self._judged(kind, past, one, twin.found[place] if twin is not None else None)
            for place, (past, one) in enumerate(zip(pasts, opened, strict=True))
        ]
        return Before(form, asking, judged)

    def _runs_like(self, other: Side, type_key: str) -> bool:
        """Whether clocks and later automations run alike once the same was decided."""
        here, there = self.desk, other.desk
        return (
            here.policies.get(type_key) == there.policies.get(type_key)
            and here.calendars == there.calendars
            and here.tenant == there.tenant
            and here.teams == there.teams
            and here.strata.get(type_key) == there.strata.get(type_key)
            and here.types[type_key].states == there.types[type_key].states
        )

    def _judged(
        self, kind: _Type, past: Past, one: Opened | None, twin: Replayed | None
    ) -> Replayed | None:
        if one is None:
            return None
        counted = countable(kind.bulk.promised.policy, imported=past.imported)
        outcome = narrowed(one.outcome, counted)
        if twin is not None and twin.outcome == outcome:
            return twin
        now, plain = self.now_us, one.plain
        late = kind.bulk.promised.late(past, one.facts, outcome, counted, now, plain=plain)
        return Replayed(outcome, late, kind.reactions.of(past, one.facts, now))

    def _type(self, type_key: str) -> _Type:
        found = self._types.get(type_key)
        if found is None:
            door = Door(self._written, self.desk, type_key)
            found = self._types[type_key] = _Type(door)
        return found
