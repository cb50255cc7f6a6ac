"""One side of a backtest: old tickets under one desk, in bulk, or one by one through `decide`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.change.asking import Asking
from engine.change.bulk import Bulk, Opened
from engine.change.door import Door, lenient
from engine.change.past import Past
from engine.change.replay import Replayed, countable, narrowed, replay
from engine.model.desk import Desk

Asked = Mapping[str, tuple[object, Asking]]
"""By type: the form under which tickets were asked, and how."""


class Side:
    """One desk. `written`: the desk whose fields recorded values have; `now_us` stands still."""

    def __init__(self, written: Desk, desk: Desk, now_us: int) -> None:
        self.desk, self.now_us = lenient(desk), now_us
        self._written = written
        self._bulks: dict[str, Bulk] = {}

    def knows(self, type_key: str) -> bool:
        """Whether the desk has the type."""
        return type_key in self.desk.types

    def bulk(self, type_key: str) -> Bulk:
        """What was made ready of a type that the desk has."""
        found = self._bulks.get(type_key)
        if found is None:
            door = Door(self._written, self.desk, type_key)
            found = self._bulks[type_key] = Bulk(door)
        return found

    def exact(self, past: Past) -> Replayed | None:
        """One ticket through `decide` and `deadlines`; None where the desk can't open it."""
        if not self.knows(past.type):
            return None
        return replay(self.bulk(past.type).door, past, self.now_us)

    def many(
        self, pasts: Sequence[Past], like: Asked | None = None
    ) -> tuple[list[Replayed | None], Asked]:
        """The tickets in bulk, in their order. `like`: how another desk was asked about them."""
        found: list[Replayed | None] = [None] * len(pasts)
        asked: dict[str, tuple[object, Asking]] = {}
        for type_key in dict.fromkeys(past.type for past in pasts):
            if not self.knows(type_key):
                continue
            places = [n for n, past in enumerate(pasts) if past.type == type_key]
            own = [pasts[n] for n in places]
            bulk = self.bulk(type_key)
            form, asking = (like or {}).get(type_key, (None, None))
            same = asking if form == bulk.needs.form else None
            opened, now = bulk.open(own, same)
            asked[type_key] = (bulk.needs.form, now)
            for place, past, one in zip(places, own, opened, strict=True):
                found[place] = self._judged(bulk, past, one)
        return found, asked

    def _judged(self, bulk: Bulk, past: Past, one: Opened | None) -> Replayed | None:
        if one is None:
            return None
        counted = countable(bulk.promised.policy, imported=past.imported)
        outcome = narrowed(one.outcome, counted)
        late = bulk.promised.late(past, one.facts, outcome, counted, self.now_us, plain=one.plain)
        return Replayed(outcome, late)
