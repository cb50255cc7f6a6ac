"""Events of tickets reach their webhooks: what is told, in which order, how often."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.decide.verdict import Comment, Label, Move
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.outcome import Done
from runtime.channels.webhook.schedule import ATTEMPTS, WAITS_S
from runtime.channels.webhook.signature import Signed, check, key_of
from runtime.clock import SECOND_US
from runtime.outbound.door import Answer, Refusal
from runtime.site.standing import SYSTEM
from runtime.store import deliveries, jobs
from runtime.workers import webhooks
from runtime.workers.loop import attend
from tests.hooks.conftest import OLD, QUEUE, SECRET, URL, Hooked
from tests.workers.shop import ELSEWHERE, SHOP

DOWN = Refusal("connect", "no connection", True)


async def _change(hooked: Hooked, number: str, event: Any) -> None:
    done = await change_ticket(hooked.shop.site, SHOP, SYSTEM, number, Change(event))
    assert isinstance(done, Done), done


async def test_an_event_tells_what_the_spec_names(hooked: Hooked) -> None:
    number = await hooked.shop.open("Lamp", price="12.30")
    assert await hooked.work() == 1
    url, headers, body = hooked.door.calls[0]
    assert url == URL
    told = json.loads(body)
    assert told == {
        "type": "ticket.created",
        "timestamp": "2026-03-02T09:00:00+08:00",
        "data": {
            "tenant": "shop",
            "webhook": "books",
            "events": ["created"],
            "number": number,
            "type": "repair",
            "state": "fresh",
            "ticket": {
                "subject": "Lamp",
                "price": "12.30",
                "room": "B2",
                "requester": {"name": "Ann", "email": "ann@example.com"},
                "state": "fresh",
                "secret": None,
            },
        },
    }
    now = hooked.clock.now_us() // SECOND_US
    for secret in (SECRET, OLD):
        assert check(headers, body, [key_of(secret)], now) == Signed(headers["webhook-id"], now)
    (kept,) = await hooked.kept()
    assert (kept.state, kept.attempts, kept.key) == ("done", 1, headers["webhook-id"])
    assert [one.get("status") for one in kept.log] == [200]
    assert await hooked.work() == 0


async def test_only_what_is_named_is_told(hooked: Hooked) -> None:
    """`costly` names nothing: number, type and state are all it hears."""
    await hooked.setting("costly_url", "https://costly.example/")
    await hooked.setting("costly_secret", SECRET, secret=True)
    number = await hooked.shop.open("Lamp", secret="canary-secret", inner="canary-inner")
    await _change(hooked, number, Label("urgent", ()))
    (books,) = await hooked.kept()
    # Named, so told, though sensitive; what is not named stays here.
    assert b"canary-secret" in books.body
    assert b"canary-inner" not in books.body
    await _change(hooked, number, Comment("x", internal=False))
    costly = [one for one in await hooked.kept() if one.webhook_id == "costly"]
    assert [json.loads(one.body)["data"]["ticket"] for one in costly] == [{}]


async def test_off_until_its_settings_are_there(hooked: Hooked) -> None:
    number = await hooked.shop.open()
    await _change(hooked, number, Label("urgent", ()))
    await _change(hooked, number, Comment("x", internal=False))
    assert {one.webhook_id for one in await hooked.kept()} == {"books"}


async def test_the_events_of_a_ticket_go_out_in_their_order(hooked_each: Hooked) -> None:
    hooked_each.door.answers = [DOWN, Answer(200)]
    first = await hooked_each.shop.open("One")
    await hooked_each.work()
    await _change(hooked_each, first, Comment("a", internal=False))
    await _change(hooked_each, first, Comment("never told", internal=True))
    await _change(hooked_each, first, Move("fix", {}))
    other = await hooked_each.shop.open("Two")
    await hooked_each.work()
    # The first event of `One` waits for its second try, and what came after waits for it.
    numbers = [json.loads(body)["data"]["number"] for _, _, body in hooked_each.door.calls]
    assert numbers == [first, other]
    hooked_each.clock.advance(WAITS_S[0] * 2 * SECOND_US)
    await hooked_each.work()
    told = [json.loads(body) for _, _, body in hooked_each.door.calls[2:]]
    assert [one["data"]["events"] for one in told] == [
        ["created"],
        ["commented"],
        ["entered(fixed)"],
    ]
    assert all(one["data"]["number"] == first for one in told)
    assert {one.state for one in await hooked_each.kept()} == {"done"}


async def test_it_is_tried_for_two_days_and_then_dead(hooked: Hooked) -> None:
    hooked.door.answers = [Answer(500)]
    await hooked.shop.open()
    ids = set()
    for number in range(ATTEMPTS):
        assert await hooked.work() == 1
        (kept,) = await hooked.kept()
        assert kept.attempts == number + 1
        ids.add(hooked.door.calls[-1][1]["webhook-id"])
        if number < ATTEMPTS - 1:
            wait = (kept.due_us - hooked.clock.now_us()) // SECOND_US
            assert WAITS_S[number] <= wait <= WAITS_S[number] * 1.2
            hooked.clock.advance(wait * SECOND_US - 1)
            assert await hooked.work() == 0
            hooked.clock.advance(1)
    assert (kept.state, len(kept.log), len(ids)) == ("dead", ATTEMPTS, 1)
    assert kept.ended_us == hooked.clock.now_us()
    # Nobody tries again by itself; an admin's word makes it whole.
    hooked.clock.advance(10**12)
    assert await hooked.work() == 0
    hooked.door.answers = [Answer(204)]
    async with hooked.shop.store.unit(SHOP, write=True) as unit:
        assert await deliveries.replay(unit, [kept]) == 1
    assert await hooked.work() == 1
    (kept,) = await hooked.kept()
    assert (kept.state, kept.attempts) == ("done", 1)
    assert hooked.door.calls[-1][1]["webhook-id"] in ids


async def test_retry_after_is_honoured(hooked: Hooked) -> None:
    hooked.door.answers = [Answer(503, (("retry-after", "7200"),))]
    await hooked.shop.open()
    await hooked.work()
    (kept,) = await hooked.kept()
    assert kept.due_us - hooked.clock.now_us() == 7200 * SECOND_US


@pytest.mark.parametrize(
    "refusal",
    [
        Refusal("closed", "leads to 10.0.0.1", False),
        Refusal("redirect", "301", False),
        Refusal("address", "no address", False),
    ],
)
async def test_what_can_not_get_better_is_dead_at_once(hooked: Hooked, refusal: Refusal) -> None:
    hooked.door.answers = [refusal]
    await hooked.shop.open()
    await hooked.work()
    (kept,) = await hooked.kept()
    assert (kept.state, kept.log[0]["code"]) == ("dead", refusal.code)
    assert kept.log[0]["reason"] == refusal.reason


async def test_gone_stops_the_webhook_until_somebody_says_so(hooked: Hooked) -> None:
    await hooked.shop.open("One")
    await hooked.shop.open("Two")
    hooked.door.answers = [Answer(410)]
    await hooked.work()
    assert [one.state for one in await hooked.kept()] == ["dead", "dead"]
    assert len(hooked.door.calls) == 1
    await hooked.shop.open("Three")
    assert (await hooked.kept())[-1].state == "skipped"
    assert await hooked.work() == 0
    async with hooked.shop.store.unit(SHOP, write=True) as unit:
        states = await deliveries.states(unit)
        assert (states["books"].stopped, states["books"].reason) == (True, "gone")
        await deliveries.put_state(unit, deliveries.HookState("books"))
        await deliveries.replay(unit, await deliveries.listed(unit))
    hooked.door.answers = [Answer(200)]
    await hooked.work()
    assert {one.state for one in await hooked.kept()} == {"done"}
    assert len(hooked.door.calls) == 4


async def test_a_silent_receiver_gets_less_and_less_room(hooked: Hooked) -> None:
    store = hooked.shop.store
    hooked.door.answers = [DOWN]
    for number in range(12):
        await hooked.shop.open(f"No. {number}")
    first = await webhooks.STRANDS.lease(store, 50, ())
    assert len(first) == webhooks.MOST_OF_ONE
    assert await webhooks.STRANDS.lease(store, 50, first) == []
    await attend(hooked.bench, QUEUE, first[0])
    assert len(await webhooks.STRANDS.lease(store, 50, ())) == 1
    for job in first[1:]:
        await attend(hooked.bench, QUEUE, job)
    async with store.unit(SHOP) as unit:
        state = (await deliveries.states(unit))["books"]
    assert state.failures == webhooks.MOST_OF_ONE
    assert state.resume_us is not None
    assert await webhooks.STRANDS.lease(store, 50, ()) == []
    hooked.clock.set(state.resume_us)
    hooked.door.answers = [Answer(200)]
    await hooked.work(rounds=1)
    async with store.unit(SHOP) as unit:
        state = (await deliveries.states(unit))["books"]
    assert (state.failures, state.resume_us) == (0, None)


async def test_a_secret_that_is_none_signs_nothing(hooked: Hooked) -> None:
    await hooked.setting("books_secret", "no secret", secret=True)
    await hooked.shop.open()
    await hooked.work()
    (kept,) = await hooked.kept()
    assert (kept.state, kept.log[0]["code"], kept.attempts) == ("dead", "secret", 0)
    assert hooked.door.calls == []


async def test_a_worker_that_lost_its_lease_notes_nothing(hooked_each: Hooked) -> None:
    await hooked_each.shop.open()
    store = hooked_each.shop.store
    (late,) = await webhooks.STRANDS.lease(store, 50, ())
    hooked_each.clock.advance(jobs.LEASE_US + 1)
    assert await hooked_each.work() == 1
    await attend(hooked_each.bench, QUEUE, late)
    (kept,) = await hooked_each.kept()
    assert (kept.state, kept.attempts) == ("done", 1)


async def test_what_waits_for_days_is_given_up(hooked: Hooked) -> None:
    await hooked.shop.open()
    async with hooked.shop.store.unit(SHOP, write=True) as unit:
        assert await deliveries.give_up_old(unit, unit.now_us()) == 0
        assert await deliveries.give_up_old(unit, unit.now_us() + 1) == 1
    assert await hooked.work() == 1, "the strand is looked at once and ends"
    assert hooked.door.calls == []
    (kept,) = await hooked.kept()
    assert (kept.state, kept.log[-1]["code"]) == ("dead", "expired")
    async with hooked.shop.store.unit(SHOP, write=True) as unit:
        assert await deliveries.sweep(unit, 0) == 0
        hooked.clock.advance(1)
        assert await deliveries.sweep(unit, 0) == 1


async def test_no_other_tenant_sees_a_delivery(hooked_each: Hooked) -> None:
    await hooked_each.shop.open()
    (mine,) = await hooked_each.kept()
    async with hooked_each.shop.store.unit(ELSEWHERE, write=True) as unit:
        assert await deliveries.listed(unit) == []
        assert await deliveries.by_id(unit, mine.id) is None
        assert await deliveries.counts(unit) == {}
        await deliveries.change(unit, mine.id, state="dead")
    assert (await hooked_each.kept())[0].state == "waiting"
