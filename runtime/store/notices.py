"""Notices inside the application: what a person is told in their inbox."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sqlalchemy import ColumnElement, func, select, update

from runtime.store.tables.work import notice
from runtime.store.unit import Unit
from runtime.store.upsert import add_new


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice; `key` is the effect's digest, so that a second try tells nobody twice."""

    id: str
    person_id: str
    ticket_id: str | None = None
    event_id: str | None = None
    notification_key: str
    subject: str
    body: str
    link: str | None = None
    key: str
    created_us: int
    read_us: int | None = None
    urgent: int | None = None
    done_us: int | None = None


_COLUMNS = [notice.c[f.name] for f in fields(Notice)]


async def add(unit: Unit, new: Notice) -> None:
    """Write a notice, unless one with its key is there."""
    row = {f.name: getattr(new, f.name) for f in fields(Notice)}
    await add_new(unit, notice, {"tenant_id": unit.tenant_id, **row})


async def inbox(
    unit: Unit, person_id: str, *, before: str | None = None, limit: int = 50
) -> list[Notice]:
    """A person's notices, newest first, those before the id `before`."""
    query = select(*_COLUMNS).where(*_theirs(unit, person_id))
    if before:
        query = query.where(notice.c.id < before)
    rows = await unit.rows(query.order_by(notice.c.id.desc()).limit(limit))
    return [Notice(**row._mapping) for row in rows]


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


async def unread(unit: Unit, person_id: str) -> int:
    """How many notices a person has not read, at most 100."""
    query = select(notice.c.id).where(*_theirs(unit, person_id), notice.c.read_us.is_(None))
    return int(await unit.value(select(func.count()).select_from(query.limit(100).subquery())))


async def mark_read(unit: Unit, person_id: str, notice_id: str | None = None) -> None:
    """Mark one notice of a person read, or all of them."""
    unit.must_write()
    statement = update(notice).where(*_theirs(unit, person_id), notice.c.read_us.is_(None))
    if notice_id:
        statement = statement.where(notice.c.id == notice_id)
    await unit.run(statement.values(read_us=unit.now_us()))


def _theirs(unit: Unit, person_id: str) -> tuple[ColumnElement[bool], ...]:
    return (notice.c.tenant_id == unit.tenant_id, notice.c.person_id == person_id)
