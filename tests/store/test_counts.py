"""What a process remembers for a moment: it never hides what the process itself wrote."""

from __future__ import annotations

import pytest

from runtime.clock import FixedClock
from runtime.site.counts import Counts
from runtime.store import people, tickets
from runtime.store.open import Store
from tests.store.conftest import SHOP, Cast
from tests.store.making import open_ticket


async def test_counts_hold_for_two_seconds_or_until_a_ticket_is_written(
    store: Store, clock: FixedClock, cast: Cast
) -> None:
    counts = Counts()
    counts.put(store, SHOP, "view", store.work[SHOP].n, (7,))
    assert counts.get(store, SHOP, "view") == (7,)
    assert counts.get(store, SHOP, "other") is None
    clock.advance(1_999_999)
    assert counts.get(store, SHOP, "view") == (7,)
    clock.advance(1)
    assert counts.get(store, SHOP, "view") is None

    counts.put(store, SHOP, "view", store.work[SHOP].n, (7,))
    async with store.unit(SHOP, write=True) as unit:
        await open_ticket(unit)
    assert counts.get(store, SHOP, "view") is None


async def test_an_undone_write_moves_nothing_and_another_tenant_is_not_asked(
    store: Store, cast: Cast
) -> None:
    counts = Counts()
    counts.put(store, SHOP, "view", store.work[SHOP].n, (7,))
    with pytest.raises(RuntimeError, match="undone"):
        async with store.unit(SHOP, write=True) as unit:
            await open_ticket(unit)
            raise RuntimeError("undone")
    assert counts.get(store, SHOP, "view") == (7,)
    assert counts.get(store, "elsewhere", "view") is None


async def test_the_standing_moves_with_roles_and_sessions(store: Store, cast: Cast) -> None:
    before = store.standing.n
    async with store.unit(SHOP, write=True) as unit:
        person = await people.add_person(unit, "Ben", kind="staff")
    async with store.unit(SHOP, write=True) as unit:
        await people.set_roles(unit, person, ["agent"])
    assert store.standing.n == before + 2
    async with store.unit(SHOP) as unit:
        assert await tickets.by_number(unit, "none") is None
    assert store.standing.n == before + 2
