"""A signed daily anchor of a tenant's journal: who rewrites whole chains is found out by it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields

from sqlalchemy import func, select

from runtime.store.tables.tickets import anchor, ticket
from runtime.store.unit import Unit
from runtime.store.upsert import put


@dataclass(frozen=True, slots=True)
class Measure:
    """How many tickets and events there are, and a digest over the heads of all chains."""

    tickets: int
    events: int
    head: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """A measure of one day (`YYYY-MM-DD`), signed with the tenant's key of `key_id`."""

    day: str
    tickets: int
    events: int
    head: str
    key_id: str
    signature: str
    at_us: int


async def measure(unit: Unit) -> Measure:
    """Measure the journal as it is now."""
    c = ticket.c
    query = select(c.id, c.version, c.head_hash).where(c.tenant_id == unit.tenant_id)
    whole = hashlib.sha256()
    count = events = 0
    for row in await unit.rows_long(query.order_by(c.id)):
        whole.update(f"{row.id} {row.version} {row.head_hash}\n".encode())
        count += 1
        events += row.version
    return Measure(count, events, whole.hexdigest())


async def sign(unit: Unit, day: str) -> Anchor:
    """Measure and keep the anchor of a day; a second one of the same day replaces the first."""
    unit.must_write()
    now = await measure(unit)
    key_id = unit.keys.active
    signature = unit.keys.sign(unit.tenant_id, _message(day, now))
    made = Anchor(day, now.tickets, now.events, now.head, key_id, signature, unit.now_us())
    row = {f.name: getattr(made, f.name) for f in fields(Anchor)}
    await put(unit, anchor, {"tenant_id": unit.tenant_id, **row})
    return made


async def read(unit: Unit, day: str) -> Anchor | None:
    """The anchor of a day."""
    columns = [anchor.c[f.name] for f in fields(Anchor)]
    query = select(*columns).where(anchor.c.tenant_id == unit.tenant_id, anchor.c.day == day)
    row = await unit.row(query)
    return Anchor(**row._mapping) if row else None


async def days(unit: Unit) -> int:
    """How many anchors the tenant has."""
    query = select(func.count()).where(anchor.c.tenant_id == unit.tenant_id)
    return int(await unit.value(query))


async def holds(unit: Unit, given: Anchor) -> bool:
    """Whether the signature is ours; compare the figures with `measure` apart from it.

    Raises:
        SealError: the key that signed it is not in the key file.
    """
    said = Measure(given.tickets, given.events, given.head)
    wanted = unit.keys.sign(unit.tenant_id, _message(given.day, said), given.key_id)
    return wanted == given.signature


def _message(day: str, said: Measure) -> bytes:
    return f"{day} {said.tickets} {said.events} {said.head}".encode()
