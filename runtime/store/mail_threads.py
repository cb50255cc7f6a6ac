"""Which Message-ID belongs to which ticket: of mails that came in, and of letters of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from sqlalchemy import select

from runtime.store.tables.doors import mail_address, mail_thread
from runtime.store.unit import Unit
from runtime.store.upsert import add_new, put

IN, OUT = "in", "out"
BOUNCED = "bounced"


@dataclass(frozen=True, slots=True)
class Threaded:
    """A message of a ticket, its id without angle brackets. `person_id`: who wrote it (`in`), or to
    whom it was written (`out`)."""

    message_id: str
    ticket_id: str
    event_id: str | None
    direction: str
    person_id: str | None
    at_us: int


_COLUMNS = [mail_thread.c[f.name] for f in fields(Threaded)]


async def add(
    unit: Unit,
    message_id: str,
    ticket_id: str,
    *,
    event_id: str | None,
    direction: str,
    person_id: str | None,
) -> bool:
    """Remember a message; False if its id is known already, then the first one stands."""
    row = {
        "tenant_id": unit.tenant_id,
        "message_id": message_id,
        "ticket_id": ticket_id,
        "event_id": event_id,
        "direction": direction,
        "person_id": person_id,
        "at_us": unit.now_us(),
    }
    return await add_new(unit, mail_thread, row) == 1


async def find(unit: Unit, message_ids: Sequence[str]) -> list[Threaded]:
    """What is known of these messages, in the order asked for."""
    c = mail_thread.c
    query = select(*_COLUMNS).where(
        c.tenant_id == unit.tenant_id, c.message_id.in_(list(message_ids))
    )
    known = {row.message_id: Threaded(**row._mapping) for row in await unit.rows(query)}
    return [known[one] for one in dict.fromkeys(message_ids) if one in known]


async def last_of(unit: Unit, ticket_id: str, limit: int = 20) -> list[Threaded]:
    """The newest messages of a ticket, oldest first."""
    c = mail_thread.c
    query = select(*_COLUMNS).where(c.tenant_id == unit.tenant_id, c.ticket_id == ticket_id)
    rows = await unit.rows(query.order_by(c.at_us.desc(), c.message_id.desc()).limit(limit))
    return [Threaded(**row._mapping) for row in reversed(rows)]


async def mark_address(unit: Unit, address: str, state: str, reason: str) -> None:
    """Remember that mail to an address comes back."""
    row = {
        "tenant_id": unit.tenant_id,
        "address": address.lower(),
        "state": state,
        "reason": reason[:300],
        "at_us": unit.now_us(),
    }
    await put(unit, mail_address, row)


async def state_of(unit: Unit, address: str) -> str:
    """What is known of an address, "" where nothing is."""
    c = mail_address.c
    query = select(c.state).where(c.tenant_id == unit.tenant_id, c.address == address.lower())
    return str(await unit.value(query) or "")


async def clear_address(unit: Unit, address: str) -> None:
    """An address that writes to us can be written to."""
    if await state_of(unit, address):
        await mark_address(unit, address, "", "")
