"""Who works here, by name: those whom a text may name and a visit may be planned for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from runtime.store.rows import absent
from runtime.store.tables.people import person
from runtime.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works here; an absence may lie in the future."""

    id: str
    name: str
    absent_from_us: int | None = None
    absent_to_us: int | None = None

    def absent(self, now_us: int) -> bool:
        """Whether they are out of office at `now_us`."""
        return absent(self.absent_from_us, self.absent_to_us, now_us)


_ALL = (
    select(person.c.id, person.c.name, person.c.absent_from_us, person.c.absent_to_us)
    .where(
        person.c.tenant_id == bindparam("tenant"),
        person.c.kind == "staff",
        person.c.active,
    )
    .order_by(person.c.name, person.c.id)
)


async def all_active(unit: Unit) -> list[Colleague]:
    """Everyone who works here now, by name."""
    rows = await unit.rows(_ALL, {"tenant": unit.tenant_id})
    return [Colleague(**row._mapping) for row in rows]
