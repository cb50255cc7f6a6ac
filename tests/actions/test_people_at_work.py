"""Absence and rebalancing on both databases: who may, what moves, what the journal says."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.decide.verdict import Assign
from engine.facts import Viewer
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.outcome import Done, NotFound, Refused
from runtime.actions.rebalance import Preview, Shared, preview, share_out
from runtime.actions.set_absence import KIND, Absence, Recorded, cover_absent, set_absence
from runtime.clock import SECOND_US, FixedClock
from runtime.queries.workload import read_worker, team_workload
from runtime.render.notices import NoticeRenderer
from runtime.site.standing import SYSTEM
from runtime.store import journal, people, tickets
from runtime.store.open import Store
from runtime.store.people import Membership
from runtime.workers.handling import Bench
from tests.stores import clock, fresh_url, postgres_server, store, store_template
from tests.workers.doing import drain, events, states
from tests.workers.shop import ELSEWHERE, SHOP, Shop, make_shop, site_of

__all__ = ["clock", "fresh_url", "postgres_server", "store", "store_template"]

DAY = 86_400 * SECOND_US
MANAGER = Viewer("none", "Ivy", functions=frozenset({"manage_people"}), is_staff=True)


@pytest.fixture
async def shop(store: Store, clock: FixedClock, tmp_path: Path) -> Shop:
    return await make_shop(site_of(store, clock, tmp_path))


async def bens(shop: Shop, *priorities: str) -> list[str]:
    """Tickets that Ben holds, with these priorities."""
    numbers = []
    for priority in priorities:
        number = await shop.open()
        change = Change(Assign(shop.ben))
        cleo = await shop.viewer(shop.cleo)
        assert isinstance(await change_ticket(shop.site, SHOP, cleo, number, change), Done)
        row = await shop.row(number)
        async with shop.store.unit(SHOP, write=True) as unit:
            await tickets.change(unit, row.id, row.version, {"priority": priority})
        numbers.append(number)
    return numbers


async def holders(shop: Shop, numbers: list[str]) -> list[str | None]:
    return [(await shop.row(number)).assignee_id for number in numbers]


def leave(shop: Shop, days: int = 3, **more: object) -> Absence:
    now = shop.site.clock.now_us()
    given = {"from_us": now, "until_us": now + days * DAY, "substitute": shop.cleo, **more}
    return Absence(**given)  # type: ignore[arg-type]


async def test_what_presses_goes_to_the_substitute_and_the_rest_waits(shop: Shop) -> None:
    numbers = await bens(shop, "urgent", "normal", "high", "low")
    ben = await shop.viewer(shop.ben)
    done = await set_absence(shop.site, SHOP, ben, shop.ben, leave(shop))
    assert done == Recorded((numbers[0], numbers[2]))
    assert await holders(shop, numbers) == [shop.cleo, shop.ben, shop.cleo, shop.ben]
    (event,) = await events(shop, numbers[0], "covered")
    assert event.body is not None
    assert (event.actor_kind, event.body["cause"], event.body["from"]) == (
        "system",
        "absence",
        shop.ben,
    )
    (reason,) = [one for one in event.body["reasons"] if one["topic"] == "assignee"]
    assert (reason["said"]["by"], reason["said"]["instead_of"]) == ("stands", "Ben")
    assert await cover_absent(shop.site, SHOP, shop.ben) == ()


async def test_everything_goes_where_it_is_asked_for(shop: Shop) -> None:
    numbers = await bens(shop, "normal", "low")
    cleo = await shop.viewer(shop.cleo)
    away = leave(shop, everything=True)
    assert await set_absence(shop.site, SHOP, cleo, shop.ben, away) == Recorded(tuple(numbers))
    assert await holders(shop, numbers) == [shop.cleo, shop.cleo]


async def test_an_absence_that_begins_later_is_acted_on_when_it_begins(
    shop: Shop, clock: FixedClock
) -> None:
    numbers = await bens(shop, "urgent")
    now = clock.now_us()
    later = leave(shop, from_us=now + DAY, until_us=now + 3 * DAY)
    assert await set_absence(shop.site, SHOP, SYSTEM, shop.ben, later) == Recorded()
    bench = Bench(shop.site, NoticeRenderer())
    try:
        assert await drain(bench, KIND) == 0
        clock.advance(DAY)
        assert await drain(bench, KIND) == 1
    finally:
        await bench.renderer.close()
    assert await holders(shop, numbers) == [shop.cleo]
    assert [state for state, _ in await states(shop.store, KIND)] == ["done"]


async def test_who_comes_back_keeps_what_they_have(shop: Shop) -> None:
    numbers = await bens(shop, "urgent")
    now = shop.site.clock.now_us()
    later = leave(shop, from_us=now + DAY, until_us=now + 3 * DAY)
    await set_absence(shop.site, SHOP, SYSTEM, shop.ben, later)
    assert await set_absence(shop.site, SHOP, SYSTEM, shop.ben, None) == Recorded()
    async with shop.store.unit(SHOP) as unit:
        found = await people.person_by_id(unit, shop.ben)
        admin = [event.verb for event in await journal.read(unit, journal.ADMIN_STREAM)]
    assert found is not None
    assert (found.absent_from_us, found.absent_to_us, found.substitute_id) == (None, None, None)
    assert admin[-2:] == ["absence_set", "absence_ended"]
    assert await holders(shop, numbers) == [shop.ben]


async def test_only_oneself_a_lead_and_who_manages_people(shop: Shop) -> None:
    ben, cleo = await shop.viewer(shop.ben), await shop.viewer(shop.cleo)
    for viewer, person in ((cleo, shop.ben), (ben, shop.ben), (MANAGER, shop.ben)):
        assert await set_absence(shop.site, SHOP, viewer, person, None) == Recorded()
    for viewer, person in ((ben, shop.cleo), (SYSTEM, shop.ann), (SYSTEM, shop.dora)):
        assert await set_absence(shop.site, SHOP, viewer, person, None) == NotFound()
    assert await set_absence(shop.site, "nowhere", SYSTEM, shop.ben, None) == NotFound()
    assert await set_absence(shop.site, ELSEWHERE, SYSTEM, shop.ben, None) == NotFound()


async def test_what_makes_no_sense_is_refused(shop: Shop) -> None:
    async def codes(**more: object) -> set[str]:
        done = await set_absence(shop.site, SHOP, SYSTEM, shop.ben, leave(shop, **more))  # type: ignore[arg-type]
        assert isinstance(done, Refused)
        return {one.code for one in done.refusals}

    now = shop.site.clock.now_us()
    assert await codes(until_us=now - 1) == {"ends_before_start"}
    assert await codes(from_us=now - 2 * DAY, until_us=now) == {"ends_in_the_past"}
    assert await codes(substitute=shop.ben) == {"own_substitute"}
    assert await codes(substitute=shop.ann) == {"unknown_substitute"}
    assert await codes(substitute=shop.dora) == {"unknown_substitute"}


# -- rebalancing --------------------------------------------------------------------------------


async def shared(shop: Shop, viewer: Viewer, digest: str = "") -> Shared | Preview | None:
    return await share_out(shop.site, SHOP, viewer, shop.ben, digest=digest)


async def test_a_backlog_is_looked_at_and_then_shared_out(shop: Shop) -> None:
    numbers = await bens(shop, "low", "normal", "urgent", "normal")
    cleo = await shop.viewer(shop.cleo)
    seen = await preview(shop.site, SHOP, cleo, shop.ben)
    assert seen is not None
    assert [(one.number, one.to) for one in seen.plan.hands] == [
        (numbers[2], shop.cleo),
        (numbers[1], shop.cleo),
    ]
    assert await holders(shop, numbers) == [shop.ben] * 4
    done = await shared(shop, cleo, seen.digest)
    assert done == Shared((numbers[2], numbers[1]), {})
    assert await holders(shop, numbers) == [shop.ben, shop.cleo, shop.cleo, shop.ben]
    (event,) = await events(shop, numbers[2], "rebalanced")
    assert event.body is not None
    assert (event.actor_id, event.body["cause"]) == (shop.cleo, "rebalance")
    again = await preview(shop.site, SHOP, cleo, shop.ben)
    assert again is not None
    assert again.plan.hands == ()


async def test_a_plan_that_is_not_the_one_looked_at_is_shown_anew(shop: Shop) -> None:
    await bens(shop, "low", "normal")
    cleo = await shop.viewer(shop.cleo)
    seen = await preview(shop.site, SHOP, cleo, shop.ben)
    assert seen is not None
    await bens(shop, "urgent", "urgent")
    anew = await shared(shop, cleo, seen.digest)
    assert isinstance(anew, Preview)
    assert anew.digest != seen.digest
    assert not [e for one in anew.rows for e in await events(shop, one, "rebalanced")]


async def test_a_waiting_ticket_moves_only_when_asked(shop: Shop) -> None:
    (number, _) = await bens(shop, "urgent", "normal")
    row = await shop.row(number)
    async with shop.store.unit(SHOP, write=True) as unit:
        await tickets.change(unit, row.id, row.version, {"phase": "waiting"})
    cleo = await shop.viewer(shop.cleo)
    seen = await preview(shop.site, SHOP, cleo, shop.ben)
    both = await preview(shop.site, SHOP, SYSTEM, shop.ben, waiting=True)
    assert seen is not None
    assert both is not None
    assert number not in {one.number for one in seen.plan.hands}
    assert (number, "waiting") in {(one.number, one.why) for one in seen.plan.stays}
    assert (number, "waiting") not in {(one.number, one.why) for one in both.plan.stays}


async def test_only_a_lead_shares_out_and_only_within_the_tenant(shop: Shop) -> None:
    await bens(shop, "normal", "normal")
    ben = await shop.viewer(shop.ben)
    assert await preview(shop.site, SHOP, ben, shop.ben) is None
    assert await shared(shop, ben) is None
    assert await preview(shop.site, SHOP, SYSTEM, shop.dora) is None
    assert await preview(shop.site, ELSEWHERE, SYSTEM, shop.ben) is None
    blind = await preview(shop.site, SHOP, MANAGER, shop.ben)
    assert blind is not None
    assert blind.rows == {}, "who sees no ticket plans with none"


# -- queries ------------------------------------------------------------------------------------


async def test_a_lead_sees_the_load_of_their_teams(shop: Shop) -> None:
    await bens(shop, "normal", "normal")
    async with shop.store.unit(SHOP, write=True) as unit:
        place = Membership(
            person_id=shop.ben, team_key="first", capacity=4, seniority="junior", skills=("erp",)
        )
        await people.set_memberships(unit, shop.ben, [place])
    cleo, ben = await shop.viewer(shop.cleo), await shop.viewer(shop.ben)
    found = await team_workload(shop.site, SHOP, cleo)
    assert [(one.member.name, one.member.load, one.capacity) for one in found] == [
        ("Ben", 2, 4),
        ("Cleo", 0, 50),
    ]
    assert (found[0].member.seniority, found[0].member.skills) == ("junior", frozenset({"erp"}))
    assert await team_workload(shop.site, SHOP, ben) == ()
    assert len(await team_workload(shop.site, SHOP, MANAGER)) == 2
    assert await team_workload(shop.site, ELSEWHERE, MANAGER) == ()


async def test_a_person_is_read_by_those_it_concerns(shop: Shop) -> None:
    ben, cleo = await shop.viewer(shop.ben), await shop.viewer(shop.cleo)
    own = await read_worker(shop.site, SHOP, ben, shop.ben)
    led = await read_worker(shop.site, SHOP, cleo, shop.ben)
    assert own is not None
    assert led is not None
    assert (own.leads, led.leads) == (False, True)
    assert [one.name for one in own.colleagues] == ["Cleo"]
    assert await read_worker(shop.site, SHOP, ben, shop.cleo) is None
    assert await read_worker(shop.site, SHOP, cleo, shop.ann) is None
    assert await read_worker(shop.site, SHOP, MANAGER, shop.dora) is None
