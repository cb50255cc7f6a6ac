"""Whether a change of grants gives or takes: by what was compiled, not by how it is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.change.change import Class
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.model.rights import Grant
from engine.predicate import FALSE, TRUE, All, AnyOf, Op, Predicate, Test

AXES: Final = ("see", "edit", "create", "do", "fields")
_WIDTH: Final = {"hidden": 0, "masked": 1, "read": 2, "edit": 3}


def class_of_grant(
    before: Desk, after: Desk, role: str, type_id: str = "", axes: tuple[str, ...] = AXES
) -> Class:
    """The class of a change of what a role may do on one type, or on every type.

    `widens` when anybody may do more anywhere, even where others may do less. Rights on a type
    that is new widen nothing: there is no ticket yet that somebody did not see.
    """
    found: set[Class] = set()
    for key in before.types.keys() | after.types.keys():
        names = {desk.types[key].id for desk in (before, after) if key in desk.types}
        if type_id and type_id not in names:
            continue
        if key not in before.types:
            found.add("additive")
        elif key in after.types:
            found |= set(_between(before, after, role, key, axes))
    for klass in ("widens", "narrows", "additive"):
        if klass in found:
            return klass
    return "cosmetic"


def _between(
    before: Desk, after: Desk, role: str, key: str, axes: tuple[str, ...]
) -> Iterator[Class]:
    old, new = own_grant(before, role, key), own_grant(after, role, key)
    for axis in axes:
        more, less = _compared(axis, old, new, before, after, key)
        if more:
            yield "widens"
        if less:
            yield "narrows"


def own_grant(desk: Desk, role: str, key: str) -> Grant | None:
    """What a role itself, without those it inherits from, grants on a type."""
    model = desk.roles.get(role)
    several = model.grants.get(key, ()) if model is not None else ()
    return next((one for one in several if one.role == role), None)


def _compared(
    axis: str, old: Grant | None, new: Grant | None, before: Desk, after: Desk, key: str
) -> tuple[bool, bool]:
    """Whether there is more on an axis, and whether there is less."""
    if axis in ("see", "edit"):
        was, becomes = _rows(axis, old), _rows(axis, new)
        return not implies(becomes, was), not implies(was, becomes)
    if axis == "create":
        made = bool(old and old.create), bool(new and new.create)
        return made == (False, True), made == (True, False)
    if axis == "do":
        did, does = (one.do if one else frozenset() for one in (old, new))
        return bool(does - did), bool(did - does)
    fields = before.types[key].fields, after.types[key].fields
    both = [(one, fields[1][name]) for name, one in fields[0].items() if name in fields[1]]
    steps = [_width(new, now) - _width(old, then) for then, now in both] if old and new else []
    return any(step > 0 for step in steps), any(step < 0 for step in steps)


def _rows(axis: str, grant: Grant | None) -> Predicate:
    found: Predicate | None = getattr(grant, axis) if grant is not None else None
    return FALSE if found is None else found


def _width(grant: Grant, item: FieldModel) -> int:
    return _WIDTH[grant.fields.get(item.key) or ("masked" if item.sensitive else "edit")]


def implies(one: Predicate, other: Predicate) -> bool:
    """Whether the second surely holds wherever the first does; False where that is not plain."""
    if one in (other, FALSE) or other == TRUE:
        return True
    if isinstance(other, All):
        return all(implies(one, item) for item in other.items)
    if isinstance(one, AnyOf):
        return all(implies(item, other) for item in one.items)
    if isinstance(one, All) and any(implies(item, other) for item in one.items):
        return True
    if isinstance(other, AnyOf):
        return any(implies(one, item) for item in other.items)
    return isinstance(one, Test) and isinstance(other, Test) and _narrower(one, other)


def _narrower(one: Test, other: Test) -> bool:
    words = (Op.IS, Op.ONE_OF)
    if one.path != other.path or one.op not in words or other.op not in words:
        return False
    return _several(one) <= _several(other)


def _several(test: Test) -> set[object]:
    return set(test.operand) if isinstance(test.operand, tuple) else {test.operand}
