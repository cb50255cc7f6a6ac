"""Every decision of a ticket's journal, explained under the revision that made it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.decide import access
from engine.decide.access import Rights
from engine.decide.explain import Depth, Explanation, explain
from engine.facts import Value, Viewer
from engine.model.desk import Desk
from engine.predicate import Path
from runtime.queries.read_ticket import desks_of
from runtime.site.facts import read_facts
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM, ask_of, asked_then
from runtime.site.stored import frozen, reason_from
from runtime.store import journal, people, tickets
from runtime.store.rows import Event, Person

MOST_ROWS = 50
"""So many rows are told before the one that decided, and so many after; `more` counts the rest."""
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
class Reader:
    """Who is told: the viewer, with their rights on the ticket as it is now."""

    viewer: Viewer
    rights: Rights

    def sees(self, desk: Desk, type_key: str, name: str) -> bool:
        """Whether the value under a dotted name may be told. The system, which is a terminal or a
        log, is told nothing that the store keeps encrypted."""
        if self.viewer.is_system:
            return not access.is_sealed(desk, type_key, name)
        return access.tells(desk, type_key, self.rights, name)


@dataclass(frozen=True, slots=True)
class ExplainedTicket:
    """A ticket's decisions in order, and the people they name."""

    tenant: str
    number: str
    type_key: str
    desk: Desk
    decided: tuple[Decided, ...]
    people: Mapping[str, Person]
    reader: Reader


async def explain_ticket(
    site: Site, tenant: str, number: str, viewer: Viewer = SYSTEM, *, changes: bool = True
) -> ExplainedTicket | None:
    """All that was decided about a ticket, for somebody who sees it; the operator sees every one.

    `changes`: also what would have let other rows win. None when there is no such tenant, or no
    such ticket for this viewer.
    """
    async with site.store.unit(tenant) as unit:
        row = await tickets.by_number(unit, number)
        live = await site.desks.of(unit, row) if row is not None else None
        if row is None or live is None:
            return None
        facts = await read_facts(unit, live.desk, row)
        rights = access.rights(live.desk, facts, ask_of(live.desk, viewer, unit.now_us()))
        if not (rights.see or viewer.is_system):
            return None
        events = await journal.read(unit, row.id)
        named = await people.persons_by_id(unit, _ids(events))
    desks = await desks_of(site, tenant, events)
    reader = Reader(viewer, rights)
    decided = (_decided(desks, live.desk, row.type_key, event, reader, changes) for event in events)
    told = tuple(each for each in decided if each.explanations or each.steps)
    return ExplainedTicket(tenant, row.number, row.type_key, live.desk, told, named, reader)


def _decided(
    desks: Mapping[int, Desk],
    today: Desk,
    type_key: str,
    event: Event,
    reader: Reader,
    changes: bool,
) -> Decided:
    desk = desks.get(event.revision, today)
    explanations = _explained(desk, type_key, event, reader, changes)
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


def _explained(
    desk: Desk, type_key: str, event: Event, reader: Reader, changes: bool
) -> tuple[Explanation, ...]:
    ask, depth = asked_then(desk, event), Depth(MOST_ROWS, MOST_ROWS, changes)

    def may(path: Path) -> bool:
        return reader.sees(desk, type_key, path.name)

    kept = (event.body or {}).get("reasons", ())
    return tuple(explain(desk, type_key, reason_from(each), ask, depth, may) for each in kept)


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
