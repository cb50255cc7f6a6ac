"""Applies data moves to the facts of one ticket: for reading meanwhile, and for rewriting it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from engine.facts import Facts, Value
from engine.model.desk import Desk
from engine.model.field import FieldModel, Option
from engine.model.text import NO_WORDS
from engine.model.ticket_type import DONE_PHASES
from engine.moved import RECASTS, STATE, TEAM, Former, Recast, Shift
from engine.values.base import ValueProblem
from engine.values.registry import check, is_empty, normalise, to_text

_LAST: Final = "last_assignee."


def read_through(desk: Desk, facts: Facts) -> Facts:
    """The facts as they will be when every running move has reached the ticket."""
    for shift in desk.moved.shifts:
        facts = facts.with_values(shifted(desk, shift, facts))
    for one in desk.moved.recasts:
        facts = facts.with_values(recast(desk, one, facts))
    return facts


def shifted(desk: Desk, shift: Shift, facts: Facts) -> dict[str, Value]:
    """The names that a shift changes on a ticket, with their new values; empty where none."""
    type_key = facts.text("type")
    if not shift.is_on(type_key):
        return {}
    if shift.name == STATE:
        return _state(shift, facts)
    if shift.name == TEAM:
        return _team(desk, shift, facts)
    found = _value(facts.get(shift.name), shift)
    if found == facts.get(shift.name):
        return {}
    model = desk.types.get(type_key)
    return {shift.name: _ordered(model.fields.get(shift.name) if model else None, found)}


def recast(desk: Desk, one: Recast, facts: Facts) -> dict[str, Value]:
    """The field read as its present type, where the ticket still holds the former one."""
    type_model = desk.types.get(facts.text("type"))
    item = type_model.fields.get(one.name) if type_model else None
    created = facts.get("created_at")
    if type_model is None or item is None or type_model.key not in one.types:
        return {}
    if not one.is_waiting(created if isinstance(created, int) else 0, facts.get(RECASTS)):
        return {}
    noted = facts.get(RECASTS)
    kept = dict(noted) if isinstance(noted, Mapping) else {}
    kept[one.name] = one.mark
    return {one.name: converted(one.former, item, facts.get(one.name), desk.tenant.zone),
            RECASTS: kept}  # fmt: skip


def converted(former: Former, item: FieldModel, value: Value, zone: str) -> Value:
    """A value of the former type as one of the field's; empty when it can't be read as one."""
    if is_empty(value):
        return None
    options = {key: Option(id, key, NO_WORDS) for key, id in former.options.items()}
    was = replace(
        item, type=former.type, scale=former.scale, currency=former.currency, options=options
    )
    try:
        text = to_text(was, value, zone)
    except (TypeError, ValueError, KeyError, AttributeError):
        return None
    found = normalise(item, text, zone)
    if isinstance(found, ValueProblem) or check(item, found) is not None:
        return None
    return found


def former_of(item: FieldModel) -> Former:
    """What has to be known of a field to read its values later."""
    options = {key: option.id for key, option in item.options.items()}
    return Former(item.type, item.scale, item.currency, options)


def _state(shift: Shift, facts: Facts) -> dict[str, Value]:
    found: dict[str, Value] = {}
    if facts.get("state_before") == shift.old:
        found["state_before"] = shift.new
    if facts.get("state") != shift.old:
        return found
    since, solved = facts.get("state_since"), facts.get("solved_at")
    is_done = shift.phase in DONE_PHASES
    return found | {
        "state": shift.new,
        "phase": shift.phase,
        # It has stood there since then, under another name.
        "solved_at": (solved if isinstance(solved, int) else since) if is_done else None,
        "closed_at": (facts.get("closed_at") or since) if shift.phase == "closed" else None,
    }


def _team(desk: Desk, shift: Shift, facts: Facts) -> dict[str, Value]:
    found: dict[str, Value] = {
        name: shift.new for name in ("team", "home_team") if facts.get(name) == shift.old
    }
    teams = facts.names("teams")
    if shift.old in teams:
        found["teams"] = _replaced(teams, shift)
    last = facts.get(f"{_LAST}{shift.old}")
    if last is not None:
        found |= {f"{_LAST}{shift.old}": None}
        found |= {f"{_LAST}{shift.new}": facts.get(f"{_LAST}{shift.new}") or last}
    type_model = desk.types.get(facts.text("type"))
    for item in type_model.fields.values() if type_model else ():
        if item.type == "team" and facts.get(item.key) == shift.old:
            found[item.key] = shift.new
    return found


def _value(value: Value, shift: Shift) -> Value:
    """A field's value with the new key in the place of the old one."""
    if shift.column and isinstance(value, tuple):
        return tuple(
            {**row, shift.column: _value(row.get(shift.column), replace(shift, column=""))}
            if isinstance(row, Mapping) and shift.column in row
            else row
            for row in value
        )
    if isinstance(value, tuple):
        return _replaced(value, shift)
    return shift.new if value == shift.old else value


def _ordered(item: FieldModel | None, value: Value) -> Value:
    """Several options in the order of the field, as the door keeps them."""
    if item is None or item.type != "multi_choice" or not isinstance(value, tuple):
        return value
    order = {key: place for place, key in enumerate(item.options)}
    return tuple(sorted(value, key=lambda key: order.get(str(key), len(order))))


def _replaced(values: tuple[Value, ...], shift: Shift) -> tuple[Value, ...]:
    found: list[Value] = []
    for one in values:
        new = shift.new if one == shift.old else one
        if new not in found:
            found.append(new)
    return tuple(found)
