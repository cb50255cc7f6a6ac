"""The intake ledger: a row for everything that arrives, and what became of it.

What comes by mail or webhook is recorded as `arrived` and committed before anybody looks into it;
it goes on to one of the ends in the transaction of what it became. What comes by a form, and gets
its answer at once, has one row that is at its end from the beginning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, insert, literal_column, select, text, update

from runtime.clock import SECOND_US
from runtime.store.rows import Arrival
from runtime.store.tables.doors import arrival
from runtime.store.unit import Unit

ARRIVED: Final = "arrived"
TICKETED, JOINED, QUARANTINED, REFUSED = "ticketed", "joined", "quarantined", "refused"
STATES: Final = (ARRIVED, TICKETED, JOINED, QUARANTINED, REFUSED)
WAYS: Final = ("mail", "portal", "desk", "api", "webhook", "phone", "import")
_DAY_US: Final = 86_400 * SECOND_US
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Came:
    """What is known of something before it is understood. `summary` is what lists show of it."""

    way: str
    channel_id: str = ""
    remote_id: str | None = None
    digest: str | None = None
    raw_sha256: str | None = None
    raw_size: int = 0
    summary: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Became:
    """How it ended: ticketed, joined, quarantined or refused; `reason` is a code."""

    state: str
    reason: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)
    ticket_id: str | None = None
    event_id: str | None = None
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class Learned:
    """What understanding it brought to light, for the row: ids, digest, summary."""

    remote_id: str | None = None
    digest: str | None = None
    summary: Mapping[str, str] = field(default_factory=dict)


_COLUMNS = [arrival.c[f.name] for f in fields(Arrival)]
_ORDER = (arrival.c.at_us.desc(), arrival.c.id.desc())


async def alone(unit: Unit, what: str) -> None:
    """Let others that say the same word wait until the end of this unit; SQLite's all do."""
    unit.must_write()
    if unit.on_postgresql:
        lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 7316))")
        await unit.run(lock, {"what": f"{unit.tenant_id}:{what}"})


async def record(unit: Unit, came: Came) -> str:
    """Put something on record as `arrived`; gives its id."""
    return await _write(unit, came, Became(ARRIVED))


async def at_once(unit: Unit, came: Came, became: Became) -> str:
    """One row for what is answered at once, in the transaction of what it became."""
    return await _write(unit, came, became)


async def end(unit: Unit, arrival_id: str, became: Became, learned: Learned | None = None) -> bool:
    """Say what became of an arrival that waits; False if it waits no more."""
    unit.must_write()
    c = arrival.c
    waiting = update(arrival).where(_own(unit), c.id == arrival_id, c.state == ARRIVED)
    change: dict[str, Any] = {
        **_ended(unit, became),
        "attempts": c.attempts + 1,
        **_learned(learned or Learned()),
    }
    return (await unit.run(waiting.values(change))).rowcount == 1


async def failed(unit: Unit, arrival_id: str) -> None:
    """Count a try that came to nothing; it still waits."""
    unit.must_write()
    c = arrival.c
    waiting = update(arrival).where(_own(unit), c.id == arrival_id, c.state == ARRIVED)
    await unit.run(waiting.values(attempts=c.attempts + 1))


async def again(unit: Unit, arrival_id: str) -> bool:
    """Let what was quarantined or refused wait anew, to be understood once more; False if it is
    neither, or nothing of it was kept."""
    unit.must_write()
    c = arrival.c
    there = update(arrival).where(
        _own(unit),
        c.id == arrival_id,
        c.state.in_((QUARANTINED, REFUSED)),
        c.raw_sha256.is_not(None),
    )
    change = {"state": ARRIVED, "reason": None, "said": None, "ended_us": None}
    return (await unit.run(there.values(change))).rowcount == 1


async def discard(unit: Unit, arrival_id: str, why: str, by: str | None) -> bool:
    """Refuse what is in quarantine, with a person's reason; False if it is not there."""
    unit.must_write()
    c = arrival.c
    there = update(arrival).where(_own(unit), c.id == arrival_id, c.state == QUARANTINED)
    said = {"why": why[:_LONGEST], "by": by or ""}
    change = {"state": REFUSED, "reason": "discarded", "said": said, "ended_us": unit.now_us()}
    return (await unit.run(there.values(change))).rowcount == 1


async def read(unit: Unit, arrival_id: str) -> Arrival | None:
    """One row."""
    row = await unit.row(select(*_COLUMNS).where(_own(unit), arrival.c.id == arrival_id))
    return _arrival(row) if row else None


async def hold(unit: Unit, arrival_id: str) -> Arrival | None:
    """One row, held until the end of this unit."""
    unit.must_write()
    query = select(*_COLUMNS).where(_own(unit), arrival.c.id == arrival_id).with_for_update()
    row = await unit.row(query)
    return _arrival(row) if row else None


async def the_same(
    unit: Unit, way: str, *, remote_id: str | None, digest: str | None, but: str
) -> list[Arrival]:
    """What came before under the same name or with the same words, oldest first; without `but`.

    Only what was made something of, and what still waits: a refused one is no first.
    """
    c, same = arrival.c, []
    if remote_id:
        same.append(c.remote_id == remote_id)
    if digest:
        same.append(c.digest == digest)
    if not same:
        return []
    found: dict[str, Arrival] = {}
    for one in same:
        query = select(*_COLUMNS).where(
            _own(unit), one, c.way == way, c.id != but, c.state.in_((TICKETED, JOINED))
        )
        for row in await unit.rows(query.order_by(c.at_us, c.id).limit(20)):
            found[row.id] = _arrival(row)
    return sorted(found.values(), key=lambda it: (it.at_us, it.id))


async def of_ticket(unit: Unit, ticket_id: str) -> list[Arrival]:
    """What came of a ticket, oldest first."""
    query = select(*_COLUMNS).where(_own(unit), arrival.c.ticket_id == ticket_id)
    found = await unit.rows(query.order_by(arrival.c.at_us, arrival.c.id).limit(200))
    return [_arrival(row) for row in found]


async def recent(
    unit: Unit, *, way: str = "", state: str = "", before: str = "", limit: int = 50
) -> list[Arrival]:
    """The ledger, newest first; `before` is the id of the last one that was shown."""
    query = select(*_COLUMNS).where(_own(unit))
    query = query.where(arrival.c.way == way) if way else query
    query = query.where(arrival.c.state == state) if state else query
    last = await read(unit, before) if before else None
    if last is not None:
        older = (arrival.c.at_us < last.at_us) | (
            (arrival.c.at_us == last.at_us) & (arrival.c.id < last.id)
        )
        query = query.where(older)
    return [_arrival(row) for row in await unit.rows(query.order_by(*_ORDER).limit(limit))]


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many of one way came on one day (its first instant, in the zone asked for) and are in a
    state."""

    day_us: int
    way: str
    state: str
    count: int


async def by_day(unit: Unit, since_us: int, offset_us: int = 0) -> list[DayCount]:
    """Counts by day, way and state since an instant; days begin `offset_us` after UTC's."""
    c = arrival.c
    # As text: PostgreSQL must see that what is selected is what is grouped by.
    number: Any = literal_column(f"(arrival.at_us + {int(offset_us)}) / {_DAY_US}")
    query = (
        select(number.label("day"), c.way, c.state, func.count().label("n"))
        .where(_own(unit), c.at_us >= since_us)
        .group_by(number, c.way, c.state)
    )
    return [
        DayCount(int(row.day) * _DAY_US - offset_us, row.way, row.state, row.n)
        for row in await unit.rows(query)
    ]


async def counts(unit: Unit) -> dict[tuple[str, str], int]:
    """How many there are by way and state, of all time."""
    c = arrival.c
    query = select(c.way, c.state, func.count().label("n")).where(_own(unit))
    rows = await unit.rows_long(query.group_by(c.way, c.state))
    return {(row.way, row.state): row.n for row in rows}


async def waiting(unit: Unit, before_us: int, limit: int = 200) -> list[Arrival]:
    """What still waits though it came before an instant: its job may have been lost."""
    c = arrival.c
    query = select(*_COLUMNS).where(_own(unit), c.state == ARRIVED, c.at_us < before_us)
    return [_arrival(row) for row in await unit.rows(query.order_by(c.at_us).limit(limit))]


async def from_sender(unit: Unit, way: str, person_id: str, since_us: int) -> int:
    """How many tickets a person's messages made since an instant."""
    c = arrival.c
    query = select(func.count()).where(
        _own(unit),
        c.way == way,
        c.at_us >= since_us,
        c.person_id == person_id,
        c.state == TICKETED,
    )
    return int(await unit.value(query))


async def named(unit: Unit, digests: Sequence[str]) -> set[str]:
    """Those of `digests` whose bytes a row still names."""
    query = select(arrival.c.raw_sha256).where(_own(unit), arrival.c.raw_sha256.in_(digests))
    return {row.raw_sha256 for row in await unit.rows(query)}


async def forget_raw(unit: Unit, before_us: int, limit: int = 500) -> list[str]:
    """Let go of the messages of rows that ended before an instant, but for the quarantine; gives
    the digests that no row of the tenant names any more. The rows stay."""
    unit.must_write()
    c = arrival.c
    old = (
        select(c.id, c.raw_sha256)
        .where(
            _own(unit),
            c.raw_sha256.is_not(None),
            c.ended_us < before_us,
            c.state.in_((TICKETED, JOINED, REFUSED)),
        )
        .limit(limit)
    )
    rows = await unit.rows(old)
    ids = [row.id for row in rows]
    if not ids:
        return []
    await unit.run(update(arrival).where(_own(unit), c.id.in_(ids)).values(raw_sha256=None))
    digests = sorted({row.raw_sha256 for row in rows})
    still = await named(unit, digests)
    return [one for one in digests if one not in still]


async def forget_refused(unit: Unit, before_us: int) -> int:
    """Delete rows of what was refused at a form, which hold no content, before an instant."""
    unit.must_write()
    c = arrival.c
    old = delete(arrival).where(
        _own(unit), c.state == REFUSED, c.raw_size == 0, c.at_us < before_us
    )
    return (await unit.run(old)).rowcount


async def _write(unit: Unit, came: Came, became: Became) -> str:
    unit.must_write()
    now, arrival_id = unit.now_us(), unit.new_id()
    row: dict[str, Any] = {
        "tenant_id": unit.tenant_id,
        "id": arrival_id,
        "way": came.way,
        "channel_id": came.channel_id,
        "at_us": now,
        "remote_id": came.remote_id,
        "digest": came.digest,
        "raw_sha256": came.raw_sha256,
        "raw_size": came.raw_size,
        "summary": _short(came.summary) or None,
        "attempts": 0,
        **_ended(unit, became),
    }
    await unit.run(insert(arrival), row)
    return arrival_id


def _ended(unit: Unit, became: Became) -> dict[str, Any]:
    return {
        "state": became.state,
        "reason": became.reason or None,
        "said": dict(became.said) or None,
        "ticket_id": became.ticket_id,
        "event_id": became.event_id,
        "person_id": became.person_id,
        "ended_us": None if became.state == ARRIVED else unit.now_us(),
    }


def _learned(learned: Learned) -> dict[str, Any]:
    found = {"remote_id": learned.remote_id, "digest": learned.digest}
    found["summary"] = _short(learned.summary) or None  # type: ignore[assignment]
    return {name: value for name, value in found.items() if value}


def _short(summary: Mapping[str, str]) -> dict[str, str]:
    return {name: value[:_LONGEST] for name, value in summary.items() if value}


def _arrival(row: Any) -> Arrival:
    return Arrival(**{f.name: row._mapping[f.name] for f in fields(Arrival)})


def _own(unit: Unit) -> ColumnElement[bool]:
    return arrival.c.tenant_id == unit.tenant_id
