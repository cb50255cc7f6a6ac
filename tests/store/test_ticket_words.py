"""Tickets are found by the beginnings of their words and of what was said, and by their number."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from engine.facts import Ask, Viewer
from runtime.store import journal, lists, ticket_words, tickets
from runtime.store.journal import NewEvent
from runtime.store.lower import lower
from runtime.store.open import Store
from runtime.store.tables.tickets import ticket_word
from tests.store.conftest import ELSEWHERE, SHOP, Cast
from tests.store.making import a_ticket, open_ticket

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


async def _found(store: Store, text: str, tenant: str = SHOP, *, notes: bool = False) -> list[str]:
    async with store.unit(tenant) as unit:
        asked = await ticket_words.asked(unit, text, notes=notes)
        where = lower(asked, Ask(now_us=0, viewer=Viewer(None, "")))
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


TALK = (
    NewEvent("commented", {"text": "We send a courier. 快递员明天到"}, "person"),
    NewEvent("noted", {"text": "The courier is expensive"}, "person"),
    NewEvent("moved", {"comment": "Granted", "note": "as goodwill", "why": "old"}, "person"),
    NewEvent("approval_asked", {"comment": "Overdraft"}, "person"),
    NewEvent("commented", {"text": "Account 4711"}, "person", sealed=True),
)
"""Three words for all, four for staff; what is sealed stays sealed."""


async def _say(store: Store, events: tuple[NewEvent, ...] = TALK) -> str:
    async with store.unit(SHOP, write=True) as unit:
        row = await open_ticket(unit, subject="Lamp")
        await journal.append(unit, row.id, row.head, events)
        await tickets.hear(unit, row.id, events)
    return row.id


async def _sees(store: Store, tenant: str = SHOP) -> None:
    """Everyone finds replies, only those who may read notes find them, nobody what is sealed."""
    for word in ("courier", "快递员", "granted"):
        assert await _found(store, word, tenant) == ["RF-1"], word
        assert await _found(store, word, tenant, notes=True) == ["RF-1"], word
    for word in ("expensive", "goodwill", "old", "overdraft", "lamp goodwill"):
        assert await _found(store, word, tenant) == [], word
        assert await _found(store, word, tenant, notes=True) == ["RF-1"], word
    assert await _found(store, "4711", tenant, notes=True) == []


@pytest.mark.parametrize("rare", [20_000, 1])
async def test_what_is_said_is_found_by_those_it_is_said_to(
    store: Store, cast: Cast, rare: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticket_words, "RARE", rare)
    await _say(store)
    await _sees(store)
    assert await _found(store, "courier", ELSEWHERE, notes=True) == []
    async with store.unit(SHOP, write=True) as unit:
        row = await tickets.by_number(unit, "RF-1")
        assert row is not None
        changes = {"subject": "Sofa", "version": row.version + 1, "head_hash": "x"}
        await tickets.change(unit, row.id, row.version, changes)
    assert await _found(store, "sofa granted") == ["RF-1"]


async def test_what_was_said_is_bounded_and_said_again_costs_nothing(
    store: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticket_words, "MOST_SAID", 3)
    again = NewEvent("noted", {"text": "one two"}, "person")
    more = NewEvent("commented", {"text": " ".join(f"w{n}" for n in range(10_000))}, "person")
    await _say(store, (again, again, more, more))
    async with store.unit(SHOP) as unit:
        kept = select(ticket_word.c.word).where(ticket_word.c.said > 0)
        assert sorted(row.word for row in await unit.rows(kept)) == ["one", "two", "w0"]


async def test_what_is_erased_leads_nowhere(store: Store, cast: Cast) -> None:
    ticket_id = await _say(store)
    async with store.unit(SHOP, write=True) as unit:
        first = next(e for e in await journal.read(unit, ticket_id) if e.verb == "commented")
        await journal.erase(unit, [first.payload_id], {"by": "ann"})
    assert await _found(store, "快递员", notes=True) == []
    # A colleague's note says it too, and is no more for all than it was.
    assert await _found(store, "courier") == []
    assert await _found(store, "courier", notes=True) == ["RF-1"]
    assert await _found(store, "granted") == ["RF-1"]


async def test_a_store_of_an_earlier_version_gets_what_was_said(store: Store, cast: Cast) -> None:
    await _say(store)
    async with store.owner() as unit:
        await unit.run(delete(ticket_word))
    assert await _found(store, "granted") == []
    await store.upgrade()
    await _sees(store)


async def test_a_store_of_an_earlier_version_gets_its_words(filled: Store) -> None:
    async with filled.owner() as unit:
        await unit.run(delete(ticket_word))
    assert await _found(filled, "fridge") == []
    await filled.upgrade()
    assert await _found(filled, "fridge") == ["RF-1"]
    assert await _found(filled, "fridge", ELSEWHERE) == ["RF-1"]
