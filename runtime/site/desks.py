"""The published desks of this process: compiled once per revision, swapped whole by a pointer.

Beside `live` a tenant may have a pilot, which decides about its own tickets, and a shadow.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import ChainMap, OrderedDict
from collections.abc import AsyncIterator, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from engine.compile.desk import desk_from_files
from engine.model.desk import Desk
from runtime.site.moves import what_moves
from runtime.site.pilot import PILOT, SHADOW, Pilot, pilot_from
from runtime.sources.checking import tables_of
from runtime.sources.table import Table
from runtime.store import desks, indexes, moves
from runtime.store.columns import kind_of
from runtime.store.desks import LIVE, Pointer
from runtime.store.follow import follow
from runtime.store.moves import Run
from runtime.store.open import Store
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit

log = structlog.get_logger()
PAST_KEPT = 16
"""So many desks of earlier revisions stay compiled, for explanations of old decisions."""


@dataclass(frozen=True, slots=True)
class Live:
    """One snapshot: every request pins one and never sees another's half.

    `pilot`: whom an environment beside `live` is for. `fixtures`: what stands for the records of
    other systems where these are not asked; never taken for true in a running process.
    """

    tenant: str
    desk: Desk
    revision: int
    generation: int
    tables: Mapping[str, Table] = field(default_factory=dict)
    fixtures: Mapping[str, Table] = field(default_factory=dict)
    environment: str = LIVE
    pilot: Pilot = field(default_factory=Pilot)


class Desks:
    """Live desks by tenant. Reads are plain dictionary look-ups; a swap is one assignment."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._live: MutableMapping[str, Live] = {}
        # Replaced whole for a tenant, so that a pin may hold on to what it saw.
        self._beside: dict[str, Mapping[str, Live]] = {}
        self._ended: dict[tuple[str, str], int] = {}
        self._whole: Desks | None = None
        self._past: OrderedDict[tuple[str, int], Desk | None] = OrderedDict()
        self._turn = asyncio.Lock()

    def get(self, tenant: str, environment: str = LIVE) -> Live | None:
        """The snapshot of a tenant now, or None when nothing of it is published."""
        if environment == LIVE:
            return self._live.get(tenant)
        return self._beside.get(tenant, {}).get(environment)

    def beside(self, live: Live, row: TicketRow) -> Live:
        """The desk in whose words a ticket of a list is shown: its own, where it is known here."""
        found = self.get(live.tenant, row.environment) if row.environment else None
        return found or live

    async def of(self, unit: Unit, row: TicketRow) -> Live | None:
        """The snapshot that decides about a ticket: that of its environment, else the live one.

        A ticket may be further than this process or this request: it is of a pilot that just
        began, or in a state of one that just became live. Then the store is asked.
        """
        environment = row.environment or LIVE
        found = self.get(unit.tenant_id, environment)
        if found is None or not _knows(found, row):
            whole = self._whole or self
            found = await whole.newest(unit, environment) or found
        return found or self.get(unit.tenant_id)

    async def newest(self, unit: Unit, environment: str) -> Live | None:
        """The snapshot of an environment as the store has it at this moment."""
        pointer = await desks.pointer(unit, environment)
        if pointer is None or pointer.ended:
            return None
        present = self.get(unit.tenant_id, environment)
        if present is not None and present.generation >= pointer.generation:
            return present
        # No waiting for whoever follows pointers: this unit may hold what they wait for.
        made = await self._read(pointer, unit)
        if made is not None:
            self._put(made)
        return made

    def pinned(self, live: Live) -> Desks:
        """The desks as one request sees them: its tenant's snapshot does not change under it.

        A publish by the request itself is followed by all, and ends the pin.
        """
        made = Desks(self._store)
        made._whole, made._past, made._turn = self, self._past, self._turn
        made._live = ChainMap({live.tenant: live}, self._live)
        made._beside = {live.tenant: self._beside.get(live.tenant, {})}
        return made

    def tenants(self) -> list[str]:
        """Tenants with a published desk."""
        return sorted(self._live)

    async def at_revision(self, tenant: str, number: int) -> Desk | None:
        """The desk of a revision, published now or before; None when there is none such.

        The last few are kept: a revision never changes.
        """
        for present in self._present(tenant):
            if present.revision == number:
                return present.desk
        key = (tenant, number)
        if key not in self._past:
            self._past[key] = await self._read_past(tenant, number)
        self._past.move_to_end(key)
        while len(self._past) > PAST_KEPT:
            self._past.popitem(last=False)
        return self._past[key]

    async def _read_past(self, tenant: str, number: int) -> Desk | None:
        async with self._store.unit(tenant) as unit:
            return await self.read_at(unit, number)

    async def read_at(self, unit: Unit, number: int) -> Desk | None:
        """The desk of a revision within a unit that is open; None when there is none such."""
        for present in self._present(unit.tenant_id):
            if present.revision == number:
                return present.desk
        revision = await desks.read_revision(unit, number)
        if revision is None:
            return None
        files = await desks.read_files(unit, revision.files)
        desk, _ = await asyncio.to_thread(desk_from_files, files, revision.keys, published=True)
        return desk

    async def load(self) -> None:
        """Load everything that is published."""
        async with self._store.system() as system:
            found = await desks.pointers(system)
        for pointer in found:
            await self.take(pointer)

    async def take(self, pointer: Pointer) -> None:
        """Follow one pointer, unless this process is already there or further."""
        if self._whole is not None:
            await self._whole.take(pointer)
            self._live, self._beside = self._whole._live, self._whole._beside
            return
        if pointer.name not in (LIVE, PILOT, SHADOW):
            return
        async with self._turn:
            if self._generation(pointer) >= pointer.generation:
                return
            if pointer.ended:
                self._drop(pointer)
                return
            async with self._store.unit(pointer.tenant_id) as unit:
                made = await self._read(pointer, unit)
            if made is not None and self._generation(pointer) < made.generation:
                self._put(made)

    async def follow(self, unit: Unit, pointer: Pointer) -> None:
        """Be where a pointer that this unit read stands, without waiting for anybody."""
        if self._whole is not None:
            await self._whole.follow(unit, pointer)
            self._live, self._beside = self._whole._live, self._whole._beside
        elif self._generation(pointer) < pointer.generation:
            made = await self._read(pointer, unit)
            if made is not None:
                self._put(made)

    def drop(self, pointer: Pointer) -> None:
        """Forget an environment that has ended."""
        if self._whole is not None:
            self._whole.drop(pointer)
            self._beside = self._whole._beside
        else:
            self._drop(pointer)

    def _generation(self, pointer: Pointer) -> int:
        present = self.get(pointer.tenant_id, pointer.name)
        ended = self._ended.get((pointer.tenant_id, pointer.name), 0)
        return max(present.generation if present is not None else 0, ended)

    def _put(self, made: Live) -> None:
        if made.environment == LIVE:
            self._live[made.tenant] = made
        else:
            others = self._beside.get(made.tenant, {})
            self._beside[made.tenant] = {**others, made.environment: made}

    def _drop(self, pointer: Pointer) -> None:
        self._ended[pointer.tenant_id, pointer.name] = pointer.generation
        others = dict(self._beside.get(pointer.tenant_id, {}))
        others.pop(pointer.name, None)
        self._beside[pointer.tenant_id] = others

    async def _read(self, pointer: Pointer, unit: Unit) -> Live | None:
        for known in self._present(pointer.tenant_id):
            if known.revision == pointer.revision_n:
                running = await moves.runs(unit, running=True)
                return _moving(replace(known, **_standing(pointer)), running)
        revision = await desks.read_revision(unit, pointer.revision_n)
        if revision is None:
            raise LookupError(f"{pointer.tenant_id}: no revision {pointer.revision_n}")
        files = await desks.read_files(unit, revision.files)
        running = await moves.runs(unit, running=True)
        made = await asyncio.to_thread(_made, pointer, files, revision.keys)
        return _moving(made, running) if made is not None else None

    async def settle(self, tenant: str) -> None:
        """Look again which data moves run; those that ended need no reading through any more."""
        if self._whole is not None:
            await self._whole.settle(tenant)
            return
        async with self._turn:
            present = self._present(tenant)
            if not any(one.desk.moved for one in present):
                return
            async with self._store.unit(tenant) as unit:
                running = await moves.runs(unit, running=True)
            for one in present:
                self._put(_moving(one, running))

    def _present(self, tenant: str) -> list[Live]:
        live = self._live.get(tenant)
        return [*([live] if live is not None else ()), *self._beside.get(tenant, {}).values()]

    @contextlib.asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Follow publishes of other processes while the block runs."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _watch(self) -> None:
        while True:
            try:
                async for moved in follow(self._store):
                    # Live first: tickets of a pilot that became live are never without a desk.
                    for pointer in sorted(moved, key=lambda one: one.name != LIVE):
                        await self.take(pointer)
            except Exception:
                # A lost connection must not end the following; say so and begin again.
                log.exception("following publishes failed")
                await asyncio.sleep(1)


def _made(pointer: Pointer, files: Mapping[str, bytes], keys: Mapping[str, str]) -> Live | None:
    desk, problems = desk_from_files(files, keys, published=True)
    if desk is None:
        first = problems[0].headline if problems else "no tenant.yaml"
        log.error("a published revision can't be loaded", tenant=pointer.tenant_id, why=first)
        return None
    tables, faults = tables_of(desk, files)
    for fault in faults:
        log.error("a source can't be read", tenant=pointer.tenant_id, why=fault)
    standing = _standing(pointer)
    own = {name: one for name, one in tables.items() if not one.model.is_remote}
    fixtures = {name: one for name, one in tables.items() if one.model.is_remote}
    return Live(
        pointer.tenant_id, desk, pointer.revision_n, tables=own, fixtures=fixtures, **standing
    )


def _standing(pointer: Pointer) -> dict[str, Any]:
    """What a snapshot has of its environment's pointer, whichever revision that names."""
    pilot = pilot_from(pointer.data or {})
    return {"generation": pointer.generation, "environment": pointer.name, "pilot": pilot}


def _knows(live: Live, row: TicketRow) -> bool:
    """Whether a ticket's state is one of this desk; who has not even its type shows nothing."""
    model = live.desk.types.get(row.type_key)
    return model is None or row.state_key in model.states


def _moving(live: Live, running: list[Run]) -> Live:
    """The same snapshot, its desk reading what running moves have not reached."""
    return replace(live, desk=replace(live.desk, moved=what_moves(live.desk, running)))


def wanted_indexes(all_live: list[Live]) -> list[indexes.Indexed]:
    """The expression indexes that the fields marked `indexed` and the clocks need."""
    wanted: set[indexes.Indexed] = set()
    for live in all_live:
        for type_model in live.desk.types.values():
            for item in type_model.fields.values():
                if item.indexed:
                    wanted.add(indexes.indexed_field(item.key, kind_of(item.type)))
        for policy in live.desk.policies.values():
            wanted.update(indexes.indexed_due(clock.key) for clock in policy.clocks.values())
    return sorted(wanted)
