"""Tickets and the records of other systems: at creation, late, by hand, and what is kept of it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.decide.verdict import Comment, Edit, Move
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.intake.record import record_mail
from runtime.actions.intake.understand import understand
from runtime.actions.outcome import Done, Refused
from runtime.actions.refresh_records import refresh_records
from runtime.clock import FixedClock
from runtime.sources.asking import ANYBODY, Asker
from runtime.store import arrivals, tickets
from runtime.store.open import Store
from runtime.store.rows import Arrival
from runtime.store.unit import Unit
from tests.intake.post import HELP, Plain, mail
from tests.sources.asked import ORDER, SHOP, Asked, set_up
from tests.sources.office import ORDERS, Office
from tests.stores import clock, store, store_template

__all__ = ["clock", "store", "store_template"]


@pytest.fixture
def fresh_url(store_template: Path, tmp_path: Path) -> str:
    """A SQLite file: what SQL sources add is tested on both databases in test_source_cache.py."""
    path = tmp_path / "store.sqlite"
    shutil.copy(store_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
async def asked(
    store: Store, clock: FixedClock, tmp_path: Path, shop: Office
) -> AsyncIterator[Asked]:
    """The shop; its orders are asked for over HTTP."""
    made = await set_up(store, clock, tmp_path, shop)
    yield made
    await made.site.door.close()


async def test_a_ticket_is_enriched_when_it_is_made(asked: Asked) -> None:
    """The record fills fields and routes; the journal has the answer with the reply's digest."""
    row = await asked.row(await asked.made())
    assert row.values["paid"] == 219900
    assert row.team_key == "large"
    ref = row.refs["order"]
    first = (await asked.events(row.number))[0].body or {}
    assert first["answers"]["order"]["digest"] == ref["source_digest"]
    assert first["records"]["order"]["values"]["paid"] == 219900


async def test_what_gives_no_answer_comes_later_and_routes_again(asked: Asked) -> None:
    """The ticket is made at once; a worker asks until the answer comes."""
    asked.office.break_("/shop", "500")
    number = await asked.made()
    row = await asked.row(number)
    assert (row.team_key, row.refs, row.values.get("paid")) == ("desk", {}, None)
    assert row.values["order"] == ORDER
    told = ((await asked.events(number))[0].body or {})["answers"]["order"]
    assert (told["answer"], told["why"]) == ("away", "the answer is HTTP 500")
    assert await asked.work("enrich") == 1
    assert (await asked.row(number)).refs == {}
    asked.office.mend()
    assert await asked.work("enrich", 3_600_000_000) == 1
    row = await asked.row(number)
    assert (row.team_key, row.values["paid"]) == ("large", 219900)
    last = (await asked.events(number))[-1]
    assert (last.verb, last.actor_kind, (last.body or {})["late"]) == ("refreshed", "system", True)
    assert "enriched" in (last.body or {})["events"]
    assert await asked.work("enrich", 3_600_000_000) == 0


async def test_a_late_answer_does_not_take_a_ticket_from_a_person(asked: Asked) -> None:
    """Whoever has begun with it keeps it: the values come, the team stays."""
    asked.office.break_("/shop", "html")
    number = await asked.made()
    said = Change(Comment("I am on it"))
    await change_ticket(asked.site, SHOP, await asked.viewer("ben"), number, said)
    asked.office.mend()
    await asked.work("enrich")
    row = await asked.row(number)
    assert (row.team_key, row.values["paid"]) == ("desk", 219900)


_HELP = """kind: Channel
title: Help
receive: mail
addresses: [help@shop.example]
type: case
fields: { order: { find: "20[0-9]{11}" } }
"""


async def _mailed(asked: Asked, sender: str) -> Arrival:
    """What became of a mail about Ann's order."""
    raw = mail(text=f"Where is {ORDER}?", sender=sender)
    arrival = await record_mail(asked.site, SHOP, "help", bytes(raw), "x@x", (HELP,))

    async def finish(unit: Unit) -> None:
        return None

    await understand(asked.site, Plain(), SHOP, arrival, finish)
    async with asked.site.store.unit(SHOP) as unit:
        found = await arrivals.read(unit, arrival)
    assert found is not None
    return found


async def test_a_mail_has_its_records_from_the_first_moment(asked: Asked) -> None:
    """The source is asked before the unit, once, as the one who wrote."""
    await asked.publish(ORDERS, channels__help=_HELP)
    before = len(asked.office.asked)
    came = await _mailed(asked, "Ann <ann@example.com>")
    assert (came.state, came.attempts) == ("ticketed", 1)
    async with asked.site.store.unit(SHOP) as unit:
        row = await tickets.read(unit, came.ticket_id or "")
    assert row is not None
    assert (row.team_key, row.values["paid"]) == ("large", 219900)
    assert len(asked.office.asked) == before + 1
    assert await asked.work("enrich") == 0


async def test_a_stranger_learns_nothing_of_the_order_of_another(asked: Asked) -> None:
    """They are a customer only within the unit, and asked for as themselves all the same."""
    await asked.publish(ORDERS, channels__help=_HELP)
    came = await _mailed(asked, "Eve <eve@elsewhere.example>")
    async with asked.site.store.unit(SHOP) as unit:
        row = await tickets.read(unit, came.ticket_id or "")
    assert row is not None
    assert (row.team_key, row.refs, row.values.get("paid")) == ("desk", {}, None)
    assert await asked.work("enrich") == 0


@pytest.mark.parametrize("away", ["refuse", "empty"])
async def test_a_spec_may_say_otherwise(asked: Asked, away: str) -> None:
    """`refuse` makes no ticket, `empty` makes it and asks no more."""
    await asked.publish(ORDERS + f"away: {away}\n")
    asked.office.break_("/shop", "500")
    done = await asked.open()
    if away == "refuse":
        assert isinstance(done, Refused)
        assert [one.code for one in done.refusals] == ["source_away"]
    else:
        assert isinstance(done, Done)
    assert await asked.work("enrich") == 0


async def test_a_record_that_is_none_or_of_others_is_refused_alike(asked: Asked) -> None:
    """Ann can't tell an order of somebody else from one that does not exist."""
    codes = []
    for order in ("nothing", "2026111900402"):
        done = await asked.open("ann", order=order)
        assert isinstance(done, Refused)
        codes.append([(one.code, one.at) for one in done.refusals])
    assert codes == [[("unknown_record", "order")]] * 2
    assert isinstance(await asked.open("ann"), Done)
    assert isinstance(await asked.open("ben", order="2026111900402"), Done)


async def test_a_picker_finds_their_own_alone(asked: Asked) -> None:
    """The system is asked for theirs, and what it gives too much is left out here."""
    own = Asker({"buyer_email": "ann@example.com"}, {"requester.email": "ann@example.com"})
    records = asked.site.records
    mine = await records.search(asked.live, "orders", "", own)
    every = await records.search(asked.live, "orders", "", ANYBODY, 50)
    assert 0 < len(mine.records) < len(every.records) == 50
    assert {one.values["buyer_email"] for one in mine.records} == {"ann@example.com"}
    careless = Asker(own.own)
    again = await records.search(asked.live, "orders", "", careless, 5)
    assert {one.values["buyer_email"] for one in again.records} == {"ann@example.com"}


async def test_answers_are_kept_for_their_time(asked: Asked) -> None:
    """Within the cache time nobody is asked; a look by hand asks at once."""
    await asked.publish(ORDERS + "cache: 10m\n")
    number = await asked.made()
    first = len(asked.office.asked)
    await asked.made()
    assert len(asked.office.asked) == first
    done = await refresh_records(asked.site, SHOP, await asked.viewer("ben"), number)
    assert isinstance(done.outcome, Done)
    assert len(asked.office.asked) == first + 1
    asked.clock.set(asked.clock.now_us() + 700_000_000)
    await asked.made()
    assert len(asked.office.asked) == first + 2


async def test_looking_again_needs_the_right_and_is_on_record(asked: Asked) -> None:
    """Ann may not; of a system that is away nothing is taken over."""
    number = await asked.made()
    denied = await refresh_records(asked.site, SHOP, await asked.viewer("dora"), number)
    assert not isinstance(denied.outcome, Done)
    asked.office.break_("/shop", "500")
    away = await refresh_records(asked.site, SHOP, await asked.viewer("ben"), number)
    assert (away.away, isinstance(away.outcome, Done)) == (True, False)
    asked.office.mend()
    done = await refresh_records(asked.site, SHOP, await asked.viewer("ben"), number)
    assert isinstance(done.outcome, Done)
    last = (await asked.events(number))[-1]
    assert (last.verb, last.actor_id) == ("refreshed", asked.ids["ben"])


async def test_another_record_that_is_not_known_yet_leaves_nothing_of_the_last(
    asked: Asked,
) -> None:
    """What the old order filled is gone until the new one's values come."""
    number = await asked.made()
    asked.office.break_("/shop", "500")
    change = Change(Edit({"order": "2026111900402"}))
    ben = await asked.viewer("ben")
    assert isinstance(await change_ticket(asked.site, SHOP, ben, number, change), Done)
    row = await asked.row(number)
    assert (row.refs, row.values.get("paid")) == ({}, None)
    asked.office.mend()
    assert await asked.work("enrich") == 1
    assert (await asked.row(number)).values["paid"] == 35900


async def test_without_its_setting_a_source_is_off(asked: Asked) -> None:
    """It is not asked, and the ticket waits for it."""
    await asked.publish(ORDERS.replace("setting: office_url", "setting: other_url"))
    number = await asked.made()
    told = ((await asked.events(number))[0].body or {})["answers"]["order"]
    assert told["why"] == "off: the setting `other_url` is missing"
    assert asked.office.asked == []


async def test_a_system_that_fails_is_left_alone(asked: Asked) -> None:
    """After five failures nobody waits for it, and the ticket says since when."""
    asked.office.break_("/shop", "500")
    for _ in range(7):
        await asked.site.records.get(asked.live, "orders", ORDER)
    assert len(asked.office.asked) == 5
    away = asked.site.records.away(asked.live, "orders")
    assert away == (asked.clock.now_us(), "the answer is HTTP 500")
    asked.office.mend()
    answer = await asked.site.records.get(asked.live, "orders", ORDER)
    assert "left alone" in answer.why
    asked.clock.set(asked.clock.now_us() + 15_000_000)
    answer = await asked.site.records.get(asked.live, "orders", ORDER)
    assert answer.state == "found"
    assert asked.site.records.away(asked.live, "orders") is None


async def test_a_transition_writes_back_once(asked: Asked) -> None:
    """The refund is booked with the ticket's values, and the history has the answer."""
    number = await asked.made(amount="12.50", why="late")
    ben = await asked.viewer("ben")
    await change_ticket(asked.site, SHOP, ben, number, Change(Move("pay")))
    asked.office.break_("/shop", "500", times=1)
    assert await asked.work("calls") == 1
    assert (await asked.events(number))[-1].verb == "moved"
    assert await asked.work("calls", 3_600_000_000) == 1
    refunds = list(asked.office.server.backoffice.refunds.values())
    mine = [one for one in refunds if number in one["why"]]
    assert [(one["order"], one["amount"], one["why"]) for one in mine] == [
        (ORDER, "12.50", f"late of {number}")
    ]
    last = (await asked.events(number))[-1]
    assert (last.verb, (last.body or {})["went_well"]) == ("called", True)
    assert "HTTP 201" in (last.body or {})["said"]


async def test_what_is_not_taken_is_told_and_not_tried_again(asked: Asked) -> None:
    """An order that the system does not know stays unknown however often it is told."""
    asked.office.break_("/shop/orders/nothing", "500")
    number = await asked.made(order="nothing", amount="1", why="broken")
    ben = await asked.viewer("ben")
    await change_ticket(asked.site, SHOP, ben, number, Change(Move("pay")))
    asked.office.mend()
    assert await asked.work("calls", 3_600_000_000) == 1
    last = (await asked.events(number))[-1]
    assert (last.verb, (last.body or {})["went_well"]) == ("called", False)
    assert "HTTP 404" in (last.body or {})["said"]
    assert await asked.work("calls", 3_600_000_000) == 0
