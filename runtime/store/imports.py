"""Runs of an import: how far each came, what it counted, and the rows it could not take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import delete, insert, select, update

from runtime.store import tickets
from runtime.store.tables.tickets import counter, event, ticket
from runtime.store.tables.work import import_error, import_run
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit
from runtime.store.upsert import inserting


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """An import of one file by one mapping; `position` is how many rows are in for good."""

    id: str
    import_key: str
    file_name: str
    file_sha256: str
    state: str = "running"
    position: int = 0
    counts: Mapping[str, int]
    actor_id: str | None = None
    started_us: int
    ended_us: int | None = None
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that was refused: its line in the file, the column if one is to blame, and why."""

    line: int
    column: str | None
    code: str
    message: str
    row: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a ticket that an import meets again.

    `keys`: the rows that are in; `touched`: somebody worked on it here since.
    """

    keys: frozenset[str]
    touched: bool


OVER = ("done", "stopped")
WAITING = ("mapping", "failed", "paused")
_RUN = [import_run.c[f.name] for f in fields(Run)]


async def begin(
    unit: Unit, import_key: str, file_name: str, file_sha256: str, actor_id: str | None = None
) -> Run:
    """The unfinished run of this file by this mapping, to go on with, or a new one."""
    unit.must_write()
    c = import_run.c
    query = select(*_RUN).where(
        c.tenant_id == unit.tenant_id,
        c.import_key == import_key,
        c.file_sha256 == file_sha256,
        c.state == "running",
    )
    found = await unit.row(query.order_by(c.id.desc()).limit(1))
    if found:
        return Run(**found._mapping)
    return await make(unit, import_key, file_name, file_sha256, actor_id)


async def make(
    unit: Unit,
    import_key: str,
    file_name: str,
    file_sha256: str,
    actor_id: str | None = None,
    *,
    state: str = "running",
    body: Mapping[str, Any] | None = None,
) -> Run:
    """A new run."""
    unit.must_write()
    made = Run(
        id=unit.new_id(),
        import_key=import_key,
        file_name=file_name,
        file_sha256=file_sha256,
        state=state,
        counts={},
        actor_id=actor_id,
        started_us=unit.now_us(),
        body=body,
    )
    await unit.run(insert(import_run), {"tenant_id": unit.tenant_id, **asdict(made)})
    return made


async def read(unit: Unit, run_id: str) -> Run | None:
    """One run."""
    c = import_run.c
    row = await unit.row(select(*_RUN).where(c.tenant_id == unit.tenant_id, c.id == run_id))
    return Run(**row._mapping) if row else None


async def hold(unit: Unit, run_id: str) -> Run | None:
    """A run, held until the end of this unit so that nobody else goes on with it."""
    unit.must_write()
    c = import_run.c
    query = select(*_RUN).where(c.tenant_id == unit.tenant_id, c.id == run_id)
    row = await unit.row(query.with_for_update())
    return Run(**row._mapping) if row else None


async def change(unit: Unit, run_id: str, **values: Any) -> None:
    """Write columns of a run that the caller holds."""
    unit.must_write()
    c = import_run.c
    mine = update(import_run).where(c.tenant_id == unit.tenant_id, c.id == run_id)
    await unit.run(mine.values(**values))


async def forget_errors(unit: Unit, run_id: str) -> None:
    """Drop what an earlier try of a run was told."""
    unit.must_write()
    e = import_error.c
    mine = delete(import_error).where(e.tenant_id == unit.tenant_id, e.run_id == run_id)
    await unit.run(mine)


async def named(unit: Unit, digests: Sequence[str]) -> set[str]:
    """Those of `digests` whose bytes a run that is not over still needs."""
    c = import_run.c
    query = select(c.file_sha256).where(
        c.tenant_id == unit.tenant_id,
        c.file_sha256.in_(digests),
        c.body.is_not(None),
        c.state.not_in(OVER),
    )
    return {row.file_sha256 for row in await unit.rows(query)}


async def forget_files(unit: Unit, before_us: int) -> list[str]:
    """End what was begun on the desk and left alone since `before_us`; gives the digests of files
    that runs which are over don't need any more, each once."""
    unit.must_write()
    c = import_run.c
    own = (c.tenant_id == unit.tenant_id, c.body.is_not(None))
    left = update(import_run).where(*own, c.state.in_(WAITING), c.started_us < before_us)
    await unit.run(left.values(state="stopped", ended_us=unit.now_us()))
    over = select(*_RUN).where(*own, c.state.in_(OVER), c.ended_us.is_not(None))
    runs = [Run(**row._mapping) for row in await unit.rows(over.order_by(c.id.desc()).limit(500))]
    digests = []
    for run in runs:
        kept = {k: v for k, v in (run.body or {}).items() if k not in ("sample", "values")}
        if not kept.get("forgotten"):
            await change(unit, run.id, body={**kept, "forgotten": True})
            digests.append(run.file_sha256)
    return digests


async def present(unit: Unit, external_keys: Sequence[str]) -> dict[str, TicketRow]:
    """The tickets that are in already, by their key in the old system."""
    found = await tickets.read_many(
        unit, ticket.c.external_key.in_(external_keys), limit=len(external_keys)
    )
    return {str(row.external_key): row for row in found}


async def pasts(unit: Unit, ticket_ids: Sequence[str]) -> dict[str, Past]:
    """The rows that made these tickets. What an import writes names its run as the cause."""
    e = event.c
    query = select(e.ticket_id, e.idempotency_key, e.cause_event_id).where(
        e.tenant_id == unit.tenant_id, e.ticket_id.in_(ticket_ids)
    )
    keys: dict[str, set[str]] = {}
    touched: set[str] = set()
    for row in await unit.rows(query):
        keys.setdefault(row.ticket_id, set()).add(row.idempotency_key or "")
        if row.cause_event_id is None:
            touched.add(row.ticket_id)
    return {one: Past(frozenset(keys.get(one, ())), one in touched) for one in ticket_ids}


async def pass_number(unit: Unit, prefix: str, n: int) -> None:
    """Have the counter of a prefix go on after `n`, which a ticket brought with it."""
    unit.must_write()
    new = inserting(counter, unit.dialect).values(tenant_id=unit.tenant_id, prefix=prefix, n=n)
    await unit.run(
        new.on_conflict_do_update(
            index_elements=["tenant_id", "prefix"], set_={"n": n}, where=counter.c.n < n
        )
    )


async def advance(
    unit: Unit,
    run_id: str,
    position: int,
    counts: Mapping[str, int],
    errors: Sequence[RowError] = (),
    *,
    done: bool = False,
) -> None:
    """Say how far a run came, in the transaction of the rows themselves."""
    unit.must_write()
    c = import_run.c
    change: dict[str, Any] = {"position": position, "counts": dict(counts)}
    if done:
        change |= {"state": "done", "ended_us": unit.now_us()}
    mine = update(import_run).where(c.tenant_id == unit.tenant_id, c.id == run_id)
    await unit.run(mine.values(change))
    if errors:
        e = import_error.c
        lines = sorted({error.line for error in errors})
        again = delete(import_error).where(
            e.tenant_id == unit.tenant_id, e.run_id == run_id, e.line.in_(lines)
        )
        await unit.run(again)
        own = {"tenant_id": unit.tenant_id, "run_id": run_id}
        await unit.run(insert(import_error), [{**own, **_row(error)} for error in errors])


async def runs(unit: Unit, limit: int = 50) -> list[Run]:
    """The newest runs, newest first."""
    query = select(*_RUN).where(import_run.c.tenant_id == unit.tenant_id)
    rows = await unit.rows(query.order_by(import_run.c.id.desc()).limit(limit))
    return [Run(**row._mapping) for row in rows]


async def errors_of(
    unit: Unit, run_id: str, *, after: int = -1, limit: int | None = None
) -> list[RowError]:
    """The refused rows of a run, by line; those after a line, at most so many."""
    e = import_error.c
    query = select(e.line, e.column, e.code, e.message, e.row).where(
        e.tenant_id == unit.tenant_id, e.run_id == run_id, e.line > after
    )
    return [
        RowError(**row._mapping) for row in await unit.rows(query.order_by(e.line).limit(limit))
    ]


def _row(error: RowError) -> dict[str, Any]:
    return {**asdict(error), "row": dict(error.row)}
