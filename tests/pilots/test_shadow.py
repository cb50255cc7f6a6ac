"""A shadow decides along with live, is compared, and leaves no other trace."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from engine.decide.verdict import Label
from engine.facts import Viewer
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.outcome import Done
from runtime.actions.piloting.begin import Trying
from runtime.actions.piloting.shadow import start_shadow, stop_shadow
from runtime.queries.comparing import Way, agreement
from runtime.site.pilot import PILOT, SHADOW
from runtime.site.standing import SYSTEM
from runtime.store.tables.desks import comparison
from runtime.store.tables.tickets import event
from runtime.store.tables.work import job
from runtime.workers.handling import Bench
from tests.pilots.doing import ROUTING, TYPE, asks, begin, live_files, pilot_files, publish_live
from tests.workers.doing import drain
from tests.workers.shop import ELSEWHERE, SHOP, SPECS, Shop

ELSEWAY = ROUTING.replace("otherwise: [first]", "otherwise: [second]")


@pytest.fixture(autouse=True)
async def two_teams(shop: Shop) -> None:
    await publish_live(shop)


async def _start(shop: Shop, **more: str) -> int:
    files = live_files(**more) if "sla__repair" in more else _elsewhere(**more)
    done = await start_shadow(shop.site, SHOP, SYSTEM, Trying("look", files))
    assert done.done, done
    return done.revision


def _elsewhere(**more: str) -> dict[str, bytes]:
    return pilot_files(routing__repair=ELSEWAY, **more)


async def _counts(shop: Shop) -> dict[str, int]:
    """How many events and jobs beside comparisons there are."""
    async with shop.store.unit(SHOP) as unit:
        of = (event.c.tenant_id == SHOP, (job.c.tenant_id == SHOP) & (job.c.kind != "compare"))
        events = await unit.value(select(func.count()).select_from(event).where(of[0]))
        jobs = await unit.value(select(func.count()).select_from(job).where(of[1]))
    return {"events": events, "jobs": jobs}


async def test_it_says_what_it_would_have_decided_and_does_nothing(
    shop: Shop, bench: Bench
) -> None:
    revision = await _start(shop)
    numbers = [await asks(shop, shop.ann), await asks(shop, shop.ann, room="annex")]
    before = await _counts(shop)
    rows = [await shop.row(number) for number in numbers]
    assert await drain(bench, "compare") == 2
    assert await _counts(shop) == before
    assert [await shop.row(number) for number in numbers] == rows
    found = await agreement(shop.site, SHOP, SHADOW, SYSTEM)
    assert found is not None
    assert (found.revision, found.compared, found.agree) == (revision, 2, 0)
    assert {*found.matrix} == {Way("first", "second", 1), Way("second", "second", 1)}
    assert found.topics == {"home": 1, "team": 1, "due.solved": 2, "assignee": 1}
    (elsewhere,) = [one for one in found.samples if one.number == numbers[0]]
    (home,) = [one for one in elsewhere.differs if one.topic == "home"]
    assert (home.before, home.after) == ("first", "second")
    assert home.was == "routing/repair.otherwise"
    assert home.place.startswith("routing/repair.yaml:")


async def test_the_same_decision_agrees(shop: Shop, bench: Bench) -> None:
    files = live_files()
    files["portal.yaml"] = files["portal.yaml"].replace(b"title: Help", b"title: Service")
    assert (await start_shadow(shop.site, SHOP, SYSTEM, Trying("words", files))).done
    await asks(shop, shop.ann)
    await shop.open()
    await drain(bench, "compare")
    found = await agreement(shop.site, SHOP, SHADOW, SYSTEM)
    assert found is not None
    assert (found.compared, found.agree, found.share) == (2, 2, 1.0), found.samples
    assert found.samples == ()


async def test_what_it_would_refuse_is_told(shop: Shop, bench: Bench) -> None:
    stricter = TYPE.replace("label: Price", "label: Price, required: true")
    await _start(shop, types__repair=stricter)
    await asks(shop, shop.ann)
    await drain(bench, "compare")
    found = await agreement(shop.site, SHOP, SHADOW, SYSTEM)
    assert found is not None
    (sample,) = found.samples
    (refused,) = [one for one in sample.differs if one.topic == "refused"]
    assert refused.after == ["required price"]


async def test_no_value_of_a_ticket_stands_in_a_comparison(shop: Shop, bench: Bench) -> None:
    await _start(shop)
    await shop.open(secret="zqsecretzq", inner="zqinnerzq")
    await drain(bench, "compare")
    async with shop.store.unit(SHOP) as unit:
        (body,) = [row.body for row in await unit.rows(select(comparison.c.body))]
    assert "zq" not in str(body)


async def test_a_pilots_tickets_are_compared_with_what_live_would_do(
    shop: Shop, bench: Bench
) -> None:
    done = await begin(shop, share=100, files=pilot_files(routing__repair=ELSEWAY))
    number = await asks(shop, shop.ann)
    assert (await shop.row(number)).team_key == "second"
    await drain(bench, "compare")
    found = await agreement(shop.site, SHOP, PILOT, SYSTEM)
    assert found is not None
    assert (found.revision, found.compared, found.agree) == (done.revision, 1, 0)
    assert found.matrix == (Way("first", "second", 1),)


async def test_a_promise_given_later_is_compared_too_in_the_same_row(
    shop: Shop, bench: Bench
) -> None:
    """Both say 2h for what is urgent until the shadow says 30m."""
    sla = SPECS["sla/repair.yaml"]
    await _start(shop, sla__repair=sla.replace("urgent: [urgent, 2h]", "urgent: [urgent, 30m]"))
    number = await asks(shop, shop.ann, room="annex")
    await drain(bench, "compare")
    found = await agreement(shop.site, SHOP, SHADOW, SYSTEM)
    assert found is not None
    assert (found.compared, found.agree) == (1, 1)
    cleo = Viewer(None)
    done = await change_ticket(shop.site, SHOP, cleo, number, Change(Label(priority="urgent")))
    assert isinstance(done, Done), done
    assert await drain(bench, "compare") == 1
    found = await agreement(shop.site, SHOP, SHADOW, SYSTEM)
    assert found is not None
    assert (found.compared, found.agree) == (1, 0)
    (sample,) = found.samples
    (later,) = sample.differs
    assert (later.topic, later.before, later.after) == ("due.solved", "2h", "30m")
    assert (later.later, later.was) == ("edited", "sla/repair.urgent")


async def test_it_ends_and_another_tenant_never_sees_it(shop: Shop, bench: Bench) -> None:
    await _start(shop)
    await asks(shop, shop.ann)
    await drain(bench, "compare")
    assert await agreement(shop.site, ELSEWHERE, SHADOW, SYSTEM) is None
    done = await stop_shadow(shop.site, SHOP, SYSTEM)
    assert done.counts == {"compared": 1, "agree": 0}
    assert (await stop_shadow(shop.site, SHOP, SYSTEM)).code == "no_shadow"
    await asks(shop, shop.ann)
    assert await drain(bench, "compare") == 0
    found = await agreement(shop.site, SHOP, SHADOW, SYSTEM)
    assert found is not None
    assert (found.ended, found.compared) == (True, 1)
    dora = await agreement(shop.site, SHOP, SHADOW, await shop.viewer(shop.ann))
    assert dora is not None
    ben = await agreement(shop.site, SHOP, SHADOW, await shop.viewer(shop.ben))
    assert ben is not None
    assert len(ben.samples) == 1
