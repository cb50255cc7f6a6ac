"""Tickets that may be about the same as one, as far as the viewer sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.facts import Viewer
from runtime.queries.read_ticket import TicketPage, see_ticket
from runtime.site.handles import Site
from runtime.store import alike, tickets
from runtime.store.tickets import TicketRow


@dataclass(frozen=True, slots=True)
class Proposed:
    """The other ticket, with what speaks for it: `why` → points. `older`: it came first."""

    row: TicketRow
    score: int
    reasons: Mapping[str, int]
    older: bool


async def alike_of(
    site: Site, tenant: str, viewer: Viewer, shown: TicketPage
) -> tuple[Proposed, ...]:
    """What is proposed for a ticket, the likeliest first."""
    async with site.store.unit(tenant) as unit:
        pairs = await alike.of_ticket(unit, shown.row.id)
        others = [
            await tickets.read(
                unit, one.other_id if one.ticket_id == shown.row.id else one.ticket_id
            )
            for one in pairs
        ]
    found = []
    for pair, row in zip(pairs, others, strict=True):
        if row is not None and await see_ticket(site, tenant, viewer, row.number):
            reasons = {str(one["why"]): int(one["points"]) for one in pair.reasons}
            older = row.created_us <= shown.row.created_us
            found.append(Proposed(row, pair.score, reasons, older))
    return tuple(found)
