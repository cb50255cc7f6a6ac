"""The published desks of this process: compiled once per revision, swapped whole by a pointer."""

from __future__ import annotations

import asyncio
import contextlib
from collections import ChainMap, OrderedDict
from collections.abc import AsyncIterator, Mapping, MutableMapping
from dataclasses import dataclass, field

import structlog

from engine.compile.desk import desk_from_files
from engine.model.desk import Desk
from runtime.sources.checking import tables_of
from runtime.sources.table import Table
from runtime.store import desks, indexes
from runtime.store.columns import kind_of
from runtime.store.desks import Pointer
from runtime.store.follow import follow
from runtime.store.open import Store

log = structlog.get_logger()
PAST_KEPT = 16
"""So many desks of earlier revisions stay compiled, for explanations of old decisions."""


@dataclass(frozen=True, slots=True)
class Live:
    """One snapshot: every request pins one and never sees another's half."""

    tenant: str
    desk: Desk
    revision: int
    generation: int
    tables: Mapping[str, Table] = field(default_factory=dict)


class Desks:
    """Live desks by tenant. Reads are plain dictionary look-ups; a swap is one assignment."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._live: MutableMapping[str, Live] = {}
        self._whole: Desks | None = None
        self._past: OrderedDict[tuple[str, int], Desk | None] = OrderedDict()
        self._turn = asyncio.Lock()

    def get(self, tenant: str) -> Live | None:
        """The snapshot of a tenant now, or None when nothing of it is published."""
        return self._live.get(tenant)

    def pinned(self, live: Live) -> Desks:
        """The desks as one request sees them: its tenant's snapshot does not change under it.

        A publish by the request itself is followed by all, and ends the pin.
        """
        made = Desks(self._store)
        made._whole, made._past, made._turn = self, self._past, self._turn
        made._live = ChainMap({live.tenant: live}, self._live)
        return made

    def tenants(self) -> list[str]:
        """Tenants with a published desk."""
        return sorted(self._live)

    async def at_revision(self, tenant: str, number: int) -> Desk | None:
        """The desk of a revision, published now or before; None when there is none such.

        The last few are kept: a revision never changes.
        """
        live = self._live.get(tenant)
        if live is not None and live.revision == number:
            return live.desk
        key = (tenant, number)
        if key not in self._past:
            self._past[key] = await self._read_past(tenant, number)
        self._past.move_to_end(key)
        while len(self._past) > PAST_KEPT:
            self._past.popitem(last=False)
        return self._past[key]

    async def _read_past(self, tenant: str, number: int) -> Desk | None:
        async with self._store.unit(tenant) as unit:
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
            self._live = self._whole._live
            return
        if pointer.name != desks.LIVE:
            return
        async with self._turn:
            present = self._live.get(pointer.tenant_id)
            if present is not None and present.generation >= pointer.generation:
                return
            made = await self._read(pointer)
            if made is not None:
                self._live[pointer.tenant_id] = made

    async def _read(self, pointer: Pointer) -> Live | None:
        async with self._store.unit(pointer.tenant_id) as unit:
            revision = await desks.read_revision(unit, pointer.revision_n)
            if revision is None:
                raise LookupError(f"{pointer.tenant_id}: no revision {pointer.revision_n}")
            files = await desks.read_files(unit, revision.files)
        return await asyncio.to_thread(_made, pointer, files, revision.keys)

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
                    for pointer in moved:
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
    return Live(pointer.tenant_id, desk, pointer.revision_n, pointer.generation, tables)


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
