"""Publishes a folder of specs: check whole, keep by content, swap the pointer, tell the process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.facts import Viewer
from engine.model.desk import Desk
from runtime.actions.retime_tickets import retime_job
from runtime.site.desks import wanted_indexes
from runtime.site.handles import Site
from runtime.sources.checking import checked
from runtime.store import accounts, desks, indexes, jobs, journal
from runtime.store.desks import Pointer, PublishConflict, Revision
from runtime.store.journal import NewEvent
from runtime.store.unit import Unit
from specs.load import load_files
from specs.problem import Code, Place, Problem
from specs.spec_set import tree_digest

NO_PROVENANCE: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Published:
    """How it went. `revision` 0: refused, see `problems`. `changed` False: it was live already."""

    tenant: str
    revision: int
    problems: tuple[Problem, ...]
    changed: bool = True
    conflict: bool = False


async def publish_desk(
    site: Site,
    files: Mapping[str, bytes],
    viewer: Viewer,
    message: str,
    *,
    expected_tenant: str = "",
    base: int | None = None,
    provenance: Mapping[str, object] = NO_PROVENANCE,
) -> Published:
    """Publish the files of one tenant. Errors refuse; warnings are told and pass.

    `expected_tenant` refuses files of another tenant. `base`: the revision that the author started
    from; when another was published meanwhile, nothing happens and `conflict` says so.
    `provenance`: what made it, e.g. the command.
    """
    desk, problems = checked_files(files)
    if desk is None:
        return Published(expected_tenant, 0, tuple(problems), changed=False)
    tenant = desk.tenant.id
    if expected_tenant and tenant != expected_tenant:
        message = f"these files are of the tenant `{tenant}`, not of `{expected_tenant}`"
        return Published(tenant, 0, (_at_tenant(message),), changed=False)
    try:
        pointer, changed = await _write(site, desk, files, viewer, message, base, provenance)
    except PublishConflict:
        return Published(tenant, 0, tuple(problems), changed=False, conflict=True)
    await site.desks.take(pointer)
    await reconcile(site)
    return Published(tenant, pointer.revision_n, tuple(problems), changed=changed)


def checked_files(files: Mapping[str, bytes]) -> tuple[Desk | None, list[Problem]]:
    """The desk of the files, None when an error stands in the way; sources' files are read too."""
    return checked(*load_files(files))


def _at_tenant(message: str) -> Problem:
    return Problem(Code.NO_TENANT, message, Place("tenant.yaml", 1, 1, 1, 1))


async def _write(
    site: Site,
    desk: Desk,
    files: Mapping[str, bytes],
    viewer: Viewer,
    message: str,
    base: int | None,
    provenance: Mapping[str, object],
) -> tuple[Pointer, bool]:
    async with site.store.unit(desk.tenant.id, write=True) as unit:
        await accounts.ensure_tenant(unit, desk.tenant.title.by_locale)
        present = await desks.pointer(unit)
        live = await desks.read_revision(unit, present.revision_n) if present else None
        if present is not None and live is not None and live.tree == tree_digest(files):
            return present, False
        if base is not None and present is not None and present.revision_n != base:
            raise PublishConflict(desk.tenant.id)
        new = await revision_of(unit, desk, files, viewer, message, live, provenance)
        pointer = await desks.publish(unit, new, expected=present)
        await _audit(unit, pointer, desk, viewer, message)
        if present is not None:
            await ask_to_retime(site, unit, desk, present, pointer)
        return pointer, True


async def revision_of(
    unit: Unit,
    desk: Desk,
    files: Mapping[str, bytes],
    viewer: Viewer,
    message: str,
    over: Revision | None,
    provenance: Mapping[str, object] = NO_PROVENANCE,
) -> Revision:
    """A revision to be made of checked files over another, its files kept by content."""
    return Revision(
        n=0,
        tree=tree_digest(files),
        desk_digest=desk.digest,
        author=viewer.name or "cli",
        message=message,
        parents=[over.n] if over else [],
        keys=dict(over.keys) if over else {},
        provenance=dict(provenance),
        files=await desks.put_files(unit, files),
        at_us=unit.now_us(),
    )


async def ask_to_retime(
    site: Site, unit: Unit, desk: Desk, before: Pointer, after: Pointer
) -> None:
    """Have open tickets re-timed where a policy says so and promises may have changed."""
    live = site.desks.get(unit.tenant_id)
    old = live.desk if live is not None and live.revision == before.revision_n else None
    numbers = (before.revision_n, after.revision_n)
    await jobs.enqueue(unit, retime_job(old, desk, *numbers, unit.now_us()))


async def _audit(unit: Unit, pointer: Pointer, desk: Desk, viewer: Viewer, message: str) -> None:
    event = NewEvent(
        verb="published",
        body={"revision": pointer.revision_n, "message": message},
        actor_kind="system" if viewer.is_system else "person",
        actor_id=viewer.person_id,
        revision=pointer.revision_n,
        desk_digest=desk.digest,
    )
    await journal.append_admin(unit, [event])


async def reconcile(site: Site) -> None:
    """Make the expression indexes that any live desk marks, and drop the rest."""
    everyone = [live for name in site.desks.tenants() if (live := site.desks.get(name))]
    await indexes.reconcile(site.store, wanted_indexes(everyone))
