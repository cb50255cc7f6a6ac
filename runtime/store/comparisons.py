"""What another revision would have decided about a ticket, beside what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select

from runtime.store.tables.desks import comparison
from runtime.store.unit import Unit
from runtime.store.upsert import inserting

_C = comparison.c
_KEY = ["tenant_id", "environment", "revision_n", "ticket_id"]


@dataclass(frozen=True, slots=True)
class Compared:
    """One ticket compared. `body` says what is otherwise; no value of the ticket stands in it."""

    environment: str
    revision_n: int
    ticket_id: str
    agrees: bool
    body: Mapping[str, Any]
    at_us: int


_COLUMNS = [_C[name] for name in Compared.__dataclass_fields__]


async def put(unit: Unit, one: Compared) -> None:
    """Keep a comparison; a ticket compared again stands as it was compared last."""
    unit.must_write()
    row = {name: getattr(one, name) for name in Compared.__dataclass_fields__}
    row |= {"tenant_id": unit.tenant_id, "body": dict(one.body)}
    new = inserting(comparison, unit.dialect).values(row)
    set_ = {name: row[name] for name in ("agrees", "body", "at_us")}
    await unit.run(new.on_conflict_do_update(index_elements=_KEY, set_=set_))


async def read(unit: Unit, environment: str, revision: int, ticket_id: str) -> Compared | None:
    """The comparison of one ticket."""
    query = _of(environment, revision, unit).where(_C.ticket_id == ticket_id)
    row = await unit.row(query)
    return Compared(**row._mapping) if row else None


async def newest(
    unit: Unit, environment: str, revision: int, limit: int, *, differing: bool = False
) -> list[Compared]:
    """The newest comparisons, newest first; those alone that differ where asked."""
    query = _of(environment, revision, unit)
    if differing:
        query = query.where(~_C.agrees)
    rows = await unit.rows_long(query.order_by(_C.at_us.desc(), _C.ticket_id).limit(limit))
    return [Compared(**row._mapping) for row in rows]


async def counts(unit: Unit, environment: str, revision: int) -> tuple[int, int]:
    """How many were compared, and of how many both say the same."""
    query = select(
        func.count().label("n"), func.sum(case((_C.agrees, 1), else_=0)).label("same")
    ).where(
        _C.tenant_id == unit.tenant_id,
        _C.environment == environment,
        _C.revision_n == revision,
    )
    (row,) = await unit.rows(query)
    return int(row.n), int(row.same or 0)


def _of(environment: str, revision: int, unit: Unit) -> Any:
    return select(*_COLUMNS).where(
        _C.tenant_id == unit.tenant_id,
        _C.environment == environment,
        _C.revision_n == revision,
    )
