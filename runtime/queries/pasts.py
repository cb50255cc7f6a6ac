"""Tickets read back from their journal as a replay takes them: what came in, what came after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

import msgspec

from engine.change.compare import Outcome
from engine.change.past import Moment, Past
from engine.facts import Ref, Value
from engine.model.desk import Desk
from runtime.site.standing import person_values
from runtime.site.stored import about, frozen, open_ref, refs_from
from runtime.store import people, replays
from runtime.store.crypto import Sealer
from runtime.store.replays import Cursor, Period, Written
from runtime.store.rows import Person
from runtime.store.unit import Unit

ERASED, NO_BEGINNING = "erased", "no_beginning"
"""Why a ticket can't be replayed: its first payload was erased, or it has no first event."""
_FIRST: Final = ("created", "imported")
_OUTCOME: Final = frozenset(
    ("type", "state", "phase", "priority", "team", "home_team", "assignee", "tags", "created_at",
     "solved_at", "closed_at", "reopened", "updated_at")
)  # fmt: skip
"""Names of a first event that tell what was decided, or when; all others are what came in."""
_QUIET: Final = ("due.", "breached.", "last_assignee.")


class _Change(msgspec.Struct):
    name: str
    before: Any = None
    after: Any = None
    rule: str | None = None


class _Read(msgspec.Struct):
    path: str
    value: Any = None


class _Reason(msgspec.Struct):
    topic: str
    outcome: Any = None
    rule: str = ""
    reads: list[_Read] = []


class _Told(msgspec.Struct):
    topic: str
    outcome: Any = None
    rule: str = ""


class _First(msgspec.Struct):
    changes: list[_Change] = []
    reasons: list[_Reason] = []
    events: list[str] = []
    known: dict[str, Any] | None = None
    records: dict[str, Any] | None = None


class _Later(msgspec.Struct):
    changes: list[_Change] = []
    reasons: list[_Told] = []
    events: list[str] = []


_AS_FIRST: Final = msgspec.json.Decoder(_First)
_AS_LATER: Final = msgspec.json.Decoder(_Later)


@dataclass(frozen=True, slots=True)
class Lost:
    """A ticket that can't be replayed, and why."""

    number: str
    type: str
    why: str


@dataclass(slots=True)
class Portion:
    """Some tickets in the order of their creation; `last`: the last of them, lost or not."""

    pasts: list[Past] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    last: Cursor | None = None


async def next_portion(
    unit: Unit, desk: Desk, period: Period, after: Cursor | None, size: int, now_us: int
) -> Portion:
    """So many tickets after another; `last` is None where there are no more."""
    rows = await replays.tickets_after(unit, period, after, size)
    if not rows:
        return Portion()
    last = Cursor(rows[-1].created_us, rows[-1].id)
    written = await replays.events_of(unit, [row.id for row in rows])
    found = await _told(unit, desk, rows, written, now_us)
    found.last = last
    return found


async def named(unit: Unit, desk: Desk, ids: Sequence[str], now_us: int) -> Portion:
    """Some tickets by id."""
    rows = await replays.tickets_named(unit, ids)
    return await _told(unit, desk, rows, await replays.events_of(unit, ids), now_us)


async def _told(
    unit: Unit, desk: Desk, rows: Sequence[Any], written: Iterable[Written], now_us: int
) -> Portion:
    events = {ticket: list(own) for ticket, own in groupby(written, lambda one: one.ticket_id)}
    reader = _Reader(desk, unit.sealer, now_us)
    firsts = {row.id: _first(events.get(row.id, ())) for row in rows}
    reader.persons = await _persons(unit, rows, firsts)
    found = Portion()
    for row in rows:
        first = firsts[row.id]
        if isinstance(first, str):
            found.lost.append(Lost(row.number, row.type_key, first))
        else:
            found.pasts.append(reader.past(row, events[row.id], first))
    return found


def _first(events: Sequence[Written]) -> _First | str:
    """What the first event says, or why that is not known."""
    if not events or events[0].verb not in _FIRST:
        return NO_BEGINNING
    body = events[0].body
    return ERASED if body is None else _AS_FIRST.decode(body)


async def _persons(
    unit: Unit, rows: Sequence[Any], firsts: Mapping[str, _First | str]
) -> Mapping[str, Person]:
    """Those whose fields were not written down when their tickets came in."""
    wanted: set[str] = set()
    for row in rows:
        first = firsts[row.id]
        if not isinstance(first, str) and first.known is None:
            wanted |= {one for one in (row.requester_id, row.customer_id) if one}
    return await people.persons_by_id(unit, wanted) if wanted else {}


class _Reader:
    """Makes pasts of one tenant's rows and events."""

    def __init__(self, desk: Desk, sealer: Sealer, now_us: int) -> None:
        self.desk, self.sealer, self.now_us = desk, sealer, now_us
        self.persons: Mapping[str, Person] = {}
        self._paths = {
            f"{word}.{item.id}": f"{word}.{key}"
            for word in ("customer", "requester")
            for key, item in desk.people.get(word, {}).items()
        }

    def past(self, row: Any, events: Sequence[Written], first: _First) -> Past:
        begun = {one.name: frozen(one.after) for one in first.changes}
        created = begun.get("created_at")
        at_us = created if isinstance(created, int) else row.created_us
        imported = events[0].verb == "imported"
        known, gaps = self._known(row, first)
        refs, missing = self._refs(row, first, at_us)
        return Past(
            id=row.id,
            number=row.number,
            type=row.type_key,
            at_us=at_us,
            given=_given(first.changes, imported=imported),
            known=known,
            refs=refs,
            decided=_decided(begun, first),
            moments=tuple(self._moments(events, begun, first, imported=imported)),
            late={key: _is_late(one, self.now_us) for key, one in row.clocks.items()},
            imported=imported,
            gaps=(*gaps, *missing),
        )

    def _known(self, row: Any, first: _First) -> tuple[dict[str, Value], tuple[str, ...]]:
        """Fields of its people as they were read then; what was not written down as it is now."""
        if first.known is not None:
            return {name: frozen(value) for name, value in first.known.items()}, ()
        now: dict[str, Value] = {}
        for word, person_id in (("requester", row.requester_id), ("customer", row.customer_id)):
            person = self.persons.get(person_id or "")
            now |= person_values(self.desk, word, person) if person is not None else {}
        then = {
            self._paths[read.path]: frozen(read.value)
            for reason in first.reasons
            for read in reason.reads
            if read.path in self._paths
        }
        unknown = (
            name for name in now.keys() - then.keys() if not name.endswith((".name", ".locale"))
        )
        return now | then, tuple(unknown)

    def _refs(
        self, row: Any, first: _First, at_us: int
    ) -> tuple[Mapping[str, Ref], tuple[str, ...]]:
        """What sources answered then; where only a later answer is known, that one."""
        if first.records is not None:
            return refs_from(first.records), ()
        found = {
            key: open_ref(one, self.sealer, about(row.id, key)) for key, one in row.refs.items()
        }
        later = tuple(key for key, ref in found.items() if ref.fetched_us > at_us)
        return found, later

    def _moments(
        self,
        events: Sequence[Written],
        begun: Mapping[str, Value],
        first: _First,
        *,
        imported: bool,
    ) -> Iterator[Moment]:
        home = begun.get("home_team")
        if imported and len(first.events) > 1:
            places = {name: begun[name] for name in ("state", "phase") if name in begun}
            words = tuple(word for word in first.events if word != "created")
            yield Moment(events[0].at_us, words, places)
        for one in events[1:]:
            if one.body is None:
                continue
            body = _AS_LATER.decode(one.body)
            if body.changes or body.events or body.reasons:
                moment = _moment(one, body, home)
                home = moment.values.get("home_team", home)
                yield moment


def _given(changes: Sequence[_Change], *, imported: bool) -> dict[str, Value]:
    """What came in: of a field that a rule filled, what it was before; a file's mapping is none."""
    return {
        one.name: frozen(one.after if imported or not one.rule else one.before)
        for one in changes
        if one.name not in _OUTCOME and not one.name.startswith(_QUIET)
    }


def _decided(begun: Mapping[str, Value], first: _First) -> Outcome:
    tags, team = begun.get("tags"), str(begun.get("team") or "")
    rules = {reason.topic: reason.rule for reason in first.reasons}
    ran = (r for r in first.reasons if r.topic == "automation" and r.outcome is True)
    return Outcome(
        team=team,
        home=str(begun.get("home_team") or team),
        priority=str(begun.get("priority") or ""),
        tags=tuple(map(str, tags)) if isinstance(tags, tuple) else (),
        rules=rules,
        fired=tuple(one.rule.rpartition("/")[2] for one in ran),
    )


def _moment(one: Written, body: _Later, home: Value) -> Moment:
    values: dict[str, Value] = {}
    goes_home = by_hand = False
    for change in body.changes:
        if change.name == "assignee" or change.name.startswith(_QUIET):
            continue
        if change.name == "team":
            goes_home = change.rule == "state" and change.after == home
            by_hand = _by_hand(one, change)
            if goes_home:
                continue
        values[change.name] = frozen(change.after)
    ran = (r for r in body.reasons if r.topic == "automation" and r.outcome is True)
    fired = tuple(each.rule.rpartition("/")[2] for each in ran)
    return Moment(one.at_us, tuple(body.events), values, goes_home, by_hand, fired)


def _by_hand(one: Written, change: _Change) -> bool:
    """Whether somebody judged that another team should have it: not the way of a state."""
    if one.actor_kind == "import":
        return change.before is not None
    return one.actor_kind == "person" and change.rule == "transfer"


def _is_late(clock: Mapping[str, Any], now_us: int) -> bool:
    """Whether a stored clock is missed by now, told by its timer or not."""
    due = clock.get("due_us")
    running = clock.get("running_us") is not None and due is not None and due <= now_us
    return bool(clock.get("breached_us") is not None or running)
