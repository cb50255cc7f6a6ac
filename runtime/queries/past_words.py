"""Which earlier desks know what history speaks of and today's desk does not: a state that was
retired, an option that gave way to another, a team that is gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from engine.model.desk import Desk
from engine.model.field import FieldModel
from runtime.site.handles import Site
from runtime.store.rows import Event

_TEAMS = ("team", "home_team")
_MOST = 4


async def former_desks(
    site: Site, tenant: str, desk: Desk, type_key: str, events: Sequence[Event]
) -> tuple[Desk, ...]:
    """The desks of the revisions in which such keys were written, the newest first; few suffice."""
    numbers: set[int] = set()
    before = 0
    for event in events:
        if any(_strange(desk, type_key, (event.body or {}).get("changes", ()))):
            # What a data move took away was known to the desk before it.
            numbers |= {event.revision, before}
        before = event.revision or before
    known = sorted(numbers - {0}, reverse=True)[:_MOST]
    found = [await site.desks.at_revision(tenant, number) for number in known]
    return tuple(one for one in found if one is not None)


def item_of(desks: Iterable[Desk], type_key: str, name: str, value: Any) -> FieldModel | None:
    """The first field of this name whose options are those of the value."""
    for desk in desks:
        model = desk.types.get(type_key)
        item = model.fields.get(name) if model else None
        if item is not None and not set(_several(value)) - item.options.keys():
            return item
    return None


def _strange(desk: Desk, type_key: str, changes: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Keys in an event's changes that the desk does not know."""
    model = desk.types.get(type_key)
    for change in changes:
        name = str(change["name"])
        item = model.fields.get(name) if model else None
        known: Collection[str] | None = item.options if item is not None and item.options else None
        if name == "state":
            known = model.states if model is not None else ()
        elif name in _TEAMS:
            known = desk.teams
        for side in (change["before"], change["after"]):
            yield from (one for one in _several(side) if known is not None and one not in known)


def _several(value: Any) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)):
        return tuple(one for one in value if isinstance(one, str))
    return (value,) if isinstance(value, str) and value else ()
