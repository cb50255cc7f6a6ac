"""Acts on many tickets: what was asked of whom, how far it came, what became of each ticket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import insert, select, update

from runtime.store.tables.beside import bulk_run, bulk_ticket
from runtime.store.tables.tickets import ticket
from runtime.store.unit import Unit
from runtime.store.upsert import put


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One act. `position`: so many of its tickets were looked at, forwards or back.

    `state`: running, done, stopped, undoing, undone.
    """

    id: str
    person_id: str
    what: str
    state: str
    body: Mapping[str, Any]
    position: int
    counts: Mapping[str, int]
    at_us: int
    ended_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of one ticket. `done`: the change was made and stands.

    `why`: refusals as `runtime.site.refused` keeps them. `version`: that of the ticket after it.
    `before`: what taking it back needs; None where it can't be.
    """

    ticket_id: str
    done: bool
    why: str = ""
    version: int | None = None
    before: Mapping[str, Any] | None = None
    number: str = ""
    subject: str = ""


_RUN = [bulk_run.c[f.name] for f in fields(Run)]
_FATE = [bulk_ticket.c[n] for n in ("ticket_id", "done", "why", "version", "before")]


async def make(unit: Unit, person_id: str, what: str, body: Mapping[str, Any]) -> Run:
    """A new act, to be carried out."""
    unit.must_write()
    made = Run(
        id=unit.new_id(), person_id=person_id, what=what, state="running", body=body, position=0,
        counts={}, at_us=unit.now_us(),
    )  # fmt: skip
    row = {f.name: getattr(made, f.name) for f in fields(Run)}
    await unit.run(insert(bulk_run), {"tenant_id": unit.tenant_id, **row})
    return made


async def read(unit: Unit, run_id: str) -> Run | None:
    """One act."""
    c = bulk_run.c
    row = await unit.row(select(*_RUN).where(c.tenant_id == unit.tenant_id, c.id == run_id))
    return Run(**row._mapping) if row else None


async def hold(unit: Unit, run_id: str) -> Run | None:
    """An act, held until the end of this unit so that nobody else goes on with it."""
    unit.must_write()
    c = bulk_run.c
    query = select(*_RUN).where(c.tenant_id == unit.tenant_id, c.id == run_id)
    row = await unit.row(query.with_for_update())
    return Run(**row._mapping) if row else None


async def change(unit: Unit, run_id: str, **values: Any) -> None:
    """Write columns of an act that the caller holds."""
    unit.must_write()
    c = bulk_run.c
    mine = update(bulk_run).where(c.tenant_id == unit.tenant_id, c.id == run_id)
    await unit.run(mine.values(**values))


async def of_person(unit: Unit, person_id: str, limit: int = 20) -> list[Run]:
    """A person's latest acts, the last first."""
    c = bulk_run.c
    query = select(*_RUN).where(c.tenant_id == unit.tenant_id, c.person_id == person_id)
    rows = await unit.rows(query.order_by(c.at_us.desc(), c.id.desc()).limit(limit))
    return [Run(**row._mapping) for row in rows]


async def record(unit: Unit, run_id: str, fate: Fate) -> None:
    """Say what became of a ticket, in the transaction of the change itself."""
    unit.must_write()
    row = {n: getattr(fate, n) for n in ("ticket_id", "done", "why", "version", "before")}
    await put(unit, bulk_ticket, {"tenant_id": unit.tenant_id, "run_id": run_id, **row})


async def to_undo(unit: Unit, run_id: str, limit: int) -> list[Fate]:
    """Tickets whose change stands and can be taken back."""
    c = bulk_ticket.c
    query = select(*_FATE).where(
        c.tenant_id == unit.tenant_id, c.run_id == run_id, c.done, c.before.is_not(None)
    )
    return [
        Fate(**row._mapping) for row in await unit.rows(query.order_by(c.ticket_id).limit(limit))
    ]


async def with_reasons(unit: Unit, run_id: str, limit: int = 5_000) -> list[Fate]:
    """Tickets of which there is something to say, with their numbers."""
    c, t = bulk_ticket.c, ticket.c
    both = bulk_ticket.join(ticket, (t.tenant_id == c.tenant_id) & (t.id == c.ticket_id))
    query = (
        select(*_FATE, t.number, t.subject)
        .select_from(both)
        .where(c.tenant_id == unit.tenant_id, c.run_id == run_id, c.why != "")
    )
    return [Fate(**row._mapping) for row in await unit.rows(query.order_by(t.id).limit(limit))]
