"""Words kept for answers: of one person, or of a team."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update

from runtime.store.tables.beside import quick_text
from runtime.store.unit import Unit

_C = quick_text.c


@dataclass(frozen=True, slots=True)
class QuickText:
    """One of them; `person_id` or `team_key` says whose it is."""

    id: str
    person_id: str | None
    team_key: str | None
    shortcut: str
    title: str
    body: str


_COLUMNS = [_C[f.name] for f in fields(QuickText)]


def _owned(unit: Unit, person_id: str | None, team_key: str | None) -> ColumnElement[bool]:
    owner = _C.team_key == team_key if team_key else _C.person_id == person_id
    return (_C.tenant_id == unit.tenant_id) & owner


async def of_person(unit: Unit, person_id: str, teams: Iterable[str]) -> list[QuickText]:
    """A person's own and those of their teams, by shortcut; their own first."""
    mine = or_(_C.person_id == person_id, _C.team_key.in_(sorted(teams)))
    query = select(*_COLUMNS).where(_C.tenant_id == unit.tenant_id, mine)
    rows = await unit.rows(query.order_by(_C.team_key.is_not(None), _C.shortcut, _C.id))
    return [QuickText(**row._mapping) for row in rows]


async def read(unit: Unit, text_id: str) -> QuickText | None:
    """One by id."""
    query = select(*_COLUMNS).where(_C.tenant_id == unit.tenant_id, _C.id == text_id)
    row = await unit.row(query)
    return QuickText(**row._mapping) if row else None


async def same_shortcut(unit: Unit, text: QuickText) -> bool:
    """Whether the same owner has another text under its shortcut."""
    query = select(_C.id).where(
        _owned(unit, text.person_id, text.team_key),
        _C.shortcut == text.shortcut,
        _C.id != text.id,
    )
    return await unit.row(query.limit(1)) is not None


async def count(unit: Unit, text: QuickText) -> int:
    """How many its owner has."""
    query = select(func.count()).where(_owned(unit, text.person_id, text.team_key))
    return int(await unit.value(query.select_from(quick_text)))


async def add(unit: Unit, text: QuickText) -> None:
    """Keep a new one."""
    unit.must_write()
    row = {f.name: getattr(text, f.name) for f in fields(QuickText)}
    await unit.run(
        insert(quick_text), {**row, "tenant_id": unit.tenant_id, "changed_us": unit.now_us()}
    )


async def change(unit: Unit, text: QuickText) -> None:
    """Write its words anew."""
    unit.must_write()
    changes = {
        "shortcut": text.shortcut,
        "title": text.title,
        "body": text.body,
        "changed_us": unit.now_us(),
    }
    where = (_C.tenant_id == unit.tenant_id, _C.id == text.id)
    await unit.run(update(quick_text).where(*where).values(changes))


async def drop(unit: Unit, text_id: str) -> None:
    """Throw one away."""
    unit.must_write()
    await unit.run(delete(quick_text).where(_C.tenant_id == unit.tenant_id, _C.id == text_id))
