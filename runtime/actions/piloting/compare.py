"""Has a decision looked at by the desk beside it: the shadow for live, live for a pilot."""

from __future__ import annotations

from engine.decide.route import OUTPUTS
from engine.decide.verdict import Verdict
from runtime.site.desks import Desks, Live
from runtime.site.pilot import PILOT, SHADOW
from runtime.store import jobs
from runtime.store.jobs import NewJob
from runtime.store.unit import Unit

KIND = "compare"


async def ask_to_compare(
    desks: Desks, unit: Unit, live: Live, ticket_id: str, event_id: str, verdict: Verdict
) -> None:
    """Have it compared if it opened or routed the ticket, or gave a promise."""
    name = PILOT if live.environment == PILOT else SHADOW
    if desks.get(live.tenant, name) is None or not _matters(verdict):
        return
    body = {"ticket": ticket_id, "event": event_id, "for": name}
    await jobs.enqueue(unit, [NewJob(KIND, f"{name}:{event_id}", unit.now_us(), body)])


def _matters(verdict: Verdict) -> bool:
    return "created" in verdict.events or any(
        why.topic in OUTPUTS or why.topic.startswith("due.") for why in verdict.reasons
    )
