"""Records that may be of one customer, and those that are one since a merge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from runtime.store import people
from runtime.store.rows import Person
from runtime.store.tables.people import person
from runtime.store.unit import Unit

_CUSTOMERS = (person.c.kind == "customer", person.c.active, person.c.merged_into_id.is_(None))


async def lead_on(unit: Unit, was: str, now: str) -> None:
    """Let what led to one record lead to another, so that no way has two steps."""
    unit.standing_changes()
    c = person.c
    mine = update(person).where(c.tenant_id == unit.tenant_id, c.merged_into_id == was)
    await unit.run(mine.values(merged_into_id=now))


async def like(unit: Unit, found: Person, fields: Sequence[str], limit: int = 20) -> list[Person]:
    """Other active customers who may be the same: by phone, by name in one organisation, or by a
    field whose value tells people apart. An e-mail is compared as it is kept."""
    c = person.c
    same: list[ColumnElement[bool]] = []
    if found.email:
        same.append(c.email == found.email)
    if found.phone:
        same.append(c.phone == found.phone)
    named = func.lower(c.name) == found.name.lower()
    same.append(and_(named, c.organisation_id.is_not_distinct_from(found.organisation_id)))
    for key in fields:
        if isinstance(value := found.values.get(key), str) and value:
            same.append(c["values"][key].as_string() == value)
    query = (
        people.PERSONS.where(*_CUSTOMERS, c.id != found.id, or_(*same)).order_by(c.id).limit(limit)
    )
    rows = await unit.rows(query.order_by(c.id).limit(limit), {"tenant": unit.tenant_id})
    return [people.as_person(row) for row in rows]


async def groups(unit: Unit, fields: Sequence[str], limit: int = 50) -> list[list[Person]]:
    """Groups of active customers who may be the same, by each reason in its turn."""
    c = person.c
    reasons: list[tuple[ColumnElement[Any], ...]] = [(c.email,), (c.phone,)]
    reasons += [(c["values"][key].as_string(),) for key in fields]
    reasons.append((func.lower(c.name), func.coalesce(c.organisation_id, "")))
    found: dict[str, list[Person]] = {}
    for by in reasons:
        many = (
            select(func.min(c.id).label("id"))
            .where(c.tenant_id == unit.tenant_id, *_CUSTOMERS, by[0].is_not(None), by[0] != "")
            .group_by(*by)
            .having(func.count() > 1)
            .order_by(func.min(c.id))
            .limit(limit)
        )
        for row in await unit.rows_long(many):
            first = await people.person_by_id(unit, row.id) if row.id not in found else None
            if first is not None and len(found) < limit:
                found[row.id] = [first, *await like(unit, first, fields)]
    return [group for group in found.values() if len(group) > 1]
