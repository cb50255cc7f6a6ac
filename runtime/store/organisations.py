"""Organisations that customers belong to: a company, a school, a household."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from sqlalchemy import Text, cast, func, insert, or_, select, update

from runtime.store.rows import Organisation
from runtime.store.tables.people import organisation, person
from runtime.store.unit import Unit

_COLUMNS = [organisation.c[f.name] for f in fields(Organisation)]


async def add(unit: Unit, name: str, **more: Any) -> str:
    """Make an organisation and give its id; `more` are further columns."""
    unit.must_write()
    now = unit.now_us()
    row: dict[str, Any] = {
        "tenant_id": unit.tenant_id,
        "id": unit.new_id(),
        "name": name,
        "tags": [],
        "domains": [],
        "note": "",
        "active": True,
        "created_us": now,
        "changed_us": now,
        **more,
    }
    await unit.run(insert(organisation), row)
    return str(row["id"])


async def change(unit: Unit, organisation_id: str, **changes: Any) -> None:
    """Write columns of an organisation; its name and level are read with its people."""
    unit.standing_changes()
    c = organisation.c
    mine = update(organisation).where(c.tenant_id == unit.tenant_id, c.id == organisation_id)
    await unit.run(mine.values({"changed_us": unit.now_us(), **changes}))


async def by_id(unit: Unit, organisation_id: str) -> Organisation | None:
    """An organisation of the unit's tenant."""
    found = await by_ids(unit, [organisation_id])
    return found.get(organisation_id)


async def by_ids(unit: Unit, ids: Iterable[str | None]) -> dict[str, Organisation]:
    """Organisations by id; unknown ids are left out."""
    wanted = sorted({one for one in ids if one})
    if not wanted:
        return {}
    c = organisation.c
    query = select(*_COLUMNS).where(c.tenant_id == unit.tenant_id, c.id.in_(wanted))
    return {row.id: Organisation(**row._mapping) for row in await unit.rows(query)}


async def search(
    unit: Unit, words: str = "", *, after: str = "", limit: int = 50
) -> list[Organisation]:
    """Organisations whose name or a domain holds `words`, by id, after the id `after`."""
    c = organisation.c
    query = select(*_COLUMNS).where(c.tenant_id == unit.tenant_id, c.id > after)
    low = words.strip().lower()
    if low:
        by_domain = cast(c.domains, Text).contains(low, autoescape=True)
        query = query.where(or_(func.lower(c.name).contains(low, autoescape=True), by_domain))
    rows = await unit.rows(query.order_by(c.id).limit(limit))
    return [Organisation(**row._mapping) for row in rows]


async def named(unit: Unit, name: str) -> str | None:
    """The id of the oldest active organisation of this name, however it is capitalised."""
    c = organisation.c
    same = or_(c.name == name, func.lower(c.name) == name.lower())
    query = select(c.id).where(c.tenant_id == unit.tenant_id, c.active, same)
    found = await unit.value(query.order_by(c.id).limit(1))
    return str(found) if found is not None else None


async def of_address(unit: Unit, email: str) -> str | None:
    """The id of the oldest active organisation to whose domains an address belongs."""
    domain = email.rpartition("@")[2].strip().lower()
    if not domain:
        return None
    c = organisation.c
    # A domain holds no quote and no backslash (change_organisation sees to it), so it stands in
    # the JSON text just as it is, in quotes.
    same = cast(c.domains, Text).contains(f'"{domain}"', autoescape=True)
    query = select(c.id).where(c.tenant_id == unit.tenant_id, c.active, same)
    found = await unit.value(query.order_by(c.id).limit(1))
    return str(found) if found is not None else None


async def sizes(unit: Unit, ids: Iterable[str]) -> dict[str, int]:
    """How many active people each of some organisations has; one without any is left out."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    c = person.c
    query = (
        select(c.organisation_id, func.count().label("n"))
        .where(c.tenant_id == unit.tenant_id, c.organisation_id.in_(wanted), c.active)
        .group_by(c.organisation_id)
    )
    return {row.organisation_id: row.n for row in await unit.rows(query)}
