"""Acts on what has fallen due on a ticket: warnings, breaches, limits, the close after solving."""

from __future__ import annotations

from engine.decide.deadline import due_now, timers
from engine.decide.pending import APPROVAL, LOOK, request_of
from engine.decide.run import decide
from engine.decide.verdict import Due, Fall, Verdict
from engine.facts import Facts
from runtime.actions.move_data import hold
from runtime.actions.write import Deed, write_change
from runtime.site.desks import Live
from runtime.site.facts import read_facts
from runtime.site.standing import SYSTEM, ask_of
from runtime.store import tickets
from runtime.store.roster import roster
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit


async def fall_due(unit: Unit, live: Live, ticket_id: str) -> int | None:
    """Do everything that is due on the ticket, in order of time, in the caller's transaction.

    Gives the instant at which the ticket has to be looked at next, None when there is none. The
    ticket is held from the first look on and remembers what was acted on, so that whoever comes
    second, or late, finds nothing to do and writes nothing.
    """
    acted: set[Due] = set()
    looked = False
    while True:
        row = await hold(unit, live, ticket_id)
        if row is None or row.type_key not in live.desk.types:
            return None
        facts = await read_facts(unit, live.desk, row)
        if not looked and request_of(facts) is not None:
            # Who may answer changes with roles, teams and absences, which no ticket hears of.
            looked = True
            await _act(unit, live, row, facts, Due(APPROVAL, LOOK, unit.now_us()))
            continue
        due = _next(live, facts, unit.now_us(), acted)
        if due is None:
            return await _wait_for(unit, live, row, facts)
        acted.add(due)
        await _act(unit, live, row, facts, due)


def _next(live: Live, facts: Facts, now_us: int, acted: set[Due]) -> Due | None:
    """The earliest that is due; what was acted on and is still due would be so for ever."""
    return next((due for due in due_now(live.desk, facts, now_us) if due not in acted), None)


async def _act(unit: Unit, live: Live, row: TicketRow, facts: Facts, due: Due) -> None:
    team = await roster(unit, live.desk)
    fall = Fall(due.clock, due.what)
    verdict = decide(live.desk, facts, fall, ask_of(live.desk, SYSTEM, unit.now_us()), team)
    if _empty(verdict):
        return
    body = {"clock": due.clock, "what": due.what, "at": due.at_us}
    await write_change(unit, live, row, verdict, Deed("fell_due", SYSTEM, body), team)


def _empty(verdict: Verdict) -> bool:
    return bool(verdict.refusals) or not (verdict.events or verdict.steps or verdict.effects)


async def _wait_for(unit: Unit, live: Live, row: TicketRow, facts: Facts) -> int | None:
    """What comes next, written beside the ticket where that has changed without an event."""
    now = unit.now_us()
    coming = (due.at_us for due in timers(live.desk, facts) if due.at_us > now)
    at_us = min(coming, default=None)
    if at_us != row.next_due_us:
        await tickets.change(unit, row.id, row.version, {"next_due_us": at_us})
    return at_us
