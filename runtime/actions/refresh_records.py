"""Looks the records of a ticket up again: by a rule, by hand, or when a source answers at last."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from engine.decide import access
from engine.decide.verdict import Refresh, Refusal
from engine.facts import Viewer
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.gather import Named, gather, named
from runtime.actions.outcome import NotFound, Outcome, Refused
from runtime.site.desks import Live
from runtime.site.facts import read_facts
from runtime.site.handles import Site
from runtime.site.standing import ask_of
from runtime.store import journal, people, tickets
from runtime.store.rows import Person
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How it went. `why`: what no record was found for, in English, "" where all were.

    `away`: a source gave no answer, so that later it may go well.
    """

    outcome: Outcome
    why: str = ""
    away: bool = False


async def refresh_records(
    site: Site,
    tenant: str,
    viewer: Viewer,
    number: str,
    fields: Collection[str] = (),
    *,
    late: bool = False,
    whose: str = "",
) -> Refreshed:
    """Take over what sources say now of the records that the ticket names.

    `fields`: keys, all where empty. `late`: only those of which nothing is known yet, and routing
    decides again if no person has acted on the ticket since it was made (decisions.md 1). `whose`:
    the person whose own records alone may be found, "" for what the viewer may find.
    """
    async with site.store.unit(tenant) as unit:
        row = await tickets.by_number(unit, number)
        live = await site.desks.of(unit, row) if row is not None else None
        if row is None or live is None or row.type_key not in live.desk.types:
            return Refreshed(NotFound(), "the ticket is gone")
        barred = await _barred(unit, live, row, viewer)
        acted = await _acted(unit, row) if late else True
        owner = await people.person_by_id(unit, whose) if whose else None
    if barred is not None:
        return Refreshed(barred)
    keys = _keys(live, row, fields, late=late)
    if not keys:
        return Refreshed(NotFound(), "it names no record")
    finder = viewer if owner is None else Viewer(owner.id)
    found = await _asked(site, live, row, finder, owner, keys)
    if not found.refs:
        return Refreshed(NotFound(), _why(found), away=bool(found.unanswered))
    change = Change(
        Refresh(found.refs, late=late and not acted),
        more={"answers": dict(found.told)} if found.told else {},
        # What nobody did when it was asked, nobody may have done when it is written.
        bound=row.version if late else None,
    )
    outcome = await change_ticket(site, tenant, viewer, number, change)
    return Refreshed(outcome, _why(found), away=bool(found.unanswered))


async def _barred(unit: Unit, live: Live, row: TicketRow, viewer: Viewer) -> Outcome | None:
    """Why somebody may not: they don't see the ticket, or may change nothing of it."""
    if viewer.is_system:
        return None
    facts = await read_facts(unit, live.desk, row)
    rights = access.rights(live.desk, facts, ask_of(live.desk, viewer, unit.now_us()))
    if not rights.see:
        return NotFound()
    return None if rights.edit else Refused((Refusal("not_yours_to_edit"),))


async def _acted(unit: Unit, row: TicketRow) -> bool:
    """Whether a person has done anything with the ticket after it was made."""
    later = await journal.read(unit, row.id, after_seq=1)
    return any(event.actor_kind == "person" for event in later)


def _keys(
    live: Live, row: TicketRow, fields: Collection[str], *, late: bool
) -> Mapping[str, object]:
    model = live.desk.types[row.type_key]
    return {
        key: row.refs[key]["key"] if key in row.refs else row.values.get(key)
        for key, item in model.fields.items()
        if item.type == "reference"
        and (not fields or key in fields)
        and (key in row.refs or row.values.get(key))
        and not (late and key in row.refs)
    }


async def _asked(
    site: Site,
    live: Live,
    row: TicketRow,
    viewer: Viewer,
    owner: Person | None,
    keys: Mapping[str, object],
) -> Named:
    model = live.desk.types[row.type_key]
    for key, value in keys.items():
        await site.records.forget(live, model.fields[key].source, str(value))
    gathered = await gather(site, [live], row.type_key, keys, viewer, owner)
    now = site.store.clock.now_us()
    return named(site, live, model, keys, viewer, owner, gathered, now)


def _why(found: Named) -> str:
    said = [f"{key}: {one.get('why') or 'no such record'}" for key, one in found.told.items()
            if key not in found.refs]  # fmt: skip
    return "; ".join(said) or ("" if found.refs else "no record was found")
