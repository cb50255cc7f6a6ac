"""People, teams and tickets that fields name: what came in at the door becomes what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from engine.decide.verdict import Edit, Event, Move, Refusal
from engine.facts import Facts, Viewer
from engine.model.desk import Desk
from engine.model.field import FieldModel
from runtime.actions.joined import kin_of, named
from runtime.site.handles import Site
from runtime.site.standing import viewer_of
from runtime.store import people
from runtime.store.unit import Unit

_LONGEST: Final = 320
_NOTHING: Final = Facts({})


@dataclass(frozen=True, slots=True)
class Meant:
    """Values with a person's id, a ticket's number; and what names nobody or nothing."""

    values: Mapping[str, object]
    refusals: tuple[Refusal, ...] = ()


async def meant(
    site: Site,
    unit: Unit,
    viewer: Viewer,
    desk: Desk,
    type_key: str,
    values: Mapping[str, object],
    now: Facts = _NOTHING,
) -> Meant:
    """The values of a type's fields, those of people and tickets as they are stored.

    Who does not work here names themselves alone, and tickets that they see: any other answer
    would tell who and what there is. What a field holds `now` may always stay.
    """
    found, refusals = dict(values), []
    for key, raw in values.items():
        item = desk.types[type_key].fields.get(key)
        text = raw.strip() if isinstance(raw, str) else ""
        if item is None or item.type not in _MEANING or text in ("", now.get(key)):
            continue
        asked = _Asked(site, unit, viewer, desk, item, text[:_LONGEST], now.text(key))
        known = await _MEANING[item.type](asked)
        if isinstance(known, Refusal):
            refusals.append(replace(known, at=key, args={"text": text[:64]}))
        else:
            found[key] = known
    return Meant(found, tuple(refusals))


async def event_meant(
    site: Site, unit: Unit, viewer: Viewer, desk: Desk, event: Event, now: Facts
) -> tuple[Event, tuple[Refusal, ...]]:
    """The same for what an edit or a step fills in."""
    if not isinstance(event, (Edit, Move)) or not event.values:
        return event, ()
    found = await meant(site, unit, viewer, desk, now.text("type"), event.values, now)
    return replace(event, values=found.values), found.refusals


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was typed into a field, and what it holds now."""

    site: Site
    unit: Unit
    viewer: Viewer
    desk: Desk
    item: FieldModel
    text: str
    held: str


async def _person(asked: _Asked) -> str | Refusal:
    unit, viewer, text = asked.unit, asked.viewer, asked.text
    by_address = people.find_person(unit, email=text) if "@" in text else None
    found = await (by_address or people.person_by_id(unit, text))
    if found is not None and found.id == asked.held:
        return found.id
    within = viewer.is_staff or viewer.is_system or (found and found.id == viewer.person_id)
    standing = await people.standing(unit, found.id) if found is not None and within else None
    if standing is None:
        return Refusal("unknown_person")
    them, item = viewer_of(asked.desk, standing), asked.item
    if (item.team and item.team not in them.teams) or (item.role and item.role not in them.roles):
        return Refusal("person_not_among")
    return standing.person.id


async def _ticket(asked: _Asked) -> str | Refusal:
    row = await named(asked.unit, asked.text)
    found = await kin_of(asked.site, asked.unit, asked.viewer, row)
    if row is None or found is None:
        return Refusal("unknown_ticket")
    types = asked.item.types
    return found.number if not types or row.type_key in types else Refusal("ticket_of_other_type")


async def _team(asked: _Asked) -> str | Refusal:
    among = asked.desk.teams_under(asked.item.team)
    found = next((one.key for one in among if asked.text in (one.key, one.id)), "")
    return found or Refusal("team_not_among")


_MEANING: Final = {"person": _person, "team": _team, "ticket": _ticket}
