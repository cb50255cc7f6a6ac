"""Events that wait for others, and what came together: the truth that any matcher is told again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Row, and_, delete, func, or_, select, update

from runtime.store.jobs import NewJob, enqueue
from runtime.store.tables.patterns import corr_fire, corr_head, corr_live
from runtime.store.unit import Unit
from runtime.store.upsert import add_new

NEW, FIRE = "pattern", "fire"
"""Jobs: there are new events to decide; a match has to be acted on."""


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """One event as one step of a rule sees it; `n` is None until it is decided."""

    event_id: str
    rule: str
    step: int
    version: str
    ticket_id: str
    same: str
    differs: str
    at_us: int
    until_us: int
    n: int | None = None
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """The last event that was decided, and its time."""

    n: int = 0
    at_us: int = 0


@dataclass(frozen=True, slots=True)
class Fire:
    """A match: `body` has its `events`, its `tickets` in order, and what is the `same` in all."""

    id: str
    rule: str
    at_us: int
    body: Mapping[str, Any]


_LIVE = [corr_live.c[name] for name in LiveEvent.__dataclass_fields__]


async def keep(unit: Unit, events: Sequence[LiveEvent]) -> None:
    """Write events in the transaction that they happen in, and ask for their decision."""
    if not events:
        return
    await add_new(unit, corr_live, [{"tenant_id": unit.tenant_id, **asdict(e)} for e in events])
    ids = dict.fromkeys(event.event_id for event in events)
    await enqueue(unit, [NewJob(NEW, event_id, unit.now_us()) for event_id in ids])


async def head(unit: Unit) -> Head:
    """How far this tenant's events are decided."""
    query = select(corr_head.c.n, corr_head.c.at_us).where(corr_head.c.tenant_id == unit.tenant_id)
    row = await unit.row(query)
    return Head(row.n, row.at_us) if row else Head()


async def hold_head(unit: Unit) -> Head:
    """The same, held until the transaction ends: one at a time decides for a tenant."""
    first = {"tenant_id": unit.tenant_id, "n": 0, "at_us": 0}
    await add_new(unit, corr_head, first)
    query = select(corr_head.c.n, corr_head.c.at_us).where(corr_head.c.tenant_id == unit.tenant_id)
    row = await unit.row(query.with_for_update())
    assert row is not None
    return Head(row.n, row.at_us)


async def move_head(unit: Unit, to: Head) -> None:
    """Note how far the events are decided now; the caller holds the head."""
    unit.must_write()
    statement = update(corr_head).where(corr_head.c.tenant_id == unit.tenant_id)
    await unit.run(statement.values(n=to.n, at_us=to.at_us))


async def undecided(unit: Unit, limit: int) -> list[LiveEvent]:
    """The oldest events that nobody decided, whole: all rows of at most `limit` events."""
    c = corr_live.c
    oldest = (
        select(c.event_id)
        .where(c.tenant_id == unit.tenant_id, c.n.is_(None))
        .group_by(c.event_id)
        .order_by(func.min(c.at_us), c.event_id)
        .limit(limit)
    )
    query = select(*_LIVE).where(
        c.tenant_id == unit.tenant_id, c.n.is_(None), c.event_id.in_(oldest.scalar_subquery())
    )
    return [_live(row) for row in await unit.rows(query.order_by(c.at_us, c.event_id, c.step))]


async def waiting(
    unit: Unit, rule: str, version: str, since_us: int, same: Iterable[str] | None = None
) -> list[LiveEvent]:
    """What waits in a rule since an instant, in order; only what agrees with one of `same`."""
    c = corr_live.c
    query = select(*_LIVE).where(
        c.tenant_id == unit.tenant_id,
        c.rule == rule,
        c.version == version,
        c.n.is_not(None),
        c.at_us >= since_us,
    )
    if same is not None:
        query = query.where(c.same.in_(sorted(set(same))))
    return [_live(row) for row in await unit.rows(query.order_by(c.n, c.step))]


async def numbered(unit: Unit, rule: str, numbers: Iterable[int]) -> list[LiveEvent]:
    """Events of a rule by their numbers, in order, each once."""
    c = corr_live.c
    query = select(*_LIVE).where(
        c.tenant_id == unit.tenant_id, c.rule == rule, c.n.in_(sorted(numbers))
    )
    rows = [_live(row) for row in await unit.rows(query.order_by(c.n, c.step))]
    return list({row.n: row for row in rows}.values())


async def number(unit: Unit, numbers: Mapping[str, tuple[int, int]]) -> None:
    """Give decided events their number and the time that they were decided at."""
    unit.must_write()
    for event_id, (n, at_us) in numbers.items():
        statement = update(corr_live).where(
            corr_live.c.tenant_id == unit.tenant_id, corr_live.c.event_id == event_id
        )
        await unit.run(statement.values(n=n, at_us=at_us))


async def use_up(unit: Unit, used: Iterable[tuple[str, str]]) -> None:
    """Delete events (rule, event id) that a match took, or that no rule wants any more."""
    unit.must_write()
    by_rule: dict[str, list[str]] = {}
    for rule, event_id in used:
        by_rule.setdefault(rule, []).append(event_id)
    for rule, ids in by_rule.items():
        await unit.run(
            delete(corr_live).where(
                corr_live.c.tenant_id == unit.tenant_id,
                corr_live.c.rule == rule,
                corr_live.c.event_id.in_(ids),
            )
        )


async def shed(unit: Unit, rule: str, since_us: int, most: int) -> int:
    """Delete the oldest that wait in a rule since an instant beyond `most`; gives how many."""
    unit.must_write()
    c = corr_live.c
    of_rule = and_(
        c.tenant_id == unit.tenant_id, c.rule == rule, c.n.is_not(None), c.at_us >= since_us
    )
    count = await unit.value(select(func.count()).select_from(corr_live).where(of_rule))
    if count <= most:
        return 0
    numbers = select(c.n).where(of_rule).order_by(c.n).limit(count - most)
    last = (await unit.rows(numbers))[-1].n
    return (await unit.run(delete(corr_live).where(of_rule, c.n <= last))).rowcount


async def fired(unit: Unit, fires: Sequence[Fire]) -> None:
    """Keep matches and ask for what they bring about; a match that is kept already is no other."""
    if not fires:
        return
    await add_new(unit, corr_fire, [{"tenant_id": unit.tenant_id, **asdict(f)} for f in fires])
    await enqueue(unit, [NewJob(FIRE, fire.id, unit.now_us()) for fire in fires])


async def fire(unit: Unit, fire_id: str) -> Fire | None:
    """A match by its id."""
    names = list(Fire.__dataclass_fields__)
    query = select(*(corr_fire.c[name] for name in names)).where(
        corr_fire.c.tenant_id == unit.tenant_id, corr_fire.c.id == fire_id
    )
    row = await unit.row(query)
    return Fire(**{name: row._mapping[name] for name in names}) if row else None


async def sweep(unit: Unit, before_us: int, fires_before_us: int) -> None:
    """Delete decided events whose window ended, and matches that are long over."""
    unit.must_write()
    c = corr_live.c
    ended = or_(c.n.is_not(None), c.until_us < fires_before_us)
    await unit.run(
        delete(corr_live).where(c.tenant_id == unit.tenant_id, c.until_us < before_us, ended)
    )
    old = corr_fire.c.at_us < fires_before_us
    await unit.run(delete(corr_fire).where(corr_fire.c.tenant_id == unit.tenant_id, old))


def _live(row: Row[Any]) -> LiveEvent:
    return LiveEvent(**{name: row._mapping[name] for name in LiveEvent.__dataclass_fields__})
