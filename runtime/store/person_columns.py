"""What is read of a person: their row, and of their organisation what conditions ask for."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from runtime.store.rows import Person
from runtime.store.tables.people import organisation, person

_HOUSE = organisation.alias("house")


def of_house(who: Any, name: str) -> ColumnElement[Any]:
    """A column of the organisation that a row of people belongs to, null where it has none."""
    return (
        select(_HOUSE.c[name])
        .where(_HOUSE.c.tenant_id == who.c.tenant_id, _HOUSE.c.id == who.c.organisation_id)
        .correlate(who)
        .scalar_subquery()
    )


_HOUSES: Final = ("organisation_name", "organisation_level")
NAMES: Final = tuple(f.name for f in fields(Person))
PERSON: Final = [
    of_house(person, name.removeprefix("organisation_")).label(name)
    if name in _HOUSES
    else person.c[name]
    for name in NAMES
]
"""In the order of the fields of `Person`."""
