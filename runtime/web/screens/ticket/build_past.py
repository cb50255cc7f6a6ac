"""Past tickets of a ticket's customer, organisation and records, as lines."""

from __future__ import annotations

from collections.abc import Mapping

from runtime.queries.past_tickets import PastOf
from runtime.queries.read_ticket import Seen, TicketPage
from runtime.site.links import with_query
from runtime.store.rows import Person
from runtime.web.pages import moment, page
from runtime.web.requests import Visit
from runtime.web.screens.build_cells import Cells
from runtime.web.screens.side import capped
from runtime.web.screens.ticket.build_together import near
from runtime.web.screens.ticket.together import PastGroup, PastMark, PastPart


def past_part(
    visit: Visit, shown: TicketPage, found: tuple[tuple[PastOf, ...], Mapping[str, Person]]
) -> PastPart:
    """What was before, in groups."""
    groups, people = found
    cells = Cells(visit, people, shown.ask.now_us)
    return PastPart(
        page(visit, shown.row.subject, "desk"),
        tuple(_group(visit, shown, cells, one) for one in groups),
    )


def _group(visit: Visit, shown: TicketPage, cells: Cells, one: PastOf) -> PastGroup:
    titles = {
        "record": one.title,
        "requester": visit.say("Of the same person"),
        "organisation": visit.say("Of the same organisation"),
    }
    marks = tuple(
        PastMark(
            near(cells, Seen(p.line.live, p.line.row, p.line.facts, p.line.rights, shown.ask)),
            moment(p.line.row.created_us),
            p.solution,
        )
        for p in one.found
    )
    href = with_query(visit.links.view("all"), **one.query) if one.query else ""
    return PastGroup(titles[one.sort], marks, capped(one.count), href)
