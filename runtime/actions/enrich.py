"""Asks for what a source could not say when it was asked: the records come later, as a job."""

from __future__ import annotations

from typing import Final

from engine.facts import Facts
from engine.values.registry import is_empty
from runtime.actions.gather import Named
from runtime.clock import SECOND_US
from runtime.store import jobs
from runtime.store.jobs import NewJob
from runtime.store.unit import Unit

KIND: Final = "enrich"
WAIT_US: Final = 20 * SECOND_US


async def ask_to_enrich(
    unit: Unit, ticket_id: str, event_id: str, facts: Facts, records: Named, whose: str = ""
) -> None:
    """A job for the fields whose source gave no answer and whose spec lets the ticket wait.

    `whose`: the person whose own records alone may be found, "" for anybody's.
    """
    fields = [
        key
        for key, away in records.unanswered.items()
        if away == "pending" and not is_empty(facts.get(key)) and key not in facts.refs
    ]
    if fields:
        body = {"ticket": ticket_id, "fields": fields} | ({"whose": whose} if whose else {})
        await jobs.enqueue(unit, [NewJob(KIND, event_id, unit.now_us() + WAIT_US, body)])
