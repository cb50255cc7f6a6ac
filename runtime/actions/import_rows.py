"""Imports a file: its rows become tickets with their history, in batches that can be resumed.

An import has its own verb `imported` (decisions.md 14): it does not decide, move or notify. It is
idempotent by key and row, so a second run adds nothing, and a run that was cut off goes on where
its last batch was written.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Protocol

from engine.facts import Viewer
from engine.model.importing import ImportModel
from runtime.actions.importing.batch import Batch, Place
from runtime.actions.importing.opening import Opening, check_targets
from runtime.actions.importing.persons import Persons
from runtime.actions.importing.plan import Plan, plan_of
from runtime.actions.importing.reading import open_table
from runtime.actions.importing.table import FileFault, Reading, Table
from runtime.render.saying import ENGLISH, Voice
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.store import arrivals, imports, journal
from runtime.store.arrivals import Became, Came
from runtime.store.imports import RowError, Run
from runtime.store.journal import NewEvent
from runtime.store.tickets import StaleTicket
from runtime.store.unit import Unit

__all__ = ["BATCH", "Busy", "FileFault", "Imported", "Order", "Reading", "import_rows"]

BATCH = 200
_TRIES = 3


MOST_TOLD = 10_000
"""So many refused rows are told at once; all are kept."""

Tell = Callable[[int, int], None]


class Busy(RuntimeError):
    """Another process goes on with the same run."""


class _Taking(Protocol):
    """What takes rows in: how often it did what, and what it refused."""

    counts: Counter[str]
    errors: list[RowError]


class Halted(RuntimeError):
    """Somebody paused or stopped the run; the word says which."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to import: a file by a mapping that was compiled against the live desk.

    `opens`: the rows become new tickets, which are decided like any other; else they are history.
    `people`: the rows are customers. `name`: what the file is called in messages. `voice`: the
    language in which it is said why rows are refused.
    """

    path: Path
    model: ImportModel
    reading: Reading = field(default_factory=Reading)
    opens: bool = False
    name: str = ""
    people: bool = False
    voice: Voice = ENGLISH

    @property
    def makes(self) -> str:
        """What the rows become, as the journal says it."""
        return "people" if self.people else "new tickets" if self.opens else "history"


@dataclass(slots=True)
class Imported:
    """How it went. `counts`: rows, tickets, events, known, people, errors, kept, late.

    `resumed`: the rows that an earlier, cut-off run had done. `errors` by line, of all runs of it,
    at most `MOST_TOLD`. `header`: the columns of the file.
    """

    run_id: str
    rows: int
    resumed: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    header: tuple[str, ...] = ()


async def import_rows(site: Site, live: Live, viewer: Viewer, order: Order, tell: Tell) -> Imported:
    """Import a whole file; `tell` is given how many of how many rows are in.

    Raises:
        FileFault: the file as a whole can't be taken; nothing was written.
        Busy: another process is importing the same file.
    """
    file, plan = await look_through(live, order)
    async with site.store.unit(live.tenant, write=True) as unit:
        key, name = order.model.id, order.path.name
        run = await imports.begin(unit, key, name, plan.sha256, viewer.person_id)
    return await go_on(site, live, viewer, Work(order, file, plan, run.id), tell)


async def look_through(live: Live, order: Order) -> tuple[Table, Plan]:
    """The file read once, from end to end.

    Raises:
        FileFault: it is no table, or not the one that the mapping speaks of.
    """
    file = await asyncio.to_thread(open_table, order.path, order.reading, order.name)
    if order.opens:
        check_targets(order.model, file.name, live.desk.types[order.model.type])
    return file, await asyncio.to_thread(plan_of, file, order.model)


@dataclass(frozen=True, slots=True)
class Work:
    """A file that was looked through, and the run that writes it."""

    order: Order
    file: Table
    plan: Plan
    run_id: str


async def go_on(site: Site, live: Live, viewer: Viewer, work: Work, tell: Tell) -> Imported:
    """Write what of a run is not written yet.

    Raises:
        Busy: another process goes on with it.
        Halted: somebody paused or stopped it.
    """
    run = await _begun(site, live, viewer, work)
    writer = _Writer(site, live, viewer, work, dict(run.counts))
    places = islice(places_of(work.file, work.order.model), run.position, None)
    position = run.position
    tell(position, work.plan.rows)
    while rows := await asyncio.to_thread(lambda: list(islice(places, BATCH))):
        await writer.write(position, rows)
        position += len(rows)
        tell(position, work.plan.rows)
    await writer.end(position)
    async with site.store.unit(live.tenant) as unit:
        errors = await imports.errors_of(unit, run.id, limit=MOST_TOLD)
    done = Imported(run.id, work.plan.rows, run.position, writer.counts, errors)
    done.header = work.file.header
    return done


async def try_out(
    site: Site, live: Live, viewer: Viewer, work: Work, most: int
) -> tuple[Counter[str], list[RowError]]:
    """What the first rows would come to, at most `most` of them; nothing stays."""
    counts: Counter[str] = Counter()
    errors: list[RowError] = []
    places = islice(places_of(work.file, work.order.model), most)
    while rows := await asyncio.to_thread(lambda: list(islice(places, BATCH))):
        batch = await _tried(site, live, viewer, work, rows)
        counts += batch.counts
        errors += batch.errors
    return counts, errors


class _TakeBack(Exception):
    """The unit was only to see what would come of it."""


async def _tried(site: Site, live: Live, viewer: Viewer, work: Work, rows: list[Place]) -> _Taking:
    if work.order.opens:
        opening = _opening(site, live, viewer, work, dry=True)
        await opening.take(rows)
        return opening
    with contextlib.suppress(_TakeBack):
        async with site.store.unit(live.tenant, write=True) as unit:
            batch = _batch(live, viewer, work, unit)
            await batch.take(rows)
            if isinstance(batch, Batch):
                batch.counts["tickets"] += batch.fresh
            raise _TakeBack
    return batch


def _opening(site: Site, live: Live, viewer: Viewer, work: Work, *, dry: bool = False) -> Opening:
    order = work.order
    return Opening(
        site, live, order.model, work.plan, viewer, work.run_id, dry=dry, voice=order.voice
    )


def _batch(live: Live, viewer: Viewer, work: Work, unit: Unit) -> Batch | Persons:
    order = work.order
    if order.people:
        return Persons(live, order.model, viewer, work.run_id, unit, order.voice)
    return Batch(live, order.model, work.plan, viewer, work.run_id, unit, order.voice)


def places_of(file: Table, model: ImportModel) -> Iterator[Place]:
    """The rows with their place among the rows of their ticket."""
    met: dict[str, int] = {}
    for row in file.rows():
        key = "" if row.fault else row.cells[model.key].strip()
        place = met.get(key, 0)
        if not row.fault:
            met[key] = place + 1
        yield Place(row, key, place)


async def _begun(site: Site, live: Live, viewer: Viewer, work: Work) -> Run:
    """The run, whose beginning is noted as an act of administration.

    That event has the run's own id, so every imported event can name the run as its cause.
    """
    async with site.store.unit(live.tenant, write=True) as unit:
        run = await imports.hold(unit, work.run_id)
        if run is None or run.state != "running":
            raise Halted(run.state if run else "gone")
        if not run.counts:
            await imports.advance(unit, run.id, 0, {"rows": 0})
            body = {
                "mapping": work.order.model.id,
                "file": run.file_name,
                "sha256": work.plan.sha256,
                "makes": work.order.makes,
            }
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
class _Writer:
    """Writes batches, each in one transaction with the position it brings the run to."""

    site: Site
    live: Live
    viewer: Viewer
    work: Work
    counts: dict[str, int]

    async def write(self, position: int, rows: list[Place]) -> None:
        """One batch; taken again when somebody changed one of its tickets meanwhile."""
        if self.work.order.opens:
            await self._open(position, rows)
            return
        for attempt in range(_TRIES):
            try:
                async with self.site.store.unit(self.live.tenant, write=True) as unit:
                    await self._hold(unit, position)
                    batch = _batch(self.live, self.viewer, self.work, unit)
                    await batch.take(rows)
                    if isinstance(batch, Batch):
                        await batch.write()
                    counts = await self._advance(unit, position, rows, batch)
                self.counts = counts
                return
            except StaleTicket:
                if attempt == _TRIES - 1:
                    raise

    async def _open(self, position: int, rows: list[Place]) -> None:
        """New tickets: each row is in by itself, and known when the batch is taken again."""
        async with self.site.store.unit(self.live.tenant, write=True) as unit:
            await self._hold(unit, position)
        batch = _opening(self.site, self.live, self.viewer, self.work)
        await batch.take(rows)
        async with self.site.store.unit(self.live.tenant, write=True) as unit:
            await self._hold(unit, position, halts=False)
            self.counts = await self._advance(unit, position, rows, batch)

    async def _hold(self, unit: Unit, position: int, *, halts: bool = True) -> None:
        run = await imports.hold(unit, self.work.run_id)
        if run is None or (halts and run.state != "running"):
            raise Halted(run.state if run else "gone")
        if run.position != position:
            raise Busy(self.work.run_id)

    async def _advance(
        self, unit: Unit, position: int, rows: list[Place], batch: _Taking
    ) -> dict[str, int]:
        counts = {
            name: self.counts.get(name, 0) + batch.counts.get(name, 0)
            for name in dict.fromkeys((*self.counts, *batch.counts))
        }
        run_id = self.work.run_id
        await imports.advance(unit, run_id, position + len(rows), counts, batch.errors)
        return counts

    async def end(self, position: int) -> None:
        """Say that the run is done, in the ledger too."""
        async with self.site.store.unit(self.live.tenant, write=True) as unit:
            await self._hold(unit, position)
            await imports.advance(unit, self.work.run_id, position, self.counts, done=True)
            if self.work.order.makes == "history":
                await self._on_record(unit)

    async def _on_record(self, unit: Unit) -> None:
        """History came in at once, as one arrival; new tickets have one each."""
        made = self.counts.get("tickets", 0)
        summary = {"subject": self.work.order.name or self.work.order.path.name}
        said = {"run": self.work.run_id, **self.counts}
        came = Came("import", remote_id=self.work.run_id, summary=summary)
        state = arrivals.TICKETED if made else arrivals.JOINED
        if not made and self.counts.get("errors", 0) >= self.work.plan.rows:
            state = arrivals.REFUSED
        became = Became(state, "import", said, person_id=self.viewer.person_id)
        await arrivals.at_once(unit, came, became)
