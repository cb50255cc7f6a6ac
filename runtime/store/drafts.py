"""Drafts: spec files as somebody is editing them, before they publish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select

from runtime.store.tables.desks import draft
from runtime.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Draft:
    """A file as somebody is editing it; `content` None means that they deleted it."""

    path: str
    content: bytes | None
    base_sha: str | None
    at_us: int


async def save_draft(
    unit: Unit, person_id: str, path: str, content: bytes | None, base_sha: str | None
) -> None:
    """Keep what a person is editing; `content` None deletes the file in their draft."""
    unit.must_write()
    await drop_drafts(unit, person_id, path)
    row = {
        "tenant_id": unit.tenant_id,
        "person_id": person_id,
        "path": path,
        "bytes": content,
        "base_sha": base_sha,
        "at_us": unit.now_us(),
    }
    await unit.run(insert(draft), row)


async def drafts(unit: Unit, person_id: str) -> dict[str, Draft]:
    """A person's drafts by path."""
    query = select(draft.c.path, draft.c.bytes, draft.c.base_sha, draft.c.at_us).where(
        draft.c.tenant_id == unit.tenant_id, draft.c.person_id == person_id
    )
    rows = await unit.rows(query.order_by(draft.c.path))
    return {row.path: Draft(row.path, _bytes(row.bytes), row.base_sha, row.at_us) for row in rows}


async def drop_drafts(unit: Unit, person_id: str, path: str | None = None) -> None:
    """Throw away a person's drafts, or the one of `path`."""
    unit.must_write()
    statement = delete(draft).where(
        draft.c.tenant_id == unit.tenant_id, draft.c.person_id == person_id
    )
    await unit.run(statement if path is None else statement.where(draft.c.path == path))


def _bytes(found: Any) -> bytes | None:
    return None if found is None else bytes(found)
