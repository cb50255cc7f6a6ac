"""Two tickets in one unit: the other as a decision has to know it, and what the journal says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.decide import access
from engine.decide.joining import MERGED, TAKEN_IN
from engine.decide.kin import Beside, Echo, Kin, Link, Merge, Relate, Settle, Split, Unmerge, Watch
from engine.decide.verdict import Comment, Event, Move, Refusal
from engine.facts import Facts, Viewer
from runtime.actions.outcome import Refused, Undo
from runtime.site.facts import read_facts
from runtime.site.handles import Site
from runtime.site.standing import ask_of
from runtime.store import tickets
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit

NAME = "{name}"
"""Stands in an answer to several requesters for the name of each."""
MOST_ABOVE = 100
"""So far up parts and merged tickets are followed; nobody nests deeper."""


async def named(unit: Unit, number: str) -> TicketRow | None:
    """A ticket by its number, in whatever case it was typed, or by its id."""
    asked = number.strip()[:64]
    found = await tickets.by_number(unit, asked) or await tickets.by_number(unit, asked.upper())
    return found or await tickets.read(unit, asked)


async def kin_of(site: Site, unit: Unit, viewer: Viewer, row: TicketRow | None) -> Kin | None:
    """A ticket as the other of two; None where there is none or the viewer may not see it."""
    live = await site.desks.of(unit, row) if row is not None else None
    if row is None or live is None:
        return None
    facts = await read_facts(unit, live.desk, row)
    rights = access.rights(live.desk, facts, ask_of(live.desk, viewer, unit.now_us()))
    if not rights.see:
        return None
    above = await above_of(unit, row)
    into = above[0].number if above and facts.get(MERGED) else ""
    return Kin(row.id, row.number, row.phase, into, tuple(one.id for one in above), rights.do)


async def kin_named(site: Site, unit: Unit, viewer: Viewer, number: str) -> Kin:
    """The other ticket by its number.

    Raises:
        Undo: there is none for this viewer; a foreign one answers like one that never was.
    """
    found = await kin_of(site, unit, viewer, await named(unit, number))
    if found is None:
        raise Undo(Refused((Refusal("unknown_other", "other", args={"number": number[:64]}),)))
    return found


async def above_of(unit: Unit, row: TicketRow) -> list[TicketRow]:
    """What a ticket is a part of or was merged into, and so on up, nearest first."""
    found: list[TicketRow] = []
    seen = {row.id}
    here: TicketRow | None = row
    while here is not None and here.parent_id and here.parent_id not in seen:
        if len(found) == MOST_ABOVE:
            break
        seen.add(here.parent_id)
        here = await tickets.read(unit, here.parent_id)
        found += [here] if here is not None else []
    return found


async def hold(unit: Unit, *ids: str) -> None:
    """Hold several tickets, in one order for everybody; who joins tickets goes one at a time, so
    that two who join crosswise see what the other did."""
    await tickets.one_joins(unit)
    for ticket_id in sorted(set(ids)):
        await tickets.lock(unit, ticket_id)


def addressed(event: Event, facts: Facts) -> tuple[Event, str]:
    """An answer to several requesters with this one's name in the place of `{name}`, and what was
    typed, from which the others' answers are made; "" where it is the same."""
    if isinstance(event, Echo):
        return replace(event, text=_to(facts, event.text)), ""
    if isinstance(event, Comment) and not event.internal and facts.names(TAKEN_IN):
        text = _to(facts, event.text)
        return replace(event, text=text), event.text if text != event.text else ""
    if isinstance(event, Move) and facts.names(TAKEN_IN):
        text = _to(facts, event.comment)
        return replace(event, comment=text), event.comment if text != event.comment else ""
    return event, ""


def _to(facts: Facts, text: str) -> str:
    return text.replace(NAME, str(facts.get("requester.name") or ""))


def told(event: Event) -> tuple[str, dict[str, Any]]:
    """The journal's verb for an event that joins tickets, with the other's number."""
    match event:
        case Link(other=other):
            number = other.number if other is not None else ""
            return "linked", {"number": number, "on": bool(event.parent)}
        case Merge(other=other):
            return "merged", {"number": other.number if other is not None else ""}
        case Unmerge(other=other):
            return "unmerged", {"number": other.number if other is not None else ""}
        case Relate():
            return "related", {"number": event.other.number, "sort": event.sort, "on": event.on}
        case Beside():
            body = {"number": event.number, "sort": event.sort, "on": event.on, "then": event.then}
            return event.verb, {name: value for name, value in body.items() if value != ""}
        case Split():
            return "split_off", {"number": event.number, "entries": list(event.entries)}
        case Watch():
            return "watched" if event.on else "unwatched", {"person": event.person}
        case Echo():
            verb = "noted" if event.internal else "commented"
            return verb, {"text": event.text, "from": event.number}
        case Settle():
            return "settled", {"number": event.number}
    raise AssertionError(event)
