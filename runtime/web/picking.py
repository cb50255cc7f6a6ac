"""What the pickers of a form offer and find, asked before the form is built."""

from __future__ import annotations

import asyncio
from collections.abc import Container

from engine.model.field import FieldModel
from engine.model.ticket_type import TypeModel
from runtime.actions.gather import Named, asker_of, gather, named
from runtime.queries.find_people import MOST, find_people
from runtime.queries.list_tickets import Wanted, list_tickets
from runtime.queries.smart_search import smart_words
from runtime.site.desks import Live
from runtime.sources.record import Record
from runtime.store.rows import Person
from runtime.web.requests import Visit
from runtime.web.screens.build_form import FOUND_FOR, OFFERS, Answers, Picked

FOUND = frozenset(FOUND_FOR.values())


async def picked(
    visit: Visit,
    live: Live,
    type_model: TypeModel,
    answers: Answers,
    person: Person | None,
    writable: Container[str],
) -> dict[str, Picked]:
    """By field key: a requester's own records at once, and what a search without scripts found.

    Of a guest nobody knows whose records are theirs.
    """
    if visit.viewer.is_guest:
        return {}
    made = await _sought(visit, type_model, answers)
    fields = [
        item
        for key, item in type_model.fields.items()
        if item.type == "reference" and key in writable and item.source in live.desk.sources
    ]
    several = await asyncio.gather(*(_pick(visit, live, item, answers, person) for item in fields))
    return made | {item.key: one for item, one in zip(fields, several, strict=True)}


async def _sought(visit: Visit, model: TypeModel, answers: Answers) -> dict[str, Picked]:
    """What a search without scripts found for a field of a person or a ticket."""
    item = model.fields.get(answers.searched)
    what = FOUND_FOR.get(item.type, "") if item is not None else ""
    if item is None or not what or not visit.viewer.is_staff:
        return {}
    words = str(answers.values.get(item.key) or "")
    return {item.key: Picked(found=await at_desk(visit, what, words))}


async def at_desk(visit: Visit, what: str, words: str) -> tuple[Record, ...]:
    """People or tickets that have the words, for who works here, as records to choose from."""
    words = words.strip()[:100]
    tenant, viewer = visit.desk.tenant, visit.viewer
    if not words:
        return ()
    if what == "people":
        people = await find_people(visit.site, tenant, viewer, words)
        return tuple(Record(one.email or one.id, {}, one.name, "") for one in people)
    where = await smart_words(visit.site, tenant, viewer, words)
    wanted = Wanted(where, limit=MOST, counted=False)
    listed = await list_tickets(visit.site, tenant, viewer, wanted)
    return tuple(Record(one.row.number, {}, one.facts.text("subject"), "") for one in listed.lines)


async def _pick(
    visit: Visit, live: Live, item: FieldModel, answers: Answers, person: Person | None
) -> Picked:
    records, model = visit.site.records, live.desk.sources[item.source]
    asker = asker_of(model, visit.viewer, person)
    offers = found = None
    if asker.own:
        offers = await records.search(live, item.source, "", asker, OFFERS)
    if answers.searched == item.key:
        words = str(answers.values.get(item.key) or "")
        found = await records.search(live, item.source, words, asker)
    asked = [one for one in (offers, found) if one is not None]
    return Picked(
        offers.records if offers is not None else (),
        found.records if found is not None else (),
        away=any(one.state != "found" for one in asked),
    )


async def known_records(
    visit: Visit, live: Live, type_model: TypeModel, answers: Answers, person: Person | None
) -> Named:
    """The records that the answers so far name."""
    values, viewer = answers.values, visit.viewer
    gathered = await gather(visit.site, [live], type_model.key, values, viewer, person)
    now = visit.site.clock.now_us()
    return named(visit.site, live, type_model, values, viewer, person, gathered, now)
