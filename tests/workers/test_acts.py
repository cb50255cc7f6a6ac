"""What rules do to other tickets: made, linked, merged, looked up again; each once."""

from __future__ import annotations

import textwrap

import pytest

from engine.decide.kin import Link
from engine.decide.verdict import Comment, Move
from engine.facts import Viewer
from runtime.actions.act_apart import act_apart
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.join_tickets import put_part
from runtime.actions.let_through import ANYTHING
from runtime.actions.outcome import Done
from runtime.actions.publish_desk import publish_desk
from runtime.clock import SECOND_US, FixedClock
from runtime.site.standing import SYSTEM
from runtime.store import jobs, journal, tickets
from runtime.store.jobs import LEASE_US
from runtime.store.tickets import TicketRow
from runtime.workers.acts import act
from runtime.workers.handling import Bench, LostLease
from tests.workers.doing import drain, states, told
from tests.workers.shop import SHOP, Shop, files

DAY = 24 * 3600 * SECOND_US
CHECK = """
    kind: Automation
    applies_to: repair
    starts: entered(waiting)
    do:
      - create:
          { type: repair, as: child, subject: "Check {room}", values: { price: $ticket.price } }
      - comment: { en: "We ask {requester.name}'s colleagues.", zh-CN: "我们去问一下。" }
"""
SILENT = """
    kind: Automation
    applies_to: repair
    starts: { state: waiting, for: 2d plain }
    do: [{ note: Nobody answered. }, { move: fix }]
"""


async def published(shop: Shop, **automations: str) -> None:
    found = {f"automations__{name}": textwrap.dedent(text) for name, text in automations.items()}
    done = await publish_desk(shop.site, files(**found), SYSTEM, "more", word=ANYTHING)
    assert done.revision == 2, done.problems


async def moved(shop: Shop, number: str, transition: str) -> None:
    viewer = await shop.viewer(shop.ben)
    done = await change_ticket(shop.site, SHOP, viewer, number, Change(Move(transition)))
    assert isinstance(done, Done), done


async def parts(shop: Shop, row: TicketRow) -> list[TicketRow]:
    async with shop.store.unit(SHOP) as unit:
        return await tickets.parts(unit, row.id)


async def verbs(shop: Shop, number: str) -> list[tuple[str, str]]:
    """(verb, text) of the journal, in order."""
    row = await shop.row(number)
    async with shop.store.unit(SHOP) as unit:
        assert await journal.verify(unit, row.id, row.head) == []
        events = await journal.read(unit, row.id)
    return [(e.verb, str((e.body or {}).get("text", ""))) for e in events]


async def test_a_part_is_made_once_with_what_it_takes(shop: Shop, bench: Bench) -> None:
    await published(shop, check=CHECK)
    number = await shop.open(price="12.50")
    await moved(shop, number, "ask")
    await drain(bench)
    (part,) = await parts(shop, await shop.row(number))
    assert (part.subject, part.values["price"]) == ("Check B2", 1250)
    assert part.requester_id == shop.ann
    assert await drain(bench, "act") == 0
    assert (await verbs(shop, number))[1:] == [
        ("moved", ""),
        ("commented", "We ask Ann's colleagues."),
        ("part_added", ""),
    ]


READY = """
    kind: Automation
    applies_to: repair
    starts: parts_done
    do: [{ note: All parts are ready. }]
"""


async def test_a_ticket_is_told_once_that_all_its_parts_are_done(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    await published(shop, ready=READY)
    ben = await shop.viewer(shop.ben)
    whole, one, two, three = [await shop.open(name) for name in ("All", "One", "Two", "Three")]
    for part in (one, two, three):
        assert isinstance(await put_part(shop.site, SHOP, ben, whole, part), Done)
    await moved(shop, one, "fix")
    await drain(bench)
    assert ("parts_done", "") not in await verbs(shop, whole)
    # Two go at the same time: one is done, the other is no part any more.
    await moved(shop, two, "fix")
    assert isinstance(await put_part(shop.site, SHOP, ben, whole, three, on=False), Done)
    await drain(bench)
    told = [word for word in await verbs(shop, whole) if word[0] in ("parts_done", "noted")]
    assert told == [("parts_done", ""), ("noted", "All parts are ready.")]
    # Opened again and done again is told again.
    again = Change(Comment("Not at all"))
    ann = await shop.viewer(shop.ann)
    assert isinstance(await change_ticket(shop.site, SHOP, ann, one, again), Done)
    assert (await shop.row(one)).phase == "new"
    clock.advance(SECOND_US)
    await moved(shop, one, "fix")
    await drain(bench)
    assert [word for word, _ in await verbs(shop, whole)].count("parts_done") == 2


async def test_two_workers_make_one_part(shop: Shop, bench: Bench, clock: FixedClock) -> None:
    """One that slept past its lease finds the other's work and adds nothing."""
    await published(shop, check=CHECK)
    number = await shop.open()
    await moved(shop, number, "ask")
    (slept,) = await jobs.lease(shop.store, ("act",), 10)
    clock.advance(LEASE_US + SECOND_US)
    (second,) = await jobs.lease(shop.store, ("act",), 10)
    await act(bench, second)
    with pytest.raises(LostLease):
        await act(bench, slept)
    assert len(await parts(shop, await shop.row(number))) == 1


async def test_words_of_a_rule_are_in_the_notice_it_sends(shop: Shop, bench: Bench) -> None:
    replied = """
        kind: Notification
        channels: [in_app]
        to: requester
        subject: Reply
        body: "{{ actor.name }}: {{ comment }}"
    """
    found = {
        "automations__check": textwrap.dedent(CHECK),
        "notifications__replied": textwrap.dedent(replied),
    }
    assert (
        await publish_desk(shop.site, files(**found), SYSTEM, "more", word=ANYTHING)
    ).revision == 2
    number = await shop.open()
    await moved(shop, number, "ask")
    await drain(bench)
    bodies = [one.body for one in await told(shop, shop.ann) if one.subject == "Reply"]
    assert len(bodies) == 1
    assert bodies[0].endswith("We ask Ann's colleagues.")


async def test_a_time_in_a_state_acts_once(shop: Shop, bench: Bench, clock: FixedClock) -> None:
    await published(shop, silent=SILENT)
    number = await shop.open()
    await moved(shop, number, "ask")
    clock.advance(2 * DAY - SECOND_US)
    await drain(bench)
    assert (await shop.row(number)).state_key == "waiting"
    clock.advance(SECOND_US)
    await drain(bench)
    assert (await shop.row(number)).state_key == "fixed"
    assert ("noted", "Nobody answered.") in await verbs(shop, number)
    clock.advance(10 * DAY)
    await drain(bench)
    said = [text for verb, text in await verbs(shop, number) if verb == "noted"]
    assert said == ["Nobody answered."]


async def test_what_can_not_be_made_is_kept_with_its_reason(shop: Shop, bench: Bench) -> None:
    needed = textwrap.dedent(CHECK).replace("values: { price: $ticket.price }", "values: {}")
    await published(shop, check=needed.replace('subject: "Check {room}"', 'subject: "{price}"'))
    number = await shop.open()
    await moved(shop, number, "ask")
    await drain(bench)
    ((state, why),) = await states(shop.store, "act")
    assert state == "done"
    # An empty subject falls back to the origin's, so the part is made all the same.
    assert why is None
    (part,) = await parts(shop, await shop.row(number))
    assert part.subject == "Lamp"


async def test_tickets_are_joined_but_never_in_a_circle(shop: Shop, bench: Bench) -> None:
    one, two = await shop.row(await shop.open()), await shop.row(await shop.open())

    async def do(row: TicketRow, verb: str, args: dict[str, str], key: str) -> str:
        return await act_apart(shop.site, SHOP, row.id, verb, args, key)

    assert await do(one, "link", {"parent": two.number}, "a") == ""
    assert (await shop.row(one.number)).parent_id == two.id
    assert "part_in_circle" in await do(two, "link", {"parent": one.number}, "b")
    assert "joined_with_itself" in await do(one, "link", {"parent": one.id}, "c")
    assert "no ticket" in await do(one, "merge", {"into": "RP-999"}, "d")
    three = await shop.row(await shop.open())
    assert await do(three, "merge", {"into": two.id}, "e") == ""
    ended = await shop.row(three.number)
    assert (ended.parent_id, ended.phase, ended.next_due_us) == (two.id, "closed", None)
    assert "merged_away" in await do(three, "merge", {"into": one.id}, "f")


async def test_another_tenant_is_never_reached(shop: Shop, bench: Bench) -> None:
    """An id of one tenant means nothing in another."""
    one = await shop.row(await shop.open())
    said = await act_apart(shop.site, "larch", one.id, "link", {"parent": one.id}, "x")
    assert said == "the ticket is gone"
    viewer = await shop.viewer(shop.ben)
    refused = await change_ticket(shop.site, SHOP, viewer, one.number, Change(Link(one.id)))
    assert not isinstance(refused, Done)
    assert isinstance(SYSTEM, Viewer)
