"""A promotion passes the gate of every publish, and an approved plan of it lets it through."""

from __future__ import annotations

from dataclasses import replace

from runtime.actions.keep_plan import Refused, approve_plan
from runtime.actions.let_through import Word
from runtime.actions.piloting.end import promote_pilot
from runtime.site.pilot import PILOT
from runtime.site.standing import SYSTEM
from runtime.store import desks, plans
from tests.pilots.doing import ROUTING, asks, begin, live_files, pilot_files, publish_live
from tests.workers.shop import SHOP, Shop

SILENT = pilot_files()
SILENT["sla/repair.yaml"] = b"".join(
    line
    for line in SILENT["sla/repair.yaml"].splitlines(keepends=True)
    if b"when_changed" not in line
)
ELSEWHERE = live_files(routing__repair=ROUTING.replace("[first]", "[second]"))


async def test_what_lacks_a_decision_stays_a_pilot(shop: Shop) -> None:
    """No word of the operator stands in for `when_changed`."""
    await publish_live(shop)
    await begin(shop, share=100, files=SILENT)
    number = await asks(shop, shop.ann)
    done = await promote_pilot(shop.site, SHOP, SYSTEM, word=Word(frozenset({"retimed"})))
    assert done.code == "undecided"
    assert done.held is not None
    assert [one.sort for one in done.held.decisions] == ["when_changed"]
    live = shop.site.desks.get(SHOP)
    assert live is not None
    assert (live.revision, (await shop.row(number)).environment) == (2, PILOT)


async def test_the_operators_word_is_recorded_in_the_pilots_revision(shop: Shop) -> None:
    await publish_live(shop)
    assert (await begin(shop, share=100, files=ELSEWHERE)).revision == 3
    assert (await promote_pilot(shop.site, SHOP, SYSTEM)).code == "waits"
    done = await promote_pilot(shop.site, SHOP, SYSTEM, word=Word(frozenset({"behaviour"})))
    assert (done.code, done.revision) == ("", 3)
    async with shop.store.unit(SHOP) as unit:
        found = await desks.read_revision(unit, 3)
    assert found is not None
    assert [(one["classes"], one["operator"]) for one in found.approvals] == [(["behaviour"], True)]


async def test_an_approved_plan_lets_the_pilot_and_its_tickets_through(shop: Shop) -> None:
    await publish_live(shop)
    await begin(shop, share=100, files=ELSEWHERE)
    number = await asks(shop, shop.ann)
    held = await promote_pilot(shop.site, SHOP, SYSTEM, word=Word(asking=True))
    assert (held.code, held.held and held.held.classes) == ("waits", ("behaviour",))
    (id,) = held.said
    again = await promote_pilot(shop.site, SHOP, SYSTEM)
    assert (again.code, again.said) == ("waits", (id,))
    cleo = replace(await shop.viewer(shop.cleo), functions=frozenset({"publish_specs"}))
    assert not isinstance(await approve_plan(shop.site, SHOP, id, cleo, "fine"), Refused)
    done = await promote_pilot(shop.site, SHOP, SYSTEM)
    assert (done.code, done.revision, done.counts["tickets"]) == ("", 3, 1)
    assert (await shop.row(number)).environment is None
    async with shop.store.unit(SHOP) as unit:
        saved, found = await plans.read(unit, id), await desks.read_revision(unit, 3)
    assert saved is not None
    assert found is not None
    assert (saved.state, saved.revision_n) == (plans.PUBLISHED, 3)
    assert [one["says"] for one in found.approvals] == ["fine"]
