"""The patterns of the example tenants do what they say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from runtime.actions.let_through import ANYTHING
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done
from runtime.actions.publish_desk import publish_desk
from runtime.clock import SECOND_US, FixedClock
from runtime.render.notices import NoticeRenderer
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from runtime.store import people
from runtime.store.open import Store
from runtime.store.tickets import TicketRow, by_number, parts
from runtime.workers.correlation import Correlation
from runtime.workers.handling import Bench
from specs.load import read_folder
from tests.house.tree import ROOT
from tests.workers.doing import drain
from tests.workers.shop import site_of


@pytest.fixture
async def bench(store: Store, clock: FixedClock, tmp_path: Path) -> AsyncIterator[Bench]:
    """A worker on the example tenants."""
    site = site_of(store, clock, tmp_path)
    for name in ("internet", "ecommerce", "manufacturing"):
        files, _ = read_folder(ROOT / "examples" / "tenants" / name)
        done = await publish_desk(site, files, SYSTEM, "first", word=ANYTHING)
        assert done.revision == 1, done.problems
    made = Bench(site, NoticeRenderer(), Correlation(clock))
    yield made
    await made.renderer.close()
    await made.correlation.close()


async def _person(site: Site, tenant: str, name: str, team: str = "") -> str:
    async with site.store.unit(tenant, write=True) as unit:
        kind = "staff" if team else "customer"
        made = await people.add_person(unit, name, kind=kind, email=f"{name.lower()}@example.com")
        if team:
            place = people.Membership(person_id=made, team_key=team, lead=False)
            await people.set_memberships(unit, made, [place])
        return made


async def _open(site: Site, tenant: str, type_id: str, person: str, **values: object) -> str:
    new = NewTicket(type_id, values, "It is down", "since noon", "phone", person)
    done = await open_ticket(site, tenant, SYSTEM, new)
    assert isinstance(done, Done), done
    return done.number


async def _row(site: Site, tenant: str, number: str) -> TicketRow:
    async with site.store.unit(tenant) as unit:
        row = await by_number(unit, number)
    assert row is not None
    return row


async def test_five_incidents_of_one_system(bench: Bench, clock: FixedClock) -> None:
    """internet: one incident over the five, which is itself no sixth."""
    site = bench.site
    ann = await _person(site, "internet", "Ann")
    system = (ROOT / "examples/tenants/internet/demo/systems.csv").read_text().splitlines()[1]
    system = system.partition(",")[0]
    numbers = []
    for _ in range(9):
        clock.advance(60 * SECOND_US)
        numbers.append(await _open(site, "internet", "incident", ann, system=system))
        await drain(bench)
    rows = [await _row(site, "internet", number) for number in numbers]
    parents = {row.parent_id for row in rows[:5]}
    assert len(parents) == 1
    assert None not in parents
    assert all(row.parent_id is None for row in rows[5:])
    assert all("known" in row.tags for row in rows[:5])
    async with site.store.unit("internet") as unit:
        assert len(await parts(unit, str(parents.pop()))) == 5


async def test_complaint_then_refund(bench: Bench, clock: FixedClock) -> None:
    """ecommerce: both are flagged, when two agents have them."""
    site = bench.site
    ann = await _person(site, "ecommerce", "Ann")
    await _person(site, "ecommerce", "Ben", "after_sales")
    await _person(site, "ecommerce", "Chen", "claims")
    await _person(site, "ecommerce", "Eve", "logistics")
    first = await _open(site, "ecommerce", "complaint", ann, about="delivery")
    clock.advance(3600 * SECOND_US)
    order = (ROOT / "examples/tenants/ecommerce/demo/orders.csv").read_text().splitlines()[1]
    second = await _open(
        site, "ecommerce", "refund", ann,
        order_no=order.partition(",")[0], amount="1.00", reason="wrong_item",
    )  # fmt: skip
    await drain(bench)
    one, two = await _row(site, "ecommerce", first), await _row(site, "ecommerce", second)
    assert one.assignee_id
    assert two.assignee_id
    apart = one.assignee_id != two.assignee_id
    assert ("high_risk" in one.flags) is apart
    assert ("high_risk" in two.flags) is apart
    assert apart


async def test_a_bad_batch(bench: Bench, clock: FixedClock) -> None:
    """manufacturing: three reports of one fault on one model of one day."""
    site = bench.site
    ann = await _person(site, "manufacturing", "Ann")
    device = (ROOT / "examples/tenants/manufacturing/demo/devices.csv").read_text().splitlines()[1]
    numbers = []
    for symptom in ("spindle", "axis", "spindle", "spindle"):
        clock.advance(3600 * SECOND_US)
        numbers.append(
            await _open(
                site,
                "manufacturing",
                "repair",
                ann,
                device=device.partition(",")[0],
                symptom=symptom,
                fault_on="2026-03-01",
            )
        )
    await drain(bench)
    rows = [await _row(site, "manufacturing", number) for number in numbers]
    assert ["repeat" in row.tags for row in rows] == [True, False, True, True]
    assert ["high_risk" in row.flags for row in rows] == [True, False, True, True]
