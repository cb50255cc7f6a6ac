"""Many tickets at once: what each would refuse, then each by its own action, in its own unit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

import structlog

from engine.decide import access
from engine.decide.run import decide
from engine.decide.verdict import Event, Refusal
from engine.facts import Viewer
from engine.model.desk import Desk
from engine.model.roster import Roster
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.outcome import Done, NotFound, Outcome, Refused
from runtime.site.desks import Live
from runtime.site.facts import read_facts
from runtime.site.handles import Site
from runtime.site.standing import ask_of
from runtime.store import tickets
from runtime.store.roster import roster
from runtime.store.unit import Unit

MOST = 500
"""So many tickets at once."""
_AT_A_TIME = 20
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Broken:
    """It failed for a reason of ours, which the log names; the ticket is as it was."""


@dataclass(frozen=True, slots=True)
class Each:
    """What becomes of one ticket; `live` None: there is none for this person.

    Foreseen, `Done` says that nothing stands against it.
    """

    number: str
    outcome: Outcome | Broken
    live: Live | None = None
    subject: str = ""
    type_key: str = ""
    team: str = ""

    @property
    def well(self) -> bool:
        """Whether it is done, or would be."""
        return isinstance(self.outcome, Done)


def chosen(numbers: Iterable[str]) -> tuple[str, ...]:
    """The numbers once each, in their order, no more than `MOST`."""
    return tuple(dict.fromkeys(n for n in numbers if n and len(n) < 60))[:MOST]


def may_bulk(desk: Desk, viewer: Viewer) -> bool:
    """Whether there are tickets of which this person may change many at once."""
    return any(
        grant.do & {"bulk", "*"}
        for type_key in desk.types
        for grant in access.grants(desk, viewer, type_key)
        if grant.see is not None
    )


async def foresee(
    site: Site, tenant: str, viewer: Viewer, numbers: tuple[str, ...], event: Event | None
) -> tuple[Each, ...]:
    """What each ticket would say to an event, by the very decision that is taken then.

    Nothing is written; without an event only whether the person sees the tickets.
    """
    found: list[Each] = []
    for at in range(0, len(numbers), _AT_A_TIME):
        async with site.store.unit(tenant) as unit:
            team = await roster(unit)
            found += [
                await _foreseen(site, unit, viewer, number, event, team)
                for number in numbers[at : at + _AT_A_TIME]
            ]
        await asyncio.sleep(0)  # others are served meanwhile
    return tuple(found)


async def _foreseen(
    site: Site, unit: Unit, viewer: Viewer, number: str, event: Event | None, team: Roster
) -> Each:
    row = await tickets.by_number(unit, number)
    live = await site.desks.of(unit, row) if row else None
    if row is None or live is None:
        return Each(number, NotFound())
    facts = await read_facts(unit, live.desk, row)
    ask = ask_of(live.desk, viewer, unit.now_us())
    rights = access.rights(live.desk, facts, ask)
    if not rights.see:
        return Each(number, NotFound())
    refusals = decide(live.desk, facts, event, ask, team).refusals if event else ()
    if not rights.do & {"bulk", "*"}:
        refusals = (Refusal("not_yours_to_bulk"), *refusals)
    outcome: Outcome = Refused(refusals) if refusals else Done(row.number, row.id)
    return Each(number, outcome, live, row.subject, row.type_key, row.team_key or "")


async def do_each(
    site: Site, tenant: str, viewer: Viewer, numbers: tuple[str, ...], event: Event, key: str
) -> tuple[Each, ...]:
    """Apply an event to each ticket as if it were the only one; one that fails stops no other.

    `key` names the form: sent again it does nothing twice.
    """
    before = {each.number: each for each in await foresee(site, tenant, viewer, numbers, None)}
    found: list[Each] = []
    for number in numbers:
        known = before[number]
        outcome: Outcome | Broken = known.outcome
        if known.well:
            outcome = await _done(site, tenant, viewer, number, Change(event, idempotency_key=key))
        live = None if isinstance(outcome, NotFound) else known.live
        found.append(Each(number, outcome, live, known.subject, known.type_key, known.team))
        await asyncio.sleep(0)
    return tuple(found)


async def _done(
    site: Site, tenant: str, viewer: Viewer, number: str, change: Change
) -> Outcome | Broken:
    try:
        return await change_ticket(site, tenant, viewer, number, change)
    except Exception as wrong:
        log.error("one of many failed", tenant=tenant, number=number, exc_info=wrong)
        return Broken()
