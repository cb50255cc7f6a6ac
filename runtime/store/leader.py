"""Who of several processes leads: one row with a lease, taken and kept by its fence."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select, update

from runtime.store.open import Store
from runtime.store.tables.work import job
from runtime.store.unit import EVERY_TENANT
from runtime.store.upsert import add_new

_KIND = "leader"


def _row(name: str) -> tuple[ColumnElement[bool], ...]:
    return (job.c.tenant_id == EVERY_TENANT, job.c.kind == _KIND, job.c.key == name)


async def lead(store: Store, lasts_us: int, name: str = _KIND) -> int | None:
    """Begin to lead for `lasts_us`, if nobody does; gives the fence to keep it by.

    `name`: in what; all work, or one mailbox.
    """
    async with store.system() as system:
        until = await system.value(select(job.c.lease_until_us).where(*_row(name)))
    now = store.clock.now_us()
    if until is not None and until > now:
        return None
    async with store.system(write=True) as system:
        row = {
            "tenant_id": EVERY_TENANT,
            "id": name,
            "kind": _KIND,
            "key": name,
            "state": "leading",
            "due_us": 0,
            "lease_until_us": 0,
            "fence": 0,
            "attempts": 0,
            "body": {},
            "last_error": None,
            "created_us": now,
            "ended_us": None,
        }
        await add_new(system, job, row)
        take = update(job).where(*_row(name), job.c.lease_until_us <= now)
        values = {"fence": job.c.fence + 1, "lease_until_us": now + lasts_us}
        found = await system.value(take.values(values).returning(job.c.fence))
        return None if found is None else int(found)


async def keep(store: Store, fence: int, lasts_us: int, name: str = _KIND) -> bool:
    """Go on leading; False if another has taken over."""
    async with store.system(write=True) as system:
        mine = update(job).where(*_row(name), job.c.fence == fence)
        values = {"lease_until_us": system.now_us() + lasts_us}
        return (await system.run(mine.values(values))).rowcount == 1


async def resign(store: Store, fence: int, name: str = _KIND) -> None:
    """Stop leading, so that another may begin at once."""
    async with store.system(write=True) as system:
        mine = update(job).where(*_row(name), job.c.fence == fence)
        await system.run(mine.values(lease_until_us=0))
