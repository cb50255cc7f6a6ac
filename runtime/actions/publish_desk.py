"""Publishes a folder of specs: check whole, keep by content, swap the pointer, tell the process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from engine.change.diff import Side
from engine.change.keys import KeysAfter, keys_after
from engine.facts import Viewer
from engine.model.desk import Desk
from runtime.actions.import_starters import import_starters
from runtime.actions.let_through import NO_WORD, Held, Passed, Word, let_through
from runtime.actions.retime_tickets import retime_job
from runtime.actions.turn_moves import StillGoingBack, kept_todo, take_turn, turn_of
from runtime.site.desks import wanted_indexes
from runtime.site.handles import Site
from runtime.sources.checking import checked
from runtime.store import accounts, desks, indexes, jobs, journal, plans
from runtime.store.desks import Pointer, PublishConflict, Revision
from runtime.store.journal import NewEvent
from runtime.store.moves import Run
from runtime.store.unit import Unit
from specs.load import load_files
from specs.problem import Code, Place, Problem
from specs.spec_set import SpecSet, tree_digest

NO_PROVENANCE: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Published:
    """How it went. `revision` 0: refused, see `problems`, or `refused` for what lies at none of the
    files. `changed` False: it was live already. `held`: what it needs is not there yet."""

    tenant: str
    revision: int
    problems: tuple[Problem, ...]
    changed: bool = True
    conflict: bool = False
    refused: str = ""
    held: Held | None = None


async def publish_desk(
    site: Site,
    files: Mapping[str, bytes],
    viewer: Viewer,
    message: str,
    *,
    expected_tenant: str = "",
    base: int | None = None,
    provenance: Mapping[str, object] = NO_PROVENANCE,
    word: Word = NO_WORD,
) -> Published:
    """Publish the files of one tenant. Errors refuse; warnings are told and pass.

    `expected_tenant` refuses files of another tenant. `base`: the revision that the author started
    from; when another was published meanwhile, nothing happens and `conflict` says so.
    `provenance`: what made it, e.g. the command. `word`: approvals that come with it.
    """
    found = await checked_over(site, files)
    desk, problems = found.desk, found.problems
    if desk is None:
        return Published(expected_tenant, 0, tuple(problems), changed=False)
    tenant = desk.tenant.id
    if expected_tenant and tenant != expected_tenant:
        message = f"these files are of the tenant `{tenant}`, not of `{expected_tenant}`"
        return Published(tenant, 0, (_at_tenant(message),), changed=False)
    if await _is_late(site, tenant, files, base):
        return Published(tenant, 0, tuple(problems), changed=False, conflict=True)
    passed = await let_through(site, files, Side(found.specs, desk), viewer, message, word)
    if isinstance(passed, Held):
        return Published(tenant, 0, tuple(problems), changed=False, held=passed)
    made = _Made(files, viewer, message, base, provenance, passed)
    try:
        pointer, changed = await _write(site, desk, made, found)
    except PublishConflict:
        return Published(tenant, 0, tuple(problems), changed=False, conflict=True)
    except StillGoingBack as step:
        why = f"the move `{step}` is still being undone on the tickets; publish when that is over"
        return Published(tenant, 0, tuple(problems), changed=False, refused=why)
    await site.desks.take(pointer)
    await import_starters(site, desk, files)
    await reconcile(site)
    return Published(tenant, pointer.revision_n, tuple(problems), changed=changed)


@dataclass(frozen=True, slots=True)
class Checked:
    """Files judged on top of what is live: the desk (None when an error stands in the way), all
    problems, and the stored keys; `live` is the revision these follow, 0 when there is none."""

    desk: Desk | None
    problems: list[Problem]
    keys: KeysAfter
    specs: SpecSet
    live: int = 0

    def must_follow(self, over: Revision | None) -> None:
        """Another revision that is live meanwhile makes the keys wrong.

        Raises:
            PublishConflict: it is so.
        """
        if self.live != (over.n if over is not None else 0):
            raise PublishConflict("keys")


async def checked_over(site: Site, files: Mapping[str, bytes]) -> Checked:
    """The desk of the files on top of what is live; sources' files are read too."""
    specs, problems = load_files(files)
    tenant = specs.tenant.id if specs.tenant is not None else ""
    number, keys = await _keys_over(site, tenant, specs) if tenant else (0, keys_after(specs, {}))
    desk, problems = checked(specs, problems, keys)
    return Checked(desk, problems, keys, specs, number)


async def _keys_over(site: Site, tenant: str, specs: SpecSet) -> tuple[int, KeysAfter]:
    """The live revision and the stored keys that follow it (decisions.md 5)."""
    async with site.store.unit(tenant) as unit:
        present = await desks.pointer(unit)
        live = await desks.read_revision(unit, present.revision_n) if present else None
        if live is None:
            return 0, keys_after(specs, {})
        # Revisions of older versions have no keys; their files tell them.
        files = {} if live.keys else await desks.read_files(unit, live.files)
    before = live.keys or keys_after(load_files(files)[0], {}).keys
    return live.n, keys_after(specs, before, live.provenance.get("moves", ()))


def _at_tenant(message: str) -> Problem:
    return Problem(Code.NO_TENANT, message, Place("tenant.yaml", 1, 1, 1, 1))


async def _is_late(site: Site, tenant: str, files: Mapping[str, bytes], base: int | None) -> bool:
    """Whether another revision was published over the one that these files were made from."""
    if base is None:
        return False
    async with site.store.unit(tenant) as unit:
        present = await desks.pointer(unit)
        live = await desks.read_revision(unit, present.revision_n) if present else None
    return live is not None and live.n != base and live.tree != tree_digest(files)


@dataclass(frozen=True, slots=True)
class _Made:
    """What is to be written: the files, who publishes them and why, what let them through."""

    files: Mapping[str, bytes]
    viewer: Viewer
    message: str
    base: int | None
    provenance: Mapping[str, object]
    passed: Passed


async def _write(site: Site, desk: Desk, made: _Made, found: Checked) -> tuple[Pointer, bool]:
    files, viewer, message = made.files, made.viewer, made.message
    async with site.store.unit(desk.tenant.id, write=True) as unit:
        await accounts.ensure_tenant(unit, desk.tenant.title.by_locale)
        present = await desks.pointer(unit)
        live = await desks.read_revision(unit, present.revision_n) if present else None
        if present is not None and live is not None and live.tree == tree_digest(files):
            return present, False
        if made.base is not None and present is not None and present.revision_n != made.base:
            raise PublishConflict(desk.tenant.id)
        found.must_follow(live)
        new = await revision_of(
            unit, desk, files, viewer, message, live, found.keys, made.provenance
        )
        new = replace(new, approvals=list(made.passed.approvals))
        pointer = await desks.publish(unit, new, expected=present)
        event = await _audit(unit, pointer, desk, viewer, message)
        if present is not None and live is not None:
            await follow_moves(site, unit, live, pointer, desk, event)
            await ask_to_retime(site, unit, desk, present, pointer)
        if made.passed.saved is not None:
            number, saved = pointer.revision_n, made.passed.saved.id
            await plans.change(unit, saved, state=plans.PUBLISHED, revision_n=number)
        return pointer, True


async def follow_moves(
    site: Site, unit: Unit, was: Revision, pointer: Pointer, desk: Desk, cause: str
) -> list[Run]:
    """Begin, or undo, the data moves by which what is live now differs from what was.

    Raises:
        StillGoingBack: one of them is just being undone.
    """
    becomes = await desks.read_revision(unit, pointer.revision_n)
    assert becomes is not None  # the pointer stands there
    turn = await turn_of(unit, was, becomes)
    if not turn:
        return []
    old = await site.desks.read_at(unit, was.n) or desk
    return await take_turn(unit, turn, old, desk, pointer, cause)


async def revision_of(
    unit: Unit,
    desk: Desk,
    files: Mapping[str, bytes],
    viewer: Viewer,
    message: str,
    over: Revision | None,
    keys: KeysAfter,
    provenance: Mapping[str, object] = NO_PROVENANCE,
) -> Revision:
    """A revision to be made of checked files over another, its files kept by content.

    `keys` follow those of `over`; the steps of moves they hold are published with it.
    """
    return Revision(
        n=0,
        tree=tree_digest(files),
        desk_digest=desk.digest,
        author=viewer.name or "cli",
        message=message,
        parents=[over.n] if over else [],
        keys=keys.keys,
        provenance={
            **provenance,
            "moves": list(keys.done),
            "todo": [kept_todo(one) for one in keys.todo],
        },
        files=await desks.put_files(unit, files),
        at_us=unit.now_us(),
    )


async def ask_to_retime(
    site: Site, unit: Unit, desk: Desk, before: Pointer, after: Pointer
) -> None:
    """Have open tickets re-timed where a policy says so and promises may have changed."""
    live = site.desks.get(unit.tenant_id)
    old = live.desk if live is not None and live.revision == before.revision_n else None
    await jobs.enqueue(unit, retime_job(old, desk, before, after, unit.now_us()))


async def _audit(unit: Unit, pointer: Pointer, desk: Desk, viewer: Viewer, message: str) -> str:
    event = NewEvent(
        verb="published",
        body={"revision": pointer.revision_n, "message": message},
        actor_kind="system" if viewer.is_system else "person",
        actor_id=viewer.person_id,
        revision=pointer.revision_n,
        desk_digest=desk.digest,
    )
    (made,) = await journal.append_admin(unit, [event])
    return made


async def reconcile(site: Site) -> None:
    """Make the expression indexes that any live desk marks, and drop the rest."""
    everyone = [live for name in site.desks.tenants() if (live := site.desks.get(name))]
    await indexes.reconcile(site.store, wanted_indexes(everyone))
