"""Possible duplicates across channels: proposed with their reasons, never joined by themselves."""

from __future__ import annotations

from engine.suggest.pairs import Side, compare
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done, NotFound
from runtime.actions.propose_alike import propose_alike
from runtime.actions.settle_alike import settle_alike
from runtime.clock import SECOND_US, FixedClock
from runtime.queries.alike import alike_of
from runtime.queries.read_ticket import read_ticket
from runtime.store import alike, jobs
from runtime.store.tickets import read
from runtime.store.unit import Unit
from tests.intake.post import Post, mail
from tests.workers.shop import SHOP

DAY = 86_400 * SECOND_US


def test_what_makes_two_alike() -> None:
    """Words alone say nothing; a person, phone or record does, and words add to it."""
    lamp = Side("ann", subject="Lamp in room B7 is dark", text="It went out on Monday.")
    assert compare(lamp, Side("eve", subject=lamp.subject, text=lamp.text)) is None
    assert compare(lamp, Side("ann", subject="Parking permit", text="Where do I get one?")) is None
    again = compare(lamp, Side("ann", subject="The lamp in room B7 is still dark"))
    assert again is not None
    assert set(again.reasons) == {"same_person", "like_words"}
    order = frozenset({("orders", "1")})
    same = compare(Side("ann", records=order), Side("ann", records=order))
    assert same is not None
    assert (same.score, dict(same.reasons)) == (70, {"same_person": 30, "same_record": 40})
    phone = frozenset({"13812345678"})
    called = compare(
        Side("", phone, subject="屏幕碎了，要求退款"), Side("x", phone, subject="屏幕碎了要求退款")
    )
    assert called is not None
    assert "same_phone" in called.reasons


async def _propose(post: Post, ticket_id: str) -> None:
    async def finish(unit: Unit) -> None:
        return None

    await propose_alike(post.site, SHOP, ticket_id, finish)


async def test_mail_and_form_about_one_lamp(both: Post, clock: FixedClock) -> None:
    shop = both.shop
    ann = await shop.viewer(shop.ann)
    words = {"subject": "Lamp in room B7 is dark", "description": "Please come."}
    old = NewTicket("repair", {}, **words, way="portal")
    first = await open_ticket(both.site, SHOP, ann, old)
    assert isinstance(first, Done)
    clock.advance(DAY)
    got = await both.send(mail("The lamp in room B7 is dark", "Please come."))
    async with shop.store.unit(SHOP) as unit:
        assert [one["ticket"] for one in await jobs.unfinished(unit, "alike")] == [
            first.ticket_id,
            got.ticket_id,
        ]
    await _propose(both, got.ticket_id or "")
    await _propose(both, got.ticket_id or "")
    async with shop.store.unit(SHOP) as unit:
        (pair,) = await alike.of_ticket(unit, first.ticket_id)
    assert (pair.ticket_id, pair.other_id) == (got.ticket_id, first.ticket_id)
    number = await _number(both, got.ticket_id)
    cleo = await shop.viewer(shop.cleo)
    assert await settle_alike(both.site, SHOP, ann, number, first.number, join=True) == NotFound()
    page = await read_ticket(both.site, SHOP, cleo, number)
    assert page is not None
    (shown,) = await alike_of(both.site, SHOP, cleo, page)
    assert (shown.row.number, shown.older) == (first.number, True)
    done = await settle_alike(both.site, SHOP, cleo, first.number, number, join=True)
    assert isinstance(done, Done)
    assert (await shop.row(number)).phase == "closed"
    assert (await shop.row(number)).parent_id == first.ticket_id
    async with shop.store.unit(SHOP) as unit:
        assert await alike.of_ticket(unit, first.ticket_id) == []


async def test_said_to_be_apart_stays_apart(post: Post) -> None:
    one = await post.send(mail("The lamp in room B7 is dark", "Please come soon."))
    two = await post.send(mail("The lamp in room B7 is dark", "Please come sooner."))
    await _propose(post, two.ticket_id or "")
    numbers = [await _number(post, it.ticket_id) for it in (one, two)]
    cleo = await post.shop.viewer(post.shop.cleo)
    done = await settle_alike(post.site, SHOP, cleo, numbers[1], numbers[0], join=False)
    assert isinstance(done, Done)
    await _propose(post, two.ticket_id or "")
    async with post.shop.store.unit(SHOP) as unit:
        assert await alike.of_ticket(unit, two.ticket_id or "") == []


async def _number(post: Post, ticket_id: str | None) -> str:
    async with post.shop.store.unit(SHOP) as unit:
        row = await read(unit, ticket_id or "")
    assert row is not None
    return row.number
