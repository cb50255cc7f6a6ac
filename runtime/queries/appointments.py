"""The visits to the tickets of a list, for its calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.facts import Viewer
from runtime.queries.list_tickets import Wanted, allowed
from runtime.site.handles import Site
from runtime.site.standing import ask_of
from runtime.store import appointments, people
from runtime.store.appointments import Numbered
from runtime.store.lower import lower
from runtime.store.rows import Person


@dataclass(frozen=True, slots=True)
class Appointed:
    """Visits by time, each with its ticket's number; who comes; `cut`: there are more."""

    visits: tuple[Numbered, ...]
    people: Mapping[str, Person]
    cut: bool


async def visits_between(
    site: Site, tenant: str, viewer: Viewer, wanted: Wanted, span_us: tuple[int, int], most: int
) -> Appointed:
    """The visits that begin in a time, to what the list holds and this person sees."""
    live = site.desks.get(tenant)
    assert live is not None
    async with site.store.unit(tenant) as unit:
        ask = ask_of(live.desk, viewer, unit.now_us())
        clause = lower(allowed(live, viewer, wanted.where, wanted.types), ask)
        found = await appointments.beginning(unit, clause, *span_us, most + 1)
        kept = tuple(found[:most])
        named = await people.persons_by_id(unit, {v.person_id for v, _ in kept if v.person_id})
    return Appointed(kept, named, len(found) > most)
