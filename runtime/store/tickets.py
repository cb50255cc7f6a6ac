"""Tickets as rows: made, read, held, changed, listed and counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Update, bindparam, insert, or_, select, text, update

from runtime.store import ticket_words
from runtime.store.columns import merged_of
from runtime.store.decoded import Decoded
from runtime.store.journal import Head, NewEvent
from runtime.store.tables.tickets import IS_OPEN, OPEN_PHASES, counter, ticket, ticket_team
from runtime.store.unit import Unit
from runtime.store.upsert import add_new, inserting

PRIORITY_RANK = {"urgent": 0, "high": 1, "normal": 2, "low": 3}


class StaleTicket(Exception):
    """Somebody changed the ticket since it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRow:
    """A ticket as stored; the names are those of the table's columns.

    `values`: custom fields by key, sensitive ones sealed; `folds`: their folded texts by key;
    `clocks`: by clock key, each with at least `due_us` and `breached`; `teams`: every team that
    owns or owned it; `memory`: what later decisions need, free in form.
    """

    id: str
    number: str
    type_key: str
    state_key: str
    phase: str
    priority: str = "normal"
    channel: str = "portal"
    subject: str = ""
    description: str = ""
    requester_id: str | None = None
    customer_id: str | None = None
    team_key: str | None = None
    home_team_key: str | None = None
    assignee_id: str | None = None
    parent_id: str | None = None
    created_us: int
    updated_us: int
    solved_us: int | None = None
    closed_us: int | None = None
    state_since_us: int
    visit_us: int | None = None
    version: int = 0
    head_hash: str = ""
    values: Mapping[str, Any]
    folds: Mapping[str, Any]
    refs: Mapping[str, Any]
    clocks: Mapping[str, Any]
    next_due_us: int | None = None
    tags: Sequence[str] = ()
    flags: Sequence[str] = ()
    watchers: Sequence[str] = ()
    teams: Sequence[str] = ()
    pending: Mapping[str, Any] | None = None
    memory: Mapping[str, Any]
    rating: int | None = None
    reopened: int = 0
    external_key: str | None = None
    environment: str | None = None

    @property
    def head(self) -> Head:
        """The end of the ticket's chain: its version is the last event's number."""
        return Head(self.version, self.head_hash)


NAMES = tuple(f.name for f in fields(TicketRow))
_COLUMNS = [ticket.c[name] for name in NAMES]
_SELECT = select(*_COLUMNS).where(ticket.c.tenant_id == bindparam("tenant"))
_BY_ID = _SELECT.where(ticket.c.id == bindparam("id"))
_BY_NUMBER = _SELECT.where(ticket.c.number == bindparam("number"))
_BY_EXTERNAL = _SELECT.where(ticket.c.external_key == bindparam("external_key"))
_HELD = _SELECT.where(ticket.c.assignee_id == bindparam("person"), IS_OPEN).order_by(ticket.c.id)
_UNDER = _SELECT.where(ticket.c.parent_id == bindparam("id")).order_by(ticket.c.id)
_INSERT = insert(ticket)
_LISTS = ("tags", "flags", "watchers", "teams")
_JSON = frozenset(("values", "folds", "refs", "clocks", "memory", *_LISTS))


IS_MERGED = merged_of(ticket)
"""Whether a ticket was merged into its parent, and so is no part of it."""

_NEXT = {
    dialect: inserting(counter, dialect)
    .on_conflict_do_update(index_elements=["tenant_id", "prefix"], set_={"n": counter.c.n + 1})
    .returning(counter.c.n)
    for dialect in ("sqlite", "postgresql")
}


def ticket_row(row: Sequence[Any]) -> TicketRow:
    """The ticket in a row that begins with the columns of `NAMES`, and may go on."""
    found = dict(zip(NAMES, row, strict=False))
    for name in _LISTS:
        found[name] = tuple(found[name])
    return TicketRow(**found)


LISTED = Decoded([ticket.c[name] for name in NAMES], ticket_row, 1_000)
"""Tickets of lists: shown again and again, seldom changed."""


async def next_number(unit: Unit, prefix: str) -> str:
    """The next number of a prefix, as people see it: `RF-20461`. Gaps may come."""
    unit.must_write()
    asked = {"tenant_id": unit.tenant_id, "prefix": prefix, "n": 1}
    return f"{prefix}-{await unit.value(_NEXT[unit.dialect], asked)}"


async def create(unit: Unit, row: TicketRow) -> None:
    """Write a new ticket, with the journal's head already in it (`journal.append` first)."""
    unit.work_changes()
    found = {name: getattr(row, name) for name in NAMES}
    await unit.run(_INSERT, {"tenant_id": unit.tenant_id, **_stored(found)})
    await _add_teams(unit, row.id, row.teams)
    await ticket_words.keep(unit, row.id, row.number, row.subject, row.description)


async def read(unit: Unit, ticket_id: str) -> TicketRow | None:
    """A ticket by id."""
    return await _one(unit, _BY_ID, {"id": ticket_id})


async def by_number(unit: Unit, number: str) -> TicketRow | None:
    """A ticket by the number people know."""
    return await _one(unit, _BY_NUMBER, {"number": number})


async def by_external_key(unit: Unit, key: str) -> TicketRow | None:
    """A ticket by its key in the system it was imported from."""
    return await _one(unit, _BY_EXTERNAL, {"external_key": key})


async def lock(unit: Unit, ticket_id: str) -> TicketRow | None:
    """A ticket held until the end of this unit, so that nobody changes it in between."""
    unit.must_write()
    # SQLite's BEGIN IMMEDIATE holds the whole store already; it has no FOR UPDATE and ignores it.
    return await _one(unit, _BY_ID.with_for_update(), {"id": ticket_id})


async def one_joins(unit: Unit) -> None:
    """Wait until nobody else joins tickets of the tenant, and keep others waiting until the end of
    this unit: a circle over several tickets can't be seen from any two of them."""
    unit.must_write()
    if unit.on_postgresql:
        lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:tenant, 7316))")
        await unit.run(lock, {"tenant": unit.tenant_id})


async def change(unit: Unit, ticket_id: str, version: int, changes: Mapping[str, Any]) -> None:
    """Write `changes` (by column name) if the ticket still has `version`.

    `changes` holds the new `version` and `head_hash` too.

    Raises:
        StaleTicket: it has another version, or there is no such ticket.
    """
    unit.work_changes()
    stored = _stored(changes)
    asked = {"of_tenant": unit.tenant_id, "of_id": ticket_id, "of_version": version, **stored}
    if (await unit.run(_change(tuple(stored)), asked)).rowcount != 1:
        raise StaleTicket(ticket_id)
    if "teams" in changes:
        await _add_teams(unit, ticket_id, changes["teams"])
    if not changes.keys().isdisjoint(("subject", "description")):
        await ticket_words.renew(unit, ticket_id)


async def hear(unit: Unit, ticket_id: str, events: Iterable[NewEvent]) -> None:
    """Make a ticket found by what was said with its new events, as far as nothing seals it."""
    await ticket_words.hear(unit, ticket_id, [(e.verb, e.body) for e in events if not e.sealed])


@lru_cache(maxsize=256)
def _change(names: tuple[str, ...]) -> Update:
    """The statement that changes these columns: building it costs more than running it."""
    return (
        update(ticket)
        .where(
            ticket.c.tenant_id == bindparam("of_tenant"),
            ticket.c.id == bindparam("of_id"),
            ticket.c.version == bindparam("of_version"),
        )
        .values({name: bindparam(name, type_=ticket.c[name].type) for name in names})
    )


async def held_by(unit: Unit, person_id: str) -> list[TicketRow]:
    """Every open ticket that a person holds, oldest first."""
    found = await unit.rows(_HELD, {"tenant": unit.tenant_id, "person": person_id})
    return [ticket_row(row) for row in found]


async def parts(unit: Unit, ticket_id: str) -> list[TicketRow]:
    """The tickets that are parts of this one, oldest first; not those merged into it."""
    found = await unit.rows(_UNDER, {"tenant": unit.tenant_id, "id": ticket_id})
    return [row for row in map(ticket_row, found) if not row.memory.get("merged")]


@dataclass(frozen=True, slots=True)
class Below:
    """A ticket under another: a part of it, or merged into it."""

    id: str
    parent_id: str
    merged: bool
    phase: str


_BELOW = (
    select(ticket.c.id, ticket.c.parent_id, IS_MERGED.label("merged"), ticket.c.phase)
    .where(ticket.c.tenant_id == bindparam("tenant"))
    .where(ticket.c.parent_id.in_(bindparam("ids", expanding=True)))
    .order_by(ticket.c.id)
)


async def below(unit: Unit, ids: Sequence[str]) -> list[Below]:
    """What stands right under each of some tickets, oldest first."""
    if not ids:
        return []
    rows = await unit.rows(_BELOW, {"tenant": unit.tenant_id, "ids": ids})
    return [Below(row.id, row.parent_id, bool(row.merged), row.phase) for row in rows]


async def read_many(unit: Unit, where: ColumnElement[bool], limit: int = 1000) -> list[TicketRow]:
    """Whole tickets that hold `where`, oldest first, at most `limit`."""
    query = _SELECT.where(where).order_by(ticket.c.id).limit(limit)
    found = await unit.rows(query, {"tenant": unit.tenant_id})
    return [ticket_row(row) for row in found]


async def of_ids(unit: Unit, ids: Sequence[str]) -> list[TicketRow]:
    """Those of some tickets that there are."""
    found = await unit.rows(_SELECT.where(ticket.c.id.in_(ids)), {"tenant": unit.tenant_id})
    return [ticket_row(row) for row in found]


_IN = _SELECT.where(
    ticket.c.environment == bindparam("environment"), ticket.c.id > bindparam("after")
).order_by(ticket.c.id)


async def about(unit: Unit, person_id: str, after: str, limit: int) -> list[tuple[str, str]]:
    """(id, number) of tickets that a person asked for or is the customer of, by id."""
    c = ticket.c
    theirs = or_(c.requester_id == person_id, c.customer_id == person_id)
    query = select(c.id, c.number).where(c.tenant_id == unit.tenant_id, theirs, c.id > after)
    return [(row.id, row.number) for row in await unit.rows(query.order_by(c.id).limit(limit))]


async def numbers_of(unit: Unit, ids: Iterable[str]) -> dict[str, str]:
    """The numbers of tickets by id; unknown ids are left out."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    query = select(ticket.c.id, ticket.c.number).where(
        ticket.c.tenant_id == unit.tenant_id, ticket.c.id.in_(wanted)
    )
    return {row.id: row.number for row in await unit.rows(query)}


async def in_environment(unit: Unit, name: str, after: str, limit: int) -> list[TicketRow]:
    """The tickets that an environment beside `live` decides about, by id, those after `after`."""
    asked = {"tenant": unit.tenant_id, "environment": name, "after": after}
    return [ticket_row(row) for row in await unit.rows(_IN.limit(limit), asked)]


async def leave(unit: Unit, name: str) -> int:
    """Let live decide about every ticket of an environment; gives how many there were."""
    unit.work_changes()
    there = update(ticket).where(ticket.c.tenant_id == unit.tenant_id, ticket.c.environment == name)
    return (await unit.run(there.values(environment=None))).rowcount


async def set_environment(unit: Unit, ticket_id: str, name: str | None) -> None:
    """Let another environment decide about a ticket that the caller holds; None is live."""
    unit.work_changes()
    there = update(ticket).where(ticket.c.tenant_id == unit.tenant_id, ticket.c.id == ticket_id)
    await unit.run(there.values(environment=name))


def is_open(phase: str) -> bool:
    """Whether a ticket in `phase` still counts as work of its assignee."""
    return phase in OPEN_PHASES


async def _one(unit: Unit, query: Any, asked: dict[str, Any]) -> TicketRow | None:
    found = await unit.row(query, {"tenant": unit.tenant_id, **asked})
    return ticket_row(found) if found else None


async def _add_teams(unit: Unit, ticket_id: str, teams: Sequence[str]) -> None:
    if teams:
        rows = [
            {"tenant_id": unit.tenant_id, "ticket_id": ticket_id, "team_key": team}
            for team in teams
        ]
        await add_new(unit, ticket_team, rows)


def _stored(changes: Mapping[str, Any]) -> dict[str, Any]:
    row = {name: _plain(value) if name in _JSON else value for name, value in changes.items()}
    if "priority" in row:
        row["priority_rank"] = PRIORITY_RANK[row["priority"]]
    return row


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else list(value)
