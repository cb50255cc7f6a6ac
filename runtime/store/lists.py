"""Pages of tickets by keyset, in any order, and counts that stop counting.

Empty values come last in both directions. The page is read in two goes only where it crosses from
filled to empty values of the first column, so that an index serves each. There is no OFFSET.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Row,
    Select,
    Text,
    UnaryExpression,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.sql.operators import custom_op

from runtime.store.tables.tickets import ticket
from runtime.store.tickets import LISTED, TicketRow
from runtime.store.unit import Unit

CAP = 1001
Clause = ColumnElement[bool]
Order = Sequence[tuple[ColumnElement[Any], Literal["asc", "desc"]]]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: the values of the order's columns there, and the ticket's id."""

    values: tuple[str | int | bool | None, ...]
    id: str


@dataclass(frozen=True, slots=True)
class Page:
    """Tickets in order, and where the next page begins; None when this is the last."""

    tickets: tuple[TicketRow, ...]
    after: Cursor | None


async def list_tickets(
    unit: Unit,
    where: ColumnElement[bool],
    order: Order,
    *,
    after: Cursor | None = None,
    limit: int = 50,
    few: bool = False,
    patience_s: float | None = None,
) -> Page:
    """The tickets that hold `where`, `limit` of them after the cursor, in `order`, then by id.

    The id runs in the direction of the first column. `few`: so few hold it that they are better
    found and sorted than met on a walk through all tickets in order.

    Raises:
        OutOfTime: a part of it took more than `patience_s` seconds.
    """
    rows: list[Row[Any]] = []
    # SQLite knows no shares of single values: it walks a million tickets for somebody's three.
    apart = few and unit.dialect == "sqlite"
    for empty in _segments(order, after):
        query = _page(unit, where, order, after, empty, apart, limit + 1 - len(rows))
        rows += await unit.rows_long(query, patience_s=patience_s)
        if len(rows) > limit:
            break
        after = None
    cursor = _cursor(rows[limit - 1], order) if len(rows) > limit else None
    return Page(tuple(LISTED.of(row) for row in rows[:limit]), cursor)


async def count_capped(
    unit: Unit,
    where: ColumnElement[bool],
    cap: int = CAP,
    *,
    patience_s: float | None = None,
) -> int:
    """How many tickets hold `where`; `cap` means that many or more.

    Raises:
        OutOfTime: it took more than `patience_s` seconds.
    """
    some = (
        select(ticket.c.id).where(ticket.c.tenant_id == unit.tenant_id, where).limit(cap).subquery()
    )
    counted = select(func.count()).select_from(some)
    ((count,),) = await unit.rows_long(counted, patience_s=patience_s)
    return int(count)


async def count_many(
    unit: Unit,
    wheres: Sequence[ColumnElement[bool]],
    cap: int = CAP,
    *,
    patience_s: float | None = None,
) -> list[int]:
    """`count_capped` for several conditions in one statement, for the numbers beside views.

    Raises:
        OutOfTime: it took more than `patience_s` seconds.
    """
    if not wheres:
        return []
    counts = []
    for where in wheres:
        some = select(ticket.c.id).where(ticket.c.tenant_id == unit.tenant_id, where).limit(cap)
        counts.append(select(func.count()).select_from(some.subquery()).scalar_subquery())
    (row,) = await unit.rows_long(select(*counts), patience_s=patience_s)
    return [int(n) for n in row]


def _segments(order: Order, after: Cursor | None) -> tuple[bool | None, ...]:
    """The parts of the page: filled, then empty values of the first column; None is all at once."""
    if not order or not _may_be_empty(order[0][0]):
        return (None,)
    if after and after.values[0] is None:
        return (True,)
    return (False, True)


def _page(
    unit: Unit,
    where: ColumnElement[bool],
    order: Order,
    after: Cursor | None,
    empty: bool | None,
    apart: bool,
    limit: int,
) -> Select[Any]:
    own = ticket.c.tenant_id == unit.tenant_id
    those = select(ticket.c.id).where(own, where)
    terms = _terms(order, after, empty)
    if apart:
        terms = [replace(term, column=_unindexed(term.column)) for term in terms]
    if empty is not None:
        first = _unindexed(order[0][0]) if apart else order[0][0]
        those = those.where(first.is_(None) if empty else _filled(first))
    if after is not None:
        those = those.where(_beyond(terms))
    by = [t.column.desc() if t.down else t.column.asc() for t in terms]
    those = those.order_by(*by).limit(limit)
    keys = [column.label(f"k{place}") for place, (column, _) in enumerate(order)]
    whole = (*LISTED.columns, *keys)
    if not apart:
        return those.with_only_columns(*whole)
    # Ids are sorted, since whole tickets are a hundred times as wide; only those shown are read.
    return select(*whole).where(own, ticket.c.id.in_(those.correlate(None))).order_by(*by)


def _unindexed(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The same value, by which SQLite looks for no index."""
    return UnaryExpression(column, operator=custom_op("+"), type_=column.type)


def _filled(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Not empty, said as a range where there is one: SQLite takes an index for a range only."""
    if isinstance(column.type, Integer):
        return column >= literal(-(2**63), BigInteger(), literal_execute=True)
    if isinstance(column.type, Text):
        return column >= literal("", Text(), literal_execute=True)
    return column.is_not(None)


@dataclass(frozen=True, slots=True)
class _Term:
    """One step of the order that is never empty, with the cursor's value there."""

    column: ColumnElement[Any]
    down: bool
    at: Any


def _terms(order: Order, after: Cursor | None, empty: bool | None) -> list[_Term]:
    down = bool(order) and order[0][1] == "desc"
    terms: list[_Term] = []
    for place, (column, direction) in enumerate(order):
        at = after.values[place] if after else None
        if place == 0 and empty:
            continue
        if place > 0 and _may_be_empty(column):
            terms.append(_Term(case((column.is_(None), 1), else_=0), False, int(at is None)))
        terms.append(_Term(column, direction == "desc", at))
    terms.append(_Term(ticket.c.id, down, after.id if after else ""))
    return terms


def _beyond(terms: list[_Term]) -> ColumnElement[bool]:
    """What comes after the cursor: (a > x) or (a = x and b > y) or …, with a bound on the first."""
    ways = []
    same: list[ColumnElement[bool]] = []
    for term in terms:
        if term.at is not None:
            further = term.column < term.at if term.down else term.column > term.at
            ways.append(and_(*same, further))
        same.append(term.column.is_(None) if term.at is None else term.column == term.at)
    first = terms[0]
    if first.at is None or len(terms) == 1:
        return or_(*ways)
    bound = first.column <= first.at if first.down else first.column >= first.at
    return and_(bound, or_(*ways))


def _may_be_empty(column: ColumnElement[Any]) -> bool:
    return bool(getattr(column, "nullable", True))


def _cursor(row: Row[Any], order: Order) -> Cursor:
    return Cursor(tuple(row._mapping[f"k{place}"] for place in range(len(order))), row.id)


async def ids(unit: Unit, where: ColumnElement[bool]) -> list[str]:
    """The ids of all tickets that hold `where`, oldest first."""
    query = (
        select(ticket.c.id).where(ticket.c.tenant_id == unit.tenant_id, where).order_by(ticket.c.id)
    )
    return [row.id for row in await unit.rows_long(query)]


async def numbers(unit: Unit, where: ColumnElement[bool], limit: int) -> list[str]:
    """The numbers of the tickets that hold `where`, oldest first, at most so many."""
    query = select(ticket.c.number).where(ticket.c.tenant_id == unit.tenant_id, where)
    rows = await unit.rows_long(query.order_by(ticket.c.id).limit(limit))
    return [row.number for row in rows]
