"""What stands beside a ticket: its visits, the time spent on it, and who could go there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.facts import Viewer
from runtime.site.handles import Site
from runtime.store import appointments, colleagues, people, time_spent
from runtime.store.appointments import PLANNED, Appointment
from runtime.store.colleagues import Colleague
from runtime.store.time_spent import Spent


@dataclass(frozen=True, slots=True)
class Beside:
    """Visits by time, bookings by day; `names` of the people in them; `staff` who could go."""

    visits: tuple[Appointment, ...] = ()
    spent: tuple[Spent, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    staff: tuple[Colleague, ...] = ()


NOTHING_BESIDE: Final = Beside()


async def beside_ticket(
    site: Site, tenant: str, ticket_id: str, viewer: Viewer, *, plans: bool
) -> Beside:
    """All of it, for somebody who works here and sees the ticket. `plans`: they may plan visits."""
    if not viewer.is_staff:
        return NOTHING_BESIDE
    async with site.store.unit(tenant) as unit:
        visits = await appointments.of_ticket(unit, ticket_id)
        spent = await time_spent.of_ticket(unit, ticket_id)
        ids = {one.person_id for one in visits if one.person_id} | {one.person_id for one in spent}
        named = await people.persons_by_id(unit, ids)
        staff = await colleagues.all_active(unit) if plans else []
    names = {key: person.name for key, person in named.items()}
    return Beside(tuple(visits), tuple(spent), names, tuple(staff))


async def planned_visits(site: Site, tenant: str, ticket_id: str) -> Beside:
    """The visits that are still to come, as the requester is told them: no notes, nobody else."""
    async with site.store.unit(tenant) as unit:
        visits = [v for v in await appointments.of_ticket(unit, ticket_id) if v.state == PLANNED]
        named = await people.persons_by_id(unit, {v.person_id for v in visits if v.person_id})
    return Beside(tuple(visits), names={key: person.name for key, person in named.items()})
