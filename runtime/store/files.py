"""Files: their rows, and their bytes by content in a folder of shards.

Bytes are written whole or not at all, and never changed; a row says whose they are. A file is
`uploading`, then `held` before the form is sent, `attached` in the ticket's transaction, and
`erased` at last.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, insert, select, update

from runtime.store.rows import FileRow
from runtime.store.tables.tickets import file
from runtime.store.unit import Unit


class TooLarge(ValueError):
    """More bytes came than are allowed."""


@dataclass(frozen=True, slots=True)
class Bytes:
    """What was written: its digest, size, and the first 8 KiB to tell its type by."""

    sha256: str
    size: int
    start: bytes


class FileFolder:
    """The folder `SPECDESK_FILES`: bytes under `ab/cd/<sha256>`."""

    __slots__ = ("root",)

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where bytes of this digest lie, if they are there."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError("no sha256")
        return self.root / sha256[:2] / sha256[2:4] / sha256

    async def put(self, chunks: AsyncIterator[bytes], limit: int) -> Bytes:
        """Write what `chunks` brings, at most `limit` bytes.

        Raises:
            TooLarge: more came; nothing is left behind.
        """
        incoming = self.root / "incoming"
        await asyncio.to_thread(incoming.mkdir, parents=True, exist_ok=True)
        place = incoming / secrets.token_hex(16)
        digest, size, start = hashlib.sha256(), 0, b""
        out = await asyncio.to_thread(place.open, "xb")
        try:
            async for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise TooLarge(str(limit))
                start += chunk[: 8192 - len(start)] if len(start) < 8192 else b""
                digest.update(chunk)
                await asyncio.to_thread(out.write, chunk)
            await asyncio.to_thread(_settle, out, place, self.path(digest.hexdigest()))
        finally:
            out.close()
            place.unlink(missing_ok=True)
        return Bytes(digest.hexdigest(), size, start)

    async def put_bytes(self, content: bytes) -> Bytes:
        """Write bytes that are at hand."""

        async def once() -> AsyncIterator[bytes]:
            yield content

        return await self.put(once(), len(content))

    async def read(self, sha256: str) -> bytes:
        """All bytes of a digest.

        Raises:
            FileNotFoundError: they are not there.
        """
        return await asyncio.to_thread(self.path(sha256).read_bytes)

    async def remove(self, sha256: str) -> None:
        """Delete bytes; the caller knows that no row names them any more."""
        await asyncio.to_thread(self.path(sha256).unlink, missing_ok=True)


def _settle(out: Any, place: Path, final: Path) -> None:
    out.flush()
    os.fsync(out.fileno())
    final.parent.mkdir(parents=True, exist_ok=True)
    os.replace(place, final)
    folder = os.open(final.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


_COLUMNS = [file.c[f.name] for f in fields(FileRow)]


async def hold(
    unit: Unit,
    found: Bytes,
    *,
    name: str,
    type_found: str,
    owner: str | None,
    visibility: str = "public",
    field_key: str | None = None,
) -> FileRow:
    """Write the row of an upload; it waits, `held`, until a ticket names it."""
    unit.must_write()
    made = FileRow(
        id=unit.new_id(),
        token=secrets.token_urlsafe(24),
        sha256=found.sha256,
        size=found.size,
        type_found=type_found,
        name=name,
        owner=owner,
        visibility=visibility,
        field_key=field_key,
        created_us=unit.now_us(),
    )
    row = {f.name: getattr(made, f.name) for f in fields(FileRow)}
    await unit.run(insert(file), {"tenant_id": unit.tenant_id, **row})
    return made


async def attach(
    unit: Unit,
    ids: Sequence[str],
    *,
    ticket_id: str,
    event_id: str,
    owner: str | None,
    visibility: str,
    field_key: str | None = None,
) -> int:
    """Attach held files of `owner` to a ticket, in its transaction; gives how many were.

    Fewer than asked means that one is not held, not theirs, or of another tenant: refuse then.
    """
    unit.must_write()
    if not ids:
        return 0
    mine = file.c.owner == owner if owner else file.c.owner.is_(None)
    statement = update(file).where(_own(unit), file.c.id.in_(ids), file.c.state == "held", mine)
    change = {
        "state": "attached",
        "ticket_id": ticket_id,
        "event_id": event_id,
        "visibility": visibility,
        "field_key": field_key,
    }
    return (await unit.run(statement.values(change))).rowcount


async def copy(
    unit: Unit, ids: Sequence[str], *, ticket_id: str, event_id: str, visibility: str = ""
) -> None:
    """Attach attached files to another ticket as well: new rows, the same bytes.

    `visibility` "" keeps each as it is.
    """
    unit.must_write()
    found = await by_ids(unit, ids)
    rows = [
        {
            **{f.name: getattr(one, f.name) for f in fields(FileRow)},
            "tenant_id": unit.tenant_id,
            "id": unit.new_id(),
            "token": secrets.token_urlsafe(24),
            "ticket_id": ticket_id,
            "event_id": event_id,
            "field_key": None,
            "visibility": visibility or one.visibility,
        }
        for one in (found[each] for each in ids if each in found)
        if one.state == "attached"
    ]
    if rows:
        await unit.run(insert(file), rows)


async def by_token(unit: Unit, token: str) -> FileRow | None:
    """A file by the token in its address; erased ones are not found."""
    row = await unit.row(
        select(*_COLUMNS).where(_own(unit), file.c.token == token, file.c.state != "erased")
    )
    return FileRow(**row._mapping) if row else None


async def by_ids(unit: Unit, ids: Sequence[str]) -> dict[str, FileRow]:
    """Files by id; unknown ids are left out."""
    if not ids:
        return {}
    rows = await unit.rows(select(*_COLUMNS).where(_own(unit), file.c.id.in_(ids)))
    return {row.id: FileRow(**row._mapping) for row in rows}


_OF_TICKET = (
    select(*_COLUMNS)
    .where(file.c.tenant_id == bindparam("tenant"), file.c.ticket_id == bindparam("id"))
    .where(file.c.state == "attached")
    .order_by(file.c.id)
)


async def of_ticket(unit: Unit, ticket_id: str) -> list[FileRow]:
    """The files of a ticket, oldest first."""
    rows = await unit.rows(_OF_TICKET, {"tenant": unit.tenant_id, "id": ticket_id})
    return [FileRow(**row._mapping) for row in rows]


async def attached(unit: Unit) -> list[FileRow]:
    """Every attached file of the tenant, oldest first."""
    query = select(*_COLUMNS).where(_own(unit), file.c.state == "attached")
    return [FileRow(**row._mapping) for row in await unit.rows(query.order_by(file.c.id))]


async def erase(unit: Unit, ids: Sequence[str]) -> list[str]:
    """Mark files erased; gives the digests that no other file of the tenant names."""
    unit.must_write()
    if not ids:
        return []
    found = await by_ids(unit, ids)
    await unit.run(update(file).where(_own(unit), file.c.id.in_(ids)).values(state="erased"))
    digests = sorted({row.sha256 for row in found.values()})
    query = (
        select(file.c.sha256)
        .where(_own(unit), file.c.sha256.in_(digests), file.c.state != "erased")
        .group_by(file.c.sha256)
    )
    used = {row.sha256 for row in await unit.rows(query)}
    return [digest for digest in digests if digest not in used]


async def named(unit: Unit, digests: Sequence[str]) -> set[str]:
    """Those of `digests` whose bytes a file of the tenant still names."""
    query = select(file.c.sha256).where(
        _own(unit), file.c.sha256.in_(digests), file.c.state != "erased"
    )
    return {row.sha256 for row in await unit.rows(query)}


async def stale(unit: Unit, before_us: int, limit: int = 500) -> list[str]:
    """The ids of uploads that no ticket named since `before_us`, to be swept."""
    query = select(file.c.id).where(
        _own(unit), file.c.state.in_(("uploading", "held")), file.c.created_us < before_us
    )
    return [row.id for row in await unit.rows(query.limit(limit))]


async def held_bytes(unit: Unit, owner: str) -> int:
    """How many bytes a person has uploaded that no ticket names yet."""
    query = select(func.coalesce(func.sum(file.c.size), 0)).where(
        _own(unit), file.c.owner == owner, file.c.state == "held"
    )
    return int(await unit.value(query))


def _own(unit: Unit) -> ColumnElement[bool]:
    return file.c.tenant_id == unit.tenant_id
