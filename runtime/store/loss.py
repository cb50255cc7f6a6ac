"""Counts the tickets that hold what another version of the specs does not have."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, not_, or_, select

from engine.change.loss import Missing
from engine.moved import Shift
from runtime.store.columns import HasKey, JsonPath
from runtime.store.moved import on_types
from runtime.store.moves import Run, holding
from runtime.store.tables.desks import data_move_row
from runtime.store.tables.tickets import ticket
from runtime.store.unit import Unit


async def held(unit: Unit, wanted: Sequence[Missing], back: Sequence[Run]) -> list[int]:
    """How many tickets hold each, but for those that the runs `back` give their former value."""
    if not wanted:
        return []
    sums = [func.coalesce(func.sum(case((_holds(one, back), 1), else_=0)), 0) for one in wanted]
    found = await unit.rows_long(select(*sums).where(ticket.c.tenant_id == unit.tenant_id))
    return [int(count) for count in found[0]]


def _holds(one: Missing, back: Sequence[Run]) -> ColumnElement[bool]:
    given = [run for run in back if _gives_back(run, one)]
    clause = _has(one)
    if one.sort == "field" and given:
        # A field that is read back as its former type is looked at ticket by ticket.
        return literal(False)
    for run in given:
        row = [
            data_move_row.c.tenant_id == ticket.c.tenant_id,
            data_move_row.c.move_id == run.id,
            data_move_row.c.ticket_id == ticket.c.id,
        ]
        if one.sort == "state":
            since = JsonPath(data_move_row.c.before, ("after", "state_since"), "number")
            row.append(since == ticket.c.state_since_us)
        clause = and_(clause, not_(exists().where(*row)))
    return clause


def _has(one: Missing) -> ColumnElement[bool]:
    if one.sort == "type":
        return ticket.c.type_key == one.key
    if one.sort == "state":
        return and_(ticket.c.state_key == one.key, on_types(one.types))
    if one.sort == "team":
        return or_(ticket.c.team_key == one.key, ticket.c.home_team_key == one.key)
    if one.sort == "field":
        return and_(HasKey(ticket.c["values"], one.key), on_types(one.types))
    return holding(Shift(one.field, one.key, "", one.types), (), sealed=False)


def _gives_back(run: Run, one: Missing) -> bool:
    body = run.body
    if one.sort == "field":
        return (str(body["verb"]), str(body["field"])) == ("convert", one.key)
    if body["verb"] != "map" or body["sort"] != one.sort or body["to"] != one.key:
        return False
    is_there = set(one.types) <= set(body["types"]) and str(body["field"]) == one.field
    return one.sort == "team" or is_there
