"""Schedules: planned once, run once, on open days, one ticket a record and a multiple."""

from __future__ import annotations

import textwrap

import pytest

from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.clock import SECOND_US, FixedClock
from runtime.site.standing import SYSTEM
from runtime.store.tickets import TicketRow, by_external_key, by_number
from runtime.workers.handling import Bench
from runtime.workers.schedules import plan_schedules
from tests.workers.doing import drain, states
from tests.workers.shop import SHOP, Shop, files

DAY = 24 * 3600 * SECOND_US
MACHINES = "code,hours,room\nA,1200,B1\nB,499,B2\nC,500,B3\n"
SOURCE = """
    kind: Source
    title: Machines
    connector: table
    file: data/machines.csv
    key: code
    outputs:
      code: { type: text }
      hours: { type: integer }
      room: { type: text }
"""
WEEKLY = """
    kind: Schedule
    title: { zh-CN: 周检, en: Weekly check }
    every: { rule: FREQ=DAILY, at: "09:00", first: 2026-01-01 }
    requester: lead
    create: { type: repair, values: { room: B9 } }
"""
METER = """
    kind: Schedule
    title: Service
    every: { rule: FREQ=DAILY, at: "08:00", first: 2026-01-01 }
    requester: { lead_of: first }
    for_each: { source: machines, field: machine }
    meter: { value: hours, every: 500 }
    create: { type: repair, values: { room: $record.room } }
"""


async def published(shop: Shop, machines: str = MACHINES, **schedules: str) -> None:
    found = {f"schedules__{name}": textwrap.dedent(text) for name, text in schedules.items()}
    whole = files(sources__machines=textwrap.dedent(SOURCE), **found)
    whole["data/machines.csv"] = machines.encode()
    whole["types/repair.yaml"] = whole["types/repair.yaml"].replace(
        b"fields:\n", b"fields:\n  machine: { type: reference, source: machines, label: Machine }\n"
    )
    done = await publish_desk(shop.site, whole, SYSTEM, "more", word=ANYTHING)
    assert done.revision, [one.headline for one in done.problems]


async def made(shop: Shop, key: str) -> TicketRow | None:
    async with shop.store.unit(SHOP) as unit:
        return await by_external_key(unit, key)


async def test_a_run_makes_one_ticket_and_waits_for_the_next_day(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    await published(shop, check=WEEKLY)
    for _ in range(3):
        await plan_schedules(shop.site)
    assert await drain(bench, "schedule") == 0
    clock.advance(DAY)
    await plan_schedules(shop.site)
    assert await drain(bench, "schedule") == 1
    found = await states(shop.store, "schedule")
    assert [why for _, why in found if why] == []
    async with shop.store.unit(SHOP) as unit:
        row = await by_number(unit, "RP-1")
    assert row is not None
    assert (row.requester_id, row.channel, row.values["room"]) == (shop.cleo, "schedule", "B9")
    assert row.subject == "周检"
    assert await drain(bench, "schedule") == 0
    clock.advance(DAY)
    await plan_schedules(shop.site)
    assert await drain(bench, "schedule") == 1


async def test_days_missed_are_not_made_up_for(shop: Shop, bench: Bench, clock: FixedClock) -> None:
    await published(shop, check=WEEKLY)
    await plan_schedules(shop.site)
    clock.advance(10 * DAY)
    await plan_schedules(shop.site)
    assert await drain(bench, "schedule") == 1


async def test_a_changed_schedule_plans_anew(shop: Shop, bench: Bench, clock: FixedClock) -> None:
    await published(shop, check=WEEKLY)
    await plan_schedules(shop.site)
    await published(shop, check=WEEKLY.replace("09:00", "21:00"))
    clock.advance(DAY)
    assert await drain(bench, "schedule") == 1
    ((_, why),) = await states(shop.store, "schedule")
    assert why == "the schedule is gone or was changed"


async def test_a_meter_makes_one_ticket_a_multiple_for_ever(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    await published(shop, service=METER)
    for _ in range(3):
        clock.advance(DAY)
        await plan_schedules(shop.site)
        clock.advance(DAY)
        await drain(bench, "schedule")
    a = await made(shop, "schedule:service:2:A")
    assert a is not None
    assert (a.values["machine"], a.values["room"], a.subject) == ("A", "B1", "Service · A")
    assert await made(shop, "schedule:service:1:C") is not None
    assert await made(shop, "schedule:service:0:B") is None
    async with shop.store.unit(SHOP) as unit:
        assert await by_number(unit, "RP-3") is None
    await published(shop, MACHINES.replace("B,499", "B,502"), service=METER)
    await plan_schedules(shop.site)
    clock.advance(2 * DAY)
    await drain(bench, "schedule")
    assert await made(shop, "schedule:service:1:B") is not None
    async with shop.store.unit(SHOP) as unit:
        assert await by_number(unit, "RP-4") is None


async def test_a_run_of_many_goes_on_until_all_are_made(
    shop: Shop, bench: Bench, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.actions.run_schedule.MOST", 1)
    await published(shop, service=METER.replace("    meter: { value: hours, every: 500 }\n", ""))
    await plan_schedules(shop.site)
    clock.advance(2 * DAY)
    assert await drain(bench, "schedule") == 3
    async with shop.store.unit(SHOP) as unit:
        assert await by_number(unit, "RP-3") is not None
        assert await by_number(unit, "RP-4") is None
    assert [state for state, _ in await states(shop.store, "schedule")] == ["done"]


async def test_a_day_off_is_skipped_or_put_off(shop: Shop, bench: Bench, clock: FixedClock) -> None:
    """2 March 2026 is a Monday; Saturday and Sunday have no hours."""
    skip = WEEKLY.replace("requester: lead", "requester: lead\n    on_closed: skip")
    later = WEEKLY.replace("requester: lead", "requester: lead\n    on_closed: next_opening")
    await published(shop, skip=skip, later=later)
    for _ in range(8):
        await plan_schedules(shop.site)
        clock.advance(DAY)
        await drain(bench, "schedule")
    skipped = [d for d in range(3, 10) if await made(shop, f"schedule:skip:2026-03-{d:02d}")]
    assert skipped == [3, 4, 5, 6, 9]


async def test_nobody_to_ask_for_it_is_told(shop: Shop, bench: Bench, clock: FixedClock) -> None:
    await published(shop, check=WEEKLY.replace("requester: lead", "requester: { role: clerk }"))
    await plan_schedules(shop.site)
    clock.advance(DAY)
    await drain(bench, "schedule")
    ((_, why),) = await states(shop.store, "schedule")
    assert why is None
    nobody = WEEKLY.replace("requester: lead", "requester: { role: ghost }")
    ghost = "kind: Role\ntitle: Ghost\ntypes: { repair: { see: { requester: $me } } }\n"
    found = {"schedules__check": textwrap.dedent(nobody), "roles__ghost": ghost}
    assert (await publish_desk(shop.site, files(**found), SYSTEM, "x", word=ANYTHING)).revision
    clock.advance(DAY)
    await plan_schedules(shop.site)
    clock.advance(DAY)
    await drain(bench, "schedule")
    whys = [why for _, why in await states(shop.store, "schedule") if why]
    assert whys == ["nobody holds the role that the tickets are for"]


ROUND = """
    kind: Automation
    applies_to: repair
    starts: { schedule: { rule: FREQ=DAILY, at: "10:00", first: 2026-01-01 } }
    when: { state: fresh, room: B2 }
    do: [{ flag: late }, { note: Still fresh. }]
"""


async def test_an_automation_goes_over_the_open_tickets_at_its_hour(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    done = await publish_desk(
        shop.site, files(automations__round=textwrap.dedent(ROUND)), SYSTEM, "more", word=ANYTHING
    )
    assert done.revision, [one.headline for one in done.problems]
    one, other = await shop.open(), await shop.open(room="B3")
    await plan_schedules(shop.site)
    await plan_schedules(shop.site)
    assert await drain(bench, "act") == 0
    clock.advance(DAY)
    assert await drain(bench, "schedule") == 1
    assert await drain(bench, "act") == 1
    assert tuple((await shop.row(one)).flags) == ("late",)
    assert "late" not in (await shop.row(other)).flags
    assert await drain(bench, "schedule", "act") == 0
