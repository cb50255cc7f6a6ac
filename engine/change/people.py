"""Who gains and who loses a right, on how many tickets: both desks asked about the same tickets.

Tickets that are alike in all that the grants read are one group with a count; people with the same
roles and teams see a group alike, unless it names them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.decide.access import Rights, grants, rights
from engine.evaluate import reads
from engine.facts import Ask, Facts, Value, Viewer
from engine.model.desk import Desk
from engine.predicate import Path

_WIDTH: Final = {"hidden": 0, "masked": 1, "read": 2, "edit": 3}


@dataclass(frozen=True, slots=True)
class Group:
    """Tickets that are alike: their values by dotted name, how many, how many of them open."""

    values: Mapping[str, Value]
    all: int
    open: int


@dataclass(frozen=True, slots=True)
class Person:
    """A person as each of the two desks knows them."""

    id: str
    name: str
    before: Viewer
    after: Viewer


@dataclass(slots=True)
class RightMoved:
    """One right that some gain (or lose): `see`, `edit`, a verb, `read amount`, `write amount`."""

    right: str
    gained: bool
    people: set[str] = field(default_factory=set)
    all: int = 0
    open: int = 0


def names_read(
    before: Desk, after: Desk, people: Iterable[Person], types: Iterable[str]
) -> tuple[Path, ...]:
    """Everything that the grants of these people on these types read."""
    found: dict[Path, None] = {}
    seen: set[tuple[frozenset[str], frozenset[str]]] = set()
    several = tuple(types)
    for one in people:
        roles = (one.before.roles, one.after.roles)
        if roles in seen:
            continue
        seen.add(roles)
        for desk, viewer in ((before, one.before), (after, one.after)):
            for key in several:
                for grant in grants(desk, viewer, key):
                    for pred in (grant.see, grant.edit):
                        found |= dict.fromkeys(reads(pred) if pred is not None else ())
    return tuple(found)


def rights_moved(
    desks: tuple[Desk, Desk],
    people: Sequence[Person],
    groups: Sequence[Group],
    asks: tuple[Ask, Ask],
) -> list[RightMoved]:
    """Each right that moves, with the people and the tickets; a ticket counts once a right."""
    found: dict[tuple[str, bool], RightMoved] = {}
    known: dict[tuple[object, ...], frozenset[tuple[str, bool]]] = {}
    for group in groups:
        touched: set[tuple[str, bool]] = set()
        named = {value for value in _flat(group.values.values()) if isinstance(value, str)}
        for one in people:
            own = one.id if one.id in named else ""
            key = (id(group), own, one.before.roles, one.after.roles, one.before.teams,
                   one.before.leads)  # fmt: skip
            if key not in known:
                known[key] = frozenset(_differ(desks, one, group, asks))
            for right in known[key]:
                found.setdefault(right, RightMoved(*right)).people.add(one.id)
                touched.add(right)
        for right in touched:
            found[right].all += group.all
            found[right].open += group.open
    return sorted(found.values(), key=lambda one: (one.right, one.gained))


def _flat(values: Iterable[Value]) -> Iterable[Value]:
    for value in values:
        if isinstance(value, tuple):
            yield from value
        else:
            yield value


def _differ(
    desks: tuple[Desk, Desk], one: Person, group: Group, asks: tuple[Ask, Ask]
) -> Iterable[tuple[str, bool]]:
    """Each right on such a ticket that the person has on one desk only; True: on the new one."""
    facts = Facts(group.values)
    (old, new) = (
        rights(desk, facts, Ask(ask.now_us, viewer, ask.today))
        for desk, ask, viewer in zip(desks, asks, (one.before, one.after), strict=True)
    )
    if old == new:
        return
    for name in ("see", "edit"):
        was, becomes = getattr(old, name), getattr(new, name)
        if was != becomes:
            yield name, becomes
    if old.see != new.see:
        # Whoever sees a ticket or no longer does gains or loses all the rest with it.
        return
    for verb in sorted(old.do ^ new.do):
        yield verb, verb in new.do
    yield from _fields(desks, facts.text("type"), old, new)


def _fields(
    desks: tuple[Desk, Desk], type_key: str, old: Rights, new: Rights
) -> Iterable[tuple[str, bool]]:
    models = [desk.types[type_key].fields for desk in desks if type_key in desk.types]
    if len(models) < 2:
        return
    for key in sorted(old.fields.keys() & new.fields.keys()):
        was, becomes = _WIDTH[old.fields[key]], _WIDTH[new.fields[key]]
        name = models[1][key].id if key in models[1] else key
        if (was >= 2) != (becomes >= 2):
            yield f"read {name}", becomes >= 2
        elif (was == 3) != (becomes == 3) and models[1][key].is_input:
            yield f"write {name}", becomes == 3
