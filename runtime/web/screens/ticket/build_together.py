"""What belongs together with a ticket, from what a query found to the panels of its page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from engine.decide import access
from engine.decide.joining import may_undo
from engine.model.roster import Member
from engine.model.ticket_type import DONE_PHASES
from runtime.queries.read_ticket import Seen, TicketPage
from runtime.queries.together import Linked, Together
from runtime.render.catalogues import N_
from runtime.site.links import with_query
from runtime.web.pages import page, person_mark
from runtime.web.requests import Visit
from runtime.web.screens.base import SlaMark, StatusMark
from runtime.web.screens.build_cells import Cells
from runtime.web.screens.choosing import Choice
from runtime.web.screens.ticket.together import (
    BatchPanel,
    NearMark,
    PartsPanel,
    PartsPart,
    TogetherPanel,
    Watching,
)

SORTS: Final = {
    "related": N_("Related"),
    "duplicate": N_("This is a duplicate of it"),
    "original": N_("A duplicate of this"),
    "split_from": N_("This was split off from it"),
    "split_off": N_("Split off from this"),
}
_UNDONE: Final = {"related": "related", "duplicate": "duplicate", "original": "duplicate"}
THENS: Final = {
    "solved": N_("Solve them too; their requesters may still reopen"),
    "closed": N_("Leave them closed"),
}


def thens(visit: Visit) -> tuple[Choice, ...]:
    """What may become of merged tickets once the one that handles them is solved."""
    return tuple(Choice(name, visit.say(words)) for name, words in THENS.items())


def together_panel(
    visit: Visit, found: TicketPage, beside: Together, members: Sequence[Member]
) -> TogetherPanel:
    """Parts, merged tickets, links and watchers, with the doors that this person has."""
    row, links = found.row, visit.links
    cells = Cells(visit, beside.people, found.ask.now_us)
    may = Doors(found)
    return TogetherPanel(
        action=links.ticket(row.number, "join"),
        whole=near(cells, beside.whole) if beside.whole else None,
        merged=beside.merged,
        into=near(cells, beside.into) if beside.into else None,
        undo=beside.undoable and may_undo(found.live.desk, found.facts, found.ask),
        parts=parts_panel(visit, found, beside),
        batch=_batch(visit, found, beside, cells),
        links=tuple(_links(visit, beside.links, cells, may("link"))),
        link_href=links.ticket(row.number, "join") if may("link") else "",
        merge_href=with_query(links.ticket(row.number, "join"), **{"as": "merge"})
        if may("merge") and not beside.merged
        else "",
        split_href=links.ticket(row.number, "split") if may("split") else "",
        copy_href=_copy(visit, found),
        watching=_watching(visit, found, beside, members),
        past_href=links.ticket(row.number, "past"),
    )


class Doors:
    """Whether the viewer may do a verb on the ticket."""

    def __init__(self, found: TicketPage | Seen) -> None:
        self.rights = found.rights

    def __call__(self, verb: str) -> bool:
        return self.rights.edit and bool(self.rights.do & {verb, "*"})


def near(
    cells: Cells, seen: Seen, *, sort: str = "", undo: str = "", whose: bool = False
) -> NearMark:
    """Another ticket in a line, in the words of its own desk."""
    cells, row = cells.under(seen.live), seen.row
    assignee = cells.people.get(row.assignee_id or "")
    requester = cells.people.get(row.requester_id or "")
    return NearMark(
        href=cells.visit.links.ticket(row.number),
        number=row.number,
        subject=row.subject,
        status=cells.status(seen.facts),
        sla=next_due(cells, seen),
        assignee=person_mark(assignee) if assignee else None,
        requester=requester.name if requester and whose else "",
        sort=sort,
        undo=undo,
    )


def next_due(cells: Cells, seen: Seen) -> SlaMark | None:
    """The deadline that falls due first, of an open ticket."""
    if seen.row.phase in DONE_PHASES:
        return None
    dues = [
        (clock.due_us, key)
        for key, clock in seen.facts.clocks.items()
        if clock.due_us is not None and clock.met_us is None
    ]
    if not dues:
        return None
    key = min(dues)[1]
    return cells.sla(seen.facts, key, seen.facts.clocks[key])


def parts_part(visit: Visit, found: TicketPage, beside: Together) -> PartsPart:
    """The parts alone."""
    return PartsPart(page(visit, found.row.subject, "desk"), parts_panel(visit, found, beside))


def parts_panel(visit: Visit, found: TicketPage, beside: Together) -> PartsPanel:
    """The sub-tickets and how far they are."""
    cells = Cells(visit, beside.people, found.ask.now_us)
    may, row, progress = Doors(found)("link"), found.row, beside.progress
    opened = may and not beside.merged
    soonest = [one for one in beside.parts if next_due(cells.under(one.live), one) is not None]
    soonest.sort(key=_due_us)
    first = soonest[0] if soonest else None
    return PartsPanel(
        parts=tuple(near(cells, one, undo="part" if may else "") for one in beside.parts),
        done=progress.done,
        count=progress.count,
        hidden=progress.hidden,
        hidden_done=progress.hidden_done,
        next=next_due(cells.under(first.live), first) if first else None,
        states=tuple(_states(cells, beside.parts)),
        add_href=with_query(visit.links.ticket(row.number, "join"), **{"as": "part"})
        if opened
        else "",
        new=tuple(_new(visit, found, "part")) if opened else (),
        action=visit.links.ticket(row.number, "join"),
        live_href=visit.links.ticket(row.number, "parts") if progress.count else "",
    )


def _due_us(seen: Seen) -> int:
    return min(
        clock.due_us
        for clock in seen.facts.clocks.values()
        if clock.due_us is not None and clock.met_us is None
    )


def _states(cells: Cells, parts: Sequence[Seen]) -> Iterable[tuple[StatusMark, int]]:
    """Each state that parts are in, with how many."""
    counts: dict[StatusMark, int] = {}
    for one in parts:
        mark = cells.under(one.live).status(one.facts)
        counts[mark] = counts.get(mark, 0) + 1
    yield from counts.items()


def _new(visit: Visit, found: TicketPage, how: str) -> Iterable[Choice]:
    """A new ticket made from this one, of each type that this person may open."""
    desk = found.live.desk
    for key in access.offered(desk, visit.viewer):
        href = visit.links.desk("new", desk.types[key].id)
        asked = {"how": how, "from": found.row.number}
        yield Choice(with_query(href, **asked), desk.types[key].title.say(visit.locale))


def _copy(visit: Visit, found: TicketPage) -> str:
    if found.row.type_key not in access.offered(found.live.desk, visit.viewer):
        return ""
    href = visit.links.desk("new", found.live.desk.types[found.row.type_key].id)
    return with_query(href, **{"how": "copy", "from": found.row.number})


def _batch(visit: Visit, found: TicketPage, beside: Together, cells: Cells) -> BatchPanel | None:
    if not beside.taken_in and not beside.hidden:
        return None
    may = Doors(found)("merge")
    marks = (
        near(
            cells,
            one,
            undo="merge" if may_undo(one.live.desk, one.facts, one.ask) else "",
            whose=True,
        )
        for one in beside.taken_in
    )
    return BatchPanel(
        tuple(marks),
        beside.hidden,
        beside.then,
        thens(visit) if may else (),
        visit.links.ticket(found.row.number, "join"),
    )


def _links(visit: Visit, linked: Sequence[Linked], cells: Cells, may: bool) -> Iterable[NearMark]:
    for one in linked:
        undo = _UNDONE.get(one.sort, "") if may else ""
        yield near(cells, one.seen, sort=visit.say(SORTS[one.sort]), undo=undo)


def _watching(
    visit: Visit, found: TicketPage, beside: Together, members: Sequence[Member]
) -> Watching:
    known = {person.id for person in beside.watchers}
    me = visit.viewer.person_id or ""
    others = (m for m in members if m.person_id not in known and m.person_id != me)
    return Watching(
        on=me in known,
        action=visit.links.ticket(found.row.number, "watch"),
        watchers=tuple(
            (person.id if found.rights.edit or person.id == me else "", person_mark(person))
            for person in beside.watchers
        ),
        people=tuple(Choice(m.person_id, m.name) for m in others) if found.rights.edit else (),
        adds=found.rights.edit,
    )
