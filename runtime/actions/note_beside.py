"""Notes what stands beside a ticket: visits, time spent, why a promise was missed.

The decision changes the ticket and its journal; the row beside it is written in the same unit.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from engine.decide.notes import Account, Appoint, Became, End, Spend, Unspend
from engine.decide.verdict import Refusal
from engine.facts import Viewer
from engine.normal import said
from runtime.actions.change_ticket import Change, change_within
from runtime.actions.joined import kin_of
from runtime.actions.outcome import Done, NotFound, Outcome, Refused, Undo
from runtime.site.handles import Site
from runtime.store import answers, appointments, colleagues, tickets, time_spent
from runtime.store.appointments import PLANNED, Appointment
from runtime.store.colleagues import Colleague
from runtime.store.tickets import TicketRow
from runtime.store.time_spent import Spent
from runtime.store.unit import Unit

Work = Callable[[Unit, TicketRow], Awaitable[Outcome]]
More = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Wish:
    """A visit as somebody wants it. `id`: one that is there, "" for a new one."""

    starts_us: int
    ends_us: int
    person: str = ""
    place: str = ""
    note: str = ""
    id: str = ""
    anyway: bool = False
    """planned although its person is elsewhere or away then"""


@dataclass(frozen=True, slots=True)
class Clash:
    """A visit that was not planned yet: its person has others then (tickets the viewer sees by
    number, "" for the rest), or is away."""

    name: str
    numbers: tuple[str, ...] = ()
    away: bool = False


async def _within(site: Site, tenant: str, number: str, work: Work) -> Outcome:
    try:
        async with site.store.unit(tenant, write=True) as unit:
            row = await tickets.by_number(unit, number)
            if row is None:
                return NotFound()
            held = await tickets.lock(unit, row.id)
            return await work(unit, held or row)
    except Undo as undo:
        return undo.outcome
    except answers.OtherBody:
        return Refused((Refusal("sent_twice"),))


async def plan_visit(
    site: Site, tenant: str, viewer: Viewer, number: str, wish: Wish, *, key: str = "",
    more: More | None = None,
) -> Outcome | Clash:  # fmt: skip
    """Plan a visit, or move one; a clash is told first and planned `anyway` when asked again."""
    clash: list[Clash] = []

    async def plan(unit: Unit, row: TicketRow) -> Outcome:
        known = await appointments.of_ticket(unit, row.id)
        was = next((one for one in known if one.id == wish.id), None)
        if wish.id and (was is None or was.state != PLANNED):
            return NotFound()
        goes = await _who(unit, wish.person)
        if wish.person and goes is None:
            return NotFound()
        made = _made(unit, row, viewer, wish, was)
        became: Became = "moved" if was is not None else "planned"
        event = _event(became, made, known, was)
        change = Change(event, idempotency_key=key, more=more or {})
        done = await change_within(site, unit, viewer, row.id, change)
        if not isinstance(done, Done) or not done.events:
            return done
        # Known to who may plan alone, so it is looked for once the decision has let them.
        found = None if wish.anyway else await _clash(site, unit, viewer, made, goes)
        if found is not None:
            clash.append(found)
            raise Undo(NotFound())
        await appointments.put(unit, made, new=was is None)
        return replace(done, beside=made.id)

    outcome = await _within(site, tenant, number, plan)
    return clash[0] if clash else outcome


def _made(
    unit: Unit, row: TicketRow, viewer: Viewer, wish: Wish, was: Appointment | None
) -> Appointment:
    return Appointment(
        id=was.id if was is not None else unit.new_id(),
        ticket_id=row.id,
        starts_us=wish.starts_us,
        ends_us=wish.ends_us,
        person_id=wish.person or None,
        place=said(wish.place)[:200],
        note=said(wish.note)[:2000],
        by_id=viewer.person_id,
    )


def _event(
    became: Became, made: Appointment, known: list[Appointment], was: Appointment | None
) -> Appoint:
    return Appoint(
        became,
        made.id,
        made.starts_us,
        made.ends_us,
        made.person_id or "",
        made.place,
        was.starts_us if was is not None else 0,
        appointments.next_of(known, made),
        (was.person_id or "") if was is not None else "",
    )


async def _who(unit: Unit, person: str) -> Colleague | None:
    if not person:
        return None
    known = await colleagues.all_active(unit)
    return next((one for one in known if one.id == person), None)


async def _clash(
    site: Site, unit: Unit, viewer: Viewer, made: Appointment, goes: Colleague | None
) -> Clash | None:
    if goes is None:
        return None
    others = [number for _, number in await appointments.clashing(unit, made)]
    away = goes.absent(made.starts_us) or goes.absent(made.ends_us - 1)
    if not others and not away:
        return None
    rows = [await tickets.by_number(unit, number) for number in others]
    seen = [await kin_of(site, unit, viewer, row) for row in rows]
    return Clash(goes.name, tuple(one.number if one else "" for one in seen), away)


async def end_visit(
    site: Site, tenant: str, viewer: Viewer, number: str, visit: str, became: End, *,
    key: str = "", more: More | None = None,
) -> Outcome:  # fmt: skip
    """Say that a planned visit took place, was missed, or is cancelled."""

    async def end(unit: Unit, row: TicketRow) -> Outcome:
        known = await appointments.of_ticket(unit, row.id)
        was = next((one for one in known if one.id == visit), None)
        if was is None:
            return NotFound()
        made = replace(was, state=became)
        event = _event(became, made, known, was)
        change = Change(event, idempotency_key=key, more=more or {})
        done = await change_within(site, unit, viewer, row.id, change)
        if isinstance(done, Done) and done.events:
            # The same form sent again came back before this: it is no second end.
            if was.state != PLANNED:
                raise Undo(NotFound())
            await appointments.put(unit, made, new=False)
            return replace(done, beside=made.id)
        return done

    return await _within(site, tenant, number, end)


async def spend_time(
    site: Site, tenant: str, viewer: Viewer, number: str, spend: Spend, *, key: str = "",
    more: More | None = None,
) -> Outcome:  # fmt: skip
    """Book work on a ticket; the entry's id is given here."""

    async def book(unit: Unit, row: TicketRow) -> Outcome:
        event = replace(spend, entry=unit.new_id(), note=said(spend.note)[:500])
        change = Change(event, idempotency_key=key, more=more or {})
        done = await change_within(site, unit, viewer, row.id, change)
        if isinstance(done, Done) and done.events:
            made = Spent(
                id=event.entry, ticket_id=row.id, person_id=viewer.person_id or "",
                day=event.day, minutes=event.minutes, note=event.note, at_us=unit.now_us(),
            )  # fmt: skip
            await time_spent.add(unit, made)
            return replace(done, beside=made.id)
        return done

    return await _within(site, tenant, number, book)


async def take_time_back(
    site: Site, tenant: str, viewer: Viewer, number: str, entry: str, *, more: More | None = None
) -> Outcome:
    """Take back what one booked oneself."""

    async def undo(unit: Unit, row: TicketRow) -> Outcome:
        known = {one.id: one for one in await time_spent.of_ticket(unit, row.id)}
        was = known.get(entry)
        if was is None:
            return NotFound()
        event = Unspend(was.id, was.minutes, was.day, was.person_id)
        change = Change(event, more=more or {})
        done = await change_within(site, unit, viewer, row.id, change)
        if isinstance(done, Done):
            await time_spent.take_back(unit, was.id)
        return done

    return await _within(site, tenant, number, undo)


async def explain_late(
    site: Site, tenant: str, viewer: Viewer, number: str, account: Account, *, key: str = ""
) -> Outcome:
    """Say why a promise was missed."""

    async def explain(unit: Unit, row: TicketRow) -> Outcome:
        event = replace(account, words=said(account.words)[:2000])
        return await change_within(site, unit, viewer, row.id, Change(event, idempotency_key=key))

    return await _within(site, tenant, number, explain)
