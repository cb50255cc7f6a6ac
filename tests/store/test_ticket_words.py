"""Tickets are found by the beginnings of their words, in Chinese too, and by their number."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from engine.facts import Ask, Viewer
from runtime.store import lists, ticket_words, tickets
from runtime.store.lower import lower
from runtime.store.open import Store
from runtime.store.tables.tickets import ticket_word
from tests.store.conftest import ELSEWHERE, SHOP, Cast
from tests.store.making import a_ticket

TEXTS = {
    "RF-1": ("Fridge with a dent", "The fridges of order 20461 came late"),
    "RF-2": ("冰箱门体凹陷，申请退款", "送货时就有"),
    "RF-3": ("Lamp", "A dented lamp"),
    "CP-20461": ("Nothing of that", ""),
}


@pytest.fixture
async def filled(store: Store, cast: Cast) -> Store:
    for tenant in (SHOP, ELSEWHERE):
        async with store.unit(tenant, write=True) as unit:
            for number, (subject, description) in TEXTS.items():
                row = a_ticket(unit, number, subject=subject, description=description)
                await tickets.create(unit, row)
    return store


async def _found(store: Store, text: str, tenant: str = SHOP) -> list[str]:
    async with store.unit(tenant) as unit:
        where = lower(await ticket_words.asked(unit, text), Ask(now_us=0, viewer=Viewer(None, "")))
        return sorted(await lists.numbers(unit, where, 10))


@pytest.mark.parametrize("rare", [20_000, 1])
async def test_words_lead_to_tickets(
    filled: Store, rare: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a word is taken for a rare one or not makes no difference to what is found."""
    monkeypatch.setattr(ticket_words, "RARE", rare)
    wanted = {
        "fridge": ["RF-1"], "FRI": ["RF-1"], "dent": ["RF-1", "RF-3"], "dent lamp": ["RF-3"],
        "退款": ["RF-2"], "冰箱": ["RF-2"], "rf-1": ["RF-1"], "RF-": ["RF-1", "RF-2", "RF-3"],
        "cp-20461": ["CP-20461"], "20461": ["CP-20461", "RF-1"], "rf-1 lamp": [], "sofa": [],
        "!!!": [], "\U0010ffff": [], "ridge": [],
    }  # fmt: skip
    for text, numbers in wanted.items():
        assert (text, await _found(filled, text)) == (text, numbers)


async def test_what_is_written_anew_is_found_by_its_new_words(filled: Store) -> None:
    async with filled.unit(SHOP, write=True) as unit:
        row = await tickets.by_number(unit, "RF-3")
        assert row is not None
        changes = {"subject": "Sofa", "version": row.version + 1, "head_hash": "x"}
        await tickets.change(unit, row.id, row.version, changes)
    assert await _found(filled, "sofa") == ["RF-3"]
    assert await _found(filled, "sofa lamp") == ["RF-3"]
    assert await _found(filled, "sofa", ELSEWHERE) == []


async def test_a_store_of_an_earlier_version_gets_its_words(filled: Store) -> None:
    async with filled.owner() as unit:
        await unit.run(delete(ticket_word))
    assert await _found(filled, "fridge") == []
    await filled.upgrade()
    assert await _found(filled, "fridge") == ["RF-1"]
    assert await _found(filled, "fridge", ELSEWHERE) == ["RF-1"]
