"""Is everything there and as it was written: chains, heads, files, revisions, anchors."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from engine.compile.desk import desk_from_files
from runtime.site.handles import Site
from runtime.store import anchors, desks, files
from runtime.store.check import check_tenant
from runtime.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written: where and what."""

    tenant: str
    where: str
    what: str


@dataclass(slots=True)
class Checked:
    """How much was looked at."""

    tickets: int = 0
    events: int = 0
    files: int = 0
    revisions: int = 0
    anchors: int = 0


async def check_store(site: Site, done: Checked) -> AsyncIterator[Finding]:
    """Look at every tenant; findings come as they are found, `done` counts along."""
    async with site.store.system() as system:
        tenants = sorted({pointer.tenant_id for pointer in await desks.pointers(system)})
    for tenant in tenants:
        async for found in _tenant(site, tenant, done):
            yield found


async def _tenant(site: Site, tenant: str, done: Checked) -> AsyncIterator[Finding]:
    async with site.store.unit(tenant) as unit:
        measured = await anchors.measure(unit)
        done.tickets += measured.tickets
        done.events += measured.events
        done.anchors += await anchors.days(unit)
        async for fault in check_tenant(unit):
            where = f"ticket {fault.ticket_id}" if fault.ticket_id else "store"
            yield Finding(
                tenant, where, f"event {fault.seq}: {fault.what}" if fault.seq else fault.what
            )
        async for found in _revisions(unit, tenant, done):
            yield found
        rows = await files.attached(unit)
    for row in rows:
        done.files += 1
        for what in await asyncio.to_thread(_bytes, site.files.path(row.sha256), row.sha256):
            yield Finding(tenant, f"file {row.name} ({row.id})", what)


def _bytes(path: Path, sha256: str) -> list[str]:
    if not path.exists():
        return ["its bytes are gone"]
    if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        return ["its bytes are others than were kept"]
    return []


async def _revisions(unit: Unit, tenant: str, done: Checked) -> AsyncIterator[Finding]:
    live = await desks.pointer(unit)
    for revision in await desks.revisions(unit, limit=10_000):
        done.revisions += 1
        try:
            content = await desks.read_files(unit, revision.files)
        except KeyError as gone:
            yield Finding(tenant, f"v{revision.n}", f"a file of it is gone: {gone}")
            continue
        if live is None or revision.n != live.revision_n:
            continue
        desk, problems = desk_from_files(content, dict(revision.keys), published=True)
        if desk is None:
            what = problems[0].headline if problems else "no tenant.yaml"
            yield Finding(tenant, f"v{revision.n}", f"it is live and can't be loaded: {what}")
