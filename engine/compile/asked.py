"""Conditions and orders that somebody asks for over a compiled desk, within what they may read.

A field that is hidden from them does not exist here: it is unknown like one that never was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from engine.compile.condition import compile_condition
from engine.compile.scope import BUILT_IN, PathInfo, Scope, stored_apart
from engine.decide import access
from engine.evaluate import LIST_KINDS
from engine.facts import Viewer
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.predicate import FALSE, All, AnyOf, Not, Path, Predicate, Test
from specs.problem import Code, Place

MOST_TESTS: Final = 60
OUTSIDERS: Final = frozenset(
    {
        *("number", "type", "subject", "description", "state", "phase", "channel"),
        *("requester", "customer", "created_at", "updated_at", "solved_at", "closed_at"),
        *("state_since", "rating", "version"),
    }
)
"""What somebody who does not work here knows of a ticket besides its fields."""
_BAD, _UNKNOWN = Code.BAD_VALUE.number, Code.UNKNOWN_FIELD.number
_HELD: Final = frozenset({"requester", "customer", "assignee"})


@dataclass(frozen=True, slots=True)
class Unasked:
    """Why something can't be asked for: a problem code, an English sentence, a cure; `pointer`
    leads into the condition."""

    code: str
    message: str
    cure: str = ""
    pointer: str = ""


def scope_for(desk: Desk, viewer: Viewer, types: Iterable[str] = ()) -> Scope:
    """The paths over these types (all, where none is named) that the viewer ever reads.

    Sealed values and those of people and records that are sealed are left out for everybody.
    """
    named = tuple(
        key for key in tuple(types) or desk.types if access.sees_sometimes(desk, viewer, key)
    )
    readable = {key: _fields(desk, viewer, key) for key in named}
    clocks = {
        clock.id: clock.key for one in desk.policies.values() for clock in one.clocks.values()
    }
    whole = Scope.of_types(
        readable.values(),
        people={group: _open(fields) for group, fields in desk.people.items()},
        sources={id: _open(one.outputs) for id, one in desk.sources.items()},
        states=[{s.id: s.key for s in desk.types[key].states.values()} for key in named],
        teams={team.id: team.key for team in desk.teams.values()},
        type_ids={desk.types[key].id: key for key in named},
        clocks=clocks,
        tags={key: key for key in desk.tenant.tags},
        flags={key: key for key in desk.tenant.flags},
        owners=[desk.types[key].id for key in named],
        zone=desk.tenant.zone,
    )
    if viewer.is_staff or viewer.is_system:
        return whole
    kept = {way: info for way, info in whole.infos.items() if _outside(way, info)}
    return replace(whole, infos=kept)


def _outside(way: tuple[str, ...], info: PathInfo) -> bool:
    """Whether an outsider may ask for it: a field of the ticket, or what they know of any."""
    own = info.field is not None and way[0] not in _HELD
    return own or (len(way) == 1 and way[0] in OUTSIDERS)


def known_fields(desk: Desk, viewer: Viewer, types: Iterable[str] = ()) -> frozenset[str]:
    """The ids of the fields over these types that the viewer knows of, masked ones too."""
    return frozenset(
        item.id
        for type_key in tuple(types) or tuple(desk.types)
        for key, item in desk.types[type_key].fields.items()
        if item.type != "heading" and access.shows_sometimes(desk, viewer, key, type_key)
    )


def _fields(desk: Desk, viewer: Viewer, type_key: str) -> dict[str, FieldModel]:
    fields = desk.types[type_key].fields
    return {
        key: item
        for key, item in fields.items()
        if not item.sensitive and access.reads_sometimes(desk, viewer, key, (type_key,))
    }


def _open(fields: Mapping[str, FieldModel]) -> dict[str, FieldModel]:
    return {key: item for key, item in fields.items() if not item.sensitive}


def asked_condition(
    desk: Desk, viewer: Viewer, raw: object, types: Iterable[str] = ()
) -> tuple[Predicate, tuple[Unasked, ...]]:
    """A structured condition of JSON values as one over the tickets whose fields are read.

    A test of a field counts only where this viewer reads it of that very ticket; elsewhere it is
    false, as on an empty value.
    """
    named = tuple(types)
    found, problems = compile_condition(
        raw, scope_for(desk, viewer, named), _pointed, lowerable=True
    )
    if problems:
        told = (Unasked(p.code.number, p.message, p.cure, p.place.file) for p in problems)
        return FALSE, tuple(told)
    if _size(found) > MOST_TESTS:
        return FALSE, (Unasked(_BAD, f"a condition has at most {MOST_TESTS} tests"),)
    return _mapped(found, lambda test: _within(desk, viewer, test, named)), ()


def asked_order(
    desk: Desk, viewer: Viewer, names: Iterable[str], types: Iterable[str] = ()
) -> tuple[tuple[tuple[Path, bool], ...], tuple[Unasked, ...]]:
    """Names to sort by, `-` before one that falls; only what every listed ticket shows them."""
    named = tuple(types)
    scope = scope_for(desk, viewer, named)
    order: list[tuple[Path, bool]] = []
    wrong: list[Unasked] = []
    for text in names:
        name = text.removeprefix("-")
        info = scope.find(name.split("."))
        if info is None or not access.reads_always(desk, viewer, info.path.name.partition(".")[0]):
            guess = scope.suggest(name)
            cure = f"did you mean `{guess}`?" if guess else ""
            wrong.append(Unasked(_UNKNOWN, f"there is no field `{name}` here", cure))
        elif info.path.inside or info.path.kind in LIST_KINDS or _is_text(info):
            wrong.append(Unasked(_BAD, f"a list can't be sorted by `{name}`"))
        elif (apart := stored_apart(info)) is not None:
            wrong.append(Unasked(_UNKNOWN, *apart))
        else:
            order.append((info.path, text.startswith("-")))
    return tuple(order), tuple(wrong)


def _is_text(info: PathInfo) -> bool:
    return info.path.kind in ("long_text", "rich_text", "files", "image", "location")


def _pointed(steps: tuple[str | int, ...]) -> Place:
    """The place of a part of the condition, as a JSON pointer."""
    way = "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)
    return Place(way, 1, 1, 1, 1)


def _within(desk: Desk, viewer: Viewer, test: Test, types: tuple[str, ...]) -> Predicate:
    root = test.path.name.partition(".")[0]
    having = tuple(k for k in types or desk.types if root in desk.types[k].fields)
    if viewer.is_system or root in BUILT_IN or not having:
        return test
    return All((test, access.readable(desk, viewer, (root,), having)))


def _mapped(item: Predicate, change: Callable[[Test], Predicate]) -> Predicate:
    match item:
        case Test():
            return change(item)
        case Not():
            return Not(_mapped(item.item, change))
        case All():
            return All(tuple(_mapped(one, change) for one in item.items))
        case AnyOf():
            return AnyOf(tuple(_mapped(one, change) for one in item.items))


def _size(item: Predicate) -> int:
    match item:
        case Test():
            return 1
        case Not():
            return _size(item.item)
        case All() | AnyOf():
            return sum(map(_size, item.items))
