"""Puts what arrived on record, before anybody looks into it; a job then understands it."""

from __future__ import annotations

from typing import Final

from runtime.site.handles import Site
from runtime.store import arrivals, jobs
from runtime.store.arrivals import Came
from runtime.store.files import Bytes
from runtime.store.jobs import NewJob
from runtime.store.unit import Unit

KIND: Final = "intake"


async def keep_message(site: Site, content: bytes) -> Bytes:
    """Write a message into the file store; done before the unit that records it."""
    return await site.files.put_bytes(content)


async def record_within(unit: Unit, came: Came) -> str:
    """Record an arrival, and ask for it to be understood, as a part of the caller's unit."""
    arrival_id = await arrivals.record(unit, came)
    body = {"arrival": arrival_id}
    await jobs.enqueue(unit, [NewJob(KIND, arrival_id, unit.now_us(), body)])
    return arrival_id


async def record_mail(
    site: Site, tenant: str, channel_id: str, content: bytes, sender: str, to: tuple[str, ...]
) -> str:
    """Record one mail that came by SMTP; `sender` is its return path, "" for a bounce's."""
    kept = await keep_message(site, content)
    summary = {"envelope_from": sender or "<>", "envelope_to": " ".join(to)}
    came = Came("mail", channel_id, raw_sha256=kept.sha256, raw_size=kept.size, summary=summary)
    async with site.store.unit(tenant, write=True) as unit:
        return await record_within(unit, came)
