"""The chain: it verifies, tampering is found, erasing keeps it whole, the API can't change it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Executable, delete, select, text, update
from sqlalchemy.exc import DBAPIError

from runtime.clock import FixedClock
from runtime.store import anchors, journal, tickets
from runtime.store.journal import ADMIN_STREAM, Head, NewEvent
from runtime.store.open import Store
from runtime.store.tables.tickets import anchor, event, event_payload, ticket
from runtime.store.tickets import TicketRow
from tests.store.conftest import ELSEWHERE, SHOP, Cast
from tests.store.making import open_ticket

UNLOCK = {
    "sqlite": ("DROP TRIGGER event_no_update", "DROP TRIGGER event_no_delete"),
    "postgresql": ("ALTER TABLE event DISABLE TRIGGER event_append_only",),
}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(max_codepoint=0xD7FF)), inner, max_size=4)
    ),
)


@given(st.dictionaries(st.text(st.characters(max_codepoint=0xD7FF)), _JSON, max_size=5))
def test_the_one_spelling_is_that_of_rfc_8785(value: dict[str, Any]) -> None:
    assert journal.canonical(value) == rfc8785.dumps(value)


async def _three_events(store: Store, cast: Cast) -> TicketRow:
    async with store.unit(SHOP, write=True) as unit:
        row = await open_ticket(unit, requester_id=cast.ann)
    async with store.unit(SHOP, write=True) as unit:
        held = await tickets.lock(unit, row.id)
        assert held == row
        said = [
            NewEvent("commented", {"text": "where is it?"}, "person", cast.ann, 3, "d1"),
            NewEvent("moved", {"to": "done"}, "person", cast.ben, subject_person_id=cast.ann),
        ]
        head, ids = await journal.append(unit, row.id, row.head, said)
        assert len(ids) == 2
        change = {"version": head.seq, "head_hash": head.hash, "state_key": "done"}
        await tickets.change(unit, row.id, row.version, change)
        return replace(row, version=head.seq, head_hash=head.hash, state_key="done")


async def _behind_our_back(store: Store, *statements: Executable) -> None:
    async with store.owner() as owner:
        for words in UNLOCK[store.dialect]:
            await owner.run(text(words))
        for statement in statements:
            await owner.run(statement)


async def test_what_was_said_is_read_back(store: Store, cast: Cast, clock: FixedClock) -> None:
    row = await _three_events(store, cast)
    async with store.unit(SHOP) as unit:
        events = await journal.read(unit, row.id)
        assert [one.seq for one in await journal.read(unit, row.id, after_seq=1)] == [2, 3]
        assert await tickets.read(unit, row.id) == row
    assert [one.verb for one in events] == ["created", "commented", "moved"]
    said = events[1]
    assert said.body == {"text": "where is it?"}
    assert (said.actor_id, said.revision, said.desk_digest) == (cast.ann, 3, "d1")
    assert said.at_us == clock.now_us()
    async with store.unit(ELSEWHERE) as unit:
        assert await journal.read(unit, row.id) == []


async def test_an_untouched_chain_has_no_fault(store: Store, cast: Cast) -> None:
    row = await _three_events(store, cast)
    async with store.unit(SHOP) as unit:
        assert await journal.verify(unit, row.id, row.head) == []
        faults = await journal.verify(unit, row.id, Head(2, row.head_hash))
    assert [fault.what for fault in faults] == ["the ticket names another end of the chain"]


@pytest.mark.parametrize(
    ("column", "value"),
    [("actor_id", "eve"), ("at_us", 5), ("verb", "approved"), ("payload_digest", "0")],
)
async def test_an_altered_event_is_found(
    store: Store, cast: Cast, column: str, value: object
) -> None:
    row = await _three_events(store, cast)
    forged = update(event).where(event.c.ticket_id == row.id, event.c.seq == 2)
    await _behind_our_back(store, forged.values({column: value}))
    async with store.unit(SHOP) as unit:
        faults = await journal.verify(unit, row.id, row.head)
    assert (2, "the event was altered") in [(fault.seq, fault.what) for fault in faults]


async def test_a_missing_event_and_an_altered_payload_are_found(store: Store, cast: Cast) -> None:
    row = await _three_events(store, cast)
    async with store.unit(SHOP) as unit:
        first = (await journal.read(unit, row.id))[0]
    await _behind_our_back(
        store,
        delete(event).where(event.c.ticket_id == row.id, event.c.seq == 2),
        update(event_payload).where(event_payload.c.id == first.payload_id).values(body=b"{}"),
    )
    async with store.unit(SHOP) as unit:
        found = {fault.what for fault in await journal.verify(unit, row.id, row.head)}
    assert "the payload was altered" in found
    assert "an event is missing before it (wanted 2)" in found
    assert "it does not build on the event before it" in found


async def test_an_erased_payload_still_verifies(store: Store, cast: Cast) -> None:
    row = await _three_events(store, cast)
    request = {"by": cast.cleo, "why": "asked to be forgotten"}
    async with store.unit(SHOP, write=True) as unit:
        about = await journal.payloads_about(unit, cast.ann)
        assert len(about) == 1
        assert await journal.erase(unit, about, request) == 1
        assert await journal.erase(unit, about, {"why": "again"}) == 0
    async with store.unit(SHOP) as unit:
        assert await journal.verify(unit, row.id, row.head) == []
        last = (await journal.read(unit, row.id))[-1]
        assert (last.body, last.erased) == (None, request)


async def test_a_payload_without_a_tombstone_is_a_fault(store: Store, cast: Cast) -> None:
    row = await _three_events(store, cast)
    await _behind_our_back(store, update(event_payload).values(body=None, salt=None))
    async with store.unit(SHOP) as unit:
        faults = await journal.verify(unit, row.id, row.head)
    assert {fault.what for fault in faults} == {"the payload is gone without a tombstone"}


async def test_a_journal_row_can_not_be_changed(store: Store, cast: Cast) -> None:
    await _three_events(store, cast)
    for statement in (update(event).values(verb="x"), delete(event)):
        with pytest.raises(DBAPIError, match=r"append-only|permission denied"):
            async with store.unit(SHOP, write=True) as unit:
                await unit.run(statement)
        with pytest.raises(DBAPIError, match="append-only"):
            async with store.owner() as owner:
                await owner.run(statement)


async def test_two_writers_of_one_version_do_not_both_win(store: Store, cast: Cast) -> None:
    row = await _three_events(store, cast)
    async with store.unit(SHOP, write=True) as unit:
        await tickets.change(unit, row.id, row.version, {"version": 4, "subject": "first"})
    with pytest.raises(tickets.StaleTicket):
        async with store.unit(SHOP, write=True) as unit:
            await tickets.change(unit, row.id, row.version, {"version": 4, "subject": "second"})
    async with store.unit(SHOP) as unit:
        assert await unit.value(select(ticket.c.subject)) == "first"


async def test_acts_of_administrators_have_their_own_chain(store: Store, cast: Cast) -> None:
    for n in range(3):
        async with store.unit(SHOP, write=True) as unit:
            act = NewEvent("published", {"revision": n}, "person", cast.cleo)
            await journal.append_admin(unit, [act])
    async with store.unit(SHOP) as unit:
        assert await journal.verify(unit, ADMIN_STREAM) == []
        newest = await journal.last_admin(unit, limit=2)
    assert [(one.seq, one.body) for one in newest] == [(3, {"revision": 2}), (2, {"revision": 1})]


async def test_imported_history_keeps_its_time(store: Store, cast: Cast) -> None:
    async with store.unit(SHOP, write=True) as unit:
        old = NewEvent("imported", {"state": "new"}, "import", "run-1", at_us=1_000_000)
        head, _ = await journal.append(unit, "t1", Head(), [old])
        assert (await journal.read(unit, "t1"))[0].at_us == 1_000_000
        assert await journal.verify(unit, "t1", head) == []


async def test_an_anchor_finds_a_chain_that_was_rewritten_whole(store: Store, cast: Cast) -> None:
    row = await _three_events(store, cast)
    async with store.unit(SHOP, write=True) as unit:
        made = await anchors.sign(unit, "2026-03-02")
        assert (made.tickets, made.events) == (1, 3)
        assert await anchors.holds(unit, made)
    await _behind_our_back(store, update(ticket).values(head_hash="0" * 64))
    async with store.unit(SHOP) as unit:
        stored = await anchors.read(unit, "2026-03-02")
        assert stored == made
        # The signature still holds for what was anchored; the store of today differs from it.
        assert await anchors.holds(unit, made)
        assert (await anchors.measure(unit)).head != made.head
    await _behind_our_back_anchor(store)
    async with store.unit(SHOP) as unit:
        forged = await anchors.read(unit, "2026-03-02")
        assert forged is not None
        assert not await anchors.holds(unit, forged)
    assert row.version == 3


async def _behind_our_back_anchor(store: Store) -> None:
    async with store.owner() as owner:
        await owner.run(update(anchor).values(events=2))
