"""Notices inside the application: what a person is told in their inbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select, update

from runtime.clock import first_id
from runtime.store.rows import Notice
from runtime.store.tables.work import notice
from runtime.store.unit import Unit
from runtime.store.upsert import add_new

_COLUMNS = [notice.c[f.name] for f in fields(Notice)]


async def add(unit: Unit, new: Notice) -> None:
    """Write a notice, unless one with its key is there."""
    unit.stirs()
    row = {f.name: getattr(new, f.name) for f in fields(Notice)}
    await add_new(unit, notice, {"tenant_id": unit.tenant_id, **row})


async def inbox(
    unit: Unit,
    person_id: str,
    *,
    before: str | None = None,
    limit: int = 50,
    which: str = "",
    sort: str = "",
) -> list[Notice]:
    """A person's notices, newest first, those before the id `before`.

    `which`: `open` (not put away), `unread` or `done`, "" all; `sort`: of one notification alone.
    """
    query = select(*_COLUMNS).where(*_theirs(unit, person_id), *_WHICH[which])
    if before:
        query = query.where(notice.c.id < before)
    if sort:
        query = query.where(notice.c.notification_key == sort)
    rows = await unit.rows(query.order_by(notice.c.id.desc()).limit(limit))
    return [Notice(**row._mapping) for row in rows]


_WHICH: Mapping[str, tuple[ColumnElement[bool], ...]] = {
    "": (),
    "open": (notice.c.done_us.is_(None),),
    "unread": (notice.c.read_us.is_(None),),
    "done": (notice.c.done_us.is_not(None),),
}


async def one(unit: Unit, person_id: str, notice_id: str) -> Notice | None:
    """A notice of this person by id."""
    query = select(*_COLUMNS).where(*_theirs(unit, person_id), notice.c.id == notice_id)
    row = await unit.row(query)
    return Notice(**row._mapping) if row else None


async def by_key(unit: Unit, key: str) -> Notice | None:
    """The notice of an effect."""
    c = notice.c
    row = await unit.row(select(*_COLUMNS).where(c.tenant_id == unit.tenant_id, c.key == key))
    return Notice(**row._mapping) if row else None


async def told_of(unit: Unit, event_id: str, notification_key: str) -> set[str]:
    """Who has a notice of this kind about an event."""
    c = notice.c
    query = select(c.person_id).where(
        c.tenant_id == unit.tenant_id,
        c.event_id == event_id,
        c.notification_key == notification_key,
    )
    return {row.person_id for row in await unit.rows(query)}


def _bell() -> Select[Any, Any]:
    c = notice.c
    mine = (
        select(func.coalesce(c.ticket_id, c.id).label("about"), c.urgent)
        .where(c.tenant_id == bindparam("tenant"), c.person_id == bindparam("person"))
        .where(c.read_us.is_(None))
        .limit(100)
        .subquery()
    )
    counted = func.count(mine.c.about.distinct()).label("unread")
    return select(counted, func.max(mine.c.urgent).label("urgent"))


_BELL = _bell()


async def bell(unit: Unit, person_id: str) -> tuple[int, bool]:
    """How many things a person has unread notices of, and whether one is urgent.

    Those about one ticket count once; at most 100 are looked at.
    """
    row = await unit.row(_BELL, {"tenant": unit.tenant_id, "person": person_id})
    assert row is not None  # an aggregate always gives one
    return int(row.unread), row.urgent == 1


async def pinned(unit: Unit, person_id: str, limit: int = 5) -> list[Notice]:
    """A person's urgent notices that they have not read, the newest first."""
    c = notice.c
    query = select(*_COLUMNS).where(*_theirs(unit, person_id), c.read_us.is_(None), c.urgent == 1)
    rows = await unit.rows(query.order_by(c.id.desc()).limit(limit))
    return [Notice(**row._mapping) for row in rows]


async def since(unit: Unit, people: Iterable[str], at_us: int) -> list[Notice]:
    """What some people were told at or after an instant, oldest first."""
    c = notice.c
    query = select(*_COLUMNS).where(
        c.tenant_id == unit.tenant_id, c.person_id.in_(sorted(people)), c.id >= first_id(at_us)
    )
    return [Notice(**row._mapping) for row in await unit.rows(query.order_by(c.id))]


async def mark(unit: Unit, person_id: str, ids: Sequence[str], state: str) -> None:
    """Mark some notices of a person `read`, `unread`, `done` (which is read, too) or `undone`."""
    unit.must_write()
    c, now = notice.c, unit.now_us()
    changes: dict[str, Any] = {
        "read": {"read_us": func.coalesce(c.read_us, now)},
        "unread": {"read_us": None, "done_us": None},
        "done": {"read_us": func.coalesce(c.read_us, now), "done_us": now},
        "undone": {"done_us": None},
    }
    those = update(notice).where(*_theirs(unit, person_id), c.id.in_(list(ids)))
    await unit.run(those.values(changes[state]))


async def mark_read(unit: Unit, person_id: str, notice_id: str | None = None) -> None:
    """Mark one notice of a person read, or all of them."""
    unit.must_write()
    statement = update(notice).where(*_theirs(unit, person_id), notice.c.read_us.is_(None))
    if notice_id:
        statement = statement.where(notice.c.id == notice_id)
    await unit.run(statement.values(read_us=unit.now_us()))


def _theirs(unit: Unit, person_id: str) -> tuple[ColumnElement[bool], ...]:
    return (notice.c.tenant_id == unit.tenant_id, notice.c.person_id == person_id)
