"""Every decision of a ticket's journal, explained under the revision that made it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.decide.explain import Explanation, explain
from engine.model.desk import Desk
from runtime.queries.read_ticket import desks_of
from runtime.site.handles import Site
from runtime.site.standing import asked_then
from runtime.site.stored import reason_from
from runtime.store import journal, people, tickets
from runtime.store.rows import Event, Person


@dataclass(frozen=True, slots=True)
class Decided:
    """One event with what it decided, and the desk of that moment.

    `certain` is False where that revision is not there any more and today's desk stands in.
    """

    event: Event
    desk: Desk
    explanations: tuple[Explanation, ...]
    certain: bool = True


@dataclass(frozen=True, slots=True)
class ExplainedTicket:
    """A ticket's decisions in order, and the people they name."""

    tenant: str
    number: str
    type_key: str
    desk: Desk
    decided: tuple[Decided, ...]
    people: Mapping[str, Person]


async def explain_ticket(site: Site, tenant: str, number: str) -> ExplainedTicket | None:
    """All that was decided about a ticket; for the operator, who sees every tenant.

    None when there is no such tenant or ticket.
    """
    live = site.desks.get(tenant)
    if live is None:
        return None
    async with site.store.unit(tenant) as unit:
        row = await tickets.by_number(unit, number)
        if row is None:
            return None
        events = await journal.read(unit, row.id)
        named = await people.persons_by_id(unit, _ids(events))
    desks = await desks_of(site, tenant, events)
    decided = tuple(
        Decided(
            event,
            desks.get(event.revision, live.desk),
            _explained(desks.get(event.revision, live.desk), row.type_key, event),
            event.revision in desks,
        )
        for event in events
        if (event.body or {}).get("reasons")
    )
    return ExplainedTicket(tenant, row.number, row.type_key, live.desk, decided, named)


def _explained(desk: Desk, type_key: str, event: Event) -> tuple[Explanation, ...]:
    ask = asked_then(desk, event)
    kept = (event.body or {}).get("reasons", ())
    return tuple(explain(desk, type_key, reason_from(reason), ask) for reason in kept)


def _ids(events: Sequence[Event]) -> set[str]:
    ids = {event.actor_id for event in events}
    for event in events:
        for reason in (event.body or {}).get("reasons", ()):
            if reason["topic"] == "assignee":
                ids.add(str(reason["outcome"] or "") or None)
    return {one for one in ids if one}
