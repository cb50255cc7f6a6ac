"""Reports give the figures that counting by hand gives, and nothing to who may not read them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
import pytest_asyncio

from engine.decide import access
from runtime.actions.join_tickets import merge_ticket, unmerge_ticket
from runtime.actions.outcome import Done
from runtime.queries.run_report import run_reports
from tests.queries.counted import HIDDEN, OPEN, REPORTS, SEALED, by_hand, expected, fill
from tests.web.spruce import LARCH, SPRUCE, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def filled(spruce: Spruce) -> AsyncIterator[Spruce]:
    """Tickets over 100 days, and the reports on them."""
    await fill(spruce)
    yield spruce


@pytest.mark.parametrize("who", ["ben", "bob", "cleo", "ivy"])
async def test_figures_are_those_counted_by_hand(filled: Spruce, who: str) -> None:
    """Every report that looks at nothing secret, for people who see all, some, or few tickets."""
    hand = await by_hand(filled, who)
    found = await run_reports(filled.site, SPRUCE, await filled.viewer(who), OPEN)
    for name in OPEN:
        figures = found[name]
        if figures.denied:
            assert name == "by_fee"
            continue
        given = {line.keys: line.figures for line in figures.lines}
        wanted = expected(hand, figures.report)
        if name == "by_fee":
            # A ticket seen only as its requester, who may not read the fee, is not counted.
            read = [f for f in hand.seen() if access.rights(hand.desk, f, hand.ask).reads("fee")]
            assert sum(n for (n,) in given.values()) == sum(
                f.text("type") == "refund" for f in read
            )
            continue
        assert given == wanted, name
        assert figures.total.figures[0] is not None


async def test_people_see_different_figures(filled: Spruce) -> None:
    """Ben's team has some of the tickets, Cleo sees all refunds, the other team's are not Ben's."""
    totals = {}
    for who in ("ben", "bob", "cleo", "ivy"):
        found = await run_reports(filled.site, SPRUCE, await filled.viewer(who), ["by_week"])
        totals[who] = found["by_week"].total.figures[0]
    assert 0 < totals["ben"] < totals["cleo"] < totals["ivy"]
    assert 0 < totals["bob"] < totals["cleo"]


@pytest.mark.parametrize("name", [*HIDDEN, *SEALED])
async def test_a_report_over_a_field_one_may_not_read_is_denied(filled: Spruce, name: str) -> None:
    """Hidden by a role, or sealed in the store: no number leaves, in whatever place it is used."""
    for who in ("ben", "bob"):
        figures = (await run_reports(filled.site, SPRUCE, await filled.viewer(who), [name]))[name]
        assert figures.denied
        assert (figures.lines, figures.total.figures, figures.before) == ((), (), None)
    for_admin = (await run_reports(filled.site, SPRUCE, await filled.viewer("ivy"), [name]))[name]
    assert for_admin.denied is (name in SEALED)


async def test_a_report_that_no_role_names_is_denied(filled: Spruce) -> None:
    found = await run_reports(filled.site, SPRUCE, await filled.viewer("ivy"), ["nobodys", "none"])
    assert found["nobodys"].denied
    assert "none" not in found


async def test_requesters_read_no_report(filled: Spruce) -> None:
    found = await run_reports(filled.site, SPRUCE, await filled.viewer("ann"), list(REPORTS))
    assert all(figures.denied for figures in found.values())


async def test_another_tenant_counts_its_own(filled: Spruce) -> None:
    """Dora may do everything in her tenant: she finds its one ticket and none of the other's."""
    found = await run_reports(filled.site, LARCH, await filled.viewer("dora"), ["by_reason"])
    assert [line.figures[0] for line in found["by_reason"].lines] == [1]


async def test_the_period_before_and_the_axis(filled: Spruce) -> None:
    """A key figure carries its days and the period before; an axis has no gaps."""
    cleo = await filled.viewer("cleo")
    found = await run_reports(filled.site, SPRUCE, cleo, ["late", "by_day"], days=7)
    late, by_day = found["late"], found["by_day"]
    assert late.window is not None
    assert late.window.days == 7
    assert late.before is not None
    assert len(late.days) == 7
    assert len(by_day.axis) == 7
    assert {line.keys[0] for line in by_day.lines} <= set(by_day.axis)


async def test_promises_of_merged_tickets_are_not_counted(filled: Spruce) -> None:
    """They are handled where they went: neither missed nor kept; other figures count them."""
    cleo, names = await filled.viewer("cleo"), ["handling", "late", "by_week"]
    hand = await by_hand(filled, "cleo")
    days = sorted(hand.seen(), key=lambda f: -int(str(f.get("created_at"))))
    kept = [f for f in days if f.text("phase") in ("new", "active") and f.text("type") == "refund"]
    gone, into = kept[0].text("number"), kept[1].text("number")

    async def figures() -> list[tuple[object, ...]]:
        found = await run_reports(filled.site, SPRUCE, cleo, names)
        return [found[name].total.figures for name in names]

    before = await figures()
    merged = await merge_ticket(filled.site, SPRUCE, cleo, gone, into)
    assert isinstance(merged, Done), merged
    after = await figures()
    assert after[0][:2] == before[0][:2]
    assert after[2] == before[2]
    assert after[0][2] == await missed_among(filled, but=gone)
    assert after[1] != before[1]
    undone = await unmerge_ticket(filled.site, SPRUCE, cleo, gone)
    assert isinstance(undone, Done), undone
    assert (await figures())[0][2] == await missed_among(filled)


async def missed_among(filled: Spruce, but: str = "") -> Decimal:
    """The share of missed deadlines among Cleo's refunds, counted by hand."""
    hand = await by_hand(filled, "cleo")
    left = [f for f in hand.seen() if f.text("type") == "refund" and f.text("number") != but]
    return Decimal(sum(f.get("breached.solved") is True for f in left)) / len(left)
