"""What one ticket hands on to others that were merged: an answer, the end, a requester's word."""

from __future__ import annotations

from typing import Any, Final

from engine.decide.joining import TAKEN_IN
from engine.decide.kin import Echo, Settle
from engine.decide.verdict import Refusal
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.joined import above_of
from runtime.actions.outcome import NotFound, Outcome, Refused
from runtime.site.facts import read_facts
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from runtime.store import files, journal, tickets
from runtime.store.rows import Event
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit

HANDED_ON: Final = ("echo", "settle", "relay")
_WORDS: Final = ("typed", "text", "comment")
"""Where an event keeps what its author typed, the first that it has."""


async def hand_on(
    site: Site, tenant: str, row: TicketRow, verb: str, ticket_id: str, event_id: str, key: str
) -> Outcome:
    """Do one of them to the ticket with this id, once."""
    async with site.store.unit(tenant) as unit:
        target = await tickets.read(unit, ticket_id)
        if target is None:
            return NotFound()
        if verb == "relay":
            # Where it was merged into may have been merged since.
            target = _end(target, await above_of(unit, target))
        elif not await _still(site, unit, row, target.id):
            return Refused((Refusal("not_merged"),))
        event = Settle(row.number) if verb == "settle" else await _echo(unit, row, event_id, verb)
    if event is None:
        return Refused((Refusal("nothing_said"),))
    change = Change(event, idempotency_key=key)
    return await change_ticket(site, tenant, SYSTEM, target.number, change)


def _end(row: TicketRow, above: list[TicketRow]) -> TicketRow:
    for one in above:
        if not row.memory.get("merged"):
            break
        row = one
    return row


async def _still(site: Site, unit: Unit, row: TicketRow, ticket_id: str) -> bool:
    """Whether a ticket is still among those merged into this one."""
    live = await site.desks.of(unit, row)
    if live is None:
        return False
    facts = await read_facts(unit, live.desk, row)
    return ticket_id in facts.names(TAKEN_IN)


async def _echo(unit: Unit, row: TicketRow, event_id: str, verb: str) -> Echo | None:
    """The words of an event, to be said elsewhere."""
    said = await journal.one(unit, row.id, event_id)
    if said is None or said.body is None:
        return None
    with_it = [one.id for one in await files.of_ticket(unit, row.id) if one.event_id == event_id]
    text = _text(said.body)
    if not text and not with_it:
        return None
    return Echo(
        text=text,
        number=row.number,
        by=_author(said),
        internal=verb == "relay",
        files=tuple(with_it),
        about=(row.requester_id or "") if verb == "relay" else "",
    )


def _text(body: Any) -> str:
    return next((str(body[name]) for name in _WORDS if body.get(name)), "")


def _author(event: Event) -> str:
    """Who said it; what was granted was said by who asked for it."""
    asked_by = (event.body or {}).get("asked_by") if event.verb == "approved" else None
    return str(asked_by or event.actor_id or "")
