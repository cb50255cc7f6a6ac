"""What a tenant published: files by content, revisions, and the environments that point to them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select, text, update

from runtime.store.tables.desks import environment, revision, spec_file
from runtime.store.unit import Unit
from runtime.store.upsert import add_new

LIVE = "live"
CHANNEL = "specdesk_publish"


class PublishConflict(Exception):
    """Somebody published in between: the environment no longer stands where the caller saw it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A published state of a tenant's specs (decisions.md 5); `files` maps paths to sha256."""

    n: int
    tree: str
    desk_digest: str
    author: str
    message: str
    parents: Sequence[int] = ()
    keys: Mapping[str, Any]
    provenance: Mapping[str, Any]
    files: Mapping[str, str]
    approvals: Sequence[Any] = ()
    at_us: int


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where an environment stands; `generation` rises with every publish and every rollback.

    `data`: whom an environment beside `live` is for; with `ended_us` in it, it is for nobody.
    """

    tenant_id: str
    name: str
    revision_n: int
    generation: int
    data: Mapping[str, Any] | None = field(default=None, compare=False)

    @property
    def ended(self) -> bool:
        """Whether the environment decides about no ticket any more."""
        return "ended_us" in (self.data or {})


async def put_files(unit: Unit, files: Mapping[str, bytes]) -> dict[str, str]:
    """Keep files by content; gives path → sha256. What is there already is not written again."""
    unit.must_write()
    digests = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
    rows = {
        digests[path]: {
            "tenant_id": unit.tenant_id,
            "sha256": digests[path],
            "bytes": content,
        }
        for path, content in files.items()
    }
    known = await _known(unit, list(rows))
    fresh = [row for digest, row in rows.items() if digest not in known]
    if fresh:
        await add_new(unit, spec_file, fresh)
    return digests


async def read_files(unit: Unit, files: Mapping[str, str]) -> dict[str, bytes]:
    """The bytes of a revision's files by path, exactly as they were published."""
    wanted = sorted(set(files.values()))
    found: dict[str, bytes] = {}
    for start in range(0, len(wanted), 500):
        query = select(spec_file.c.sha256, spec_file.c.bytes).where(
            spec_file.c.tenant_id == unit.tenant_id,
            spec_file.c.sha256.in_(wanted[start : start + 500]),
        )
        found.update({row.sha256: bytes(row.bytes) for row in await unit.rows(query)})
    return {path: found[digest] for path, digest in files.items()}


class Altered(Exception):
    """A stored file is not what its revision says: the store was changed by another hand."""


async def intact_files(unit: Unit, of: Revision) -> dict[str, bytes]:
    """The files of a revision, byte for byte, each held against its digest.

    Raises:
        Altered: a file is missing or is not the one that was published.
    """
    try:
        files = await read_files(unit, of.files)
    except KeyError as missing:
        raise Altered(f"v{of.n}: the file {missing} is not in the store") from None
    for path, content in files.items():
        if hashlib.sha256(content).hexdigest() != of.files[path]:
            raise Altered(f"v{of.n}: {path} is not what was published under its digest")
    return files


async def publish(
    unit: Unit,
    new: Revision,
    *,
    name: str = LIVE,
    expected: Pointer | None,
    data: Mapping[str, Any] | None = None,
) -> Pointer:
    """Write a revision and move the environment to it, if it still stands at `expected`.

    `new.n` is ignored: the next number is taken. `expected` None means that the environment was
    never published. Call `put_files` first, in the same unit.

    Raises:
        PublishConflict: somebody else was faster; nothing of this unit may be committed.
    """
    unit.must_write()
    query = select(func.max(revision.c.n)).where(revision.c.tenant_id == unit.tenant_id)
    # Held first, so that of two publishers on PostgreSQL the second waits here and then conflicts.
    await _hold(unit, name, expected)
    number = (await unit.value(query) or 0) + 1
    row = {f.name: getattr(new, f.name) for f in fields(Revision)} | {
        "tenant_id": unit.tenant_id,
        "n": number,
        "parents": list(new.parents),
        "approvals": list(new.approvals),
    }
    await unit.run(insert(revision), row)
    return await point(unit, number, name=name, expected=expected, data=data)


async def point(
    unit: Unit,
    number: int,
    *,
    name: str = LIVE,
    expected: Pointer | None,
    data: Mapping[str, Any] | None = None,
) -> Pointer:
    """Move an environment to a revision that exists (a rollback), if it stands at `expected`.

    Raises:
        PublishConflict: somebody else moved it.
    """
    unit.must_write()
    moved = Pointer(unit.tenant_id, name, number, expected.generation + 1 if expected else 1, data)
    row = {
        "revision_n": number,
        "generation": moved.generation,
        "changed_us": unit.now_us(),
        "data": dict(data) if data is not None else None,
    }
    if expected is None:
        await _hold(unit, name, None)
        await unit.run(insert(environment), {"tenant_id": unit.tenant_id, "name": name, **row})
    else:
        statement = update(environment).where(
            environment.c.tenant_id == unit.tenant_id,
            environment.c.name == name,
            environment.c.generation == expected.generation,
        )
        if (await unit.run(statement.values(row))).rowcount != 1:
            raise PublishConflict(name)
    if unit.on_postgresql:
        # Heard when the transaction commits, not before.
        await unit.run(text("SELECT pg_notify(:c, :t)"), {"c": CHANNEL, "t": unit.tenant_id})
    return moved


async def add_approvals(unit: Unit, number: int, given: Sequence[Any]) -> None:
    """Add to a revision who agreed to it, where that came after it was written: a pilot's."""
    unit.must_write()
    found = await read_revision(unit, number)
    if found is None or not given:
        return
    statement = update(revision).where(
        revision.c.tenant_id == unit.tenant_id, revision.c.n == number
    )
    await unit.run(statement.values(approvals=[*found.approvals, *given]))


async def _hold(unit: Unit, name: str, expected: Pointer | None) -> None:
    """Keep other publishers of the tenant out until the end, and see that nobody was faster."""
    if unit.on_postgresql:
        lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:tenant, 7316))")
        await unit.run(lock, {"tenant": unit.tenant_id})
    if await pointer(unit, name) != expected:
        raise PublishConflict(name)


_POINTERS = select(
    environment.c.tenant_id,
    environment.c.name,
    environment.c.revision_n,
    environment.c.generation,
    environment.c.data,
)
_POINTER = _POINTERS.where(
    environment.c.tenant_id == bindparam("tenant"), environment.c.name == bindparam("name")
)


async def pointer(unit: Unit, name: str = LIVE) -> Pointer | None:
    """Where an environment of the unit's tenant stands; None if it was never published."""
    row = await unit.row(_POINTER, {"tenant": unit.tenant_id, "name": name})
    return Pointer(**row._mapping) if row else None


_STANDS = select(environment.c.generation).where(
    environment.c.tenant_id == bindparam("tenant"), environment.c.name == bindparam("name")
)


async def stands(unit: Unit, name: str, generation: int) -> bool:
    """Whether an environment still stands where it was seen; nobody moves it until the unit ends.

    So whoever ends it finds every ticket that was given to it.
    """
    unit.must_write()
    # SQLite's write transaction holds the whole store and ignores FOR SHARE.
    asked = {"tenant": unit.tenant_id, "name": name}
    return bool(await unit.value(_STANDS.with_for_update(read=True), asked) == generation)


async def pointers(system: Unit) -> list[Pointer]:
    """Where all environments of all tenants stand (a `store.system()` unit)."""
    return [Pointer(**row._mapping) for row in await system.rows(_POINTERS)]


_REVISION = [revision.c[f.name] for f in fields(Revision)]


async def read_revision(unit: Unit, number: int) -> Revision | None:
    """A revision by its number."""
    query = select(*_REVISION).where(revision.c.tenant_id == unit.tenant_id, revision.c.n == number)
    row = await unit.row(query)
    return Revision(**row._mapping) if row else None


async def environments(unit: Unit) -> list[Pointer]:
    """Where the environments of the unit's tenant stand, in the order of their names; what has
    ended stands nowhere."""
    query = _POINTERS.where(environment.c.tenant_id == unit.tenant_id)
    found = await unit.rows(query.order_by(environment.c.name))
    return [one for row in found if not (one := Pointer(**row._mapping)).ended]


async def by_digest(unit: Unit, beginning: str) -> list[Revision]:
    """The revisions whose tree or desk digest begins so (hexadecimal), newest first."""
    query = select(*_REVISION).where(
        revision.c.tenant_id == unit.tenant_id,
        or_(revision.c.tree.startswith(beginning), revision.c.desk_digest.startswith(beginning)),
    )
    rows = await unit.rows(query.order_by(revision.c.n.desc()).limit(50))
    return [Revision(**row._mapping) for row in rows]


async def by_tree(unit: Unit, tree: str) -> Revision | None:
    """The newest revision with exactly this tree."""
    query = select(*_REVISION).where(
        revision.c.tenant_id == unit.tenant_id, revision.c.tree == tree
    )
    row = await unit.row(query.order_by(revision.c.n.desc()).limit(1))
    return Revision(**row._mapping) if row else None


async def revisions(unit: Unit, limit: int = 50, before: int = 0) -> list[Revision]:
    """The newest revisions, newest first; with `before` those with a smaller number."""
    query = select(*_REVISION).where(revision.c.tenant_id == unit.tenant_id)
    if before:
        query = query.where(revision.c.n < before)
    rows = await unit.rows(query.order_by(revision.c.n.desc()).limit(limit))
    return [Revision(**row._mapping) for row in rows]


async def _known(unit: Unit, digests: list[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(digests), 500):
        query = select(spec_file.c.sha256).where(
            spec_file.c.tenant_id == unit.tenant_id,
            spec_file.c.sha256.in_(digests[start : start + 500]),
        )
        found.update(row.sha256 for row in await unit.rows(query))
    return found
