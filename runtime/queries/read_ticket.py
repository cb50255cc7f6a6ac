"""One ticket as a person may see it: facts, rights, ways on, history, people and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.decide import access
from engine.decide.access import Rights
from engine.decide.move import Way, ways
from engine.facts import Ask, Facts, Viewer
from engine.model.desk import Desk
from runtime.queries.past_words import former_desks
from runtime.site.desks import Live
from runtime.site.facts import named_by, person_fields, read_facts
from runtime.site.handles import Site
from runtime.site.standing import ask_of
from runtime.store import files, journal, people, tickets
from runtime.store.rows import Event, FileRow, Person
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit


@dataclass(frozen=True, slots=True)
class TicketPage:
    """What a screen of one ticket is built from. Nothing in it goes beyond `rights`."""

    live: Live
    row: TicketRow
    facts: Facts
    rights: Rights
    ask: Ask
    ways: tuple[Way, ...]
    events: tuple[Event, ...]
    people: Mapping[str, Person]
    files: Mapping[str, FileRow]
    desks: Mapping[int, Desk] = field(default_factory=dict)
    """revision → the desk that decided then, for explanations to staff"""
    former: tuple[Desk, ...] = ()
    """earlier desks that know what history speaks of and the present one does not"""


@dataclass(frozen=True, slots=True)
class Seen:
    """A ticket as it is now, without its history, and what the viewer may do with it."""

    live: Live
    row: TicketRow
    facts: Facts
    rights: Rights
    ask: Ask


async def see_ticket(site: Site, tenant: str, viewer: Viewer, number: str) -> Seen | None:
    """What decides about a ticket and nothing more; None as `read_ticket`."""
    async with site.store.unit(tenant) as unit:
        return await _seen(site, unit, viewer, await tickets.by_number(unit, number))


async def see_row(site: Site, unit: Unit, viewer: Viewer, row: TicketRow | None) -> Seen | None:
    """A ticket that was read already, as `see_ticket`; None where the viewer may not see it."""
    return await _seen(site, unit, viewer, row)


@dataclass(frozen=True, slots=True)
class Shown:
    """A ticket as it is now with the people and files it names, without its history."""

    seen: Seen
    people: Mapping[str, Person]
    files: Mapping[str, FileRow]


async def show_ticket(site: Site, tenant: str, viewer: Viewer, number: str) -> Shown | None:
    """What a ticket says; None as `read_ticket`."""
    async with site.store.unit(tenant) as unit:
        seen = await _seen(site, unit, viewer, await tickets.by_number(unit, number))
        if seen is None:
            return None
        named = await people.persons_by_id(unit, named_by(seen.live.desk, seen.row))
        found = {file.id: file for file in await files.of_ticket(unit, seen.row.id)}
    return Shown(seen, named, _public(viewer, seen.rights, found))


async def _seen(site: Site, unit: Unit, viewer: Viewer, row: TicketRow | None) -> Seen | None:
    live = await site.desks.of(unit, row) if row is not None else None
    if row is None or live is None:
        return None
    facts = await read_facts(unit, live.desk, row)
    ask = ask_of(live.desk, viewer, unit.now_us())
    rights = access.rights(live.desk, facts, ask)
    return Seen(live, row, facts, rights, ask) if rights.see else None


async def read_ticket(site: Site, tenant: str, viewer: Viewer, number: str) -> TicketPage | None:
    """The ticket, or None when there is none or the viewer may not see it."""
    async with site.store.unit(tenant) as unit:
        now = await _seen(site, unit, viewer, await tickets.by_number(unit, number))
        if now is None:
            return None
        live, row, facts, rights, ask = now.live, now.row, now.facts, now.rights, now.ask
        events = tuple(await journal.read(unit, row.id))
        found = {file.id: file for file in await files.of_ticket(unit, row.id)}
        named = await people.persons_by_id(unit, _named(live.desk, row, events))
    then = await desks_of(site, tenant, events) if viewer.is_staff else {}
    former = await former_desks(site, tenant, live.desk, row.type_key, events)
    seen = events if viewer.is_staff else tuple(e for e in events if e.verb != "noted")
    public = _public(viewer, rights, found)
    return TicketPage(
        live, row, facts, rights, ask, ways(live.desk, facts, rights, ask), seen, named, public,
        then, former,
    )  # fmt: skip


def _public(viewer: Viewer, rights: Rights, found: Mapping[str, FileRow]) -> dict[str, FileRow]:
    """The files that the viewer may have."""
    return {
        key: file
        for key, file in found.items()
        if (viewer.is_staff or file.visibility == "public")
        and (not file.field_key or rights.reads(file.field_key))
    }


async def desks_of(site: Site, tenant: str, events: Sequence[Event]) -> dict[int, Desk]:
    """The desks of the revisions under which these events decided something."""
    numbers = {event.revision for event in events if _decides(event.body or {})}
    found: dict[int, Desk] = {}
    for number in sorted(numbers, reverse=True)[:8]:
        desk = await site.desks.at_revision(tenant, number)
        if desk is not None:
            found[number] = desk
    return found


def _decides(body: Mapping[str, Any]) -> bool:
    return bool(
        body.get("reasons") or any(change.get("rule") for change in body.get("changes", ()))
    )


def _named(desk: Desk, row: TicketRow, events: tuple[Event, ...]) -> set[str]:
    """The ids of everyone the page may name."""
    ids: set[str | None] = {*named_by(desk, row), *row.watchers}
    ids |= {event.actor_id for event in events}
    relations = ("assignee", "requester", "customer", *person_fields(desk, row.type_key))
    ids |= _who_wait(row)
    ids |= {str((event.body or {}).get("person", "")) for event in events}
    for event in events:
        body = event.body or {}
        ids |= {
            *map(str, body.get("mentions", ())),
            str((body.get("visit") or {}).get("person", "")),
        }
        for change in (event.body or {}).get("changes", ()):
            if change["name"] in relations:
                ids |= {change["before"], change["after"]}
    return {one for one in ids if one}


def _who_wait(row: TicketRow) -> set[str]:
    """Everyone that a request names: who asked, who is asked, who answered, who is absent."""
    kept = row.pending or {}
    request = kept.get("request") or {}
    answered = {str(vote["person"]) for vote in request.get("votes", ())}
    absent = set(map(str, (request.get("stands_in") or {}).values()))
    return {*kept.get("approvers", ()), *answered, *absent, str(request.get("asker", ""))}


async def rights_on(site: Site, unit: Unit, viewer: Viewer, ticket_id: str) -> Rights | None:
    """The viewer's rights on a ticket by id; None where they don't see it."""
    found = await _seen(site, unit, viewer, await tickets.read(unit, ticket_id))
    return found.rights if found is not None else None
