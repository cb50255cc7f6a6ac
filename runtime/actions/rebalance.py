"""Shares out one person's backlog: a plan to look at, and the same plan carried out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from engine.decide import access
from engine.decide.course import wanted
from engine.decide.rebalance import Held, Plan, rebalance
from engine.decide.verdict import Refusal, Shift
from engine.decide.who import manages
from engine.facts import Viewer
from engine.model.roster import Roster
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.outcome import Done, Refused
from runtime.site.desks import Live
from runtime.site.facts import facts_among, people_of
from runtime.site.handles import Site
from runtime.site.standing import ask_of
from runtime.store import people, tickets
from runtime.store.roster import roster
from runtime.store.rows import Person
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rebalance would do. `rows`: the tickets by number; `roster`: the loads before it."""

    live: Live
    person: Person
    plan: Plan
    rows: Mapping[str, TicketRow]
    roster: Roster

    @property
    def digest(self) -> str:
        """What was looked at, so that only that is carried out."""
        hands = [[one.number, one.to] for one in self.plan.hands]
        return hashlib.sha256(json.dumps(hands).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Shared:
    """What a rebalance did: numbers that went, and those refused meanwhile with the reasons."""

    moved: tuple[str, ...]
    refused: Mapping[str, tuple[Refusal, ...]]


async def preview(
    site: Site, tenant: str, viewer: Viewer, person_id: str, *, waiting: bool = False
) -> Preview | None:
    """The plan for a person's backlog; nothing is written. None: no such person for this viewer.

    Only tickets that the viewer sees and whose team they lead are in it; who manages people leads
    them all.
    """
    live = site.desks.get(tenant)
    if live is None:
        return None
    async with site.store.unit(tenant) as unit:
        found = await roster(unit)
        person = await people.person_by_id(unit, person_id)
        if person is None or not manages(viewer, found, person_id):
            return None
        rows = await _rows(unit, live, viewer, person_id)
    plan = rebalance(live.desk, found, person_id, map(_held, rows), waiting=waiting)
    return Preview(live, person, plan, {row.number: row for row, _ in rows}, found)


_Wanted = tuple[TicketRow, Held]


async def _rows(unit: Unit, live: Live, viewer: Viewer, person_id: str) -> list[_Wanted]:
    every = viewer.is_system or "manage_people" in viewer.functions
    held = await tickets.held_by(unit, person_id)
    mine = [
        r for r in held if r.type_key in live.desk.types and (every or r.team_key in viewer.leads)
    ]
    named = await people.persons_by_id(unit, (one for row in mine for one in people_of(row)))
    ask = ask_of(live.desk, viewer, unit.now_us())
    found: list[_Wanted] = []
    for row in mine:
        facts = facts_among(unit, live.desk, row, named)
        if access.rights(live.desk, facts, ask).see:
            want = wanted(facts)
            found.append((row, Held(row.number, row.team_key or "", row.phase, row.priority,
                                    row.created_us, want)))  # fmt: skip
    return found


def _held(row: _Wanted) -> Held:
    return row[1]


async def share_out(
    site: Site,
    tenant: str,
    viewer: Viewer,
    person_id: str,
    *,
    waiting: bool = False,
    digest: str = "",
) -> Shared | Preview | None:
    """Carry out the plan. Gives the new plan instead where it is not the one of `digest` any more.

    Each move is a transaction of its own that looks again: a ticket that has changed hands, or
    whose receiver has no room left, stays. An empty `digest` takes the plan as it is now.
    """
    seen = await preview(site, tenant, viewer, person_id, waiting=waiting)
    if seen is None or (digest and seen.digest != digest):
        return seen
    moved: list[str] = []
    refused: dict[str, tuple[Refusal, ...]] = {}
    for hand in seen.plan.hands:
        change = Change(Shift(person_id, "rebalance", hand.to))
        outcome = await change_ticket(site, tenant, viewer, hand.number, change)
        if isinstance(outcome, Done):
            moved.append(hand.number)
        else:
            told = outcome.refusals if isinstance(outcome, Refused) else ()
            refused[hand.number] = told or (Refusal("holder_changed"),)
    return Shared(tuple(moved), refused)
