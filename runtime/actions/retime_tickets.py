"""Re-times open tickets after a publish: `when_changed: open_tickets` of an SLA policy."""

from __future__ import annotations

from collections.abc import Sequence

from engine.apply import Step
from engine.decide.deadline import Deadlines, retimed
from engine.decide.verdict import Verdict
from engine.facts import Facts, Value
from engine.model.desk import Desk
from runtime.actions.move_data import hold
from runtime.actions.write import Deed, write_change
from runtime.site.desks import Live
from runtime.site.facts import read_facts
from runtime.site.standing import SYSTEM, ask_of
from runtime.store import tickets
from runtime.store.desks import Pointer
from runtime.store.jobs import NewJob
from runtime.store.roster import roster
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit

KIND = "retime"


def retime_job(
    old: Desk | None, new: Desk, before: Pointer, after: Pointer, at_us: int
) -> list[NewJob]:
    """The job that a move of live from one pointer to another asks for; none when no promise of an
    open ticket can have changed. `old` is None where this process does not know that desk.
    """
    types = types_to_retime(new)
    if not types or (old is not None and not _differ(old, new, types)):
        return []
    body = {
        "was": before.revision_n,
        "becomes": after.revision_n,
        "generation": after.generation,
        "published_us": at_us,
        "after": "",
        "changed": 0,
    }
    return [NewJob(KIND, f"{after.generation}:", at_us, body)]


def _differ(old: Desk, new: Desk, types: tuple[str, ...]) -> bool:
    if old.calendars != new.calendars or old.tenant.calendar != new.tenant.calendar:
        return True
    if any(old.policies.get(key) != new.policies[key] for key in types):
        return True
    return any(
        team.calendar != new.teams[key].calendar
        for key, team in old.teams.items()
        if key in new.teams
    )


def types_to_retime(desk: Desk) -> tuple[str, ...]:
    """The types whose policy wants its changes to hold for open tickets too."""
    found = (key for key, p in desk.policies.items() if p.when_changed == "open_tickets")
    return tuple(sorted(found))


async def retime_tickets(
    unit: Unit, live: Live, old: Desk, new: Desk, ids: Sequence[str], revisions: tuple[int, int]
) -> int:
    """Re-time these tickets in the caller's transaction; gives how many changed.

    `old` and `new` are the desks of `revisions`; what is written is written under `live`, which
    may be newer still, so that no value of it is lost.
    """
    changed = 0
    for ticket_id in ids:
        row = await hold(unit, live, ticket_id)
        if row is None or not tickets.is_open(row.phase) or row.type_key not in live.desk.types:
            continue
        changed += await _retime(unit, live, old, new, row, revisions)
    return changed


async def _retime(
    unit: Unit, live: Live, old: Desk, new: Desk, row: TicketRow, revisions: tuple[int, int]
) -> bool:
    facts = await read_facts(unit, live.desk, row)
    found = retimed(old, new, facts, ask_of(live.desk, SYSTEM, unit.now_us()))
    if found.clocks == dict(facts.clocks):
        return False
    deed = Deed("retimed", SYSTEM, {"was": revisions[0], "becomes": revisions[1]})
    await write_change(unit, live, row, _verdict(facts, found), deed, await roster(unit))
    return True


def _verdict(facts: Facts, found: Deadlines) -> Verdict:
    values: dict[str, Value] = dict(found.values)
    steps = tuple(
        Step(name, facts.get(name), value, "sla")
        for name, value in values.items()
        if facts.get(name) != value
    )
    after = Facts({**facts.values, **values}, facts.refs, found.clocks)
    return Verdict(after, steps=steps, dues=found.dues, reasons=found.reasons, events=("retimed",))
