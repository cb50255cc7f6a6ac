"""Keys to the doors: hashes alone are kept, tries are counted before they are looked at."""

from __future__ import annotations

import asyncio

from sqlalchemy import select

from runtime.clock import FixedClock
from runtime.store import door_keys, people
from runtime.store.door_keys import CODE, code_of, link_hash, link_of
from runtime.store.open import Store
from runtime.store.tables.people import door_key
from tests.store.conftest import SHOP, Cast

MINUTE_US = 60_000_000
LASTS = 10 * MINUTE_US


async def _code(store: Store, email: str = "ann@example.com") -> tuple[str, str]:
    async with store.unit(SHOP, write=True) as unit:
        made = await door_keys.add_code(unit, email, LASTS)
        return made, code_of(unit.keys, SHOP, made)


async def _try(store: Store, key: str, code: str, most: int = 5) -> bool:
    async with store.unit(SHOP, write=True) as unit:
        return await door_keys.try_code(unit, key, code, most) is not None


async def test_no_row_holds_what_opens(store: Store, cast: Cast) -> None:
    key, code = await _code(store)
    async with store.unit(SHOP, write=True) as unit:
        person = await people.add_person(unit, "Ann", email="ann@example.com")
        await door_keys.add_link(unit, "effect", "ann@example.com", person, "t", LASTS)
        await door_keys.add_link(unit, "effect", "ann@example.com", person, "t", LASTS)
        secret = link_of(unit.keys, SHOP, "effect")
        rows = await unit.rows(select(door_key).where(door_key.c.tenant_id == SHOP))
        kept = await door_keys.by_hash(unit, link_hash(secret))
    assert kept is not None
    assert kept.person_id == person
    assert len(rows) == 2
    for row in rows:
        assert secret not in str(row)
        assert code not in (row.secret_hash, row.email)
    assert {row.purpose for row in rows} == {CODE, "ticket"}
    assert key in {row.id for row in rows}


async def test_however_many_try_at_once_five_tries_are_counted(store: Store, cast: Cast) -> None:
    key, code = await _code(store)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    tried = await asyncio.gather(*(_try(store, key, wrong) for _ in range(8)))
    assert not any(tried)
    assert not await _try(store, key, code)
    async with store.unit(SHOP) as unit:
        found = await door_keys.by_id(unit, key)
    assert found is not None
    assert found.attempts == 5


async def test_a_code_lets_in_once_and_the_newest_alone(
    store: Store, cast: Cast, clock: FixedClock
) -> None:
    old, first = await _code(store)
    key, code = await _code(store)
    assert not await _try(store, old, first)
    assert sorted(await asyncio.gather(*(_try(store, key, code) for _ in range(4)))) == [
        *[False] * 3,
        True,
    ]
    late, code = await _code(store)
    clock.advance(LASTS)
    assert not await _try(store, late, code)
    async with store.unit(SHOP, write=True) as unit:
        assert await door_keys.sweep(unit, unit.now_us() + 1) == 3
