"""Imports a file: its rows become tickets with their history, in batches that can be resumed.

An import has its own verb `imported` (decisions.md 14): it does not decide, move or notify. It is
idempotent by key and row, so a second run adds nothing, and a run that was cut off goes on where
its last batch was written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from engine.facts import Viewer
from engine.model.importing import ImportModel
from runtime.actions.importing.batch import Batch, Place
from runtime.actions.importing.plan import Plan, plan_of
from runtime.actions.importing.reading import open_table
from runtime.actions.importing.table import FileFault, Reading, Table
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.store import imports, journal
from runtime.store.imports import RowError, Run
from runtime.store.journal import NewEvent
from runtime.store.tickets import StaleTicket
from runtime.store.unit import Unit

__all__ = ["BATCH", "Busy", "FileFault", "Imported", "Order", "Reading", "import_rows"]

BATCH = 200
_TRIES = 3


class Busy(RuntimeError):
    """Another process goes on with the same run."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to import: a file by a mapping that was compiled against the live desk."""

    path: Path
    model: ImportModel
    reading: Reading = field(default_factory=Reading)


@dataclass(slots=True)
class Imported:
    """How it went. `counts`: rows, tickets, events, known, people, errors, kept, late.

    `resumed`: the rows that an earlier, cut-off run had done. `errors` by line, of all runs of it.
    """

    run_id: str
    rows: int
    resumed: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)


async def import_rows(
    site: Site, live: Live, viewer: Viewer, order: Order, tell: Callable[[int, int], None]
) -> Imported:
    """Import a whole file; `tell` is given how many of how many rows are in.

    Raises:
        FileFault: the file as a whole can't be taken; nothing was written.
        Busy: another process is importing the same file.
    """
    file = await asyncio.to_thread(open_table, order.path, order.reading)
    plan = await asyncio.to_thread(plan_of, file, order.model)
    run = await _begin(site, live, viewer, order, plan)
    work = _Work(site, live, viewer, order.model, plan, run.id, dict(run.counts))
    places = islice(_places(file, order.model), run.position, None)
    position = run.position
    tell(position, plan.rows)
    while rows := list(islice(places, BATCH)):
        await work.write(position, rows)
        position += len(rows)
        tell(position, plan.rows)
    await work.end(position)
    async with site.store.unit(live.tenant) as unit:
        errors = await imports.errors_of(unit, run.id)
    return Imported(run.id, plan.rows, run.position, work.counts, errors)


def _places(file: Table, model: ImportModel) -> Iterator[Place]:
    """The rows with their place among the rows of their ticket."""
    met: dict[str, int] = {}
    for row in file.rows():
        key = "" if row.fault else row.cells[model.key].strip()
        place = met.get(key, 0)
        if not row.fault:
            met[key] = place + 1
        yield Place(row, key, place)


async def _begin(site: Site, live: Live, viewer: Viewer, order: Order, plan: Plan) -> Run:
    """The run to go on with, or a new one, which is noted as an act of administration.

    That event has the run's own id, so every imported event can name the run as its cause.
    """
    async with site.store.unit(live.tenant, write=True) as unit:
        run = await imports.begin(
            unit, order.model.id, order.path.name, plan.sha256, viewer.person_id
        )
        if not run.counts:
            await imports.advance(unit, run.id, 0, {"rows": 0})
            body = {"mapping": order.model.id, "file": order.path.name, "sha256": plan.sha256}
            began = NewEvent(
                verb="import_began",
                body=body,
                actor_kind="system" if viewer.is_system else "person",
                actor_id=viewer.person_id,
                revision=live.revision,
                desk_digest=live.desk.digest,
                id=run.id,
            )
            await journal.append_admin(unit, [began])
        return run


@dataclass(slots=True)
class _Work:
    """Writes batches, each in one transaction with the position it brings the run to."""

    site: Site
    live: Live
    viewer: Viewer
    model: ImportModel
    plan: Plan
    run_id: str
    counts: dict[str, int]

    async def write(self, position: int, rows: list[Place]) -> None:
        """One batch; taken again when somebody changed one of its tickets meanwhile."""
        for attempt in range(_TRIES):
            try:
                async with self.site.store.unit(self.live.tenant, write=True) as unit:
                    self.counts = await self._write(unit, position, rows)
                return
            except StaleTicket:
                if attempt == _TRIES - 1:
                    raise

    async def _write(self, unit: Unit, position: int, rows: list[Place]) -> dict[str, int]:
        if await imports.hold(unit, self.run_id) != position:
            raise Busy(self.run_id)
        batch = Batch(self.live, self.model, self.plan, self.viewer, self.run_id, unit)
        await batch.take(rows)
        await batch.write()
        counts = {
            name: self.counts.get(name, 0) + batch.counts.get(name, 0)
            for name in dict.fromkeys((*self.counts, *batch.counts))
        }
        await imports.advance(unit, self.run_id, position + len(rows), counts, batch.errors)
        return counts

    async def end(self, position: int) -> None:
        """Say that the run is done."""
        async with self.site.store.unit(self.live.tenant, write=True) as unit:
            if await imports.hold(unit, self.run_id) != position:
                raise Busy(self.run_id)
            await imports.advance(unit, self.run_id, position, self.counts, done=True)
