"""Plans that somebody wants to keep: files by content, what was said of them, who agreed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import insert, select, update

from runtime.store.tables.desks import plan
from runtime.store.tickets import next_number
from runtime.store.unit import Unit

OPEN, ASKED, RETURNED, PUBLISHED = "open", "asked", "returned", "published"
"""open: kept, nobody was asked. asked: waits for an approval. returned: somebody sent it back."""
_PREFIX = "plan"
"""Of the counter; no ticket type's prefix has small letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPlan:
    """A plan as it was kept. `approvals`: who agreed to what or sent it back, in order."""

    id: str
    state: str
    author: str
    author_id: str | None
    message: str
    base_n: int
    tree: str
    digest: str
    files: Mapping[str, str]
    body: Mapping[str, Any]
    approvals: Sequence[Mapping[str, Any]] = ()
    at_us: int
    revision_n: int | None = None


_COLUMNS = [plan.c[f.name] for f in fields(SavedPlan)]


async def new_id(unit: Unit) -> str:
    """The next plan number of the tenant."""
    return (await next_number(unit, _PREFIX)).rpartition("-")[2]


async def add(unit: Unit, new: SavedPlan) -> None:
    """Keep a plan; its files have to be there by content."""
    unit.must_write()
    row = {f.name: getattr(new, f.name) for f in fields(SavedPlan)}
    kept = {"tenant_id": unit.tenant_id, **row, "approvals": list(new.approvals)}
    await unit.run(insert(plan), kept)


async def read(unit: Unit, id: str) -> SavedPlan | None:
    """A plan by its number."""
    query = select(*_COLUMNS).where(plan.c.tenant_id == unit.tenant_id, plan.c.id == id)
    row = await unit.row(query)
    return SavedPlan(**row._mapping) if row else None


async def hold(unit: Unit, id: str) -> SavedPlan | None:
    """A plan that nobody else changes until the end of the unit."""
    unit.must_write()
    query = select(*_COLUMNS).where(plan.c.tenant_id == unit.tenant_id, plan.c.id == id)
    row = await unit.row(query.with_for_update())
    return SavedPlan(**row._mapping) if row else None


async def change(unit: Unit, id: str, **changes: Any) -> None:
    """Write columns of a plan."""
    unit.must_write()
    statement = update(plan).where(plan.c.tenant_id == unit.tenant_id, plan.c.id == id)
    await unit.run(statement.values(changes))


async def in_state(unit: Unit, *states: str, limit: int = 50) -> list[SavedPlan]:
    """The plans in one of these states, newest first."""
    query = select(*_COLUMNS).where(plan.c.tenant_id == unit.tenant_id, plan.c.state.in_(states))
    rows = await unit.rows(query.order_by(plan.c.at_us.desc(), plan.c.id.desc()).limit(limit))
    return [SavedPlan(**row._mapping) for row in rows]
