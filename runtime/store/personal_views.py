"""Lists that a person has saved for themselves: a view and what its address asked for.

A row without a title is how they want to see a view: its columns, order, groups, density.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from runtime.store.tables.people import personal_view
from runtime.store.unit import Unit


@dataclass(frozen=True, slots=True)
class PersonalView:
    """One saved list; `query` is the address's, as it was."""

    id: str
    title: str
    view: str
    query: str
    pinned: bool = False


# Every page of the desk asks these: made once.
_C = personal_view.c
_OF_PERSON = (_C.tenant_id == bindparam("tenant"), _C.person_id == bindparam("person"))
_LISTS = (
    select(_C.id, _C.title, _C.view, _C.query, _C.pinned)
    .where(*_OF_PERSON, _C.title != "")
    .order_by(func.coalesce(_C.place, 0), _C.created_us, _C.id)
)
_DISPLAY = select(_C.query).where(*_OF_PERSON, _C.title == "", _C.view == bindparam("view"))


async def add(unit: Unit, person_id: str, title: str, view: str, query: str) -> str:
    """Keep a list as the last of theirs; gives its id."""
    unit.must_write()
    made = unit.new_id()
    last = select(func.max(personal_view.c.place)).where(*_theirs(unit, person_id))
    row = {
        "tenant_id": unit.tenant_id,
        "id": made,
        "person_id": person_id,
        "title": title,
        "view": view,
        "query": query,
        "created_us": unit.now_us(),
        "place": (await unit.value(last) or 0) + 1,
        "pinned": 0,
    }
    await unit.run(insert(personal_view), row)
    return made


async def of_person(unit: Unit, person_id: str) -> list[PersonalView]:
    """A person's lists in their order."""
    rows = await unit.rows(_LISTS, {"tenant": unit.tenant_id, "person": person_id})
    return [PersonalView(r.id, r.title, r.view, r.query, bool(r.pinned)) for r in rows]


async def change(unit: Unit, person_id: str, view_id: str, **values: Any) -> bool:
    """Change one of a person's lists; False where they have none such."""
    unit.must_write()
    mine = update(personal_view).where(
        *_theirs(unit, person_id), personal_view.c.id == view_id, personal_view.c.title != ""
    )
    return bool((await unit.run(mine.values(**values))).rowcount)


async def drop(unit: Unit, person_id: str, view_id: str) -> bool:
    """Throw one of a person's lists away; False where they have none such."""
    unit.must_write()
    statement = delete(personal_view).where(
        *_theirs(unit, person_id), personal_view.c.id == view_id, personal_view.c.title != ""
    )
    return bool((await unit.run(statement)).rowcount)


async def keep_display(unit: Unit, person_id: str, view: str, query: str) -> None:
    """Keep how a person wants to see a view; an empty `query` forgets it."""
    unit.must_write()
    c = personal_view.c
    this = (*_theirs(unit, person_id), c.title == "", c.view == view)
    await unit.run(delete(personal_view).where(*this))
    if not query:
        return
    row = {
        "tenant_id": unit.tenant_id,
        "id": unit.new_id(),
        "person_id": person_id,
        "title": "",
        "view": view,
        "query": query,
        "created_us": unit.now_us(),
    }
    await unit.run(insert(personal_view), row)


async def display_of(unit: Unit, person_id: str, view: str) -> str:
    """How a person wants to see a view, "" where they never said."""
    asked = {"tenant": unit.tenant_id, "person": person_id, "view": view}
    return str(await unit.value(_DISPLAY, asked) or "")


def _theirs(unit: Unit, person_id: str) -> tuple[Any, ...]:
    return personal_view.c.tenant_id == unit.tenant_id, personal_view.c.person_id == person_id
