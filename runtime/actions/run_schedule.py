"""One run of a schedule: the tickets that are due on a day, each made once for ever."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.decide.who import people
from engine.evaluate import holds
from engine.facts import Facts, Value
from engine.instant import from_us
from engine.model.roster import Roster
from engine.model.schedule import FromRecord, ScheduleModel
from engine.model.ticket_type import FromClock
from engine.values.registry import to_text
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done, Refused
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM, ask_of
from runtime.sources.record import Record
from runtime.store import tickets
from runtime.store.roster import roster
from runtime.store.unit import Unit

MOST = 1000
"""Tickets of one go; a run with more goes on with another."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run made: numbers of new tickets, and why others were not made.

    `more`: there are tickets left that were not tried, and a further go would come nearer to them.
    `away`: the source that it goes through gave no answer.
    """

    made: tuple[str, ...]
    missed: tuple[str, ...] = ()
    more: bool = False
    away: bool = False


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A ticket to make: its key for ever, and the record it is for."""

    key: str
    record: Record | None = None


async def run_schedule(site: Site, tenant: str, schedule: ScheduleModel, at_us: int) -> Ran:
    """Make what is due at this run. A run told twice finds its own tickets and makes none."""
    live = site.desks.get(tenant)
    if live is None:
        return Ran((), ("the tenant's desk is not loaded here",))
    records: Sequence[Record] = ()
    if schedule.each is not None:
        found = await site.records.every(live, schedule.each.source)
        if found.state != "found":
            # Told again until it answers: a run that made nothing would be lost.
            return Ran((), (f"{schedule.each.source}: {found.why}",), away=True)
        records = found.records
    async with site.store.unit(tenant) as unit:
        requester = _who(live, schedule, await roster(unit))
        due = _wanted(live, schedule, records, at_us)
        wanted = [w for w in due if not await _is_there(unit, w)]
    if not requester:
        return Ran((), ("nobody holds the role that the tickets are for",))
    made: list[str] = []
    missed: list[str] = []
    for one in wanted[:MOST]:
        new = _new(live, schedule, one, requester, at_us)
        outcome = await open_ticket(site, tenant, SYSTEM, new)
        if isinstance(outcome, Done):
            made.append(outcome.number)
        elif isinstance(outcome, Refused):
            codes = ", ".join(f"{r.code} {r.at}".strip() for r in outcome.refusals)
            missed.append(f"{one.key}: {codes}")
        else:
            missed.append(f"{one.key}: the type is gone")
    # Those refused are tried first again: a go that made none would be repeated for ever.
    return Ran(tuple(made), tuple(missed), more=bool(made) and len(wanted) > MOST)


async def _is_there(unit: Unit, wanted: _Wanted) -> bool:
    return await tickets.by_external_key(unit, wanted.key) is not None


def _who(live: Live, schedule: ScheduleModel, team: Roster) -> str:
    """The first for whom it may be; `lead` is that of the type's own team."""
    model = live.desk.types.get(schedule.type)
    key = (model.default_team if model is not None else "") or live.desk.default_team.key
    found = people(live.desk, schedule.who, Facts({"team": key}), team)
    return found[0] if found else ""


def _wanted(
    live: Live, schedule: ScheduleModel, records: Sequence[Record], at_us: int
) -> Iterator[_Wanted]:
    day = from_us(at_us, schedule.when.zone).date().isoformat()
    if schedule.each is None:
        yield _Wanted(f"schedule:{schedule.id}:{day}")
        return
    ask = ask_of(live.desk, SYSTEM, at_us)
    for record in records:
        if not holds(schedule.each.when, Facts(record.values), ask):
            continue
        if schedule.meter is None:
            yield _Wanted(f"schedule:{schedule.id}:{day}:{record.key}", record)
            continue
        output, step = schedule.meter
        value = record.values.get(output)
        if isinstance(value, int) and value >= step:
            yield _Wanted(f"schedule:{schedule.id}:{value // step}:{record.key}", record)


def _new(
    live: Live, schedule: ScheduleModel, wanted: _Wanted, requester: str, at_us: int
) -> NewTicket:
    locale = live.desk.tenant.locales[0]
    values = {
        key: _value(live, schedule, value, wanted.record, at_us)
        for key, value in schedule.values.items()
    }
    if schedule.each is not None and wanted.record is not None:
        values[schedule.each.field] = wanted.record.key
    title = f" · {wanted.record.title}" if wanted.record is not None else ""
    return NewTicket(
        type=schedule.type,
        values=values,
        subject=schedule.subject.say(locale) + title,
        description=schedule.description.say(locale) if schedule.description else "",
        channel="schedule",
        requester=requester,
        external_key=wanted.key,
    )


def _value(
    live: Live, schedule: ScheduleModel, value: object, record: Record | None, at_us: int
) -> object:
    """A form's raw value, or one taken from the record or the day."""
    if isinstance(value, FromClock):
        return from_us(at_us, schedule.when.zone).date().isoformat()
    if not isinstance(value, FromRecord):
        return value
    found: Value = record.values.get(value.output) if record is not None else None
    source = live.desk.sources.get(schedule.each.source) if schedule.each is not None else None
    item = source.outputs.get(value.output) if source is not None else None
    return to_text(item, found, schedule.when.zone) if item is not None else None
