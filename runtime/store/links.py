"""Links between two tickets that are neither parts nor merged: related, duplicate, split off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, delete, or_, select

from runtime.store.tables.beside import ticket_link
from runtime.store.unit import Unit
from runtime.store.upsert import add_new

RELATED: Final = "related"
DUPLICATE: Final = "duplicate"
SPLIT: Final = "split"


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link as stored: `from_id` is the same as, or was split off, `to_id`."""

    from_id: str
    to_id: str
    sort: str
    by_id: str | None
    at_us: int

    def other(self, ticket_id: str) -> str:
        """The ticket at the other end."""
        return self.to_id if self.from_id == ticket_id else self.from_id


_COLUMNS = [ticket_link.c[name] for name in LinkRow.__dataclass_fields__]


async def add(unit: Unit, from_id: str, to_id: str, sort: str, by_id: str | None) -> None:
    """Keep a link; one that is there stays as it is."""
    row = {
        "tenant_id": unit.tenant_id,
        "from_id": from_id,
        "to_id": to_id,
        "sort": sort,
        "by_id": by_id,
        "at_us": unit.now_us(),
    }
    await add_new(unit, ticket_link, [row])


async def remove(unit: Unit, from_id: str, to_id: str, sort: str) -> bool:
    """Take a link away; whether it was there. `related` has no direction."""
    unit.must_write()
    ways = [(from_id, to_id)] + ([(to_id, from_id)] if sort == RELATED else [])
    gone = 0
    for one, other in ways:
        statement = delete(ticket_link).where(
            ticket_link.c.tenant_id == unit.tenant_id,
            ticket_link.c.from_id == one,
            ticket_link.c.to_id == other,
            ticket_link.c.sort == sort,
        )
        gone += (await unit.run(statement)).rowcount
    return gone > 0


async def between(unit: Unit, one: str, other: str, sort: str) -> bool:
    """Whether two tickets are linked so, in either direction."""
    return any(link.sort == sort for link in await of_ticket(unit, one) if link.other(one) == other)


_OF_TICKET = (
    select(*_COLUMNS)
    .where(ticket_link.c.tenant_id == bindparam("tenant"))
    .where(or_(ticket_link.c.from_id == bindparam("id"), ticket_link.c.to_id == bindparam("id")))
    .order_by(ticket_link.c.at_us, ticket_link.c.to_id)
)


async def of_ticket(unit: Unit, ticket_id: str) -> list[LinkRow]:
    """Every link of a ticket, oldest first."""
    rows = await unit.rows(_OF_TICKET, {"tenant": unit.tenant_id, "id": ticket_id})
    return [LinkRow(**row._mapping) for row in rows]
