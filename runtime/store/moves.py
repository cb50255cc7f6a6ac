"""Data moves as rows: what runs over the tickets of a tenant, how far it is, what was before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from sqlalchemy import ColumnElement, Text, and_, delete, func, insert, literal, or_, select, update

from engine.moved import STATE, TEAM, Recast, Shift
from runtime.store.columns import HasItem, HasKey, JsonPath
from runtime.store.moved import is_waiting, on_types
from runtime.store.tables.desks import data_move, data_move_row
from runtime.store.tables.tickets import ticket
from runtime.store.unit import Unit
from runtime.store.upsert import put

State = Literal["running", "done", "stopped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One walk of one step over the tickets.

    `way` 1 does the step, -1 undoes what the run `body["of"]` did. `after`: the last ticket that
    was walked. `body`: what is moved, as keys. `counts`: tickets by what became of them.
    """

    id: str
    step: str
    revision_n: int
    way: int
    state: State
    after: str | None
    body: Mapping[str, Any]
    counts: Mapping[str, int]
    started_us: int
    ended_us: int | None = None


_NAMES = tuple(f.name for f in fields(Run))
_RUN = [data_move.c[name] for name in _NAMES]


async def add(unit: Unit, run: Run) -> None:
    """Write a run."""
    row = {name: getattr(run, name) for name in _NAMES} | {"tenant_id": unit.tenant_id}
    unit.must_write()
    await unit.run(insert(data_move), row | {"body": dict(run.body), "counts": dict(run.counts)})


async def runs(unit: Unit, *, running: bool = False) -> list[Run]:
    """The runs of the tenant in the order in which they were asked for."""
    query = select(*_RUN).where(data_move.c.tenant_id == unit.tenant_id)
    if running:
        query = query.where(data_move.c.state == "running")
    found = await unit.rows(query.order_by(data_move.c.started_us, data_move.c.id))
    return [Run(**row._mapping) for row in found]


async def hold(unit: Unit, run_id: str) -> Run | None:
    """A run, held until the end of the unit, so that nobody stops it in between."""
    unit.must_write()
    query = select(*_RUN).where(data_move.c.tenant_id == unit.tenant_id, data_move.c.id == run_id)
    row = await unit.row(query.with_for_update())
    return Run(**row._mapping) if row else None


async def change(unit: Unit, run_id: str, **values: Any) -> None:
    """Write how far a run is, or how it ended."""
    unit.must_write()
    statement = update(data_move).where(
        data_move.c.tenant_id == unit.tenant_id, data_move.c.id == run_id
    )
    await unit.run(statement.values(values))


async def keep_before(unit: Unit, run_id: str, ticket_id: str, before: Mapping[str, Any]) -> None:
    """Keep what a ticket held before a run changed it."""
    row = {
        "tenant_id": unit.tenant_id,
        "move_id": run_id,
        "ticket_id": ticket_id,
        "before": dict(before),
    }
    await put(unit, data_move_row, row)


async def before_of(unit: Unit, run_id: str, ticket_id: str) -> Mapping[str, Any] | None:
    """What a ticket held before a run; None when the run did not change it, or was undone on it."""
    query = select(data_move_row.c.before).where(*_row(unit, run_id, ticket_id))
    found: Mapping[str, Any] | None = await unit.value(query)
    return found


async def forget_before(unit: Unit, run_id: str, ticket_id: str) -> None:
    """The ticket holds again what it held before a run, or never will."""
    unit.must_write()
    await unit.run(delete(data_move_row).where(*_row(unit, run_id, ticket_id)))


async def kept_count(unit: Unit, run_id: str) -> int:
    """How many tickets hold what a run gave them, as far as it knows."""
    query = select(func.count()).where(
        data_move_row.c.tenant_id == unit.tenant_id, data_move_row.c.move_id == run_id
    )
    return int(await unit.value(query))


async def candidates(unit: Unit, where: ColumnElement[bool], after: str, limit: int) -> list[str]:
    """Tickets that a run has to look at, in the order of their ids."""
    query = select(ticket.c.id).where(
        # Those of a pilot stand under another desk, and have what that one knows.
        ticket.c.tenant_id == unit.tenant_id,
        ticket.c.id > after,
        ticket.c.environment.is_(None),
        where,
    )
    return [row.id for row in await unit.rows_long(query.order_by(ticket.c.id).limit(limit))]


async def kept_ids(unit: Unit, run_id: str, after: str, limit: int) -> list[str]:
    """Tickets that a run changed, in the order of their ids."""
    query = select(data_move_row.c.ticket_id).where(
        data_move_row.c.tenant_id == unit.tenant_id,
        data_move_row.c.move_id == run_id,
        data_move_row.c.ticket_id > after,
    )
    found = await unit.rows(query.order_by(data_move_row.c.ticket_id).limit(limit))
    return [row.ticket_id for row in found]


def holding(shift: Shift, fields_of_team: Sequence[str], *, sealed: bool) -> ColumnElement[bool]:
    """The tickets that may hold the old key of a shift; whoever looks at one knows for sure."""
    if shift.name == STATE:
        memory = JsonPath(ticket.c.memory, ("state_before",), "text") == shift.old
        held = or_(ticket.c.state_key == shift.old, memory)
    elif shift.name == TEAM:
        held = or_(
            ticket.c.team_key == shift.old,
            ticket.c.home_team_key == shift.old,
            HasItem(ticket.c.teams, (), literal(shift.old, Text())),
            *(JsonPath(ticket.c["values"], (key,), "text") == shift.old for key in fields_of_team),
        )
    elif sealed or shift.column:
        held = HasKey(ticket.c["values"], shift.name)
    else:
        held = or_(
            JsonPath(ticket.c["values"], (shift.name,), "text") == shift.old,
            HasItem(ticket.c["values"], (shift.name,), literal(shift.old, Text())),
        )
    return and_(held, on_types(shift.types))


def unread(one: Recast) -> ColumnElement[bool]:
    """The tickets whose value is still of the former type."""
    return and_(HasKey(ticket.c["values"], one.name), is_waiting(one))


def _row(unit: Unit, run_id: str, ticket_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        data_move_row.c.tenant_id == unit.tenant_id,
        data_move_row.c.move_id == run_id,
        data_move_row.c.ticket_id == ticket_id,
    )
