"""A stored ticket as the facts a decision reads, with its people as they are now."""

from __future__ import annotations

from collections.abc import Mapping

from engine.decide.joining import CHILDREN, TAKEN_IN
from engine.facts import Facts, Value
from engine.model.desk import Desk
from runtime.again import Again
from runtime.site.standing import person_values
from runtime.site.stored import facts_of
from runtime.store import people, tickets
from runtime.store.rows import Person
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit

MOST_BELOW = 1000
"""So many tickets merged into one are followed."""


async def read_facts(unit: Unit, desk: Desk, row: TicketRow) -> Facts:
    """The facts of a ticket; who belongs to it is read here."""
    facts = facts_among(unit, desk, row, await people.persons_by_id(unit, people_of(row)))
    return facts.with_values(await _below(unit, row.id))


async def _below(unit: Unit, ticket_id: str) -> dict[str, Value]:
    """The ids of its parts, and of all that was merged into it, by way of others too."""
    parts: list[str] = []
    taken_in: list[str] = []
    here = [ticket_id]
    while here and len(taken_in) < MOST_BELOW:
        found = await tickets.below(unit, here)
        parts += [one.id for one in found if not one.merged and one.parent_id == ticket_id]
        here = [one.id for one in found if one.merged and one.id not in taken_in]
        taken_in += here
    return {CHILDREN: tuple(parts), TAKEN_IN: tuple(taken_in)}


def facts_among(unit: Unit, desk: Desk, row: TicketRow, persons: Mapping[str, Person]) -> Facts:
    """The facts of a ticket whose people were read with others' in one go."""
    theirs = (row.requester_id, row.customer_id, row.assignee_id)
    made_of = (row, desk, unit.keys, *(persons.get(one or "") for one in theirs))
    return _FACTS.of(made_of, unit.tenant_id, lambda: _facts(unit, desk, row, persons))


_FACTS = Again[Facts](1_000)


def _facts(unit: Unit, desk: Desk, row: TicketRow, persons: Mapping[str, Person]) -> Facts:
    known: dict[str, Value] = {}
    for word, person_id in (
        ("requester", row.requester_id),
        ("customer", row.customer_id),
        ("assignee", row.assignee_id),
    ):
        if person_id and person_id in persons:
            known |= person_values(desk, word, persons[person_id])
    return facts_of(desk, row, unit.sealer, known)


def named_by(desk: Desk, row: TicketRow) -> set[str]:
    """The ids of all whom a ticket names: who belongs to it, and people in its fields."""
    keys = person_fields(desk, row.type_key)
    return people_of(row) | {str(row.values[key]) for key in keys if row.values.get(key)}


def person_fields(desk: Desk, type_key: str) -> tuple[str, ...]:
    """The keys of a type's fields that hold people, but for those that are sealed."""
    model = desk.types.get(type_key)
    fields = model.fields.values() if model is not None else ()
    return tuple(one.key for one in fields if one.type == "person" and not one.sensitive)


def people_of(row: TicketRow) -> set[str]:
    """The ids of those whose fields a decision may read."""
    return {one for one in (row.requester_id, row.customer_id, row.assignee_id) if one}
