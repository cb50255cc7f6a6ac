"""Undoes the merge of two records of a customer: each is its own again, what happened since stays.

A value of the kept record goes back only where it still is what the merge made of it, and a ticket
only where it still names the record that the merge put there. What came since is the kept one's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from engine.decide.verdict import SamePerson
from engine.facts import Viewer
from runtime.actions.change_people import MANAGE
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.merge_people import AT_ONCE, COLUMNS, KIND, merged_tags, merged_values
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from runtime.store import doubles, jobs, journal, people, tickets
from runtime.store.jobs import NewJob
from runtime.store.journal import NewEvent
from runtime.store.rows import Event, Merged, Person
from runtime.store.unit import Unit

DAYS: Final = doubles.UNDO_DAYS
_MERGED, _PARTED = "known_again", "told_apart"


async def part_people(site: Site, tenant: str, viewer: Viewer, keep_id: str, gone_id: str) -> bool:
    """Undo the merge of `gone_id` into `keep_id`; False where there is none to undo any more."""
    if MANAGE not in viewer.functions:
        return False
    async with site.store.unit(tenant, write=True) as unit:
        keep = await people.person_by_id(unit, keep_id)
        if keep is None or not keep.active or keep.merged_into_id is not None:
            return False
        merges = await doubles.merges_into(unit, keep)
        merged = next((one for one in merges if one.gone.id == gone_id), None)
        if merged is None:
            return False
        await _part(unit, keep, merged)
        event = NewEvent(
            "people_parted",
            {"kept": keep_id, "merged": gone_id, "merge": merged.event.id},
            "person", viewer.person_id, subject_person_id=keep_id,
        )  # fmt: skip
        await journal.append_admin(unit, [event])
        key = f"{gone_id}:{merged.event.id}"
        body = {"was": gone_id, "from": keep_id, "since_us": merged.event.at_us}
        await jobs.enqueue(unit, [NewJob(KIND, key, unit.now_us(), body)])
    await take_back(site, tenant, body, AT_ONCE)
    return True


async def _part(unit: Unit, keep: Person, merged: Merged) -> None:
    """Write both records; the given up one never changed, so it needs no more than its keys."""
    body = merged.event.body or {}
    before, other = body["before"]["kept"], body["before"]["merged"]
    theirs = frozenset(body.get("theirs", ()))
    back = _columns_back(keep, before, other, theirs)
    moved = {
        name: other[name]
        for name in ("account_id", "external_key")
        if other[name] and getattr(keep, name) == other[name] and before[name] != other[name]
    }
    # A key is one person's: it leaves the one before the other has it.
    await people.change_person(unit, keep.id, **back, **dict.fromkeys(moved))
    await people.change_person(unit, merged.gone.id, active=True, merged_into_id=None, **moved)
    await doubles.lead_back(unit, body.get("led", ()), merged.gone.id)


def _columns_back(
    keep: Person, before: Mapping[str, Any], other: Mapping[str, Any], theirs: frozenset[str]
) -> dict[str, Any]:
    """What the merge wrote into the kept record and nobody changed since, as it was before."""
    back: dict[str, Any] = {}
    for name in ("name", *COLUMNS):
        taken = other[name] and (not before[name] or name in theirs)
        if taken and getattr(keep, name) == other[name]:
            back[name] = before[name]
    made = merged_values(before["values"], other["values"], theirs)
    values = {
        key: before["values"].get(key) if value == made.get(key) else value
        for key, value in keep.values.items()
    }
    back["values"] = {key: value for key, value in values.items() if value is not None}
    came = set(merged_tags(before["tags"], other["tags"])) - set(before["tags"] or ())
    back["tags"] = [tag for tag in keep.tags or () if tag not in came]
    return back


async def take_back(site: Site, tenant: str, body: Mapping[str, Any], most: int) -> str:
    """Let tickets that a merge moved name the record again that it took them from.

    Each is a transaction of its own, so it can be cut short and done again. Gives the id after
    which to go on, "" when none is left.
    """
    was, keep, after = str(body["was"]), str(body["from"]), str(body.get("after", ""))
    async with site.store.unit(tenant) as unit:
        gone = await people.person_by_id(unit, was)
        found = await tickets.about(unit, keep, after, most)
        moves = await journal.of_tickets(
            unit, [id for id, _ in found], (_MERGED, _PARTED), int(body["since_us"])
        )
    if gone is None or gone.merged_into_id is not None:
        return ""
    numbers = dict(found)
    for ticket_id, before in _moved(moves, was, keep).items():
        again = SamePerson(keep, was, before)
        await change_ticket(site, tenant, SYSTEM, numbers[ticket_id], Change(again))
    return found[-1][0] if len(found) == most else ""


def _moved(moves: Sequence[Event], was: str, keep: str) -> dict[str, dict[str, Any]]:
    """By ticket what the merge changed, each with what stood there before; without what was moved
    back already."""
    found: dict[str, dict[str, Any]] = {}
    for one in moves:
        body = one.body or {}
        told = (one.verb, body.get("was"), body.get("now"))
        if told == (_MERGED, was, keep):
            found[one.ticket_id] = {each["name"]: each["before"] for each in body["changes"]}
        elif told == (_PARTED, keep, was):
            found.pop(one.ticket_id, None)
    return found
