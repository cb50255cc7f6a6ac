"""A stored ticket as the facts a decision reads, with its people as they are now."""

from __future__ import annotations

from collections.abc import Mapping

from engine.facts import Facts, Value
from engine.model.desk import Desk
from runtime.site.standing import person_values
from runtime.site.stored import facts_of
from runtime.store import people
from runtime.store.rows import Person
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit


async def read_facts(unit: Unit, desk: Desk, row: TicketRow) -> Facts:
    """The facts of a ticket; who belongs to it is read here."""
    return facts_among(unit, desk, row, await people.persons_by_id(unit, people_of(row)))


def facts_among(unit: Unit, desk: Desk, row: TicketRow, persons: Mapping[str, Person]) -> Facts:
    """The facts of a ticket whose people were read with others' in one go."""
    known: dict[str, Value] = {}
    for word, person_id in (
        ("requester", row.requester_id),
        ("customer", row.customer_id),
        ("assignee", row.assignee_id),
    ):
        if person_id and person_id in persons:
            known |= person_values(desk, word, persons[person_id])
    return facts_of(desk, row, unit.sealer, known)


def people_of(row: TicketRow) -> set[str]:
    """The ids of those whose fields a decision may read."""
    return {one for one in (row.requester_id, row.customer_id, row.assignee_id) if one}
