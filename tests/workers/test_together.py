"""Tickets merged into one: answered once for all, solved with it, undone; on both stores."""

from __future__ import annotations

import asyncio

from engine import predicate
from engine.decide.verdict import Comment, Move
from engine.evaluate import holds
from engine.facts import Viewer
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.join_tickets import merge_ticket, put_part, relate, unmerge_ticket, watch
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done, NotFound, Outcome, Refused
from runtime.actions.upload_file import upload_file
from runtime.clock import SECOND_US, FixedClock
from runtime.queries.list_tickets import Wanted, list_tickets
from runtime.site.facts import read_facts
from runtime.store import files, journal, links, people, tickets
from runtime.workers.handling import Bench
from tests.workers.doing import drain
from tests.workers.post_office import PostOffice
from tests.workers.shop import SHOP, Shop

HOUR = 3600 * SECOND_US


def code(outcome: Outcome) -> str:
    assert isinstance(outcome, Refused), outcome
    return outcome.refusals[0].code


async def of(shop: Shop, name: str, channel: str = "phone") -> tuple[str, str]:
    """A new person and a ticket of theirs: number and person id."""
    async with shop.store.unit(SHOP, write=True) as unit:
        person = await people.add_person(
            unit, name, email=f"{name.lower()}@example.com", locale="en", values={}
        )
    new = NewTicket("repair", {"room": "B2"}, "Dark", "dark", channel, person)
    done = await open_ticket(shop.site, SHOP, await shop.viewer(shop.cleo), new)
    assert isinstance(done, Done), done
    return done.number, person


async def say(shop: Shop, who: str, number: str, text: str, **more: bool) -> None:
    change = Change(Comment(text, **more))
    assert isinstance(
        await change_ticket(shop.site, SHOP, await shop.viewer(who), number, change), Done
    )


async def words(shop: Shop, number: str) -> list[tuple[str, str, str]]:
    """(verb, text, who said it) of what was said, in order; the chain is whole."""
    row = await shop.row(number)
    async with shop.store.unit(SHOP) as unit:
        assert await journal.verify(unit, row.id, row.head) == []
        events = await journal.read(unit, row.id)
    return [
        (e.verb, str((e.body or {}).get("text")), e.actor_id or "")
        for e in events
        if e.verb in ("commented", "noted")
    ]


async def verbs(shop: Shop, number: str) -> list[str]:
    row = await shop.row(number)
    async with shop.store.unit(SHOP) as unit:
        return [event.verb for event in await journal.read(unit, row.id)]


async def test_one_answer_reaches_each_by_name_and_channel_once(
    shop: Shop, posting: Bench, office: PostOffice
) -> None:
    batch = await shop.open("All lamps")
    (one, bea), (two, cem) = await of(shop, "Bea"), await of(shop, "Cem")
    ben = await shop.viewer(shop.ben)
    # By way of another that was merged: both are below the batch.
    assert isinstance(await merge_ticket(shop.site, SHOP, ben, two, one), Done)
    assert isinstance(await merge_ticket(shop.site, SHOP, ben, one, batch), Done)
    await drain(posting)
    office.got.clear()
    await say(shop, shop.ben, batch, "Dear {name}, it is mended.")
    await say(shop, shop.ben, batch, "Between us", internal=True)
    await drain(posting)
    assert await words(shop, one) == [("commented", "Dear Bea, it is mended.", shop.ben)]
    assert await words(shop, two) == [("commented", "Dear Cem, it is mended.", shop.ben)]
    assert (await words(shop, batch))[0] == ("commented", "Dear Ann, it is mended.", shop.ben)
    said = [letter.get_body(("plain",)).get_content() for letter in office.got]  # type: ignore[union-attr]
    first = sorted(line for text in said for line in text.splitlines() if line.startswith("Ben"))
    assert first == [f"Ben wrote: Dear {name}, it is mended." for name in ("Ann", "Bea", "Cem")]
    # What a merged one's requester writes comes to where it is handled, as a note.
    await say(shop, cem, two, "Still dark here")
    await drain(posting)
    assert (await words(shop, batch))[-1] == ("noted", "Still dark here", cem)
    assert bea != cem


async def test_solving_the_batch_solves_them_and_undoing_brings_one_back(
    shop: Shop, bench: Bench, clock: FixedClock
) -> None:
    batch, one, two = [await shop.open(name) for name in ("All", "One", "Two")]
    ben = await shop.viewer(shop.ben)
    before = await shop.row(one)
    for number in (one, two):
        assert isinstance(await merge_ticket(shop.site, SHOP, ben, number, batch), Done)
    merged = await shop.row(one)
    assert (merged.phase, merged.next_due_us) == ("closed", None)
    clock.advance(HOUR)
    await say(shop, shop.ben, one, "Meanwhile", internal=True)
    undone = await unmerge_ticket(shop.site, SHOP, ben, one)
    assert isinstance(undone, Done), undone
    back = await shop.row(one)
    for name in ("state_key", "phase", "assignee_id", "clocks", "parent_id", "closed_us"):
        assert getattr(back, name) == getattr(before, name), name
    assert back.next_due_us is not None
    assert ("noted", "Meanwhile", shop.ben) in await words(shop, one)
    assert (await verbs(shop, batch))[-3:] == ["merged_in", "merged_in", "merged_out"]
    move = Change(Move("fix"))
    assert isinstance(await change_ticket(shop.site, SHOP, ben, batch, move), Done)
    await drain(bench)
    assert (await shop.row(two)).state_key == "fixed"
    assert (await shop.row(two)).phase == "solved"
    assert (await shop.row(one)).phase == "new"
    # Its requester says otherwise: it stands for itself again.
    await say(shop, shop.ann, two, "Not at all")
    again = await shop.row(two)
    assert (again.phase, again.parent_id, again.memory.get("merged")) == ("new", None, None)


async def test_two_who_merge_crosswise_make_no_circle(shop: Shop) -> None:
    one, two = await shop.open(), await shop.open()
    ben, cleo = await shop.viewer(shop.ben), await shop.viewer(shop.cleo)
    done = await asyncio.gather(
        merge_ticket(shop.site, SHOP, ben, one, two), merge_ticket(shop.site, SHOP, cleo, two, one)
    )
    assert sorted(isinstance(each, Done) for each in done) == [False, True]
    lost = next(each for each in done if not isinstance(each, Done))
    assert code(lost) in ("other_merged", "merged_away")
    rows = [await shop.row(number) for number in (one, two)]
    assert sorted(row.phase for row in rows) == ["closed", "new"]
    assert {row.parent_id for row in rows} in ({None, rows[0].id}, {None, rows[1].id})


async def test_parts_by_hand_and_who_may_not(shop: Shop) -> None:
    whole, part, third = [await shop.open(name) for name in ("All", "One", "Two")]
    ben = await shop.viewer(shop.ben)
    assert isinstance(await put_part(shop.site, SHOP, ben, whole, part.lower()), Done)
    assert isinstance(await put_part(shop.site, SHOP, ben, part, third), Done)
    assert code(await put_part(shop.site, SHOP, ben, third, whole)) == "part_in_circle"
    assert code(await put_part(shop.site, SHOP, ben, whole, part)) == "part_already"
    assert code(await put_part(shop.site, SHOP, ben, whole, whole)) == "joined_with_itself"
    assert code(await put_part(shop.site, SHOP, ben, whole, "RP-999")) == "unknown_other"
    live = shop.site.desks.get(SHOP)
    assert live is not None
    async with shop.store.unit(SHOP) as unit:
        row, below = await shop.row(whole), await shop.row(part)
        facts = await read_facts(unit, live.desk, row)
        assert facts.names("children") == (below.id,)
        assert [one.id for one in await tickets.below(unit, [row.id])] == [below.id]
    assert code(await put_part(shop.site, SHOP, ben, whole, third, on=False)) == "not_a_part"
    # A condition over many tickets counts parts as one of a single ticket does: merged are none.
    fourth = await shop.open("Three")
    assert isinstance(await merge_ticket(shop.site, SHOP, ben, fourth, third), Done)
    some = predicate.Test(
        predicate.Path("children", "children", "tickets"), predicate.Op.COUNT, (1, -1)
    )
    found = await list_tickets(shop.site, SHOP, ben, Wanted(some))
    assert sorted(line.row.number for line in found.lines) == sorted([whole, part])
    assert {line.parts for line in found.lines} == {(0, 1)}
    live_facts = [line.facts for line in found.lines]
    assert all(holds(some, facts, found.ask) for facts in live_facts)
    assert isinstance(await put_part(shop.site, SHOP, ben, whole, part, on=False), Done)
    assert (await verbs(shop, whole))[1:] == ["part_added", "part_removed"]
    stranger = Viewer(shop.dora, is_staff=True)
    assert isinstance(await put_part(shop.site, SHOP, stranger, whole, part), NotFound)
    ann = await shop.viewer(shop.ann)
    assert code(await put_part(shop.site, SHOP, ann, whole, part)) == "not_yours_to_link"


async def test_links_and_watchers_are_told_on_both_sides(shop: Shop) -> None:
    one, two = await shop.open(), await shop.open()
    ben = await shop.viewer(shop.ben)
    assert isinstance(await relate(shop.site, SHOP, ben, one, two, "duplicate"), Done)
    assert isinstance(await relate(shop.site, SHOP, ben, one, two, "related"), Done)
    async with shop.store.unit(SHOP) as unit:
        found = await links.of_ticket(unit, (await shop.row(two)).id)
    assert sorted(link.sort for link in found) == ["duplicate", "related"]
    assert isinstance(await relate(shop.site, SHOP, ben, two, one, "related", on=False), Done)
    assert isinstance(await relate(shop.site, SHOP, ben, two, one, "duplicate", on=False), Done)
    assert (await verbs(shop, one)).count("related") == 4
    async with shop.store.unit(SHOP) as unit:
        assert await links.of_ticket(unit, (await shop.row(one)).id) == []
    for person, on in ((shop.ben, True), (shop.cleo, True), (shop.cleo, False)):
        assert isinstance(await watch(shop.site, SHOP, ben, one, person, on=on), Done)
    assert (await shop.row(one)).watchers == (shop.ben,)
    assert code(await watch(shop.site, SHOP, ben, one, shop.ann, on=True)) == "unknown_watcher"


async def test_files_of_an_answer_go_with_it(shop: Shop, bench: Bench) -> None:
    batch, one = await shop.open(), await shop.open()
    ben = await shop.viewer(shop.ben)
    assert isinstance(await merge_ticket(shop.site, SHOP, ben, one, batch), Done)

    async def some() -> object:
        yield b"%PDF-1.4 plan"

    held = await upload_file(shop.site, SHOP, ben, "plan.txt", some())  # type: ignore[arg-type]
    change = Change(Comment("See the plan"), files={"comment": (held.token,)})
    assert isinstance(await change_ticket(shop.site, SHOP, ben, batch, change), Done)
    await drain(bench)
    async with shop.store.unit(SHOP) as unit:
        (copied,) = await files.of_ticket(unit, (await shop.row(one)).id)
        (first,) = await files.of_ticket(unit, (await shop.row(batch)).id)
    assert (copied.name, copied.sha256) == (first.name, first.sha256)
    assert copied.token != first.token
