"""Records that somebody is away and who stands in, and hands on what may not wait for them."""

from __future__ import annotations

from dataclasses import dataclass

from engine.decide.verdict import Refusal, Shift
from engine.decide.who import manages
from engine.facts import Viewer
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.outcome import Done, NotFound, Refused
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from runtime.store import jobs, journal, people, tickets
from runtime.store.jobs import NewJob
from runtime.store.journal import NewEvent
from runtime.store.roster import roster
from runtime.store.rows import Person
from runtime.store.unit import Unit

KIND = "absence"
"""The job that looks, when an absence begins, for tickets that may not wait."""
PRESSING = ("urgent", "high")


@dataclass(frozen=True, slots=True)
class Absence:
    """From when until when somebody is away, and who stands in (a person id or "").

    `until_us` is the first instant at which they are back, None: nobody knows yet. `everything`
    hands on all their open tickets, not only those that are urgent or high.
    """

    from_us: int
    until_us: int | None = None
    substitute: str = ""
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """It is written; the numbers of the tickets that went to somebody else, or to nobody yet."""

    handed: tuple[str, ...] = ()


async def set_absence(
    site: Site, tenant: str, viewer: Viewer, person_id: str, absence: Absence | None
) -> Recorded | Refused | NotFound:
    """Write an absence, or end it with None; what presses is handed on once it has begun.

    For oneself, a lead of one of the person's teams, or who manages people.
    """
    if site.desks.get(tenant) is None:
        return NotFound()
    async with site.store.unit(tenant, write=True) as unit:
        fault = await _record(unit, viewer, person_id, absence)
    if fault is not None:
        return fault
    everything = absence is not None and absence.everything
    return Recorded(await cover_absent(site, tenant, person_id, everything=everything))


async def cover_absent(
    site: Site, tenant: str, person_id: str, *, everything: bool = False
) -> tuple[str, ...]:
    """Hand on the tickets of somebody who is away now; the numbers of those that changed hands.

    Each ticket is a transaction of its own and says no more than once: done again, it finds what
    is left. One who is not away keeps everything.
    """
    async with site.store.unit(tenant) as unit:
        person = await people.person_by_id(unit, person_id)
        away = person is not None and person.active and person.absent(unit.now_us())
        held = await tickets.held_by(unit, person_id) if away else []
    handed: list[str] = []
    for row in held:
        if everything or row.priority in PRESSING:
            change = Change(Shift(person_id, "absence"))
            if isinstance(await change_ticket(site, tenant, SYSTEM, row.number, change), Done):
                handed.append(row.number)
    return tuple(handed)


async def _record(
    unit: Unit, viewer: Viewer, person_id: str, absence: Absence | None
) -> Refused | NotFound | None:
    """Write it, or say why not before anything is written."""
    person = await people.person_by_id(unit, person_id)
    if person is None or not person.active or person.kind != "staff":
        return NotFound()
    if not manages(viewer, await roster(unit), person_id) and viewer.person_id != person_id:
        return NotFound()
    refusals = await _faults(unit, person, absence) if absence is not None else ()
    if refusals:
        return Refused(refusals)
    await people.change_person(
        unit,
        person_id,
        absent_from_us=absence.from_us if absence else None,
        absent_to_us=absence.until_us if absence else None,
        substitute_id=(absence.substitute or None) if absence else None,
    )
    await journal.append_admin(unit, [_event(viewer, person_id, absence)])
    if absence is not None:
        await jobs.enqueue(unit, [_job(unit, person_id, absence)])
    return None


async def _faults(unit: Unit, person: Person, absence: Absence) -> tuple[Refusal, ...]:
    found: list[Refusal] = []
    if absence.until_us is not None and absence.until_us <= absence.from_us:
        found.append(Refusal("ends_before_start", "until"))
    elif absence.until_us is not None and absence.until_us <= unit.now_us():
        found.append(Refusal("ends_in_the_past", "until"))
    if absence.substitute == person.id:
        found.append(Refusal("own_substitute", "substitute"))
    elif absence.substitute:
        other = await people.person_by_id(unit, absence.substitute)
        if other is None or not other.active or other.kind != "staff":
            found.append(Refusal("unknown_substitute", "substitute"))
    return tuple(found)


def _event(viewer: Viewer, person_id: str, absence: Absence | None) -> NewEvent:
    body: dict[str, object] = {"person": person_id}
    if absence is not None:
        body |= {
            "from_us": absence.from_us,
            "until_us": absence.until_us,
            "substitute": absence.substitute or None,
        }
    return NewEvent(
        "absence_set" if absence is not None else "absence_ended",
        body,
        "system" if viewer.is_system else "person",
        viewer.person_id,
        subject_person_id=person_id,
    )


def _job(unit: Unit, person_id: str, absence: Absence) -> NewJob:
    """Due when the absence begins; for one that has begun it finishes what was cut short."""
    due = max(absence.from_us, unit.now_us())
    body = {"person": person_id, "everything": absence.everything}
    return NewJob(KIND, f"{person_id}:{unit.new_id()}", due, body)
