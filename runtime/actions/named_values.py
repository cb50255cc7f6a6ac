"""People and tickets that fields name: what was typed at the door becomes whom or what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from engine.decide.verdict import Edit, Event, Move, Refusal
from engine.facts import Facts, Viewer
from engine.model.ticket_type import TypeModel
from runtime.actions.joined import kin_of, named
from runtime.site.handles import Site
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
    model: TypeModel,
    values: Mapping[str, object],
    now: Facts = _NOTHING,
) -> Meant:
    """The values of a type's fields, those of people and tickets as they are stored.

    Who does not work here names themselves alone, and tickets that they see: any other answer
    would tell who and what there is. What a field holds `now` may always stay.
    """
    found, refusals = dict(values), []
    for key, raw in values.items():
        item = model.fields.get(key)
        text = raw.strip() if isinstance(raw, str) else ""
        if item is None or item.type not in _MEANING or text in ("", now.get(key)):
            continue
        code, find = _MEANING[item.type]
        held = now.text(key)
        known = await find(site, unit, viewer, text, held) if len(text) < _LONGEST else ""
        found[key] = known or raw
        if not known:
            refusals.append(Refusal(code, key, args={"text": text[:64]}))
    return Meant(found, tuple(refusals))


async def event_meant(
    site: Site, unit: Unit, viewer: Viewer, model: TypeModel, event: Event, now: Facts
) -> tuple[Event, tuple[Refusal, ...]]:
    """The same for what an edit or a step fills in."""
    if not isinstance(event, (Edit, Move)) or not event.values:
        return event, ()
    found = await meant(site, unit, viewer, model, event.values, now)
    return replace(event, values=found.values), found.refusals


async def _person(site: Site, unit: Unit, viewer: Viewer, text: str, held: str) -> str:
    by_address = people.find_person(unit, email=text) if "@" in text else None
    found = await (by_address or people.person_by_id(unit, text))
    if found is None:
        return ""
    within = viewer.is_staff or viewer.is_system or found.id == viewer.person_id
    return found.id if found.id == held or (found.active and within) else ""


async def _ticket(site: Site, unit: Unit, viewer: Viewer, text: str, _held: str) -> str:
    found = await kin_of(site, unit, viewer, await named(unit, text))
    return found.number if found is not None else ""


_MEANING: Final = {
    "person": ("unknown_person", _person),
    "ticket": ("unknown_ticket", _ticket),
}
