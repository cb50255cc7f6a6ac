"""Backtests over the store: what is read, what differs, what can't be replayed, who may ask."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from engine.change.backtest import Backtest, Cell
from engine.decide.verdict import Assign, Comment, Move
from engine.facts import Viewer
from engine.model.desk import Desk
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done
from runtime.actions.publish_desk import checked_over
from runtime.queries import backtest as backtests
from runtime.queries.backtest import Wanted, backtest
from runtime.queries.backtest_samples import Both, samples
from runtime.render.environment import renderer
from runtime.site.desks import Live
from runtime.site.standing import SYSTEM
from runtime.sources.table import Table
from runtime.store import journal
from runtime.store.tables.people import person
from tests.stores import MONDAY_US
from tests.web.spruce import LARCH, SPRUCE, Spruce, specs

pytestmark = pytest.mark.asyncio(loop_scope="module")

MINUTE_US = 60_000_000
DAY_US = 24 * 60 * MINUTE_US
FORM = {"amount": "10", "reason": "late", "grade": "low"}
LATE_TO_FIRST = (
    "late:   [any, any, late, second, normal]",
    "late:   [any, any, late, first, high]",
)


@pytest.fixture(autouse=True)
def _on_another_monday(spruce: Spruce) -> None:
    """Each test begins on a Monday at nine and looks no further back than a day."""
    clock: Any = spruce.site.clock
    clock.advance(7 * DAY_US - (clock.now_us() - MONDAY_US) % (7 * DAY_US))


async def _opened(spruce: Spruce, tenant: str = SPRUCE, **values: object) -> Done:
    who = "ann" if tenant == SPRUCE else "dan"
    new = NewTicket("refund", {**FORM, **values}, "A lamp", requester=spruce.ids[who])
    made = await open_ticket(spruce.site, tenant, SYSTEM, new)
    assert isinstance(made, Done), made
    return made


async def _changed(spruce: Spruce, number: str, event: Any) -> None:
    done = await change_ticket(spruce.site, SPRUCE, SYSTEM, number, Change(event))
    assert isinstance(done, Done), done


def _live(spruce: Spruce) -> Live:
    live = spruce.site.desks.get(SPRUCE)
    assert live is not None
    return live


async def _draft(spruce: Spruce, **changes: tuple[str, str]) -> Desk:
    checked = await checked_over(spruce.site, specs(**changes))
    assert checked.desk is not None, checked.problems
    return checked.desk


async def _run(spruce: Spruce, draft: Desk, wanted: Wanted | None = None) -> Backtest:
    found = await backtest(
        spruce.site, SPRUCE, SYSTEM, draft, wanted or Wanted(DAY_US, check=10**9)
    )
    assert found is not None
    assert found.disagreed == ()
    return found


def _cells(found: Backtest, topic: str = "home") -> dict[tuple[str, str], Cell]:
    return {(one.before, one.after): one for one in found.cells if one.topic == topic}


async def test_nothing_happened_in_the_period(spruce: Spruce) -> None:
    found = await _run(spruce, await _draft(spruce, routing__refund=LATE_TO_FIRST))
    assert (found.tickets, found.replayed, found.cells, found.rates) == (0, 0, (), ())
    assert not found.changes_anything
    assert found.rerouted_share == 0.0


async def test_tickets_go_from_team_to_team_with_their_rows(spruce: Spruce) -> None:
    late = await _opened(spruce)
    await _opened(spruce, reason="damaged")
    await _opened(spruce, LARCH)
    draft = await _draft(spruce, routing__refund=LATE_TO_FIRST)
    found = await _run(spruce, draft)
    assert (found.tickets, found.replayed, found.rerouted, found.drifted) == (2, 2, 1, 0)
    cell = _cells(found)["second", "first"]
    assert (cell.count, cell.was, cell.becomes) == (
        1, "routing/refund.late", "routing/refund.late",
    )  # fmt: skip
    assert cell.tickets == (late.ticket_id,)
    assert _cells(found, "priority")["normal", "high"].count == 1
    assert (cell.right, cell.wrong, cell.neither) == (0, 1, 0)
    loads = {one.team: (sum(one.before), sum(one.after)) for one in found.loads}
    assert loads == {"first": (1, 2), "second": (1, 0)}


async def test_the_same_specs_change_nothing(spruce: Spruce) -> None:
    await _opened(spruce)
    found = await _run(spruce, await _draft(spruce))
    assert found.replayed == 1
    assert not found.changes_anything


async def test_a_hand_over_within_the_hour_says_which_team_was_right(spruce: Spruce) -> None:
    soon, later = await _opened(spruce), await _opened(spruce)
    spruce.site.clock.advance(10 * MINUTE_US)  # type: ignore[attr-defined]
    cleo = await spruce.viewer("ivy")
    give = Change(Assign("", team="first"))
    assert isinstance(await change_ticket(spruce.site, SPRUCE, cleo, soon.number, give), Done)
    spruce.site.clock.advance(60 * MINUTE_US)  # type: ignore[attr-defined]
    assert isinstance(await change_ticket(spruce.site, SPRUCE, cleo, later.number, give), Done)
    found = await _run(spruce, await _draft(spruce, routing__refund=LATE_TO_FIRST))
    cell = _cells(found)["second", "first"]
    assert (cell.count, cell.right, cell.wrong) == (2, 1, 1)


async def test_promises_are_judged_by_what_really_happened(spruce: Spruce) -> None:
    """A ticket that waited three hours and was solved after five: not late by four hours of work,
    late by one."""
    clock: Any = spruce.site.clock
    made = await _opened(spruce, reason="damaged")
    clock.advance(60 * MINUTE_US)
    await _changed(spruce, made.number, Move("ask", comment="Which lamp?"))
    clock.advance(180 * MINUTE_US)
    ann = replace(await spruce.viewer("ann"))
    said = Change(Comment("This one"))
    assert isinstance(await change_ticket(spruce.site, SPRUCE, ann, made.number, said), Done)
    clock.advance(60 * MINUTE_US)
    await _changed(spruce, made.number, Move("close", note="Done"))
    before = await _run(spruce, await _draft(spruce))
    tighter = await _run(spruce, await _draft(spruce, sla__refund=("[4h]", "[1h]")))
    unpaused = await _run(
        spruce, await _draft(spruce, sla__refund=(", pauses: { phase: waiting }", ""))
    )
    late = {found: _late(found) for found in (before, tighter, unpaused)}
    assert late[tighter][1] > late[tighter][0]
    assert late[unpaused][1] == late[unpaused][0] + 1
    assert late[before][0] == late[before][1] == late[before][2]
    assert dict(tighter.retimed)["solved"] == tighter.replayed


def _late(found: Backtest) -> tuple[int, int, int]:
    rates = [one for one in found.rates if one.clock == "solved"]
    return (
        sum(one.before[1] for one in rates),
        sum(one.after[1] for one in rates),
        sum(one.really[1] for one in rates),
    )


async def test_recorded_answers_are_used_and_no_source_is_asked(
    spruce: Spruce, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = next(iter(_live(spruce).tables["orders"].records))
    made = await _opened(spruce, reason="damaged", order_no=order)
    product = _live(spruce).tables["orders"].get(order, {})
    assert product is not None

    def asked(*args: object) -> None:
        raise AssertionError("a source was asked")

    monkeypatch.setattr(Table, "get", asked)
    name = "order_no.product"
    rows = (
        "  inputs: [risk, iban, reason]\n",
        f"  inputs: [risk, iban, reason, {name}]\n",
    )
    files = specs(routing__refund=rows)
    text = files["routing/refund.yaml"].decode()
    text = text.replace("any, any, second, high]", "any, any, any, second, high]")
    text = text.replace("late, second, normal]", "late, any, second, normal]")
    text = text.replace(
        "any, first, urgent]\n",
        "any, any, first, urgent]\n    sold: [any, any, any, not empty, second, low]\n",
    )
    draft = (await checked_over(spruce.site, {**files, "routing/refund.yaml": text.encode()})).desk
    assert draft is not None
    found = await _run(spruce, draft)
    cell = _cells(found)["first", "second"]
    assert cell.becomes == "routing/refund.sold"
    assert cell.tickets == (made.ticket_id,)
    assert [gap for gap in found.gaps if gap.what == "not_recorded"] == []


async def test_people_are_as_they_were(spruce: Spruce) -> None:
    """Abe becomes a gold customer after his ticket: it was decided for a standard one."""
    before = NewTicket("refund", FORM, "A lamp", requester=spruce.ids["abe"])
    assert isinstance(await open_ticket(spruce.site, SPRUCE, SYSTEM, before), Done)
    async with spruce.site.store.unit(SPRUCE, write=True) as unit:
        statement = update(person).where(
            person.c.tenant_id == SPRUCE, person.c.id == spruce.ids["abe"]
        )
        await unit.run(statement.values({"values": {"level": "vip"}}))
    files = specs()
    text = files["routing/refund.yaml"].decode().replace("[risk, iban, reason]", "[customer.level]")
    head, _, _ = text.partition("  rows:")
    text = f"{head}  rows:\n    gold: [vip, second, high]\n  otherwise: [first, normal]\n"
    draft = (await checked_over(spruce.site, {**files, "routing/refund.yaml": text.encode()})).desk
    assert draft is not None
    found = await _run(spruce, draft)
    assert (found.replayed, [*_cells(found)]) == (1, [("second", "first")])


async def test_an_erased_ticket_is_told_and_not_replayed(spruce: Spruce) -> None:
    made = await _opened(spruce)
    before = await _run(spruce, await _draft(spruce))
    async with spruce.site.store.unit(SPRUCE, write=True) as unit:
        first = (await journal.read(unit, made.ticket_id))[0]
        await journal.erase(unit, [first.payload_id], {"by": "ann"})
    found = await _run(spruce, await _draft(spruce))
    assert found.tickets == before.tickets
    assert found.replayed == before.replayed - 1
    (gap,) = [one for one in found.gaps if one.what == "erased"]
    assert (gap.count, gap.tickets) == (1, (made.number,))


async def test_portions_and_exactness_give_the_same(
    spruce: Spruce, monkeypatch: pytest.MonkeyPatch
) -> None:
    for reason in ("late", "damaged", "late", "late", "damaged"):
        await _opened(spruce, reason=reason)
    draft = await _draft(spruce, routing__refund=LATE_TO_FIRST)
    whole = await _run(spruce, draft, Wanted(DAY_US, check=0))
    monkeypatch.setattr(backtests, "PORTION", 2)
    moves: list[tuple[int, int]] = []

    async def told(done: int, all_: int) -> None:
        moves.append((done, all_))

    small = await backtest(
        spruce.site,
        SPRUCE,
        SYSTEM,
        draft,
        Wanted(DAY_US, check=0),
        told,
    )
    exact = await _run(spruce, draft, Wanted(DAY_US, exact=True))
    assert whole == small == exact
    assert moves[0] == (0, whole.tickets)
    assert moves[-1] == (whole.tickets, whole.tickets)
    assert len(moves) > 3


async def test_only_a_period_a_type_a_team(spruce: Spruce) -> None:
    await _opened(spruce)
    await _opened(spruce, reason="damaged")
    draft = await _draft(spruce, routing__refund=LATE_TO_FIRST)
    whole = await _run(spruce, draft)
    assert (await _run(spruce, draft, Wanted(DAY_US, ("memo",)))).tickets == 0
    teams = [await _run(spruce, draft, Wanted(DAY_US, teams=(one,))) for one in ("first", "second")]
    assert [one.replayed for one in teams] == [1, 1]
    assert whole.replayed == 2
    spruce.site.clock.advance(2 * MINUTE_US)  # type: ignore[attr-defined]
    assert (await _run(spruce, draft, Wanted(MINUTE_US))).tickets == 0


async def test_who_may_ask(spruce: Spruce) -> None:
    draft = await _draft(spruce)
    for who, may in (("ivy", True), ("ben", False), ("ann", False), ("dora", False)):
        viewer = await spruce.viewer(who)
        functions = viewer.functions if who != "dora" else frozenset()
        asked = replace(viewer, functions=functions)
        found = await backtest(spruce.site, SPRUCE, asked, draft, Wanted())
        assert (found is not None) is may, who
    assert await backtest(spruce.site, "nowhere", SYSTEM, draft, Wanted()) is None


async def test_samples_are_explained_on_both_sides(spruce: Spruce) -> None:
    await _opened(spruce)
    draft = await _draft(spruce, routing__refund=("any, late, second", "any, damaged, second"))
    found = await _run(spruce, draft)
    cell = _cells(found)["second", "first"]
    both = Both(_live(spruce), draft, SYSTEM, renderer(), "en")
    (one,) = await samples(spruce.site, both, "home", cell.tickets[:1])
    assert (one.before.rule, one.after.rule) == ("routing/refund.late", "routing/refund.otherwise")
    assert one.after.lost is not None
    assert one.after.lost.why == "Reason is Damaged; it was Late"
    assert one.after.lost.place.startswith("routing/refund.yaml:")
    nobody = replace(both, viewer=Viewer("nobody"))
    assert await samples(spruce.site, nobody, "home", cell.tickets[:1]) == []
