"""Organisations that customers belong to: made and changed by who manages people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.facts import Viewer
from runtime.actions.change_people import MANAGE, clean_tags
from runtime.actions.outcome import NotFound
from runtime.site.handles import Site
from runtime.store import journal, organisations
from runtime.store.journal import NewEvent

_DOMAIN: Final = re.compile(r"(?=.{1,253}\Z)([a-z0-9_-]{1,63}\.)+[a-z0-9-]{2,63}")
LONGEST_NAME, LONGEST_NOTE, MOST_DOMAINS = 200, 4000, 50


@dataclass(frozen=True, slots=True)
class OrganisationOrder:
    """What an organisation shall be."""

    name: str
    level: str = ""
    tags: Sequence[str] = ()
    domains: Sequence[str] = ()
    note: str = ""
    active: bool = True


async def save_organisation(
    site: Site, tenant: str, viewer: Viewer, organisation_id: str, order: OrganisationOrder
) -> str | tuple[str, ...] | NotFound:
    """Make an organisation (an empty id) or change one; gives its id, or the places of faults."""
    if MANAGE not in viewer.functions:
        return NotFound()
    domains = tuple(dict.fromkeys(one.strip().lower().lstrip("@") for one in order.domains))
    domains = tuple(one for one in domains if one)
    faults = [] if 0 < len(order.name.strip()) <= LONGEST_NAME else ["name"]
    if len(domains) > MOST_DOMAINS or not all(_DOMAIN.fullmatch(one) for one in domains):
        faults.append("domains")
    if len(order.note) > LONGEST_NOTE:
        faults.append("note")
    if faults:
        return tuple(faults)
    columns = {
        "level": order.level.strip()[:60] or None,
        "tags": list(clean_tags(order.tags)),
        "domains": list(domains),
        "note": order.note.strip(),
        "active": order.active,
    }
    async with site.store.unit(tenant, write=True) as unit:
        name, kept = order.name.strip(), organisation_id
        if kept:
            if await organisations.by_id(unit, kept) is None:
                return NotFound()
            await organisations.change(unit, kept, name=name, **columns)
        else:
            kept = await organisations.add(unit, name, **columns)
        verb = "organisation_changed" if organisation_id else "organisation_made"
        event = NewEvent(verb, {"organisation": kept}, "person", viewer.person_id)
        await journal.append_admin(unit, [event])
    return kept
