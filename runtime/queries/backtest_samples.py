"""Tickets of a backtest's cell, explained under both desks to somebody who sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.change.past import Past
from engine.change.replay import opened
from engine.change.side import Side
from engine.decide import access
from engine.decide.explain import Depth, Explanation, explain
from engine.decide.verdict import Reason, Verdict
from engine.facts import Viewer
from engine.model.desk import Desk
from engine.predicate import Path
from runtime.queries import pasts
from runtime.queries.explain_ticket import Decided, ExplainedTicket, Reader
from runtime.queries.telling import Telling, without_column
from runtime.render.environment import Renderer
from runtime.site.desks import Live
from runtime.site.facts import read_facts
from runtime.site.handles import Site
from runtime.site.standing import ask_of
from runtime.store import people, tickets
from runtime.store.rows import Event, Person
from runtime.store.unit import Unit

_DEPTH = Depth(20, 20)
TOPICS = {"home": "team", "priority": "priority"}


@dataclass(frozen=True, slots=True)
class Lost:
    """The row that decides on the other side, and why it does not decide here."""

    row: str
    place: str
    why: str


@dataclass(frozen=True, slots=True)
class Told:
    """What one desk decides, by which rule, from which values, and why not as the other desk."""

    outcome: str
    rule: str
    place: str
    read: str
    lost: Lost | None


@dataclass(frozen=True, slots=True)
class Sample:
    """One ticket with both explanations."""

    number: str
    subject: str
    before: Told
    after: Told


@dataclass(frozen=True, slots=True)
class Both:
    """The desks of a backtest and who is told, in which language."""

    live: Live
    draft: Desk
    viewer: Viewer
    teller: Renderer
    locale: str


async def samples(site: Site, both: Both, topic: str, ids: Sequence[str]) -> list[Sample]:
    """The tickets with these ids that the viewer sees; `topic` as a cell has it."""
    now_us = site.store.clock.now_us()
    found: list[Sample] = []
    async with site.store.unit(both.live.tenant) as unit:
        portion = await pasts.named(unit, both.live.desk, ids, now_us)
        readers = {past.id: await _reader(unit, both, past.id) for past in portion.pasts}
        words = ("requester", "customer")
        wanted = {str(past.given.get(word) or "") for past in portion.pasts for word in words}
        persons = await people.persons_by_id(unit, wanted - {""})
    sides = [Side(both.live.desk, desk, now_us) for desk in (both.live.desk, both.draft)]
    for past in portion.pasts:
        seen = readers[past.id]
        verdicts = [_opened(side, past) for side in sides]
        if seen is None or verdicts[0] is None or verdicts[1] is None:
            continue
        told = _Pair(both, past, seen[0], persons, (verdicts[0], verdicts[1]))
        found.append(Sample(past.number, seen[1], *told.sides(TOPICS[topic])))
    return found


async def _reader(unit: Unit, both: Both, ticket_id: str) -> tuple[Reader, str] | None:
    """The viewer before this ticket, with its subject; None where they don't see it."""
    row = await tickets.read(unit, ticket_id)
    if row is None:
        return None
    facts = await read_facts(unit, both.live.desk, row)
    asked = ask_of(both.live.desk, both.viewer, unit.now_us())
    rights = access.rights(both.live.desk, facts, asked)
    return (Reader(both.viewer, rights), row.subject) if rights.see else None


def _opened(side: Side, past: Past) -> Verdict | None:
    door = side.door(past.type)
    verdict = opened(door, past) if door is not None else None
    return verdict if verdict is not None and verdict.allowed else None


class _Pair:
    """One ticket told from both sides."""

    def __init__(
        self,
        both: Both,
        past: Past,
        reader: Reader,
        persons: Mapping[str, Person],
        verdicts: tuple[Verdict, Verdict],
    ) -> None:
        self.both, self.past, self.reader = both, past, reader
        self.persons, self.verdicts = persons, verdicts

    def sides(self, topic: str) -> tuple[Told, Told]:
        """Before and after, about one topic."""
        reasons = [_reason(one, topic) for one in self.verdicts]
        desks = (self.both.live.desk, self.both.draft)
        before = self._told(desks[0], reasons[0], reasons[1])
        return before, self._told(desks[1], reasons[1], reasons[0])

    def _told(self, desk: Desk, reason: Reason, other: Reason) -> Told:
        kind = self.past.type

        def may(path: Path) -> bool:
            return self.reader.sees(desk, kind, path.name)

        ask = ask_of(desk, self.both.viewer, self.past.at_us)
        made = explain(desk, kind, reason, ask, _DEPTH, may)
        telling = self._telling(desk, made)
        read = "; ".join(f"{telling.speaker.label(k.path)} = {telling.known(k)}" for k in made.read)
        lost = _lost(telling, made, other)
        place = without_column(reason.place)
        return Told(telling.outcome(made), reason.rule, place, read, lost)

    def _telling(self, desk: Desk, made: Explanation) -> Telling:
        both, past = self.both, self.past
        event = Event(
            "", past.id, 1, past.at_us, "system", None, "created", None, 0, desk.digest,
            None, "", "", {}, None,
        )  # fmt: skip
        decided = Decided(event, desk, (made,))
        found = ExplainedTicket(
            both.live.tenant, past.number, past.type, desk, (decided,), self.persons, self.reader
        )
        return Telling(both.teller, both.locale, found, decided)


def _reason(verdict: Verdict, topic: str) -> Reason:
    return next(why for why in verdict.reasons if why.topic == topic)


def _lost(telling: Telling, made: Explanation, other: Reason) -> Lost | None:
    """Why the row that decides on the other side does not decide here; None where it does, or
    where this desk has no such row."""
    table, _, row_id = other.rule.rpartition(".")
    if other.rule == made.rule or table != made.rule.rpartition(".")[0]:
        return None
    rows = (row for row in (*made.rows, *made.later) if row.id == row_id and not row.won)
    row = next(rows, None)
    return Lost(row.id, row.place, telling.lost(row, made.winner)) if row is not None else None
