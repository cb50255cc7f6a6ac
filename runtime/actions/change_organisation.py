"""Organisations that customers belong to: made and changed by who manages people."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.facts import Viewer
from engine.model.desk import Desk
from runtime.actions.change_people import MANAGE, clean_tags
from runtime.actions.outcome import NotFound
from runtime.render.catalogues import N_
from runtime.site.handles import Site
from runtime.store import journal, organisations
from runtime.store.journal import NewEvent
from runtime.store.rows import Organisation

_DOMAIN: Final = re.compile(r"(?=.{1,253}\Z)([a-z0-9_-]{1,63}\.)+[a-z0-9-]{2,63}")
LONGEST_NAME, LONGEST_LEVEL, LONGEST_NOTE, MOST_DOMAINS = 200, 60, 4000, 50


WRONG: Final[Mapping[str, str]] = {
    "name": N_("It is needed, with at most 200 characters"),
    "domains": N_("Write domains like example.com, 50 at most"),
    "note": N_("It has at most 4,000 characters"),
    "level": N_("There is no such level of customers"),
}
"""What is wrong with a column, as msgids."""


@dataclass(frozen=True, slots=True)
class OrganisationChange:
    """What an organisation shall be; what is None stays, or is empty in a new one."""

    name: str | None = None
    level: str | None = None
    tags: Sequence[str] | None = None
    domains: Sequence[str] | None = None
    note: str | None = None
    active: bool | None = None


async def save_organisation(
    site: Site, tenant: str, viewer: Viewer, organisation_id: str, change: OrganisationChange
) -> str | tuple[str, ...] | NotFound:
    """Make an organisation (an empty id) or change one; gives its id, or the places of faults."""
    live = site.desks.get(tenant)
    if live is None or MANAGE not in viewer.functions:
        return NotFound()
    async with site.store.unit(tenant, write=True) as unit:
        known = await organisations.by_id(unit, organisation_id) if organisation_id else None
        if organisation_id and known is None:
            return NotFound()
        columns = _columns(change)
        if faults := _faults(live.desk, known, columns):
            return faults
        kept = organisation_id
        if known is not None:
            await organisations.change(unit, known.id, **columns)
        else:
            kept = await organisations.add(unit, **columns)
        verb = "organisation_changed" if known else "organisation_made"
        event = NewEvent(verb, {"organisation": kept}, "person", viewer.person_id)
        await journal.append_admin(unit, [event])
    return kept


def _columns(change: OrganisationChange) -> dict[str, Any]:
    """What is written, by column."""
    columns: dict[str, Any] = {}
    if change.name is not None:
        columns["name"] = change.name.strip()
    if change.level is not None:
        columns["level"] = change.level.strip() or None
    if change.tags is not None:
        columns["tags"] = list(clean_tags(change.tags))
    if change.domains is not None:
        domains = (one.strip().lower().lstrip("@") for one in change.domains)
        columns["domains"] = [one for one in dict.fromkeys(domains) if one]
    if change.note is not None:
        columns["note"] = change.note.strip()
    if change.active is not None:
        columns["active"] = change.active
    return columns


def _faults(desk: Desk, known: Organisation | None, columns: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns that can't be written so."""
    faults = []
    name = columns.get("name", known.name if known else "")
    if not 0 < len(name) <= LONGEST_NAME:
        faults.append("name")
    level, had = columns.get("level"), known.level if known else None
    if level and level != had and not _is_level(desk, level):
        faults.append("level")
    domains = columns.get("domains", ())
    if len(domains) > MOST_DOMAINS or not all(_DOMAIN.fullmatch(one) for one in domains):
        faults.append("domains")
    if len(columns.get("note", "")) > LONGEST_NOTE:
        faults.append("note")
    return tuple(faults)


def _is_level(desk: Desk, level: str) -> bool:
    """Whether customers may have this level; any short word where they have none to choose."""
    item = next((f for f in desk.people.get("customer", {}).values() if f.id == "level"), None)
    options = {one.id for one in item.options.values()} if item is not None else set()
    return level in options if options else len(level) <= LONGEST_LEVEL
