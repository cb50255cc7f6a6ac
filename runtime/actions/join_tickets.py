"""Joins two tickets and tells both histories: merged, undone, a part of, linked, watched."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal

from engine.decide.kin import Beside, Kin, Link, Merge, Relate, Unmerge, Watch
from engine.decide.run import decide
from engine.decide.verdict import Refusal
from engine.facts import Viewer
from runtime.actions.change_ticket import Change, change_within
from runtime.actions.joined import hold, kin_named, kin_of, named
from runtime.actions.outcome import Done, NotFound, Outcome, Refused, Undo
from runtime.site.facts import read_facts
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM, ask_of
from runtime.store import answers, links, people, tickets
from runtime.store.roster import roster
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit

Sort = Literal["related", "duplicate"]
Then = Literal["", "solved", "closed"]
Way = Literal["merge", "part", "related", "duplicate"]
More = Mapping[str, object]


async def merge_ticket(
    site: Site, tenant: str, viewer: Viewer, number: str, into: str, *, key: str = "",
    then: Then = "", more: More | None = None,
) -> Outcome:  # fmt: skip
    """End one ticket in another. `then`: what becomes of those merged when that one is solved."""

    async def merge(unit: Unit, row: TicketRow) -> Outcome:
        return await merge_within(site, unit, viewer, row, into, key=key, then=then, more=more)

    return await _within(site, tenant, viewer, number, merge)


async def merge_within(
    site: Site, unit: Unit, viewer: Viewer, row: TicketRow, into: str, *, key: str = "",
    then: Then = "", more: More | None = None,
) -> Done:  # fmt: skip
    """The same as a part of the caller's unit.

    Raises:
        Undo: it was refused; the unit must be left.
    """
    other = await _held(site, unit, viewer, row, into)
    change = Change(Merge(other.id, other), idempotency_key=key, more=more or {})
    beside = Beside("merged_in", row.number, then=then)
    return await _both(site, unit, viewer, row, change, other, beside)


async def unmerge_ticket(
    site: Site, tenant: str, viewer: Viewer, number: str, *, key: str = "", more: More | None = None
) -> Outcome:
    """Undo a merge: state, phase, clocks and assignee are as before, what was written stays."""

    async def undo(unit: Unit, row: TicketRow) -> Outcome:
        await hold(unit, row.id, row.parent_id or row.id)
        above = await tickets.read(unit, row.parent_id or "") if row.parent_id else None
        other = Kin(above.id, above.number) if above is not None else None
        change = Change(Unmerge(other), idempotency_key=key, more=more or {})
        return await _both(site, unit, viewer, row, change, other, Beside("merged_out", row.number))

    return await _within(site, tenant, viewer, number, undo)


async def put_part(
    site: Site, tenant: str, viewer: Viewer, number: str, part: str, *, on: bool = True,
    key: str = "", more: More | None = None,
) -> Outcome:  # fmt: skip
    """Make a ticket (`part`) a part of another (`number`), or a part no longer."""

    async def put(unit: Unit, row: TicketRow) -> Outcome:
        below = await _held(site, unit, viewer, row, part)
        whole = await kin_of(site, unit, viewer, row)
        if whole is None:
            return NotFound()
        child = await tickets.read(unit, below.id)
        if child is None or (not on and child.parent_id != row.id):
            raise Undo(Refused((Refusal("not_a_part", "other", args={"number": below.number}),)))
        change = Change(Link(row.id if on else "", whole), idempotency_key=key, more=more or {})
        beside = Beside("part_added" if on else "part_removed", below.number)
        return await _both(site, unit, viewer, child, change, whole, beside)

    return await _within(site, tenant, viewer, number, put)


async def relate(
    site: Site, tenant: str, viewer: Viewer, number: str, other: str, sort: Sort, *,
    on: bool = True, key: str = "", more: More | None = None,
) -> Outcome:  # fmt: skip
    """Link two tickets, or take the link away; both histories tell it."""

    async def mark(unit: Unit, row: TicketRow) -> Outcome:
        kin = await _held(site, unit, viewer, row, other)
        there = await links.between(unit, row.id, kin.id, sort)
        if there is on:
            return Done(row.number, row.id)
        change = Change(Relate(sort, kin, on), idempotency_key=key, more=more or {})
        beside = Beside(
            "related", row.number, f"{sort}_of" if sort == links.DUPLICATE else sort, on
        )
        done = await _both(site, unit, viewer, row, change, kin, beside)
        if on:
            await links.add(unit, row.id, kin.id, sort, viewer.person_id)
        elif not await links.remove(unit, row.id, kin.id, sort):
            await links.remove(unit, kin.id, row.id, sort)
        return done

    return await _within(site, tenant, viewer, number, mark)


async def watch(
    site: Site, tenant: str, viewer: Viewer, number: str, person: str, *, on: bool,
    key: str = "", more: More | None = None,
) -> Outcome:  # fmt: skip
    """Let somebody who works here watch a ticket, or no longer."""

    async def put(unit: Unit, row: TicketRow) -> Outcome:
        standing = await people.standing(unit, person)
        known = standing is not None and standing.person.kind == "staff" and standing.person.active
        if on and person in row.watchers:
            return Done(row.number, row.id)
        change = Change(Watch(person, on, known), idempotency_key=key, more=more or {})
        return await change_within(site, unit, viewer, row.id, change)

    return await _within(site, tenant, viewer, number, put)


async def when_solved(site: Site, tenant: str, viewer: Viewer, number: str, then: Then) -> Outcome:
    """Say what becomes of the tickets merged into one, once it is solved; it wants the verb
    `merge`."""

    async def put(unit: Unit, row: TicketRow) -> Outcome:
        kin = await kin_of(site, unit, viewer, row)
        if kin is None:
            return NotFound()
        if not kin.may("merge"):
            raise Undo(Refused((Refusal("not_yours_to_merge"),)))
        change = Change(Beside("merge_then", then=then))
        return await change_within(site, unit, viewer, row.id, change)

    return await _within(site, tenant, viewer, number, put)


async def foresee_join(
    site: Site, tenant: str, viewer: Viewer, number: str, other: str, way: Way
) -> tuple[Refusal, ...]:
    """What joining two tickets would refuse, by the very decision that is taken then; writes
    nothing."""
    async with site.store.unit(tenant) as unit:
        try:
            mine = await kin_named(site, unit, viewer, number)
            there = await kin_named(site, unit, viewer, other)
        except Undo as undo:
            return undo.outcome.refusals if isinstance(undo.outcome, Refused) else ()
        if way == "part":
            mine, there = there, mine
        row = await tickets.read(unit, mine.id)
        live = await site.desks.of(unit, row) if row is not None else None
        if row is None or live is None:
            return ()
        facts = await read_facts(unit, live.desk, row)
        ask = ask_of(live.desk, viewer, unit.now_us())
        return decide(live.desk, facts, _event(way, there), ask, await roster(unit)).refusals


def _event(way: Way, other: Kin) -> Merge | Link | Relate:
    match way:
        case "merge":
            return Merge(other.id, other)
        case "part":
            return Link(other.id, other)
        case _:
            return Relate(way, other)


async def join_for_rule(
    site: Site, tenant: str, number: str, merges: bool, other: str, key: str
) -> Outcome:
    """What a rule wants: a ticket merged into another, or a part of it."""
    if merges:
        return await merge_ticket(site, tenant, SYSTEM, number, other, key=key)
    return await put_part(site, tenant, SYSTEM, other, number, key=key)


# -- the unit -------------------------------------------------------------------------------------


async def _within(
    site: Site,
    tenant: str,
    viewer: Viewer,
    number: str,
    act: Callable[[Unit, TicketRow], Awaitable[Outcome]],
) -> Outcome:
    """Do something to the ticket with this number in one unit, whole or not at all."""
    try:
        async with site.store.unit(tenant, write=True) as unit:
            row = await named(unit, number)
            if row is None or await kin_of(site, unit, viewer, row) is None:
                return NotFound()
            return await act(unit, row)
    except Undo as undo:
        return undo.outcome
    except answers.OtherBody:
        return Refused((Refusal("sent_twice"),))


async def _held(site: Site, unit: Unit, viewer: Viewer, row: TicketRow, other: str) -> Kin:
    """The other ticket, both held: what is read of it stays true until the end."""
    found = await kin_named(site, unit, viewer, other)
    await hold(unit, row.id, found.id)
    return await kin_named(site, unit, viewer, found.id)


async def _both(
    site: Site, unit: Unit, viewer: Viewer, row: TicketRow, change: Change, other: Kin | None,
    beside: Beside,
) -> Done:  # fmt: skip
    """Change one ticket, then tell the other's history, unless the same was done before."""
    done = await change_within(site, unit, viewer, row.id, change)
    if not isinstance(done, Done):
        raise Undo(done)
    if done.event_id and other is not None:
        told = Change(beside, more=_who(change))
        await change_within(site, unit, viewer, other.id, told)
    return done


def _who(change: Change) -> dict[str, Any]:
    token = change.more.get("token")
    return {"token": token} if token else {}
