"""Lists that a person has saved for themselves: a view and what its address asked for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from runtime.store.tables.people import personal_view
from runtime.store.unit import Unit


@dataclass(frozen=True, slots=True)
class PersonalView:
    """One saved list; `query` is the address's, as it was."""

    id: str
    title: str
    view: str
    query: str


async def add(unit: Unit, person_id: str, title: str, view: str, query: str) -> str:
    """Keep a list; gives its id."""
    unit.must_write()
    made = unit.new_id()
    row = {
        "tenant_id": unit.tenant_id,
        "id": made,
        "person_id": person_id,
        "title": title,
        "view": view,
        "query": query,
        "created_us": unit.now_us(),
    }
    await unit.run(insert(personal_view), row)
    return made


async def of_person(unit: Unit, person_id: str) -> list[PersonalView]:
    """A person's lists, the first made first."""
    c = personal_view.c
    query = (
        select(c.id, c.title, c.view, c.query)
        .where(c.tenant_id == unit.tenant_id, c.person_id == person_id)
        .order_by(c.created_us, c.id)
    )
    return [PersonalView(r.id, r.title, r.view, r.query) for r in await unit.rows(query)]


async def drop(unit: Unit, person_id: str, view_id: str) -> bool:
    """Throw one of a person's lists away; False where they have none such."""
    unit.must_write()
    c = personal_view.c
    statement = delete(personal_view).where(
        c.tenant_id == unit.tenant_id, c.person_id == person_id, c.id == view_id
    )
    return bool((await unit.run(statement)).rowcount)
