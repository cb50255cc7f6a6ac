"""Records that may be of one customer, and those that are one since a merge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from runtime.clock import SECOND_US
from runtime.store import journal, people
from runtime.store.rows import Merged, Person
from runtime.store.tables.people import person
from runtime.store.unit import Unit

UNDO_DAYS: Final = 30
"""So long a merge can be undone."""
_DAY_US: Final = 24 * 3600 * SECOND_US
_CUSTOMERS = (person.c.kind == "customer", person.c.active, person.c.merged_into_id.is_(None))


async def merges_into(unit: Unit, keep: Person) -> list[Merged]:
    """The merges into a record that can be undone now, the newest first."""
    since = unit.now_us() - UNDO_DAYS * _DAY_US
    found = await journal.acts_about(unit, keep.id, "people_merged", since)
    gone = [str((one.body or {}).get("merged")) for one in found]
    known = await people.persons_by_id(unit, gone)
    pairs = [(one, known.pop(id, None)) for one, id in zip(found, gone, strict=True)]
    return [Merged(one, them) for one, them in pairs if them and them.merged_into_id == keep.id]


async def lead_on(unit: Unit, was: str, now: str) -> tuple[str, ...]:
    """Let what led to one record lead to another, so that no way has two steps; gives their ids."""
    unit.standing_changes()
    c = person.c
    those = (c.tenant_id == unit.tenant_id, c.merged_into_id == was)
    led = tuple(row.id for row in await unit.rows(select(c.id).where(*those).order_by(c.id)))
    await unit.run(update(person).where(*those).values(merged_into_id=now))
    return led


async def lead_back(unit: Unit, ids: Sequence[str], to: str) -> None:
    """Let records that were led on lead to where they led before."""
    unit.standing_changes()
    c = person.c
    those = update(person).where(c.tenant_id == unit.tenant_id, c.id.in_(ids))
    await unit.run(those.where(c.merged_into_id.is_not(None)).values(merged_into_id=to))


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
