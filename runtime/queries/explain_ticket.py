"""Every decision of a ticket's journal, explained under the revision that made it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.decide.explain import Explanation, explain
from engine.facts import Value
from engine.model.desk import Desk
from runtime.queries.read_ticket import desks_of
from runtime.site.handles import Site
from runtime.site.standing import asked_then
from runtime.site.stored import frozen, reason_from
from runtime.store import journal, people, tickets
from runtime.store.rows import Event, Person

_TOLD = ("state", "priority", "team", "assignee", "tags", "flags")


@dataclass(frozen=True, slots=True)
class Stepped:
    """A change that a rule made without a table: `rule` as recorded, `place` where it stands."""

    name: str
    before: Value
    after: Value
    rule: str
    place: str


@dataclass(frozen=True, slots=True)
class Decided:
    """One event with what it decided, and the desk of that moment.

    `certain` is False where that revision is not there any more and today's desk stands in.
    """

    event: Event
    desk: Desk
    explanations: tuple[Explanation, ...]
    steps: tuple[Stepped, ...] = ()
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
    decided = (_decided(desks, live.desk, row.type_key, event) for event in events)
    told = tuple(each for each in decided if each.explanations or each.steps)
    return ExplainedTicket(tenant, row.number, row.type_key, live.desk, told, named)


def _decided(desks: Mapping[int, Desk], today: Desk, type_key: str, event: Event) -> Decided:
    desk = desks.get(event.revision, today)
    explanations = _explained(desk, type_key, event)
    told = {each.topic for each in explanations}
    steps = tuple(step for step in _steps(desk, type_key, event) if step.name not in told)
    return Decided(event, desk, explanations, steps, event.revision in desks)


def _steps(desk: Desk, type_key: str, event: Event) -> Iterator[Stepped]:
    for change in (event.body or {}).get("changes", ()):
        name, rule = str(change["name"]), str(change.get("rule") or "")
        missed = name.startswith("breached.") and change["after"] is True
        if rule and (name in _TOLD or missed):
            sides = frozen(change["before"]), frozen(change["after"])
            yield Stepped(name, *sides, rule, _place(desk, type_key, rule))


def _place(desk: Desk, type_key: str, rule: str) -> str:
    """Where a transition or a policy stands, "" for what has no line of its own."""
    model, policy = desk.types.get(type_key), desk.policies.get(type_key)
    word, _, name = rule.partition(":")
    transition = model.transitions.get(name) if model is not None and word == "move" else None
    if transition is not None:
        return f"{transition.place.file}:{transition.place.line}"
    if policy is not None and rule.startswith(f"sla/{policy.id}"):
        return policy.file
    return ""


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
        for change in (event.body or {}).get("changes", ()):
            if change["name"] == "assignee":
                ids |= {change["before"], change["after"]}
    return {one for one in ids if one}
