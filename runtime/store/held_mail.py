"""Mails that wait for a digest or for the end of somebody's quiet hours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from sqlalchemy import ColumnElement, delete, func, select, update

from runtime.store.tables.beside import held_mail
from runtime.store.unit import Unit
from runtime.store.upsert import add_new


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMail:
    """What a letter would have said; `key` is the effect's digest, `link` the ticket's address."""

    id: str
    person_id: str
    ticket_id: str | None = None
    notification_key: str
    subject: str
    body: str
    link: str | None = None
    key: str
    created_us: int
    due_us: int


_COLUMNS = [held_mail.c[f.name] for f in fields(HeldMail)]


async def hold(unit: Unit, new: HeldMail) -> None:
    """Keep a mail for later, unless one with its key is there."""
    row = {f.name: getattr(new, f.name) for f in fields(HeldMail)}
    await add_new(unit, held_mail, {"tenant_id": unit.tenant_id, "sent_us": None, **row})


async def waiting(unit: Unit, person_id: str) -> list[HeldMail]:
    """What is due for a person now, the first written first."""
    c = held_mail.c
    query = select(*_COLUMNS).where(*_theirs(unit, person_id), c.due_us <= unit.now_us())
    rows = await unit.rows(query.order_by(c.created_us, c.id))
    return [HeldMail(**row._mapping) for row in rows]


async def next_due_us(unit: Unit, person_id: str) -> int | None:
    """When the next letter of what waits for a person goes; None where nothing waits."""
    c = held_mail.c
    later = (*_theirs(unit, person_id), c.due_us > unit.now_us())
    found = await unit.value(select(func.min(c.due_us)).where(*later))
    return None if found is None else int(found)


async def sent(unit: Unit, ids: Iterable[str]) -> None:
    """Mark what went, so that no other letter says it again."""
    unit.must_write()
    c = held_mail.c
    those = update(held_mail).where(c.tenant_id == unit.tenant_id, c.id.in_(list(ids)))
    await unit.run(those.values(sent_us=unit.now_us()))


async def sweep(unit: Unit, before_us: int) -> None:
    """Throw away what went before an instant."""
    unit.must_write()
    c = held_mail.c
    await unit.run(delete(held_mail).where(c.tenant_id == unit.tenant_id, c.sent_us < before_us))


def _theirs(unit: Unit, person_id: str) -> tuple[ColumnElement[bool], ...]:
    c = held_mail.c
    return (c.tenant_id == unit.tenant_id, c.person_id == person_id, c.sent_us.is_(None))
