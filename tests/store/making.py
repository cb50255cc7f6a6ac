"""Makes tickets for the tests of the store, with a journal, as the actions would."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from runtime.store import journal, tickets
from runtime.store.journal import Head, NewEvent
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit


def a_ticket(unit: Unit, number: str, **more: Any) -> TicketRow:
    """A new refund of this number."""
    now = unit.now_us()
    given: dict[str, Any] = {
        "id": unit.new_id(),
        "number": number,
        "type_key": "refund",
        "state_key": "submitted",
        "phase": "new",
        "created_us": now,
        "updated_us": now,
        "state_since_us": now,
        "values": {},
        "folds": {},
        "refs": {},
        "clocks": {},
        "memory": {},
    }
    return TicketRow(**{**given, **more})


async def open_ticket(unit: Unit, **more: Any) -> TicketRow:
    """Make a refund with its first event."""
    row = a_ticket(unit, await tickets.next_number(unit, "RF"), **more)
    opened = NewEvent("created", {"subject": row.subject}, "person", row.requester_id)
    head, _ = await journal.append(unit, row.id, Head(), [opened])
    row = replace(row, version=head.seq, head_hash=head.hash)
    await tickets.create(unit, row)
    return row
