"""Merges two records of one customer: one is kept, the other leads to it, tickets move over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from engine.decide.verdict import SamePerson
from engine.facts import Viewer
from runtime.actions.change_people import MANAGE, clean_tags
from runtime.actions.change_ticket import Change, change_ticket
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from runtime.store import doubles, jobs, journal, people, tickets
from runtime.store.jobs import NewJob
from runtime.store.journal import NewEvent
from runtime.store.rows import Person
from runtime.store.unit import Unit

KIND: Final = "merge_people"
AT_ONCE: Final = 50
"""So many tickets move over while the page waits; a worker does the rest."""
COLUMNS: Final = ("email", "phone", "locale", "organisation_id")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which record is kept, which is given up, and of which each differing value is taken.

    `theirs`: names of columns, and `values.<key>` of fields, to take from the one given up.
    """

    keep: str
    gone: str
    theirs: frozenset[str] = field(default_factory=frozenset)


async def merge_people(site: Site, tenant: str, viewer: Viewer, choice: Choice) -> str:
    """Do it; gives why not: `unknown` (not two active customers), `same`, or "".

    A record that was merged is neither kept nor given up again, so no way leads round.
    """
    if MANAGE not in viewer.functions:
        return "unknown"
    if choice.keep == choice.gone:
        return "same"
    async with site.store.unit(tenant, write=True) as unit:
        keep, gone = (
            await _customer(unit, choice.keep),
            await _customer(unit, choice.gone),
        )
        if keep is None or gone is None:
            return "unknown"
        led = await _join(unit, keep, gone, choice.theirs)
        body = {
            "kept": keep.id,
            "merged": gone.id,
            "before": {"kept": _told(keep), "merged": _told(gone)},
            "theirs": sorted(choice.theirs),
            "led": list(led),
        }
        event = NewEvent(
            "people_merged", body, "person", viewer.person_id, subject_person_id=keep.id
        )
        await journal.append_admin(unit, [event])
        # It may have been merged and parted before: each time has a job of its own.
        key = f"{gone.id}:{unit.now_us()}"
        await jobs.enqueue(unit, [NewJob(KIND, key, unit.now_us(), {"was": gone.id})])
    await move_tickets(site, tenant, gone.id, AT_ONCE)
    return ""


async def _customer(unit: Unit, person_id: str) -> Person | None:
    found = await people.person_by_id(unit, person_id)
    alive = found is not None and found.active and found.merged_into_id is None
    return found if found is not None and alive and found.kind == "customer" else None


async def _join(unit: Unit, keep: Person, gone: Person, theirs: frozenset[str]) -> tuple[str, ...]:
    """Write both records; what only one of them has is kept in any case.

    Gives the records that led to the one given up, and now lead on.
    """
    columns: dict[str, Any] = {}
    for name in COLUMNS:
        mine, other = getattr(keep, name), getattr(gone, name)
        if other and (not mine or name in theirs):
            columns[name] = other
    values = merged_values(keep.values, gone.values, theirs)
    tags = merged_tags(keep.tags, gone.tags)
    if "name" in theirs:
        columns["name"] = gone.name
    if keep.account_id is None and gone.account_id is not None:
        columns["account_id"] = gone.account_id
        await people.change_person(unit, gone.id, account_id=None)
    key = gone.external_key
    if key and not keep.external_key:
        # One key is one person's: it goes over.
        await people.change_person(unit, gone.id, external_key=None)
        columns["external_key"] = key
    await people.change_person(unit, keep.id, values=values, tags=tags, **columns)
    await people.change_person(unit, gone.id, active=False, merged_into_id=keep.id)
    return await doubles.lead_on(unit, gone.id, keep.id)


def merged_values(
    mine: Mapping[str, Any], other: Mapping[str, Any], theirs: frozenset[str]
) -> dict[str, Any]:
    """The kept record's fields, filled up from the other, and taken from it where chosen."""
    found = dict(other) | dict(mine)
    return found | {key: other[key] for key in other if f"values.{key}" in theirs}


def merged_tags(mine: Sequence[str] | None, other: Sequence[str] | None) -> list[str]:
    """The tags of both."""
    return list(clean_tags([*(mine or ()), *(other or ())]))


def _told(person: Person) -> dict[str, Any]:
    names = ("name", "tags", "values", "external_key", "account_id", *COLUMNS)
    return {name: getattr(person, name) for name in names}


async def move_tickets(site: Site, tenant: str, was: str, most: int, after: str = "") -> str:
    """Let tickets of a record that was given up name the one that is kept.

    Each is a transaction of its own, so it can be cut short and done again. Gives the id after
    which to go on, "" when none is left.
    """
    async with site.store.unit(tenant) as unit:
        kept = await people.kept_one(unit, was)
        found = await tickets.about(unit, was, after, most)
    if kept is None or kept.id == was:
        return ""
    for _, number in found:
        await change_ticket(site, tenant, SYSTEM, number, Change(SamePerson(was, kept.id)))
    return found[-1][0] if len(found) == most else ""
