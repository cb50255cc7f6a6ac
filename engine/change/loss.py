"""What one desk has and another has not: tickets that hold it could not be read there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.model.desk import Desk
from engine.model.ticket_type import TypeModel


@dataclass(frozen=True, slots=True)
class Missing:
    """One stored key that the other desk lacks, or a `field` of another type there.

    `name`: as specs say it, `refund.reason.late`; `types`: the types concerned, by key; `field`: of
    an option, by key. `aside`: tickets keep it for a desk that has it, nothing is lost.
    """

    sort: str
    name: str
    key: str
    types: tuple[str, ...] = ()
    field: str = ""
    aside: bool = False


def missing_in(other: Desk, desk: Desk) -> Iterator[Missing]:
    """What tickets may hold under `desk` and `other` does not have."""
    for key, team in desk.teams.items():
        if key not in other.teams:
            yield Missing("team", team.id, key)
    for key, model in desk.types.items():
        there = other.types.get(key)
        if there is None:
            yield Missing("type", model.id, key, (key,))
            continue
        for state, one in model.states.items():
            if state not in there.states:
                yield Missing("state", f"{model.id}.{one.id}", state, (key,))
        yield from _of_fields(there, model)


def _of_fields(there: TypeModel, model: TypeModel) -> Iterator[Missing]:
    for key, item in model.fields.items():
        name, other = f"{model.id}.{item.id}", there.fields.get(key)
        if other is None:
            yield Missing("field", name, key, (model.key,), key, aside=True)
        elif (other.type, other.scale) != (item.type, item.scale):
            yield Missing("field", name, key, (model.key,), key)
        else:
            for option, one in item.options.items():
                if option not in other.options:
                    yield Missing("option", f"{name}.{one.id}", option, (model.key,), key)
