"""What the pickers of a form offer and find, asked before the form is built."""

from __future__ import annotations

import asyncio
from collections.abc import Container

from engine.model.field import FieldModel
from engine.model.ticket_type import TypeModel
from runtime.actions.gather import Named, asker_of, gather, named
from runtime.site.desks import Live
from runtime.store.rows import Person
from runtime.web.requests import Visit
from runtime.web.screens.build_form import OFFERS, Answers, Picked


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
    fields = [
        item
        for key, item in type_model.fields.items()
        if item.type == "reference" and key in writable and item.source in live.desk.sources
    ]
    made = await asyncio.gather(*(_pick(visit, live, item, answers, person) for item in fields))
    return {item.key: one for item, one in zip(fields, made, strict=True)}


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
