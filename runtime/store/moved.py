"""Columns as they will be once running data moves have reached every ticket (`engine.moved`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, func, literal, null, or_, true

from engine.moved import STATE, TEAM, Moved, Recast, Shift
from runtime.store.columns import JsonPath
from runtime.store.tables.tickets import ticket

_Column = ColumnElement[Any]
_Clause = ColumnElement[bool]
_OF_TEAM = ("team", "home_team", "teams")


def through(column: _Column, name: str, moved: Moved) -> _Column:
    """The column of a name, each old key shown as the one that takes its place."""
    for shift in moved.shifts:
        if shift.name == STATE and name == "phase":
            held = and_(ticket.c.state_key == shift.old, on_types(shift.types))
            column = case((held, literal(shift.phase, Text())), else_=column)
        elif _is_of(shift, name):
            held = and_(column == literal(shift.old, Text()), on_types(shift.types))
            column = case((held, literal(shift.new, Text())), else_=column)
    for one in moved.recasts:
        if one.name == name:
            # What is not read anew yet compares with nothing.
            column = case((is_waiting(one), null()), else_=column)
    return column


def before_them(name: str, values: Iterable[Any], moved: Moved) -> list[str]:
    """The stored keys that count as one of `values` by now."""
    wanted = set(values)
    found: list[str] = []
    for shift in reversed(moved.shifts):
        if _is_of(shift, name) and shift.new in wanted and shift.old not in wanted:
            wanted.add(shift.old)
            found.append(shift.old)
    return found


def kept_as(name: str, value: Any, moved: Moved) -> Iterator[tuple[str, _Clause]]:
    """The stored items that count as `value` in a list, each with the tickets where it does."""
    wanted: dict[Any, _Clause] = {value: true()}
    for shift in reversed(moved.shifts):
        if _is_of(shift, name) and shift.new in wanted:
            where = and_(wanted[shift.new], on_types(shift.types))
            wanted[shift.old] = where
            yield shift.old, where


def on_types(types: tuple[str, ...]) -> _Clause:
    """The tickets of these types; all where none is named."""
    return ticket.c.type_key.in_(types) if types else true()


def is_waiting(one: Recast) -> _Clause:
    """The tickets whose value is still of the former type; `Recast.is_waiting` in SQL."""
    noted = func.coalesce(JsonPath(ticket.c.memory, ("recasts", one.name), "text"), "")
    if one.back:
        is_new = and_(ticket.c.created_us >= one.began_us, noted != one.mark)
        told = or_(noted == one.run, is_new)
    else:
        told = and_(noted != one.run, ticket.c.created_us < one.began_us)
    return and_(told, on_types(one.types))


def _is_of(shift: Shift, name: str) -> bool:
    if shift.name == TEAM:
        return name in _OF_TEAM
    return shift.name == name and not shift.column
