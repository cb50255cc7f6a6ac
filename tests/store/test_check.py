"""The check of a store finds what must never be, and is silent about a sound one."""

from __future__ import annotations

from sqlalchemy import delete, update

from runtime.store import anchors, check, journal
from runtime.store.journal import Head, NewEvent
from runtime.store.open import Store
from runtime.store.tables.tickets import anchor, event_payload, ticket
from tests.store.conftest import ELSEWHERE, SHOP, Cast
from tests.store.making import open_ticket


async def _faults(store: Store, tenant_id: str) -> set[str]:
    async with store.unit(tenant_id) as unit:
        return {fault.what async for fault in check.check_tenant(unit)}


async def test_a_sound_store_has_no_fault(store: Store, cast: Cast) -> None:
    async with store.unit(SHOP, write=True) as unit:
        for _ in range(3):
            await open_ticket(unit)
        await journal.append_admin(unit, [NewEvent("published", {}, "person", cast.cleo)])
        await anchors.sign(unit, "2026-03-02")
    assert await _faults(store, SHOP) == set()


async def test_what_must_never_be_is_found(store: Store, cast: Cast) -> None:
    async with store.unit(SHOP, write=True) as unit:
        first, second = await open_ticket(unit), await open_ticket(unit)
        await journal.append(unit, "nowhere", Head(), [NewEvent("created", {}, "system")])
        await anchors.sign(unit, "2026-03-02")
        payload = (await journal.read(unit, first.id))[0].payload_id
    async with store.owner() as owner:
        await owner.run(update(ticket).where(ticket.c.id == second.id).values(version=9))
        await owner.run(delete(event_payload).where(event_payload.c.id == payload))
        await owner.run(update(anchor).values(tickets=1))
    assert await _faults(store, SHOP) >= {
        "the ticket names another end of the chain",
        "the event's ticket is gone",
        "the event's payload is gone",
        "the anchor of 2026-03-02 is not what was signed",
    }
    assert await _faults(store, ELSEWHERE) == set()
