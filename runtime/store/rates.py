"""Rates that hold over all processes: a bucket a caller, kept as when it would be full again.

A bucket of `burst` calls fills by one every `each_us`. It is one number a caller, moved by one
UPDATE that takes only what is there, so that no two processes can spend the same call.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, case, delete, select, update

from runtime.store.tables.doors import rate
from runtime.store.unit import Unit
from runtime.store.upsert import add_new


@dataclass(frozen=True, slots=True)
class Drawn:
    """Whether the calls were there; `left` more could be drawn; after `wait_us` the next could."""

    granted: bool
    left: int
    wait_us: int


_THIS = (rate.c.tenant_id == bindparam("of_tenant"), rate.c.who == bindparam("of_who"))
_BEGIN = case((rate.c.full_us > bindparam("now"), rate.c.full_us), else_=bindparam("now"))
_DRAW = (
    update(rate)
    .where(*_THIS, _BEGIN + bindparam("cost") <= bindparam("most"))
    .values(full_us=_BEGIN + bindparam("cost"))
)
_READ = select(rate.c.full_us).where(*_THIS)


async def draw(unit: Unit, who: str, calls: int, each_us: int, burst: int) -> Drawn:
    """Take so many calls out of somebody's bucket, all of them or none."""
    unit.must_write()
    now = unit.now_us()
    named = {"of_tenant": unit.tenant_id, "of_who": who}
    await add_new(unit, rate, {"tenant_id": unit.tenant_id, "who": who, "full_us": now})
    asked = {**named, "now": now, "cost": calls * each_us, "most": now + burst * each_us}
    granted = (await unit.run(_DRAW, asked)).rowcount == 1
    full = max(int(await unit.value(_READ, named)), now)
    left = max(0, (now + burst * each_us - full) // each_us)
    return Drawn(granted, left, max(0, full + each_us - now - burst * each_us))


async def sweep(unit: Unit) -> int:
    """Forget the buckets that are full again; gives how many."""
    unit.must_write()
    c = rate.c
    old = delete(rate).where(c.tenant_id == unit.tenant_id, c.full_us <= unit.now_us())
    return (await unit.run(old)).rowcount
