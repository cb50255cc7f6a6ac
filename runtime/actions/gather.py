"""Before the transaction: what sources answer about the records a ticket points to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine.facts import Ref, Value, Viewer
from engine.model.desk import Desk
from engine.model.source import MOST_MS, SourceModel
from engine.model.ticket_type import TypeModel
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.site.pilot import PILOT
from runtime.site.standing import own_of
from runtime.sources.asking import ANYBODY, Asker
from runtime.sources.record import Answer
from runtime.store import people
from runtime.store.desks import LIVE
from runtime.store.rows import Person

LATE: Final = Answer("away", why=f"no answer within {MOST_MS / 1000:g} s")


@dataclass(frozen=True, slots=True)
class Gathered:
    """What sources answered, by environment, source and key as it was typed.

    `own_checked` holds for each answer: a record that they may not find is as absent as one that
    does not exist.
    """

    answers: Mapping[tuple[str, str, str], Answer] = field(default_factory=dict)

    def of(self, live: Live, source: str, key: str) -> Answer | None:
        """The answer about a record; that of live where nobody asked for another environment."""
        for environment in dict.fromkeys((live.environment, LIVE)):
            found = self.answers.get((environment, source, key))
            if found is not None:
                return found
        return None


NOTHING: Final = Gathered()


@dataclass(frozen=True, slots=True)
class Named:
    """The records that values name: snapshots, and what gave no answer, by field key.

    `told` is for the journal: what each source that was asked said, with the reply's digest.
    """

    refs: Mapping[str, Ref] = field(default_factory=dict)
    unanswered: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def asker_of(model: SourceModel, viewer: Viewer, person: Person | None) -> Asker:
    """Staff find every record, a requester only their own (Source.own)."""
    if person is None or viewer.is_staff or viewer.is_system:
        return ANYBODY
    return Asker(own_of(person, model.own), params_of(person))


def params_of(person: Person) -> dict[str, str]:
    """What fills `requester.…` in a request."""
    facts: dict[str, Value] = {
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "locale": person.locale,
    }
    facts |= {key: value for key, value in person.values.items() if isinstance(value, str | int)}
    return {f"requester.{key}": str(value) for key, value in facts.items() if value is not None}


def named_in(type_model: TypeModel, values: Mapping[str, object]) -> dict[str, tuple[str, str]]:
    """field key → source and the record's key, of the references that hold something."""
    found: dict[str, tuple[str, str]] = {}
    for key, raw in values.items():
        item = type_model.fields.get(key)
        if item is not None and item.type == "reference":
            if isinstance(raw, str) and raw.strip():
                found[key] = (item.source, raw.strip())
    return found


async def gather(
    site: Site,
    lives: Iterable[Live],
    type_key: str,
    values: Mapping[str, object],
    viewer: Viewer,
    person: Person | None,
) -> Gathered:
    """Ask every source that the values name, side by side and within the time there is in all.

    What is late counts as away. Nothing of it may run within a write transaction.
    """
    wanted: dict[tuple[str, str, str], tuple[Live, Asker]] = {}
    for live in lives:
        type_model = live.desk.types.get(type_key)
        for source, key in named_in(type_model, values).values() if type_model else ():
            model = live.desk.sources.get(source)
            if model is not None and site.records.table(live, source) is None:
                asker = asker_of(model, viewer, person)
                wanted[live.environment, source, key] = (live, asker)
    if not wanted or viewer.is_guest:
        return NOTHING
    tasks = {
        place: asyncio.create_task(site.records.get(live, place[1], place[2], asker))
        for place, (live, asker) in wanted.items()
    }
    _, late = await asyncio.wait(tasks.values(), timeout=MOST_MS / 1000)
    for task in late:
        task.cancel()
    return Gathered(
        {place: LATE if task in late else task.result() for place, task in tasks.items()}
    )


async def gather_for(
    site: Site,
    tenant: str,
    type_key: str,
    values: Mapping[str, object],
    viewer: Viewer,
    requester: str,
) -> Gathered:
    """The same for a ticket that is about to be made or changed, whichever desk decides about it.

    `requester`: the id of the person it is for, "" for nobody.
    """
    lives = lives_of(site, tenant)
    if not asks_others(site, tenant, type_key, values):
        return NOTHING
    person = None
    if requester and not viewer.is_staff and not viewer.is_system:
        async with site.store.unit(tenant) as unit:
            person = await people.person_by_id(unit, requester)
    return await gather(site, lives, type_key, values, viewer, person)


def lives_of(site: Site, tenant: str) -> list[Live]:
    """The desks that may decide about a ticket: live, and the pilot where there is one."""
    return [one for one in (site.desks.get(tenant), site.desks.get(tenant, PILOT)) if one]


def asks_others(site: Site, tenant: str, type_key: str, values: Mapping[str, object]) -> bool:
    """Whether the values name a record that another system has to be asked of."""
    for live in lives_of(site, tenant):
        model = live.desk.types.get(type_key)
        named = named_in(model, values).values() if model is not None else ()
        if any(site.records.table(live, source) is None for source, _ in named):
            return True
    return False


def named(
    site: Site,
    live: Live,
    type_model: TypeModel,
    values: Mapping[str, object],
    viewer: Viewer,
    person: Person | None,
    gathered: Gathered,
    now_us: int,
) -> Named:
    """The records named in `values`: those of tables, and those that were gathered before.

    A guest's are looked up later: an answer now would tell a stranger whose they are.
    """
    if viewer.is_guest:
        return Named(unanswered=dict.fromkeys(named_in(type_model, values), "pending"))
    refs: dict[str, Ref] = {}
    unanswered: dict[str, str] = {}
    told: dict[str, Mapping[str, Any]] = {}
    for field_key, (source, key) in named_in(type_model, values).items():
        model = live.desk.sources.get(source)
        if model is None:
            continue
        table = site.records.table(live, source)
        if table is not None:
            record = table.get(key, asker_of(model, viewer, person).own)
            if record is not None:
                refs[field_key] = table.snapshot(record, now_us)
            continue
        answer = gathered.of(live, source, key) or LATE
        told[field_key] = _told(source, key, answer)
        ref = answer.snapshot()
        if ref is not None:
            refs[field_key] = ref
        elif answer.state != "none":
            unanswered[field_key] = model.away
    return Named(refs, unanswered, told)


def _told(source: str, key: str, answer: Answer) -> dict[str, Any]:
    """An answer of the moment for the journal; its values are in the ticket's own record."""
    said: dict[str, Any] = {"source": source, "key": key, "answer": answer.state}
    said |= {"digest": answer.digest} if answer.digest else {}
    said |= {"fetched_at": answer.fetched_us} if answer.fetched_us else {}
    said |= {"why": answer.why} if answer.why else {}
    doubts = answer.record.doubts if answer.record is not None else ()
    return said | ({"doubts": {one.output: one.why for one in doubts}} if doubts else {})


def references(desk: Desk, keys: Iterable[str]) -> bool:
    """Whether one of these field keys may be a reference of some type."""
    wanted = set(keys)
    return any(
        key in wanted and item.type == "reference"
        for model in desk.types.values()
        for key, item in model.fields.items()
    )
