"""What belongs together with a ticket, as far as the viewer sees it: parts, merged ones, links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.decide.joining import CHILDREN, MERGED, TAKEN_IN, THEN
from engine.facts import Facts, Viewer
from engine.model.ticket_type import DONE_PHASES
from runtime.queries.read_ticket import Seen, see_row
from runtime.site.handles import Site
from runtime.store import links, people, tickets
from runtime.store.links import LinkRow
from runtime.store.rows import Person
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit

MOST_SHOWN = 100
"""So many parts, merged tickets and links of one ticket are listed."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the parts of a ticket are, those counted in that the viewer may not see.

    `due_us`: the soonest deadline of an open part that is seen.
    """

    count: int = 0
    done: int = 0
    hidden: int = 0
    hidden_done: int = 0
    due_us: int | None = None


@dataclass(frozen=True, slots=True)
class Linked:
    """A linked ticket. `sort` as seen from here: related, duplicate, original, split_off or
    split_from."""

    sort: str
    seen: Seen
    link: LinkRow


@dataclass(frozen=True, slots=True)
class Together:
    """`whole`: what it is a part of; `into`: what it was merged into; `taken_in`: what was merged
    into it, by way of others too, `hidden` of them not for the viewer. `then`: what becomes of
    those once this one is solved."""

    whole: Seen | None = None
    into: Seen | None = None
    merged: bool = False
    undoable: bool = False
    parts: tuple[Seen, ...] = ()
    progress: Progress = field(default_factory=Progress)
    taken_in: tuple[Seen, ...] = ()
    hidden: int = 0
    links: tuple[Linked, ...] = ()
    watchers: tuple[Person, ...] = ()
    people: Mapping[str, Person] = field(default_factory=dict)
    then: str = "solved"


async def together_of(
    site: Site, tenant: str, viewer: Viewer, row: TicketRow, facts: Facts
) -> Together:
    """All of it, in one moment of the store."""
    async with site.store.unit(tenant) as unit:
        above = await tickets.read(unit, row.parent_id) if row.parent_id else None
        over = await see_row(site, unit, viewer, above)
        merged = bool(facts.get(MERGED))
        below = await tickets.parts(unit, row.id)
        parts = await _seen(site, unit, viewer, below[:MOST_SHOWN])
        taken = [await tickets.read(unit, one) for one in facts.names(TAKEN_IN)[:MOST_SHOWN]]
        inside = await _seen(site, unit, viewer, [one for one in taken if one is not None])
        linked = await _linked(site, unit, viewer, row.id)
        everyone = (*parts, *inside, *(one.seen for one in linked))
        named = await people.persons_by_id(unit, {*_named(everyone), *row.watchers})
    return Together(
        whole=over if not merged else None,
        into=over if merged else None,
        merged=merged,
        undoable=merged and isinstance(facts.get("merged.was"), Mapping),
        parts=parts,
        progress=_progress(below, parts),
        taken_in=inside,
        hidden=len(facts.names(TAKEN_IN)) - len(inside),
        links=linked,
        watchers=tuple(named[one] for one in row.watchers if one in named),
        people=named,
        then=facts.text(THEN) or "solved",
    )


async def parts_of(
    site: Site, tenant: str, viewer: Viewer, row: TicketRow, facts: Facts
) -> tuple[Seen, ...]:
    """The parts alone that the viewer sees."""
    if not facts.names(CHILDREN):
        return ()
    async with site.store.unit(tenant) as unit:
        parts = await tickets.parts(unit, row.id)
        return await _seen(site, unit, viewer, parts[:MOST_SHOWN])


async def _seen(
    site: Site, unit: Unit, viewer: Viewer, rows: Sequence[TicketRow]
) -> tuple[Seen, ...]:
    found = [await see_row(site, unit, viewer, row) for row in rows]
    return tuple(one for one in found if one is not None)


def _progress(rows: Sequence[TicketRow], seen: Sequence[Seen]) -> Progress:
    known = {one.row.id for one in seen}
    done = [row for row in rows if row.phase in DONE_PHASES]
    dues = [
        clock.due_us
        for one in seen
        if one.row.phase not in DONE_PHASES
        for clock in one.facts.clocks.values()
        if clock.due_us is not None and clock.met_us is None
    ]
    return Progress(
        len(rows),
        len(done),
        len(rows) - len(known),
        sum(row.id not in known for row in done),
        min(dues, default=None),
    )


async def _linked(site: Site, unit: Unit, viewer: Viewer, ticket_id: str) -> tuple[Linked, ...]:
    found = []
    for link in (await links.of_ticket(unit, ticket_id))[:MOST_SHOWN]:
        seen = await see_row(site, unit, viewer, await tickets.read(unit, link.other(ticket_id)))
        if seen is not None:
            found.append(Linked(_sort(link, from_here=link.from_id == ticket_id), seen, link))
    return tuple(found)


def _sort(link: LinkRow, *, from_here: bool) -> str:
    """What the link says of this ticket: it is a duplicate of the other, or the other of it."""
    if link.sort == links.DUPLICATE:
        return "duplicate" if from_here else "original"
    if link.sort == links.SPLIT:
        return "split_from" if from_here else "split_off"
    return link.sort


def _named(everyone: Iterable[Seen]) -> set[str]:
    ids = {i for one in everyone for i in (one.row.requester_id, one.row.assignee_id)}
    return {one for one in ids if one}


async def see_named(site: Site, tenant: str, viewer: Viewer, number: str) -> Seen | None:
    """A ticket by the number as somebody typed it; None where the viewer sees none."""
    asked = number.strip()[:64]
    async with site.store.unit(tenant) as unit:
        row = await tickets.by_number(unit, asked) or await tickets.by_number(unit, asked.upper())
        return await see_row(site, unit, viewer, row)
