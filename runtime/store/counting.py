"""Counts over all tickets for a plan: many conditions in one walk, with numbers of some."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, case, func, select, true

from engine.evaluate import LIST_KINDS
from engine.predicate import Path
from runtime.store.columns import built_in_column
from runtime.store.lower import NotLowerable, column_of
from runtime.store.tables.people import membership, person, person_role
from runtime.store.tables.tickets import IS_OPEN, ticket
from runtime.store.tickets import NAMES, TicketRow, ticket_row
from runtime.store.unit import Unit

SAMPLE: Final = 5
OTHER: Final = "\u00b7"
"""Stands for a person who is none of those asked about."""
BATCH: Final = 2000


@dataclass(frozen=True, slots=True)
class Count:
    """How many tickets hold a condition, how many of them are open, numbers of some."""

    all: int
    open: int
    numbers: tuple[str, ...] = ()


async def count_each(
    unit: Unit, asked: Sequence[tuple[ColumnElement[bool], tuple[str, ...]]], *, open_only: bool
) -> list[Count]:
    """Each (condition, types) counted, all of them in one walk over the tickets of these types.

    `open_only` walks over open tickets, which an index knows, and leaves finished ones out.
    """
    if not asked:
        return []
    types = sorted({key for _, several in asked for key in several})
    within = and_(ticket.c.tenant_id == unit.tenant_id, ticket.c.type_key.in_(types))
    figures: list[Any] = []
    for where, several in asked:
        mine = and_(ticket.c.type_key.in_(several), where)
        figures += [func.count().filter(mine), func.count().filter(and_(mine, IS_OPEN))]
        figures.append(func.max(ticket.c.id).filter(mine))
    query = select(*figures).select_from(ticket).where(within, IS_OPEN if open_only else true())
    (row,) = await unit.rows_long(query)
    found = []
    for place, (where, several) in enumerate(asked):
        every, is_open, newest = row[3 * place : 3 * place + 3]
        numbers = await _numbers(unit, where, several, newest) if every else ()
        found.append(Count(int(every), int(is_open), numbers))
    return found


async def _numbers(
    unit: Unit, where: ColumnElement[bool], types: tuple[str, ...], newest: str
) -> tuple[str, ...]:
    """Numbers of open tickets, the newest first; of the newest ticket of all where none is open."""
    theirs = and_(ticket.c.tenant_id == unit.tenant_id, ticket.c.type_key.in_(types))
    query = select(ticket.c.number).where(theirs, IS_OPEN, where)
    rows = await unit.rows_long(query.order_by(ticket.c.id.desc()).limit(SAMPLE))
    if not rows:
        one = select(ticket.c.number).where(theirs, ticket.c.id == newest)
        rows = await unit.rows(one)
    return tuple(row.number for row in rows)


async def values_of(
    unit: Unit,
    column: ColumnElement[Any],
    where: ColumnElement[bool],
    types: tuple[str, ...],
    *,
    open_only: bool,
) -> list[tuple[Any, int, int, str]]:
    """Each different value of a column with how many tickets, how many open ones hold it, and the
    number of one of them."""
    query = (
        select(
            column.label("value"),
            func.count().label("n"),
            func.count().filter(IS_OPEN).label("open"),
            func.max(ticket.c.number).label("number"),
        )
        .where(ticket.c.tenant_id == unit.tenant_id, ticket.c.type_key.in_(types), where)
        .group_by(column)
    )
    if open_only:
        query = query.where(IS_OPEN)
    rows = await unit.rows_long(query)
    return [(row.value, int(row.n), int(row.open), row.number) for row in rows]


async def groups_of(
    unit: Unit,
    columns: Mapping[str, ColumnElement[Any]],
    types: tuple[str, ...],
    *,
    most: int,
) -> list[tuple[dict[str, Any], int, int]] | None:
    """Tickets that are alike in all these columns, counted together; None where there are more
    than `most` sorts of them."""
    labelled = [column.label(f"c{place}") for place, column in enumerate(columns.values())]
    # Grouped by names of an inner query: an expression with parameters is not known again.
    one = (
        select(*labelled, case((IS_OPEN, 1), else_=0).label("open"))
        .where(ticket.c.tenant_id == unit.tenant_id, ticket.c.type_key.in_(types))
        .subquery()
    )
    keys = [one.c[label.name] for label in labelled]
    query = (
        select(*keys, func.count().label("n"), func.sum(one.c.open).label("open"))
        .group_by(*keys)
        .limit(most + 1)
    )
    rows = await unit.rows_long(query)
    if len(rows) > most:
        return None
    return [
        (dict(zip(columns, row[: len(columns)], strict=True)), int(row.n), int(row.open))
        for row in rows
    ]


async def open_rows(
    unit: Unit, types: tuple[str, ...], columns: Sequence[ColumnElement[Any]]
) -> AsyncIterator[list[Row[Any]]]:
    """Some columns of all open tickets of these types, with their ids, batch by batch."""
    after = ""
    while True:
        query = (
            select(ticket.c.id, *columns)
            .where(
                ticket.c.tenant_id == unit.tenant_id,
                ticket.c.type_key.in_(types),
                IS_OPEN,
                ticket.c.id > after,
            )
            .order_by(ticket.c.id)
            .limit(BATCH)
        )
        rows = await unit.rows_long(query)
        if rows:
            yield rows
        if len(rows) < BATCH:
            return
        after = rows[-1].id


async def open_tickets(unit: Unit, types: tuple[str, ...]) -> AsyncIterator[list[TicketRow]]:
    """All open tickets of these types, whole, batch by batch."""
    rest = [ticket.c[name] for name in NAMES if name != "id"]
    async for rows in open_rows(unit, types, rest):
        yield [ticket_row(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Holder:
    """An active person with the roles they were given and their places in teams."""

    id: str
    name: str
    roles: frozenset[str]
    teams: frozenset[str]
    leads: frozenset[str]


async def holders_of(unit: Unit, roles: Sequence[str]) -> list[Holder]:
    """The active people who were given one of these roles, by name."""
    mine = person_role.c.tenant_id == unit.tenant_id
    theirs = select(person_role.c.person_id).where(mine, person_role.c.role.in_(roles))
    people = await unit.rows(
        select(person.c.id, person.c.name)
        .where(person.c.tenant_id == unit.tenant_id, person.c.active, person.c.id.in_(theirs))
        .order_by(person.c.name, person.c.id)
    )
    given = await unit.rows(
        select(person_role.c.person_id, person_role.c.role).where(
            mine, person_role.c.person_id.in_(theirs)
        )
    )
    places = await unit.rows(
        select(membership.c.person_id, membership.c.team_key, membership.c.lead).where(
            membership.c.tenant_id == unit.tenant_id, membership.c.person_id.in_(theirs)
        )
    )
    return [
        Holder(
            one.id,
            one.name,
            frozenset(row.role for row in given if row.person_id == one.id),
            frozenset(row.team_key for row in places if row.person_id == one.id),
            frozenset(row.team_key for row in places if row.person_id == one.id and row.lead),
        )
        for one in people
    ]


async def requesters_of(unit: Unit, types: tuple[str, ...]) -> tuple[int, int]:
    """How many people asked for tickets of these types, and how many tickets that are."""
    query = select(func.count(func.distinct(ticket.c.requester_id)), func.count()).where(
        ticket.c.tenant_id == unit.tenant_id,
        ticket.c.type_key.in_(types),
        ticket.c.requester_id.is_not(None),
    )
    found: list[Any] = await unit.rows_long(query)
    return int(found[0][0]), int(found[0][1])


def plain_column(name: str) -> ColumnElement[Any]:
    """A column of the ticket by a built-in name, or `clocks`."""
    found = built_in_column(name)
    return ticket.c[name] if found is None else found


def collapsed(path: Path, people: Sequence[str]) -> ColumnElement[Any]:
    """What tickets are told apart by when a grant reads a path.

    Of a person only whether it is one of `people`, or another, or nobody: else there would be as
    many sorts of tickets as requesters.
    """
    own = built_in_column(path.name)
    if path.kind in LIST_KINDS:
        if own is None:
            raise NotLowerable(f"{path.spelled} holds several values")
        return own
    column = column_of(path) if own is None else own
    if path.kind != "person":
        return column
    return case((column.in_(people), column), (column.is_not(None), OTHER))
