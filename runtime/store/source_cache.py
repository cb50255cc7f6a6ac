"""Answers of sources kept for their cache time, sealed; a source's name holds its definition."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from runtime.store.crypto import SealError
from runtime.store.tables.work import source_cache
from runtime.store.unit import Unit
from runtime.store.upsert import put


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was; `digest` is of the reply it came from."""

    body: Mapping[str, Any]
    digest: str
    fetched_us: int


async def keep(unit: Unit, source: str, record: str, kept: Kept, expires_us: int) -> None:
    """Keep an answer until it expires, in the place of an older one."""
    sealed = unit.sealer.seal_bytes(json.dumps(kept.body).encode(), _about(source, record))
    row = {
        "tenant_id": unit.tenant_id,
        "source_key": source,
        "record_key": record,
        "digest": kept.digest,
        "body": sealed,
        "key_id": unit.sealer.active,
        "fetched_us": kept.fetched_us,
        "expires_us": expires_us,
    }
    await put(unit, source_cache, row)


async def kept(unit: Unit, source: str, record: str) -> Kept | None:
    """An answer that has not expired; None where there is none, or none that can be opened."""
    c = source_cache.c
    query = select(c.body, c.key_id, c.digest, c.fetched_us).where(
        c.tenant_id == unit.tenant_id,
        c.source_key == source,
        c.record_key == record,
        c.expires_us > unit.now_us(),
    )
    row = await unit.row(query)
    if row is None:
        return None
    try:
        plain = unit.sealer.open_bytes(row.key_id, bytes(row.body), _about(source, record))
    except SealError:
        # Sealed with a key that is no more: as good as not kept.
        return None
    return Kept(json.loads(plain), row.digest, row.fetched_us)


async def forget(unit: Unit, source: str, record: str) -> None:
    """Throw an answer away."""
    unit.must_write()
    c = source_cache.c
    mine = delete(source_cache).where(
        c.tenant_id == unit.tenant_id, c.source_key == source, c.record_key == record
    )
    await unit.run(mine)


async def sweep(unit: Unit) -> int:
    """Throw away what has expired."""
    unit.must_write()
    c = source_cache.c
    expired = delete(source_cache).where(
        c.tenant_id == unit.tenant_id, c.expires_us <= unit.now_us()
    )
    return (await unit.run(expired)).rowcount


def _about(source: str, record: str) -> str:
    return f"source:{source}:{record}"
