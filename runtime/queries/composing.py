"""What a reply can name and insert: colleagues, and words kept for answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.decide.clock import state_of
from engine.facts import Viewer
from engine.values.registry import fold
from runtime.queries.read_ticket import Seen
from runtime.site.bringing_in import would_see
from runtime.site.handles import Site
from runtime.site.quick_words import filled, may_change
from runtime.store import colleagues, people, quick_texts
from runtime.store.quick_texts import QuickText

MOST_NAMES: Final = 8
_LOOKED_AT: Final = 40
"""So many of the names that fit are looked at more closely: each asks for somebody's roles."""


@dataclass(frozen=True, slots=True)
class Named:
    """A colleague who sees the ticket, or will when they are named."""

    id: str
    name: str
    absent: bool


async def names_for(site: Site, tenant: str, viewer: Viewer, seen: Seen, words: str) -> list[Named]:
    """Colleagues who may be named, whose name holds the words; those that begin so come first."""
    low = fold(words)
    found: list[Named] = []
    async with site.store.unit(tenant) as unit:
        known = [one for one in await colleagues.all_active(unit) if low in fold(one.name)]
        known.sort(key=lambda one: not fold(one.name).startswith(low))
        for one in known[:_LOOKED_AT]:
            if one.id == viewer.person_id or len(found) == MOST_NAMES:
                continue
            if await would_see(unit, seen.live.desk, seen.facts, one.id):
                found.append(Named(one.id, one.name, one.absent(unit.now_us())))
    return found


@dataclass(frozen=True, slots=True)
class Kept:
    """Words kept for answers, as they are, with whether the viewer may change them."""

    text: QuickText
    mine: bool


async def texts_of(site: Site, tenant: str, viewer: Viewer) -> list[Kept]:
    """One's own words and those of one's teams."""
    async with site.store.unit(tenant) as unit:
        found = await quick_texts.of_person(unit, viewer.person_id or "", viewer.teams)
    return [Kept(text, may_change(viewer, text)) for text in found]


async def texts_for(
    site: Site, tenant: str, viewer: Viewer, seen: Seen, locale: str
) -> list[QuickText]:
    """The same with the ticket's values in them."""
    async with site.store.unit(tenant) as unit:
        found = await quick_texts.of_person(unit, viewer.person_id or "", viewer.teams)
        requester = await people.person_by_id(unit, seen.row.requester_id or "")
    state = state_of(seen.live.desk, seen.facts)
    values = {
        "requester.name": requester.name if requester else "",
        "ticket.number": seen.row.number,
        "ticket.subject": seen.row.subject,
        "ticket.state": state.title.say(locale) if state else "",
        "me.name": viewer.name,
    }
    return [
        QuickText(t.id, t.person_id, t.team_key, t.shortcut, t.title, filled(t.body, values))
        for t in found
    ]
