"""Who gains and who loses a right, counted over all tickets.

What somebody sees because they asked for the ticket, or are asked to approve it, is theirs on both
sides and left out: the roles are what is compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from engine.change.change import Change
from engine.change.diff import Side
from engine.change.effects import Effect
from engine.change.people import Group, Person, names_read, rights_moved
from engine.facts import Ask, Viewer
from engine.model.desk import Desk
from engine.model.rights import APPROVERS, REQUESTER
from runtime.site.stored import frozen
from runtime.store.counting import (
    Holder,
    collapsed,
    groups_of,
    holders_of,
    plain_column,
    requesters_of,
)
from runtime.store.lower import NotLowerable
from runtime.store.unit import Unit

MOST_GROUPS: Final = 20_000
_RIGHTS: Final = ("widens", "narrows")
_LISTS: Final = ("functions", "reports", "inherits")


async def rights_effects(
    unit: Unit, before: Side, after: Side, changes: Sequence[Change], ask: Ask
) -> list[Effect]:
    """The consequences of changed roles, each told at the first change of the role."""
    found: list[Effect] = []
    told: set[str] = set()
    for number, change in enumerate(changes):
        if change.klass not in _RIGHTS:
            continue
        if change.kind == "Portal" and "portal" not in told:
            told.add("portal")
            types = tuple(before.desk.types.keys() & after.desk.types.keys())
            people, tickets = await requesters_of(unit, types)
            found.append(Effect(number, "asked", people=people, all=tickets))
        elif change.kind == "Role":
            if not change.path or change.path[0] in _LISTS:
                found.append(await _holders(unit, before.desk, after.desk, number, change.id))
            if change.id not in told:
                told.add(change.id)
                found += await _of_role(unit, before.desk, after.desk, number, change.id, ask)
    return found


async def _holders(unit: Unit, before: Desk, after: Desk, number: int, role: str) -> Effect:
    people = await holders_of(unit, _heirs(before, after, role))
    return Effect(number, "holders", people=len(people))


def _heirs(before: Desk, after: Desk, role: str) -> list[str]:
    """The roles that hold what a role gives, on either side."""
    return sorted(
        {
            name
            for desk in (before, after)
            for name, model in desk.roles.items()
            if role in model.includes
        }
    )


async def _of_role(
    unit: Unit, before: Desk, after: Desk, number: int, role: str, ask: Ask
) -> list[Effect]:
    types = tuple(sorted(_touched(before, after, role)))
    holders = await holders_of(unit, _heirs(before, after, role))
    if not types or not holders:
        return []
    old, new = _staff_only(before), _staff_only(after)
    people = [_person(old, new, one) for one in holders]
    try:
        groups = await _groups(unit, old, new, people, types)
    except NotLowerable as wrong:
        return [Effect(number, "uncounted", args={"why": str(wrong)})]
    if groups is None:
        why = "the conditions tell too many sorts of tickets apart"
        return [Effect(number, "uncounted", people=len(people), args={"why": why})]
    moved = rights_moved((old, new), people, groups, (ask, ask))
    return [
        Effect(
            number,
            "gain" if one.gained else "lose",
            one.open,
            one.all,
            len(one.people),
            args={"right": one.right},
        )
        for one in moved
    ]


def _touched(before: Desk, after: Desk, role: str) -> set[str]:
    """The types on which a role's grants are not the same on both sides."""
    sides = [desk.roles.get(role) for desk in (before, after)]
    return {
        key
        for key in before.types.keys() & after.types.keys()
        if len({_meant(one.grants.get(key, ())) if one else () for one in sides}) > 1
    }


def _meant(several: tuple[object, ...]) -> tuple[object, ...]:
    """Grants without their places, which move with every line."""
    return tuple(
        (g.role, g.see, g.edit, g.create, g.do, tuple(sorted(g.fields.items())))  # type: ignore[attr-defined]
        for g in several
    )


def _staff_only(desk: Desk) -> Desk:
    """The desk without the built-in roles of everybody."""
    own = {name: one for name, one in desk.roles.items() if name not in (REQUESTER, APPROVERS)}
    return replace(desk, roles=own)


def _person(before: Desk, after: Desk, one: Holder) -> Person:
    return Person(one.id, one.name, _viewer(before, one), _viewer(after, one))


def _viewer(desk: Desk, one: Holder) -> Viewer:
    held = (desk.roles[name] for name in one.roles if name in desk.roles)
    roles = frozenset().union(*(model.includes for model in held))
    return Viewer(one.id, one.name, roles, one.teams, one.leads, is_staff=True)


async def _groups(
    unit: Unit, before: Desk, after: Desk, people: Sequence[Person], types: tuple[str, ...]
) -> list[Group] | None:
    ids = [one.id for one in people]
    columns = {"type": plain_column("type")}
    for path in names_read(before, after, people, types):
        columns[path.name] = collapsed(path, ids)
    found = await groups_of(unit, columns, types, most=MOST_GROUPS)
    if found is None:
        return None
    return [
        Group({name: frozen(value) for name, value in values.items()}, n, is_open)
        for values, n, is_open in found
    ]
