"""A pilot decides about its own tickets from their first to their last event, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.decide.verdict import Comment, Edit, Move
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.let_through import ANYTHING
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done, Refused
from runtime.actions.piloting.begin import Trying, start_pilot
from runtime.actions.piloting.end import promote_pilot, stop_pilot
from runtime.clock import SECOND_US, FixedClock
from runtime.queries.explain_ticket import explain_ticket
from runtime.queries.list_tickets import Wanted, list_tickets
from runtime.queries.read_ticket import read_ticket
from runtime.site.pilot import PILOT, Pilot
from runtime.site.standing import SYSTEM
from runtime.store import journal, people
from runtime.workers.handling import Bench
from tests.pilots.doing import add_people, asks, begin, live_files, pilot_files, publish_live
from tests.workers.doing import drain, events, fallen
from tests.workers.shop import ELSEWHERE, SHOP, SPECS, Shop, site_of

HOUR = 3600 * SECOND_US


@pytest.fixture(autouse=True)
async def two_teams(shop: Shop) -> None:
    """Live has the second team; Ben belongs to both, Cleo leads the first."""
    await publish_live(shop)
    async with shop.store.unit(SHOP, write=True) as unit:
        both = [people.Membership(person_id=shop.ben, team_key=t) for t in ("first", "second")]
        await people.set_memberships(unit, shop.ben, both)


def test_a_share_is_stable_and_about_as_large_as_said() -> None:
    pilot = Pilot(share=10, salt="s")
    met = [n for n in range(10_000) if pilot.meets_requester(f"p{n}")]
    assert 900 < len(met) < 1100
    assert met == [n for n in range(10_000) if pilot.meets_requester(f"p{n}")]
    assert not any(Pilot(share=0, salt="s").meets_requester(f"p{n}") for n in range(1000))
    assert all(Pilot(share=100, salt="s").meets_requester(f"p{n}") for n in range(1000))
    wider = Pilot(share=20, salt="s")
    assert all(wider.meets_requester(f"p{n}") for n in met)


async def test_the_same_requester_always_meets_the_pilot_or_never(shop: Shop) -> None:
    done = await begin(shop)
    assert (done.code, done.revision) == ("", 3)
    customers = await add_people(shop, 12)
    seen: dict[str, set[str | None]] = {}
    for _ in range(2):
        for person in customers:
            row = await shop.row(await asks(shop, person))
            seen.setdefault(person, set()).add(row.environment)
    assert all(len(found) == 1 for found in seen.values())
    assert {one for found in seen.values() for one in found} == {None, PILOT}
    pilot = shop.site.desks.get(SHOP, PILOT)
    assert pilot is not None
    assert {p for p in customers if pilot.pilot.meets_requester(p)} == {
        p for p, found in seen.items() if found == {PILOT}
    }


async def test_every_verb_on_a_pilots_ticket_is_the_pilots(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    await begin(shop, share=100)
    began = clock.now_us()
    number = await asks(shop, shop.ann, floor="top")
    other = await shop.open()  # Cleo is in no team of the pilot
    row = await shop.row(number)
    assert (row.environment, row.values["floor"]) == (PILOT, "top")
    assert row.clocks["solved"]["due_us"] == began + HOUR
    assert (await shop.row(other)).environment is None
    ben = await shop.viewer(shop.ben)
    refused = await change_ticket(shop.site, SHOP, ben, other, Change(Move("check")))
    assert isinstance(refused, Refused)
    for event in (Move("check"), Comment("looking"), Edit({"floor": "low"})):
        done = await change_ticket(shop.site, SHOP, ben, number, Change(event))
        assert isinstance(done, Done), done
    page = await read_ticket(shop.site, SHOP, ben, number)
    assert page is not None
    assert page.live.environment == PILOT
    assert "floor" in page.rights.fields
    assert [way.transition.id for way in page.ways if way.open] == ["fix"]
    found = await explain_ticket(shop.site, SHOP, number)
    assert found is not None
    assert {each.event.revision for each in found.decided} == {3}
    clock.set(began + HOUR + 1)
    await drain(bench)
    assert ("solved", "breach") in await fallen(shop, number)
    assert ("solved", "breach") not in await fallen(shop, other)
    async with shop.store.unit(SHOP) as unit:
        whole = await journal.read(unit, row.id)
    live, pilot = shop.site.desks.get(SHOP), shop.site.desks.get(SHOP, PILOT)
    assert live is not None
    assert pilot is not None
    assert {(e.revision, e.desk_digest) for e in whole} == {(3, pilot.desk.digest)}
    assert (whole[0].body or {})["pilot"] == "share"
    (theirs,) = await events(shop, other, "created")
    assert (theirs.revision, theirs.desk_digest) == (2, live.desk.digest)


async def test_lists_of_the_live_desk_say_states_that_only_the_pilot_knows(shop: Shop) -> None:
    await begin(shop, share=100)
    number = await asks(shop, shop.ann)
    ben = await shop.viewer(shop.ben)
    assert isinstance(
        await change_ticket(shop.site, SHOP, ben, number, Change(Move("check"))), Done
    )
    (line,) = (await list_tickets(shop.site, SHOP, ben, Wanted())).lines
    assert line.row.number == number
    assert line.live.desk.types["repair"].states["checked"].title.say("en") == "Checked"
    assert line.rights.fields["floor"] == "hidden"


async def test_routing_and_staff_of_a_chosen_team_bring_tickets_into_the_pilot(shop: Shop) -> None:
    await begin(shop, share=0, teams=("second",))
    here = await shop.row(await asks(shop, shop.ann))
    there = await shop.row(await asks(shop, shop.ann, room="the annex"))
    assert (here.environment, here.team_key) == (None, "first")
    assert (there.environment, there.team_key) == (PILOT, "second")
    (event,) = await events(shop, there.number, "created")
    assert (event.body or {})["pilot"] == "routing"
    new = NewTicket("repair", {"room": "B2"}, subject="x", channel="phone", requester=shop.ann)
    async with shop.store.unit(SHOP, write=True) as unit:
        await people.set_roles(unit, shop.ben, ["agent", "clerk"])
    done = await open_ticket(shop.site, SHOP, await shop.viewer(shop.ben), new)
    assert isinstance(done, Done)
    (event,) = await events(shop, done.number, "created")
    assert (event.body or {})["pilot"] == "staff"


async def test_what_the_pilot_does_not_take_stays_live_and_says_so(shop: Shop) -> None:
    stricter = pilot_files()
    stricter["types/repair.yaml"] = stricter["types/repair.yaml"].replace(
        b"price:  { type: money, label: Price }",
        b"price:  { type: money, label: Price, required: true }",
    )
    await begin(shop, share=0, teams=("second",), files=stricter)
    number = await asks(shop, shop.ann, room="annex")
    assert (await shop.row(number)).environment is None
    (event,) = await events(shop, number, "created")
    assert (event.body or {})["pilot_refused"] == ["required price"]


async def test_promoting_makes_its_tickets_live_in_one_act(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    await begin(shop, share=100)
    number, other = await asks(shop, shop.ann), await shop.open()
    ben = await shop.viewer(shop.ben)
    await change_ticket(shop.site, SHOP, ben, number, Change(Move("check")))
    due = (await shop.row(number)).clocks["solved"]["due_us"]
    clock.advance(SECOND_US)
    done = await promote_pilot(shop.site, SHOP, SYSTEM, word=ANYTHING)
    assert (done.code, done.revision, done.counts["tickets"]) == ("", 3, 1)
    live = shop.site.desks.get(SHOP)
    assert live is not None
    assert live.revision == 3
    assert shop.site.desks.get(SHOP, PILOT) is None
    row = await shop.row(number)
    assert (row.environment, row.state_key) == (None, "checked")
    fixed = await change_ticket(shop.site, SHOP, ben, number, Change(Move("fix")))
    assert isinstance(fixed, Done)
    await drain(bench, "retime")
    assert (await shop.row(number)).clocks["solved"]["due_us"] == due
    assert await events(shop, number, "retimed") == []
    assert len(await events(shop, other, "retimed")) == 1
    assert (await promote_pilot(shop.site, SHOP, SYSTEM, word=ANYTHING)).code == "no_pilot"
    async with shop.store.unit(SHOP) as unit:
        verbs = [event.verb for event in await journal.last_admin(unit)]
    assert {"pilot_started", "pilot_promoted"} <= {*verbs}


async def test_promoting_over_a_newer_live_needs_its_name(shop: Shop) -> None:
    await begin(shop, share=100)
    number = await asks(shop, shop.ann)
    newer = await publish_live(shop, portal=SPECS["portal.yaml"].replace("Help", "Service"))
    assert newer == 4
    assert (await shop.row(number)).environment == PILOT
    ben = await shop.viewer(shop.ben)
    moved = await change_ticket(shop.site, SHOP, ben, number, Change(Move("check")))
    assert isinstance(moved, Done)
    (event,) = await events(shop, number, "moved")
    assert event.revision == 3
    done = await promote_pilot(shop.site, SHOP, SYSTEM, word=ANYTHING)
    assert (done.code, done.said) == ("newer_live", ("v4", "v2"))
    assert (await promote_pilot(shop.site, SHOP, SYSTEM, over=3)).code == "newer_live"
    assert (await promote_pilot(shop.site, SHOP, SYSTEM, word=ANYTHING, over=4)).done


async def test_stopping_is_refused_with_counts_until_everything_has_a_place(
    shop: Shop, clock: FixedClock
) -> None:
    await begin(shop, share=100)
    began = clock.now_us()
    first, second = await asks(shop, shop.ann, floor="top"), await asks(shop, shop.ann)
    ben = await shop.viewer(shop.ben)
    for number in (first, second):
        await change_ticket(shop.site, SHOP, ben, number, Change(Move("check")))
    done = await stop_pilot(shop.site, SHOP, SYSTEM)
    assert done.code == "stranded"
    assert done.counts == {"field.repair.floor": 1, "state.repair.checked": 2}
    pilot = shop.site.desks.get(SHOP, PILOT)
    assert pilot is not None
    assert not pilot.pilot.ending
    for wrong in ("fixed", "nowhere"):
        bad = {"state.repair.checked": wrong, "field.repair.floor": ""}
        assert (await stop_pilot(shop.site, SHOP, SYSTEM, bad)).code == "bad_map"
    maps = {"state.repair.checked": "fresh", "field.repair.floor": ""}
    done = await stop_pilot(shop.site, SHOP, SYSTEM, maps)
    assert (done.code, done.counts) == ("", {"tickets": 2, "changed": 2})
    row = await shop.row(first)
    assert (row.environment, row.state_key, row.phase) == (None, "fresh", "new")
    assert "floor" not in row.values
    assert row.clocks["solved"]["due_us"] == began + 4 * HOUR
    (event,) = await events(shop, first, "returned")
    assert event.revision == 2
    changed = {c["name"]: (c["before"], c["after"]) for c in (event.body or {})["changes"]}
    assert changed["state"] == ("checked", "fresh")
    assert changed["floor"] == ("top", None)
    assert shop.site.desks.get(SHOP, PILOT) is None
    assert (await shop.row(await asks(shop, shop.ann))).environment is None
    fixed = await change_ticket(shop.site, SHOP, ben, first, Change(Move("fix")))
    assert isinstance(fixed, Done)
    again = await begin(shop, share=10)
    assert again.done


async def test_a_stop_that_was_interrupted_is_gone_on_with_by_a_worker(
    shop: Shop, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begin(shop, share=100)
    numbers = [await asks(shop, shop.ann) for _ in range(3)]

    async def gone(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("runtime.actions.piloting.end.bring_back", gone)
        with pytest.raises(KeyboardInterrupt):
            await stop_pilot(shop.site, SHOP, SYSTEM)
    pilot = shop.site.desks.get(SHOP, PILOT)
    assert pilot is not None
    assert pilot.pilot.ending
    assert (await shop.row(await asks(shop, shop.ann))).environment is None
    assert (await promote_pilot(shop.site, SHOP, SYSTEM, word=ANYTHING)).code == "ending"
    await drain(bench, "pilot_end")
    assert [(await shop.row(n)).environment for n in numbers] == [None] * 3
    assert shop.site.desks.get(SHOP, PILOT) is None


async def test_what_stands_against_a_pilot_is_said(shop: Shop) -> None:
    wider = SPECS["roles/agent.yaml"].replace(
        "see:  { team: $my.teams }", "see:  { channel: phone }"
    )
    assert (await begin(shop, share=0)).code == "nobody"
    assert (await begin(shop, share=101)).code == "share"
    assert (await begin(shop, teams=("nobody",))).said == ("nobody",)
    assert (await begin(shop, files=live_files())).code == "is_live"
    assert (await begin(shop, files=None, revision=99)).code == "no_revision"
    elsewhere = pilot_files()
    elsewhere["tenant.yaml"] = elsewhere["tenant.yaml"].replace(b"id: shop", b"id: larch")
    assert (await begin(shop, files=elsewhere)).code == "other_tenant"
    broken = await begin(shop, files=pilot_files(types__repair="kind: TicketType"))
    assert broken.code == "problems"
    assert broken.problems
    rights = await begin(shop, files=pilot_files(roles__agent=wider))
    assert (rights.code, rights.said) == ("rights", ("agent on repair",))
    assert (await begin(shop, files=pilot_files(roles__agent=wider), allow_rights=True)).done
    assert (await begin(shop)).code == "there"
    unknown = await start_pilot(shop.site, "nowhere", SYSTEM, Trying("x", share=1, revision=1))
    assert unknown.code == "no_tenant"
    assert (await stop_pilot(shop.site, ELSEWHERE, SYSTEM)).code == "no_pilot"


async def test_a_second_process_follows_and_another_tenant_sees_nothing(
    shop: Shop, clock: FixedClock, tmp_path: Path
) -> None:
    there = site_of(shop.store, clock, tmp_path)
    await there.desks.load()
    await begin(shop, share=100)
    number = await asks(shop, shop.ann)
    ben = await shop.viewer(shop.ben)
    # It has not heard of the pilot; the ticket tells it.
    assert there.desks.get(SHOP, PILOT) is None
    moved = await change_ticket(there, SHOP, ben, number, Change(Move("check")))
    assert isinstance(moved, Done)
    (event,) = await events(shop, number, "moved")
    assert event.revision == 3
    assert there.desks.get(ELSEWHERE, PILOT) is None
    assert await read_ticket(there, ELSEWHERE, SYSTEM, number) is None
    await promote_pilot(shop.site, SHOP, SYSTEM, word=ANYTHING)
    page = await read_ticket(there, SHOP, ben, number)
    assert page is not None
    assert (page.live.revision, page.row.state_key) == (3, "checked")


async def test_a_request_that_began_before_the_promotion_still_shows_the_ticket(shop: Shop) -> None:
    await begin(shop, share=100)
    number = await asks(shop, shop.ann)
    ben = await shop.viewer(shop.ben)
    await change_ticket(shop.site, SHOP, ben, number, Change(Move("check")))
    live = shop.site.desks.get(SHOP)
    assert live is not None
    pinned = shop.site.desks.pinned(live)
    await promote_pilot(shop.site, SHOP, SYSTEM, word=ANYTHING)
    async with shop.store.unit(SHOP) as unit:
        found = await pinned.of(unit, await shop.row(number))
    assert pinned.get(SHOP) is live
    assert found is not None
    assert "checked" in found.desk.types["repair"].states


async def test_who_has_not_heard_of_the_end_gives_an_ended_pilot_no_ticket(
    shop: Shop, clock: FixedClock, tmp_path: Path
) -> None:
    await begin(shop, share=100, teams=("second",))
    there = site_of(shop.store, clock, tmp_path)
    await there.desks.load()
    await promote_pilot(shop.site, SHOP, SYSTEM, word=ANYTHING)
    assert there.desks.get(SHOP, PILOT) is not None
    for person, values in ((shop.ann, {"room": "B2"}), (shop.cleo, {"room": "annex"})):
        new = NewTicket("repair", values, subject="Lamp", requester=person)
        done = await open_ticket(there, SHOP, await shop.viewer(person), new)
        assert isinstance(done, Done), done
        assert (await shop.row(done.number)).environment is None
        (event,) = await events(shop, done.number, "created")
        assert "pilot" not in (event.body or {})
